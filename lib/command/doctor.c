/* gifvet doctor: would validation work here, and if not, why not. */
#include "command/clock.h"
#include "command/command.h"
#include "command/program.h"
#include "command/settings.h"
#include "command/style.h"
#include "command/terminal.h"
#include "operate/emergency.h"
#include "operate/writable.h"
#include "record/json.h"
#include "store/store.h"
#include "sys/place.h"
#include "text/text.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct doctor {
    int bad;
    bool json;
    size_t told; /* items, of which each is an object of the array then */
};

#define SAYS_SIZE ((size_t)4 * PATH_MAX)

enum answer { GOOD, BAD, NOTE };

static void print_json(const char *word, const char *what, const char *says) {
    char *item = malloc(6 * SAYS_SIZE);
    if (item == NULL)
        return;
    struct text t = text_over(item, 6 * SAYS_SIZE);
    struct json j = json_over(&t);
    json_put_object(&j, NULL);
    json_put_string(&j, "item", what);
    json_put_string(&j, "answer", word);
    json_put_string(&j, "says", says);
    json_put_object_end(&j);
    fputs(item, stdout);
    free(item);
}

/* What is said may hold names from anywhere. */
static void say(struct doctor *d, enum answer a, const char *what, const char *says) {
    static const char *const words[] = {"ok", "BAD", "note"};
    static const enum style styles[] = {STYLE_GOOD, STYLE_BAD, STYLE_DOUBTFUL};
    d->bad += a == BAD;
    if (d->json) {
        fputs(d->told++ > 0 ? "," : "", stdout);
        print_json(a == BAD ? "bad" : words[a], what, says);
        return;
    }
    style_print(stdout, styles[a], words[a]);
    printf("%*s %-14s ", (int)(4 - strlen(words[a])), "", what);
    terminal_print(stdout, says, SIZE_MAX);
    putchar('\n');
}

