/* gifvet log: records as lines that a person can read. */
#include "command/command.h"
#include "command/log_line.h"
#include "command/settings.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

struct log {
    const char *path;
    bool failed_only, follow;
    size_t lines, foreign;
};

static void print_line(struct log *l, const char *text, size_t n) {
    if (n == 0 || (n == 1 && text[0] == '\n'))
        return;
    l->lines++;
    l->foreign += !log_line_print(stdout, text, n, l->failed_only);
}

/* Waits until something is written to the file, or it is replaced; false when that cannot be had.
 */
static bool wait_for_more(int watch) {
    char events[4096];
    struct pollfd p = {.fd = watch, .events = POLLIN};
    fflush(stdout);
    while (poll(&p, 1, -1) < 0)
        if (errno != EINTR)
            return false;
    return read(watch, events, sizeof events) > 0;
}

static int print_file(struct log *l, FILE *f) {
    char *text = NULL;
    size_t size = 0;
    ssize_t n;
    int watch = l->follow ? inotify_init1(IN_CLOEXEC) : -1;
    if (l->follow && (watch < 0 || inotify_add_watch(watch, l->path, IN_MODIFY) < 0)) {
        fprintf(stderr, "gifvet log: %s: %s\n", l->path, strerror(errno));
        return 2;
    }
    do {
        while ((n = getline(&text, &size, f)) > 0)
            print_line(l, text, (size_t)n);
        clearerr(f);
    } while (l->follow && wait_for_more(watch));
    free(text);
    if (watch >= 0)
        close(watch);
    return 0;
}

static int parse(struct log *l, int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--failed") == 0) {
            l->failed_only = true;
        } else if (strcmp(argv[i], "--follow") == 0) {
            l->follow = true;
        } else if (argv[i][0] == '-' && argv[i][1] != '\0') {
            fprintf(stderr, "gifvet log: unknown option %s\n", argv[i]);
            return 2;
        } else if (l->path == NULL) {
            l->path = argv[i];
        } else {
            fprintf(stderr, "gifvet log: takes one file\n");
            return 2;
        }
    }
    return 0;
}

int command_log(int argc, char **argv) {
    static struct conf c;
    struct log l = {0};
    if (parse(&l, argc, argv) != 0)
        return 2;
    if (l.path == NULL) {
        (void)settings_load(&c, "log", NULL, NULL);
        l.path = c.log_path;
    }
    FILE *f = fopen(l.path, "re");
    if (f == NULL) {
        fprintf(stderr, "gifvet log: %s: %s\n", l.path, strerror(errno));
        return 2;
    }
    int result = print_file(&l, f);
    if (ferror(f)) {
        fprintf(stderr, "gifvet log: %s: %s\n", l.path, strerror(errno));
        result = 2;
    }
    fclose(f);
    if (l.foreign > 0)
        fprintf(stderr, "gifvet log: %s: %zu of %zu lines are no records\n", l.path, l.foreign,
                l.lines);
    return result;
}
