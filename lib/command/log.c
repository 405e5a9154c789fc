/* gifvet log: records as lines that a person can read. */
#include "command/command.h"
#include "command/log_line.h"
#include "command/settings.h"
#include "operate/log_reader.h"

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
    bool failed_only, follow, json;
    bool alone; /* only path, not what rotation has made of it */
};

static bool print_line(void *context, const char *text, size_t n) {
    const struct log *l = context;
    return l->json ? log_line_pass(stdout, text, n, l->failed_only)
                   : log_line_print(stdout, text, n, l->failed_only);
}

/* Once to its end, whatever it is; what was rotated away first, oldest first. */
static int print_all(struct log *l) {
    void *contexts[] = {l};
    struct log_read_counts counts;
    const struct log_reading reading = {.paths = &l->path,
                                        .paths_used = 1,
                                        .since_us = INT64_MIN,
                                        .workers = 1,
                                        .line = print_line,
                                        .alone = l->alone,
                                        .contexts = contexts};
    return log_read("log", &reading, &counts);
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

/* What is there and what comes, until interrupted. */
static int follow(struct log *l) {
    char *text = NULL;
    size_t size = 0;
    ssize_t n;
    FILE *f = fopen(l->path, "re");
    int watch = f != NULL ? inotify_init1(IN_CLOEXEC) : -1;
    bool good = watch >= 0 && inotify_add_watch(watch, l->path, IN_MODIFY) >= 0;
    if (good)
        do {
            while ((n = getline(&text, &size, f)) > 0)
                (void)print_line(l, text, (size_t)n);
            good = !ferror(f);
            clearerr(f);
        } while (good && wait_for_more(watch));
    if (!good)
        fprintf(stderr, "gifvet log: %s: %s\n", l->path, strerror(errno));
    free(text);
    if (watch >= 0)
        close(watch);
    if (f != NULL)
        fclose(f);
    return good ? 0 : 2;
}

static int parse(struct log *l, int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--failed") == 0) {
            l->failed_only = true;
        } else if (strcmp(argv[i], "--json") == 0) {
            l->json = true;
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
    } else {
        l.alone = true;
    }
    return l.follow ? follow(&l) : print_all(&l);
}
