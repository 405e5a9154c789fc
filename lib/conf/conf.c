/* Rooms: reporting · paths · the file and its overlays · reading it · the environment · loading */
#include "conf/conf.h"

#include "conf/ini.h"
#include "evidence/sha256.h"
#include "sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#define FILE_MOST ((size_t)1 << 20)

struct loading {
    struct conf *c;
    struct conf *scratch; /* where a setting that is only checked is set */
    const struct conf_input *in;
    const char *file; /* being read; "" = the environment */
    size_t problems;
    /* The file is gone through once per layer of it; the first time tells every mistake. */
    enum conf_layer layer;
};

struct given {
    const char *section, *key, *value;
    int line;
};

/* ---- reporting ---- */

static void report(struct loading *l, int line, const char *key, const char *reason) {
    const struct conf_problem p = {l->file, line, key, reason};
    l->problems++;
    if (l->in->report != NULL)
        l->in->report(l->in->context, &p);
}

static void took(const struct loading *l, const struct conf_setting *s, enum conf_layer layer,
                 bool applied, int line) {
    const struct conf_taken taken = {s, layer, applied, line};
    if (l->in->take != NULL)
        l->in->take(l->in->context, &taken);
}

static const char *variable(const struct conf_input *in, const char *name) {
    const char *value = in->getenv != NULL ? in->getenv(name) : NULL;
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* ---- paths ---- */

/* XDG says: a path that is not absolute is to be ignored. So is one that does not fit, with room
 * left for a name below it: cut, it would be another. */
static bool in_home(const struct conf_input *in, const char *xdg, const char *below_home,
                    const char *name, char *path) {
    const char *base = variable(in, xdg), *home = variable(in, "HOME");
    struct text t = text_over(path, CONF_PATH_MAX - CONF_NAME_MAX);
    if (base != NULL && base[0] == '/')
        text_add(&t, "%s/%s", base, name);
    else if (home != NULL && home[0] == '/')
        text_add(&t, "%s/%s/%s", home, below_home, name);
    if (t.cut)
        path[0] = '\0';
    return path[0] != '\0';
}

/* A directory that is not absolute; emptied when it does not fit. */
static void put_below_state(const struct conf *c, char *path) {
    char below[CONF_PATH_MAX];
    if (path[0] == '\0' || path[0] == '/')
        return;
    struct text t = text_over(below, sizeof below);
    text_add(&t, "%s/%s", c->state_dir, path);
    memcpy(path, below, t.cut ? 0 : t.used);
    path[t.cut ? 0 : t.used] = '\0';
}

static void resolve_paths(struct conf *c, const struct conf_input *in) {
    if (c->state_dir[0] == '\0' &&
        (in->superuser || !in_home(in, "XDG_STATE_HOME", ".local/state", "gifvet", c->state_dir)))
        text_print(c->state_dir, sizeof c->state_dir, "/var/lib/gifvet");
    if (c->log_path[0] == '\0')
        text_print(c->log_path, sizeof c->log_path, "%s/validation.jsonl", c->state_dir);
    put_below_state(c, c->quarantine);
    put_below_state(c, c->evidence_directory);
}

/* ---- the file and its overlays ---- */

/* The row of g, once it is set in to; NULL when it cannot be, which is told. */
static const struct conf_setting *set_in(struct loading *l, struct conf *to,
                                         const struct given *g) {
    struct error e = {0};
    const struct conf_setting *s = conf_find(g->section, g->key);
    if (s != NULL && conf_value_set(s, g->value, to, &e) == 0)
        return s;
    /* What stands in an overlay has been told when the file was gone through first. */
    if (l->layer != CONF_FROM_ENVIRONMENT && l->layer != CONF_FROM_PROGRAM) {
        char name[2 * CONF_NAME_MAX];
        text_print(name, sizeof name, "%s.%s", g->section, g->key);
        report(l, g->line, name, s == NULL ? "no such setting" : e.message);
    }
    return NULL;
}

static void apply(struct loading *l, const struct given *g) {
    const struct conf_setting *s = set_in(l, l->c, g);
    if (s != NULL)
        took(l, s, l->layer, true, g->line);
}

/* "environment:NAME" and "program:NAME"; NULL when section is neither. */
static const char *overlay_name(const char *section, bool *program) {
    *program = strncmp(section, "program:", 8) == 0;
    if (*program)
        return section + 8;
    return strncmp(section, "environment:", 12) == 0 ? section + 12 : NULL;
}

static void take_overlaid(struct loading *l, const char *name, bool program,
                          const struct given *given) {
    char section[CONF_NAME_MAX];
    const enum conf_layer layer = program ? CONF_FROM_PROGRAM : CONF_FROM_ENVIRONMENT;
    const char *dot = strchr(given->key, '.');
    bool applies = program ? l->in->program != NULL && text_matches_any(name, l->in->program)
                           : strcmp(name, l->c->environment) == 0;
    if (dot == NULL || (size_t)(dot - given->key) >= sizeof section) {
        if (l->layer == CONF_FROM_FILE)
            report(l, given->line, given->key, "in an overlay keys are written section.key");
        return;
    }
    text_print(section, sizeof section, "%.*s", (int)(dot - given->key), given->key);
    const struct given g = {section, dot + 1, given->value, given->line};
    if (l->layer == layer && applies)
        apply(l, &g);
    if (l->layer != CONF_FROM_FILE)
        return;
    const struct conf_setting *s = set_in(l, l->scratch, &g);
    if (s != NULL && !applies)
        took(l, s, layer, false, g.line);
}

static void take_setting(void *context, const char *section, const char *key, const char *value,
                         int line) {
    struct loading *l = context;
    const struct given g = {section, key, value, line};
    bool program;
    const char *name = overlay_name(section, &program);
    if (name != NULL)
        take_overlaid(l, name, program, &g);
    else if (l->layer == CONF_FROM_FILE && section[0] == '\0')
        report(l, line, key, "stands before any section");
    else if (l->layer == CONF_FROM_FILE)
        apply(l, &g);
}

static bool take_section(void *context, const char *section, int line) {
    struct loading *l = context;
    bool program;
    const char *name = overlay_name(section, &program), *reason = "no such section";
    if (name != NULL && name[0] != '\0')
        return true;
    for (size_t i = 0; name == NULL && i < conf_settings_count; i++)
        if (strcmp(conf_settings[i].section, section) == 0)
            return true;
    if (name != NULL)
        reason = "has no name behind the colon";
    if (l->layer == CONF_FROM_FILE)
        report(l, line, section, reason);
    return false;
}

static void take_mistake(void *context, int line, const char *reason) {
    struct loading *l = context;
    if (l->layer == CONF_FROM_FILE)
        report(l, line, "", reason);
}

/* Brings the two names of one setting together after a layer; enforced is what was said before.
 * In one layer a false beside mode = enforce is only the default, spelt out. */
static void settle_mode(struct conf *c, bool enforced) {
    if (c->fail_on_validation_error && !enforced)
        c->mode = CONF_ENFORCE;
    else if (!c->fail_on_validation_error && enforced && c->mode == CONF_ENFORCE)
        c->mode = CONF_SHADOW;
    c->fail_on_validation_error = c->mode == CONF_ENFORCE;
}

static void read_text(struct loading *l, const char *text, size_t n) {
    const struct ini_reader reader = {take_section, take_setting, take_mistake, l};
    int result = 0;
    for (l->layer = CONF_FROM_FILE; l->layer <= CONF_FROM_PROGRAM && result == 0; l->layer++) {
        bool enforced = l->c->fail_on_validation_error;
        result = ini_read(text, n, &reader);
        settle_mode(l->c, enforced);
    }
    if (result != 0)
        report(l, 0, "", result < 0 ? "no memory to read it" : "is refused by the INI parser");
}

/* ---- reading it ---- */

static const char *words_for(int error) {
    switch (error) {
    case ENOENT:
        return "no such file";
    case EACCES:
        return "may not be read";
    case EISDIR:
        return "is a directory";
    case ENOTSUP:
        return "is not a regular file";
    case ELOOP:
        return "too many symbolic links";
    case ENOMEM:
        return "no memory to read it";
    case EFBIG:
        return "is larger than 1 MiB and was not read";
    default:
        return "cannot be read";
    }
}

/* /dev/null is an empty configuration. */
static int fault_of_kind(const struct stat *st) {
    if (S_ISREG(st->st_mode) || (S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3)))
        return 0;
    return S_ISDIR(st->st_mode) ? -EISDIR : -ENOTSUP;
}