static void line(struct doctor *d, bool good, const char *what, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void line(struct doctor *d, bool good, const char *what, const char *format, ...) {
    static char says[SAYS_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(says, sizeof says, format, args);
    va_end(args);
    say(d, good ? GOOD : BAD, what, says);
}

/* First of all lines, because with a kill switch set nothing else matters. */
static void kill_switch(struct doctor *d, const struct conf *c) {
    static struct emergency found;
    static char says[SAYS_SIZE], words[sizeof found];
    const char *variable = getenv(EMERGENCY_VARIABLE);
    int result = emergency_look(c->state_dir, &found);
    bool is_set = variable != NULL && variable[0] != '\0', clear = result == ENOENT && !is_set;
    struct text t = text_over(says, sizeof says);
    text_add(&t, "%s",
             clear                             ? "not set ("
             : result == 0 || result == ENOENT ? "set: "
                                               : "taken as set: ");
    if (is_set)
        text_add(&t, EMERGENCY_VARIABLE "=%s", variable);
    if (is_set && result != ENOENT)
        text_add(&t, "; ");
    if (!is_set || result != ENOENT)
        text_add(&t, "%s/" EMERGENCY_NAME, c->state_dir);
    if (result == 0 && !d->json)
        clock_in_place(found.time);
    if (result == 0)
        text_add(&t, " exists%s", emergency_words(&found, words, sizeof words));
    else if (result != ENOENT)
        text_add(&t, ": %s", strerror(result));
    text_add(&t, "%s", clear ? ")" : "");
    say(d, clear ? GOOD : BAD, "kill switch", says);
}

static void configuration(struct doctor *d, const struct conf *c, size_t problems) {
    static const char *const modes[] = {"shadow", "alert", "enforce"};
    const char *file = c->file[0] != '\0' ? c->file : "built-in defaults";
    if (problems > 0)
        line(d, false, "configuration", "%s: %zu mistakes, see above", file, problems);
    else
        line(d, true, "configuration", "%s", file);
    line(d, c->enable_wrapper_validation, "validation", "%s, mode %s, %g %% of the outputs",
         c->enable_wrapper_validation ? "on"
                                      : "switched off (validation.enable_wrapper_validation)",
         modes[c->mode], c->percentage);
}

static void log_file(struct doctor *d, const struct conf *c) {
    char above[PATH_MAX];
    if (c->log_syslog) {
        line(d, access("/dev/log", W_OK) == 0, "log", "syslog at /dev/log");
        return;
    }
    int result = writable_file(c->log_path);
    if (result == 0)
        line(d, true, "log", "%s", c->log_path);
    else if (result == -ENOENT && writable_above(c->log_path, above, sizeof above))
        line(d, true, "log", "%s (will be made)", c->log_path);
    else if (result == -ENOENT)
        line(d, false, "log", "%s cannot be made: %s cannot be written", c->log_path, above);
    else if (result == -EINVAL || result == -ELOOP || result == -EISDIR || result == -ENXIO)
        line(d, false, "log", "%s is not a regular file", c->log_path);
    else if (result == -EPERM)
        line(d, false, "log",
             "%s is refused: it or its directory belongs to another user, has a second name, or "
             "everybody may replace it",
             c->log_path);
    else
        line(d, false, "log", "%s cannot be written: %s", c->log_path, strerror(-result));
}

static void state_directory(struct doctor *d, const struct conf *c) {
    char above[PATH_MAX], inside[PATH_MAX];
    text_print(inside, sizeof inside, "%s/x", c->state_dir);
    if (access(c->state_dir, F_OK) == 0)
        line(d, access(c->state_dir, W_OK | X_OK) == 0, "state", "%s", c->state_dir);
    else
        line(d, writable_above(c->state_dir, above, sizeof above), "state",
             "%s (will be made in %s)", c->state_dir, above);
}

/* As the object would open it. */
static void evidence(struct doctor *d, const struct conf *c) {
    char above[PATH_MAX], inside[CONF_PATH_MAX + 8];
    const char *path = c->evidence_directory;
    if (!conf_keeps_evidence(c)) {
        line(d, true, "evidence", "none is kept, as evidence.keep says");
        return;
    }
    int store = store_open(path, NULL, false);
    text_print(inside, sizeof inside, "%s/x", path);
    if (store >= 0) {
        close(store);
        line(d, access(path, W_OK | X_OK) == 0, "evidence", "%s", path);
    } else if (store == -ENOENT) {
        line(d, writable_above(inside, above, sizeof above), "evidence", "%s (will be made in %s)",
             path, above);
    } else if (store == -EPERM) {
        line(d, false, "evidence",
             "%s is refused: it belongs to another user, or others may write in it", path);
    } else {
        line(d, false, "evidence", "%s cannot be opened: %s", path, strerror(-store));
    }
}

static void object(struct doctor *d) {
    char path[PATH_MAX];
    struct error e = {0};
    if (program_object(path, sizeof path, &e) == 0)
        line(d, true, "object", "%s", path);
    else
        line(d, false, "object", "%s", e.message);
    void *unwind = dlopen("libgcc_s.so.1", RTLD_LAZY | RTLD_LOCAL);
    say(d, unwind != NULL ? GOOD : NOTE, "unwinder",
        unwind != NULL ? "libgcc_s.so.1" : "no libgcc_s.so.1: no backtrace in the records");
    if (unwind != NULL)
        dlclose(unwind);
}

/* Where the object cannot ride, the judge still can. */
static void advise(struct doctor *d, const char *works, const char *instead) {
    say(d, NOTE, "works", works);
    say(d, NOTE, "instead", instead);
}

/* What is started from here inherits the filter that this process is under. */
static void filter(struct doctor *d) {
    char text[256];
    int mode = 0;
    FILE *f = fopen("/proc/self/status", "re");
    while (f != NULL && fgets(text, sizeof text, f) != NULL)
        (void)sscanf(text, "Seccomp: %d", &mode);
    if (f != NULL)
        fclose(f);
    line(d, mode == 0, "seccomp",
         mode == 0 ? "no filter here"
                   : "a filter is in force here, and in whatever is started from here: the object "
                     "only forwards");
    if (mode != 0)
        advise(d, "programs run as without gifvet; nothing that they write is judged",
               "gifvet check SOURCE OUTPUT when they have ended, or without the filter (a "
               "container's seccomp profile, a unit's SystemCallFilter=)");
}

static void hookable(struct doctor *d, const char *name, const struct conf *c) {
    char path[PATH_MAX];
    struct error e = {0};
    enum program_obstacle obstacle = PROGRAM_UNKNOWN;
    if (program_find(name, path, sizeof path, &e) == 0)
        obstacle = program_hookable(path, &e);
    if (obstacle != PROGRAM_NONE) {
        line(d, false, "program", "%s", e.message);
        if (program_instead(obstacle) != NULL)
            advise(d, program_works(obstacle), program_instead(obstacle));
        return;
    }
    const char *base = text_base_name(name);
    if (!text_matches_any(c->include, base) || text_matches_any(c->exclude, base))
        line(d, false, "program", "%s is left out by programs.include or programs.exclude", path);
    else
        line(d, true, "program", "%s can be hooked", path);
}

static int parse(struct doctor *d, int argc, char **argv, const char **program) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            d->json = true;
        } else if (argv[i][0] != '-' && *program == NULL) {
            *program = argv[i];
        } else {
            fprintf(stderr, "gifvet doctor: takes at most one program, and --json\n");
            return 2;
        }
    }
    return 0;
}

int command_doctor(int argc, char **argv) {
    static struct conf c;
    struct doctor d = {0};
    const char *program = NULL;
    if (parse(&d, argc, argv, &program) != 0)
        return 2;
    size_t problems =
        settings_load(&c, "doctor", NULL, program != NULL ? text_base_name(program) : NULL);
    if (d.json)
        printf("{\"schema\":1,\"type\":\"doctor\",\"items\":[");
    kill_switch(&d, &c);
    configuration(&d, &c, problems);
    log_file(&d, &c);
    state_directory(&d, &c);
    evidence(&d, &c);
    object(&d);
    filter(&d);
    if (program != NULL)
        hookable(&d, program, &c);
    if (d.json)
        puts("]}");
    return d.bad > 0 ? 1 : 0;
}
