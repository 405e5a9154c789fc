/* gifvet log: records as lines that a person can read. */
#include "command/command.h"
#include "command/settings.h"

#include <errno.h>
#include <jansson.h>
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

static const char *string_of(const json_t *object, const char *key) {
    const char *s = json_string_value(json_object_get(object, key));
    return s != NULL ? s : "";
}

/* Names come from whoever made the files: what could move the cursor is shown, not sent. */
static void print_safely(const char *s) {
    for (; *s != '\0'; s++) {
        if ((unsigned char)*s < 0x20 || *s == 0x7F)
            printf("\\x%02x", (unsigned char)*s);
        else
            putchar(*s);
    }
}

static void print_head(const json_t *r, const char *word) {
    printf("%.19s  %-10s ", string_of(r, "time"), word);
    print_safely(string_of(r, "program"));
    printf("[%lld]  ", (long long)json_integer_value(json_object_get(r, "pid")));
}

static void print_sources(const json_t *r) {
    const json_t *sources = json_object_get(r, "sources");
    size_t i;
    json_t *s;
    if (json_array_size(sources) == 0)
        printf(" (no source)");
    json_array_foreach(sources, i, s) {
        printf("%s", i == 0 ? " from " : ", ");
        print_safely(string_of(s, "path"));
    }
}

static void print_failures(const json_t *r) {
    size_t i;
    json_t *v;
    json_array_foreach(json_object_get(r, "validations"), i, v) {
        if (!json_is_false(json_object_get(v, "is_valid")))
            continue;
        printf("    %s: ", string_of(v, "validation_type"));
        print_safely(string_of(v, "error_message"));
        putchar('\n');
    }
}

static void print_backtrace(const json_t *r, const char *first) {
    size_t i;
    json_t *v;
    json_array_foreach(json_object_get(r, "backtrace"), i, v) {
        const char *function = string_of(v, "function");
        printf("    %s ", i == 0 ? first : "         ");
        print_safely(function[0] != '\0' ? function : string_of(v, "address"));
        printf(" in ");
        print_safely(string_of(v, "object"));
        putchar('\n');
    }
}

static void print_validation(const struct log *l, const json_t *r) {
    const json_t *passed = json_object_get(r, "validation_passed");
    bool failed = json_is_false(passed);
    if (l->failed_only && !failed)
        return;
    print_head(r, failed ? "FAILED" : json_is_true(passed) ? "passed" : string_of(r, "status"));
    print_safely(string_of(json_object_get(r, "output"), "path"));
    print_sources(r);
    printf("  %s, %.1f ms\n", string_of(r, "operation"),
           (double)json_integer_value(json_object_get(r, "validation_us")) / 1000);
    if (string_of(r, "reason")[0] != '\0')
        printf("    %s\n", string_of(r, "reason"));
    if (failed)
        print_failures(r);
    print_backtrace(r, failed ? "closed by" : "fault in ");
}

static void print_config_error(const struct log *l, const json_t *r) {
    size_t i;
    json_t *problem;
    if (l->failed_only)
        return;
    print_head(r, "CONFIG");
    printf("the configuration has mistakes\n");
    json_array_foreach(json_object_get(r, "problems"), i, problem) {
        printf("    ");
        print_safely(json_string_value(problem));
        putchar('\n');
    }
}

static void print_line(struct log *l, const char *text, size_t n) {
    if (n == 0 || (n == 1 && text[0] == '\n'))
        return;
    l->lines++;
    json_t *r = json_loadb(text, n, JSON_ALLOW_NUL, NULL);
    const char *type = json_is_object(r) ? string_of(r, "type") : "";
    if (strcmp(type, "validation") == 0 || strcmp(type, "judge_fault") == 0) {
        print_validation(l, r);
    } else if (strcmp(type, "config_error") == 0) {
        print_config_error(l, r);
    } else if (strcmp(type, "control") == 0) {
        if (!l->failed_only) {
            print_head(r, "control");
            print_safely(string_of(json_object_get(r, "output"), "path"));
            putchar('\n');
        }
    } else {
        l->foreign++;
    }
    json_decref(r);
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
