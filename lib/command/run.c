/* gifvet run: put the preload object in front of a program and become that program. */
#include "command/command.h"
#include "command/program.h"
#include "conf/conf.h"
#include "text/text.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Settings given with --set travel in one variable, over all layers of the configuration. */
#define SETS_VARIABLE "GIFVET_SET"

struct run {
    const char *file, *source;
    char sets[32768];
    size_t sets_used;
    char **program;
};

static int usage(const char *reason, const char *what) {
    fprintf(stderr, "gifvet run: %s%s (see gifvet run --help)\n", reason, what);
    return 125;
}

/* "section.key=value", checked now: a typing error must not become a silent default. */
static int add_set(struct run *r, const char *set) {
    char section[64], key[64];
    struct error e = {0};
    static struct conf scratch;
    const char *dot = strchr(set, '.'), *equals = strchr(set, '=');
    if (dot == NULL || equals == NULL || equals < dot)
        return usage("--set takes section.key=value, not ", set);
    text_print(section, sizeof section, "%.*s", (int)(dot - set), set);
    text_print(key, sizeof key, "%.*s", (int)(equals - dot - 1), dot + 1);
    const struct conf_setting *s = conf_find(section, key);
    if (s == NULL)
        return usage("--set: no such setting: ", set);
    if (conf_value_set(s, equals + 1, &scratch, &e) != 0) {
        fprintf(stderr, "gifvet run: --set %s: %s\n", set, e.message);
        return 125;
    }
    size_t n = strlen(set);
    if (r->sets_used + n + 2 > sizeof r->sets || strchr(set, '\n') != NULL)
        return usage("--set: too long: ", set);
    if (r->sets_used > 0)
        r->sets[r->sets_used++] = '\n';
    memcpy(r->sets + r->sets_used, set, n + 1);
    r->sets_used += n;
    return 0;
}

static int parse(struct run *r, int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i];
        bool takes = strcmp(a, "-c") == 0 || strcmp(a, "--config") == 0 ||
                     strcmp(a, "--set") == 0 || strcmp(a, "--source") == 0;
        if (strcmp(a, "--") == 0 || a[0] != '-') {
            r->program = argv + i + (strcmp(a, "--") == 0);
            break;
        }
        if (!takes)
            return usage("unknown option ", a);
        if (++i == argc)
            return usage("a value is missing after ", a);
        if (strcmp(a, "--set") == 0) {
            int result = add_set(r, argv[i]);
            if (result != 0)
                return result;
        } else if (strcmp(a, "--source") == 0) {
            r->source = argv[i];
        } else {
            r->file = argv[i];
        }
    }
    return r->program == NULL || r->program[0] == NULL ? usage("no program given", "") : 0;
}

static int set_path(const char *variable, const char *path) {
    char whole[PATH_MAX];
    if (path == NULL)
        return 0;
    /* The program may change its directory before it reads it. */
    if (realpath(path, whole) == NULL) {
        fprintf(stderr, "gifvet run: %s: %s\n", path, strerror(errno));
        return 125;
    }
    return setenv(variable, whole, 1);
}

static int set_preload(void) {
    char object[PATH_MAX];
    struct error e = {0};
    if (program_object(object, sizeof object, &e) != 0) {
        fprintf(stderr, "gifvet run: %s\n", e.message);
        return 125;
    }
    const char *before = getenv("LD_PRELOAD");
    char *value = NULL;
    if (asprintf(&value, "%s%s%s", object, before != NULL && before[0] ? ":" : "",
                 before != NULL ? before : "") < 0)
        return 125;
    int result = setenv("LD_PRELOAD", value, 1);
    free(value);
    return result;
}

int command_run(int argc, char **argv) {
    static struct run r;
    char path[PATH_MAX];
    struct error e = {0};
    int result = parse(&r, argc, argv);
    if (result != 0)
        return result;
    int found = program_find(r.program[0], path, sizeof path, &e);
    if (found != 0 || program_hookable(path, &e) != 0) {
        fprintf(stderr, "gifvet run: %s\n", e.message);
        return found == ENOENT ? 127 : 126;
    }
    if ((result = set_path("GIFLAB_VALIDATION_CONFIG", r.file)) != 0 ||
        (result = set_path("GIFLAB_VALIDATION_SOURCE", r.source)) != 0)
        return result;
    if (r.sets_used > 0)
        setenv(SETS_VARIABLE, r.sets, 1);
    if ((result = set_preload()) != 0)
        return result;
    execv(path, r.program);
    fprintf(stderr, "gifvet run: %s: %s\n", path, strerror(errno));
    return errno == ENOENT ? 127 : 126;
}