/* Looks before it opens: what is read from a pipe or a terminal is lost to the host, and opening a
 * device may already do something. Looks again, in case it has been replaced in between. */
static int open_regular(const char *path) {
    struct stat st;
    int result = sys_stat(path, &st);
    if (result == 0)
        result = fault_of_kind(&st);
    if (result != 0)
        return result;
    int fd = sys_open(path, SYS_READING, 0);
    if (fd < 0)
        return fd;
    result = sys_fstat(fd, &st);
    if (result == 0)
        result = fault_of_kind(&st);
    if (result == 0)
        return fd;
    sys_close(fd);
    return result;
}

/* Reads to the end, at most FILE_MOST bytes; how many, or a negative errno. */
static ssize_t read_whole(int fd, char *text) {
    size_t used = 0;
    while (used <= FILE_MOST) {
        ssize_t got = sys_read(fd, text + used, FILE_MOST + 1 - used);
        if (got == 0)
            return (ssize_t)used;
        if (got < 0 && got != -EINTR)
            return got;
        used += got > 0 ? (size_t)got : 0;
    }
    return -EFBIG;
}

static void read_file(struct loading *l, const char *path) {
    l->file = path;
    char *text = malloc(FILE_MOST + 1);
    l->scratch = malloc(sizeof *l->scratch);
    ssize_t n = -ENOMEM;
    if (text != NULL && l->scratch != NULL) {
        int fd = open_regular(path);
        n = fd >= 0 ? read_whole(fd, text) : fd;
        if (fd >= 0)
            sys_close(fd);
    }
    if (n >= 0) {
        text_print(l->c->file, sizeof l->c->file, "%s", path);
        conf_checksum(text, (size_t)n, l->c->checksum);
        read_text(l, text, (size_t)n);
    } else {
        report(l, 0, "", words_for((int)-n));
    }
    free(l->scratch);
    free(text);
    l->file = "";
}

