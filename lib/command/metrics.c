/* gifvet metrics: the state and health of this host for Prometheus. */
#include "command/command.h"
#include "command/settings.h"
#include "operate/prometheus.h"
#include "operate/surroundings.h"
#include "operate/textfile.h"
#include "sys/sys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int print(const struct text *t) {
    fwrite(t->at, 1, t->used, stdout);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    fprintf(stderr, "gifvet metrics: cannot print: %s\n", strerror(errno));
    return 2;
}

static int write_file(const char *directory, const struct text *t) {
    struct error e = {0};
    if (textfile_replace(directory, "gifvet.prom", t->at, t->used, &e) == 0)
        return 0;
    fprintf(stderr, "gifvet metrics: %s\n", e.message);
    return 2;
}

/* Without a readable state there is still something to say: that it cannot be read. */
static int report(const char *directory, struct state_snapshot *snapshot, struct text *t) {
    static struct conf c;
    static struct surroundings s;
    struct health h;
    size_t problems = settings_load(&c, "metrics", NULL, NULL);
    surroundings_ask(&s, &c, problems, snapshot, sys_wall_us());
    health_judge(&s.facts, &h);
    bool known = s.state_error.code == 0 || s.state_error.code == ENOENT;
    prometheus_print(t, &s.facts, &h, known ? snapshot : NULL);
    int result = directory != NULL ? write_file(directory, t) : print(t);
    if (known)
        return result;
    fprintf(stderr, "gifvet metrics: %s\n", s.state_error.message);
    return 2;
}

int command_metrics(int argc, char **argv) {
    const char *directory = NULL;
    if (argc == 3 && strcmp(argv[1], "--textfile") == 0) {
        directory = argv[2];
    } else if (argc != 1) {
        fprintf(stderr, "gifvet metrics: takes nothing, or --textfile DIR\n");
        return 2;
    }
    struct state_snapshot *snapshot = calloc(1, sizeof *snapshot);
    char *buffer = malloc(PROMETHEUS_SIZE);
    int result = 2;
    if (snapshot == NULL || buffer == NULL) {
        fprintf(stderr, "gifvet metrics: no memory\n");
    } else {
        struct text t = text_over(buffer, PROMETHEUS_SIZE);
        result = report(directory, snapshot, &t);
    }
    free(buffer);
    free(snapshot);
    return result;
}
