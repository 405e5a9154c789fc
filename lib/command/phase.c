/* gifvet phase: the configuration of a rollout's phase, and since when it is in force.
 *
 * Rooms: usage · presets · what changes · making it · beginning */
#include "operate/phase.h"
#include "command/command.h"
#include "command/file.h"
#include "command/in_force.h"
#include "command/terminal.h"
#include "operate/gate.h"
#include "operate/standing.h"
#include "operate/textfile.h"
#include "sys/sys.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MOST ((size_t)1 << 20) /* as conf_load() reads */

/* ---- usage ---- */

struct asked {
    enum conf_phase to; /* CONF_PHASE_NONE: the present one */
    double percentage;  /* NAN: the present one */
    const char *presets, *output;
    bool begin;
};

static int complain(const char *what, const char *about) {
    fprintf(stderr, "gifvet phase: %s", what);
    terminal_print(stderr, about, SIZE_MAX);
    fputc('\n', stderr);
    return 2;
}

static int take_option(struct asked *a, const char *option, const char *value) {
    if (value == NULL)
        return complain("needs a value: ", option);
    if (strcmp(option, "--presets") == 0)
        a->presets = value;
    else if (strcmp(option, "--output") == 0)
        a->output = value;
    else if (strcmp(option, "--percentage") != 0)
        return complain("no such option: ", option);
    else if (!text_to_double(value, &a->percentage) || a->percentage < 0 || a->percentage > 100)
        return complain("--percentage takes 0 to 100, not ", value);
    return 0;
}

static int parse(struct asked *a, int argc, char **argv) {
    int result = 0;
    *a = (struct asked){.percentage = (double)NAN};
    for (int i = 1; i < argc && result == 0; i++) {
        if (strcmp(argv[i], "--begin") == 0) {
            a->begin = true;
        } else if (argv[i][0] == '-') {
            result = take_option(a, argv[i], argv[i + 1]);
            i++;
        } else if (a->to != CONF_PHASE_NONE || !gate_phase(argv[i], &a->to) ||
                   a->to == CONF_PHASE_NONE) {
            result = complain("takes one of bluegreen, shadow, alert, production and enforce, not ",
                              argv[i]);
        }
    }
    if (result == 0 && a->begin && argc > 2)
        return complain("--begin stands alone", "");
    if (result == 0 && !a->begin && a->presets == NULL)
        return complain("needs --presets DIR, where shadow.ini and the others are", "");
    return result;
}

/* ---- presets ---- */

/* The text of a phase's preset, "" of none; NULL, said on stderr, when it cannot be used. */
static char *read_preset(const char *directory, enum conf_phase phase) {
    static struct conf c;
    char path[CONF_PATH_MAX];
    struct error e = {0};
    uint8_t *bytes;
    size_t n;
    if (phase == CONF_PHASE_NONE)
        return strdup("");
    if (snprintf(path, sizeof path, "%s/%s.ini", directory, gate_phase_name(phase)) >=
        (int)sizeof path) {
        complain("too long: ", directory);
        return NULL;
    }
    if (file_read(path, FILE_MOST, &bytes, &n, &e) != 0) {
        complain("", e.message);
        return NULL;
    }
    const struct conf_input in = {.file = path};
    if (conf_load(&c, &in) == 0 && c.rollout_phase == phase)
        return (char *)bytes;
    complain("is not the preset of its phase (gifvet config check): ", path);
    free(bytes);
    return NULL;
}

/* ---- what changes ---- */

static void print_value(const struct phase_change *c, const char *value) {
    const struct conf_setting *s = conf_find(c->section, c->key);
    if (value != NULL)
        terminal_print(stdout, value[0] != '\0' ? value : "(empty)", SIZE_MAX);
    else if (s != NULL)
        printf("%s (default)", s->default_text[0] != '\0' ? s->default_text : "(empty)");
    else
        printf("(not set)");
}

/* What is in force where a file has this value, or none. */
static const char *in_force(const struct phase_change *c, const char *value) {
    const struct conf_setting *s = conf_find(c->section, c->key);
    return value != NULL || s == NULL ? value : s->default_text;
}

static bool differs(const struct phase_change *c) {
    const char *before = in_force(c, c->before), *after = in_force(c, c->after);
    return (before == NULL) != (after == NULL) || (before != NULL && strcmp(before, after) != 0);
}

static void print_name(const struct phase_change *c) {
    printf("  [");
    terminal_print(stdout, c->section, SIZE_MAX);
    printf("] ");
    terminal_print(stdout, c->key, SIZE_MAX);
    printf(": ");
}