/* A directory that may not be entered is another user's, left over in HOME by sudo or su. */
static bool is_there(const char *path, struct stat *st) {
    int result = sys_stat(path, st);
    return result != -ENOENT && result != -ENOTDIR && result != -EACCES;
}

/* So is a file of another user: he does not configure what runs with our rights. */
static bool is_ours(const char *path) {
    struct stat st = {0};
    return is_there(path, &st) &&
           (st.st_uid == 0 || st.st_uid == (uid_t)sys_call(SYS_geteuid, 0, 0, 0, 0, 0, 0));
}

#define SYSTEM_FILE "/etc/gifvet/gifvet.ini"

/* Is it there, or named by somebody who says so? */
static bool find_file(const struct conf_input *in, char *path) {
    struct stat st;
    const char *named = in->file != NULL ? in->file : variable(in, "GIFLAB_VALIDATION_CONFIG");
    if (named != NULL) {
        text_print(path, CONF_PATH_MAX, "%s", named);
        return true;
    }
    if (in_home(in, "XDG_CONFIG_HOME", ".config", "gifvet/gifvet.ini", path) && is_ours(path))
        return true;
    text_print(path, CONF_PATH_MAX, SYSTEM_FILE);
    return is_there(SYSTEM_FILE, &st);
}

void conf_place(char *path, const struct conf_input *in) {
    path[0] = '\0';
    if (!find_file(in, path) && !in->superuser) {
        path[0] = '\0';
        (void)in_home(in, "XDG_CONFIG_HOME", ".config", "gifvet/gifvet.ini", path);
    }
}

static void search_file(struct loading *l) {
    char path[CONF_PATH_MAX];
    if (find_file(l->in, path))
        read_file(l, path);
}

/* ---- the environment ---- */

static void take_environment_name(struct loading *l) {
    const char *name = variable(l->in, "DEPLOYMENT_ENV");
    if (name != NULL && strlen(name) >= sizeof l->c->environment)
        report(l, 0, "DEPLOYMENT_ENV", "longer than 63 bytes");
    else if (name != NULL)
        text_print(l->c->environment, sizeof l->c->environment, "%s", name);
}

static void take_variables(struct loading *l) {
    struct error e = {0};
    bool enforced = l->c->fail_on_validation_error;
    l->layer = CONF_FROM_VARIABLE;
    for (size_t i = 0; i < conf_settings_count; i++) {
        const struct conf_setting *s = &conf_settings[i];
        const char *value = s->environment != NULL ? variable(l->in, s->environment) : NULL;
        if (value == NULL)
            continue;
        if (conf_value_set(s, value, l->c, &e) == 0)
            took(l, s, l->layer, true, 0);
        else
            report(l, 0, s->environment, e.message);
    }
    settle_mode(l->c, enforced);
}

static void take_sets(struct loading *l) {
    l->layer = CONF_FROM_SET;
    for (size_t i = 0; l->in->sets != NULL && l->in->sets[i] != NULL; i++) {
        char section[CONF_NAME_MAX], key[CONF_NAME_MAX];
        const char *set = l->in->sets[i], *equals = strchr(set, '=');
        const char *dot = strchr(set, '.');
        if (dot == NULL || equals == NULL || dot > equals) {
            report(l, 0, set, "is not section.key=value");
            continue;
        }
        text_print(section, sizeof section, "%.*s", (int)(dot - set), set);
        text_print(key, sizeof key, "%.*s", (int)(equals - dot - 1), dot + 1);
        const struct given g = {section, key, equals + 1, 0};
        bool enforced = l->c->fail_on_validation_error;
        apply(l, &g);
        settle_mode(l->c, enforced);
    }
}

/* ---- loading ---- */

static void set_defaults(struct conf *c) {
    *c = (struct conf){0};
    for (size_t i = 0; i < conf_settings_count; i++)
        (void)conf_value_set(&conf_settings[i], conf_settings[i].default_text, c, NULL);
}

void conf_loosen(struct conf *c, const struct conf_overlay *o) {
    struct judge_limits *l = &c->limits;
    c->log_validation_failures &= o->log_validation_failures;
    l->quality_enabled &= o->quality_enabled;
    if (l->frame_ratio_tolerance < o->frame_ratio_tolerance)
        l->frame_ratio_tolerance = o->frame_ratio_tolerance;
    if (l->color_count_tolerance < o->color_count_tolerance)
        l->color_count_tolerance = o->color_count_tolerance;
    if (l->fps_tolerance < o->fps_tolerance)
        l->fps_tolerance = o->fps_tolerance;
    if (l->max_file_size_mb > o->max_file_size_mb)
        l->max_file_size_mb = o->max_file_size_mb;
}

void conf_defaults(struct conf *c, const struct conf_input *in) {
    set_defaults(c);
    resolve_paths(c, in);
}

char *conf_checksum(const void *bytes, size_t n, char checksum[CONF_CHECKSUM_SIZE]) {
    char whole[SHA256_SIZE];
    return text_print(checksum, CONF_CHECKSUM_SIZE, "%s", sha256(bytes, n, whole));
}

bool conf_keeps_evidence(const struct conf *c) {
    bool wanted = c->evidence_keep == CONF_KEEP_BY_MODE ? c->mode != CONF_SHADOW
                                                        : c->evidence_keep == CONF_KEEP;
    return wanted && c->evidence_directory[0] != '\0';
}

size_t conf_load(struct conf *c, const struct conf_input *in) {
    struct loading l = {.c = c, .in = in, .file = ""};
    set_defaults(c);
    take_environment_name(&l);
    search_file(&l);
    take_variables(&l);
    take_sets(&l);
    resolve_paths(c, in);
    return l.problems;
}