/* What no preset speaks of, or not the new one. */
static void print_kept(const struct phase *p) {
    size_t kept = 0;
    for (size_t i = 0; i < p->used; i++) {
        const struct phase_change *c = &p->changes[i];
        if (!c->yours || differs(c))
            continue;
        printf("%s[", kept++ == 0 ? "  what else stands there stays: " : ", ");
        terminal_print(stdout, c->section, SIZE_MAX);
        printf("] ");
        terminal_print(stdout, c->key, SIZE_MAX);
    }
    if (kept > 0)
        printf("\n");
}

static void print_changes(const struct phase *p) {
    size_t changed = 0;
    for (size_t i = 0; i < p->used; i++) {
        const struct phase_change *c = &p->changes[i];
        if (differs(c)) {
            print_name(c);
            print_value(c, c->before);
            printf(" -> ");
            print_value(c, c->after);
            printf("%s\n", c->yours ? ", though you had set it yourself" : "");
            changed++;
        }
    }
    if (changed == 0)
        printf("  nothing changes\n");
    print_kept(p);
}

/* ---- making it ---- */

static struct conf host, file;

static int write_output(const char *path, const char *text) {
    FILE *out = fopen(path, "w");
    bool fine = out != NULL && fputs(text, out) >= 0;
    if (out != NULL && fclose(out) != 0)
        fine = false;
    return fine ? 0 : complain(strerror(errno), path);
}

/* Does the new file say what was asked for, and nothing wrong? */
static int check_output(const char *path, const struct asked *a) {
    static struct conf c;
    const struct conf_input in = {.file = path};
    if (conf_load(&c, &in) == 0 && c.rollout_phase == a->to &&
        (isnan(a->percentage) || c.percentage == a->percentage))
        return 0;
    return complain("what was made of the configuration is not what it should be: ", path);
}

static int make(struct asked *a, char *present, char *old, char *new) {
    char percentage[32];
    struct phase_extra extras[] = {{"sampling", "percentage", percentage},
                                   {"log", "control", "true"}};
    struct phase_input in = {
        .present = present, .old_preset = old, .new_preset = new, .extras = extras};
    struct phase p;
    struct error e = {0};
    snprintf(percentage, sizeof percentage, "%.15g", a->percentage);
    if (!isnan(a->percentage))
        in.extras_used = a->percentage < 100 ? 2 : 1; /* below 100 % there is a control arm */
    if (phase_compose(&in, &p, &e) != 0)
        return complain("", e.message);
    int result = a->output != NULL ? write_output(a->output, p.text) : 0;
    if (result == 0 && a->output != NULL)
        result = check_output(a->output, a);
    if (result == 0)
        print_changes(&p);
    phase_free(&p);
    return result;
}

static char *read_present(void) {
    struct error e = {0};
    uint8_t *bytes;
    size_t n;
    if (host.file[0] == '\0')
        return strdup("");
    if (file_read(host.file, FILE_MOST, &bytes, &n, &e) == 0)
        return (char *)bytes;
    complain("", e.message);
    return NULL;
}

static int change(struct asked *a) {
    if (a->to == CONF_PHASE_NONE)
        a->to = file.rollout_phase;
    if (a->to == CONF_PHASE_NONE)
        return complain("this host is in no phase yet: say which", "");
    char *present = read_present(), *old = read_preset(a->presets, file.rollout_phase),
         *new = read_preset(a->presets, a->to);
    int result = 2;
    if (present != NULL && old != NULL && new != NULL)
        result = make(a, present, old, new);
    free(present);
    free(old);
    free(new);
    return result;
}

/* ---- beginning ---- */

/* Only what is not so yet begins now. */
static int begin(void) {
    struct standing s;
    struct error e = {0};
    struct state_snapshot *snapshot = calloc(1, sizeof *snapshot);
    if (snapshot == NULL)
        return complain("no memory", "");
    int known = state_read(host.state_dir, snapshot, &e);
    const struct standing_since now = standing_now(known == 0 ? snapshot : NULL, sys_wall_us());
    free(snapshot);
    if (known != 0 && known != ENOENT)
        return complain("", e.message);
    bool there = standing_read(host.state_dir, &s, &e) == 0;
    if (!there || s.phase != file.rollout_phase)
        s = (struct standing){.phase = file.rollout_phase, .in_phase = now, .in_step = now};
    else if (s.percentage != file.percentage)
        s.in_step = now;
    s.percentage = file.percentage;
    return standing_write(host.state_dir, &s, &e) == 0 ? 0 : complain("", e.message);
}

int command_phase(int argc, char **argv) {
    struct asked a;
    if (parse(&a, argc, argv) != 0 || in_force_load(&host, &file, "phase") != 0)
        return 2;
    int result = a.begin ? begin() : change(&a);
    if (fflush(stdout) != 0 || ferror(stdout))
        return complain("cannot print: ", strerror(errno));
    return result;
}
