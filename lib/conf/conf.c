/* Rooms: reporting · paths · the file and its overlays · the environment · loading */
#include "conf/conf.h"

#include "conf/ini.h"
#include "sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MOST ((size_t)1 << 20)

struct loading {
    struct conf *c;
    const struct conf_input *in;
    const char *file; /* being read; "" = the environment */
    size_t problems;
    /* The file is gone through once per layer; only the first time reports. */
    enum { BASE, ENVIRONMENT, PROGRAM } layer;
};

/* ---- reporting ---- */

static void report(struct loading *l, int line, const char *key, const char *reason) {
    const struct conf_problem p = {l->file, line, key, reason};
    l->problems++;
    if (l->in->report != NULL)
        l->in->report(l->in->context, &p);
}

static const char *variable(const struct conf_input *in, const char *name) {
    const char *value = in->getenv != NULL ? in->getenv(name) : NULL;
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* ---- paths ---- */

/* XDG says: a path that is not absolute is to be ignored. */
static bool in_home(const struct conf_input *in, const char *xdg, const char *below_home,
                    const char *name, char *path) {
    const char *base = variable(in, xdg), *home = variable(in, "HOME");
    if (base != NULL && base[0] == '/')
        text_print(path, CONF_PATH_MAX, "%s/%s", base, name);
    else if (home != NULL && home[0] == '/')
        text_print(path, CONF_PATH_MAX, "%s/%s/%s", home, below_home, name);
    else
        return false;
    return true;
}

static void resolve_paths(struct conf *c, const struct conf_input *in) {
    if (c->state_dir[0] == '\0' &&
        (in->superuser || !in_home(in, "XDG_STATE_HOME", ".local/state", "gifvet", c->state_dir)))
        text_print(c->state_dir, sizeof c->state_dir, "/var/lib/gifvet");
    if (c->log_path[0] == '\0')
        text_print(c->log_path, sizeof c->log_path, "%s/validation.jsonl", c->state_dir);
    if (c->fail_on_validation_error)
        c->mode = CONF_ENFORCE;
    c->fail_on_validation_error = c->mode == CONF_ENFORCE;
}

/* ---- the file and its overlays ---- */

static void set_one(struct loading *l, const char *section, const char *key, const char *value,
                    int line, bool apply) {
    struct error e = {0};
    char name[2 * CONF_NAME_MAX];
    text_print(name, sizeof name, "%s.%s", section, key);
    const struct conf_setting *s = conf_find(section, key);
    bool reports = l->layer == BASE;
    if (s == NULL) {
        if (reports)
            report(l, line, name, "no such setting");
        return;
    }
    /* A setting that is not for this program is checked on a copy, which is thrown away. */
    struct conf *target = l->c, *scratch = NULL;
    if (!apply) {
        scratch = malloc(sizeof *scratch);
        if (scratch == NULL)
            return;
        target = scratch;
    }
    if (conf_value_set(s, value, target, &e) != 0 && reports)
        report(l, line, name, e.message);
    free(scratch);
}

/* "environment:NAME" and "program:NAME"; NULL when section is neither. */
static const char *overlay_name(const char *section, bool *program) {
    *program = strncmp(section, "program:", 8) == 0;
    if (*program)
        return section + 8;
    return strncmp(section, "environment:", 12) == 0 ? section + 12 : NULL;
}

static void set_overlaid(struct loading *l, const char *name, bool program, const char *key,
                         const char *value, int line) {
    char section[CONF_NAME_MAX];
    const char *dot = strchr(key, '.');
    if (dot == NULL || (size_t)(dot - key) >= sizeof section) {
        if (l->layer == BASE)
            report(l, line, key, "in an overlay keys are written section.key");
        return;
    }
    text_print(section, sizeof section, "%.*s", (int)(dot - key), key);
    bool apply = false;
    if (l->layer == ENVIRONMENT && !program)
        apply = l->c->environment[0] != '\0' && strcmp(name, l->c->environment) == 0;
    else if (l->layer == PROGRAM && program)
        apply = l->in->program != NULL && text_matches_any(name, l->in->program);
    if (apply || l->layer == BASE)
        set_one(l, section, dot + 1, value, line, apply);
}

static void take_setting(void *context, const char *section, const char *key, const char *value,
                         int line) {
    struct loading *l = context;
    bool program;
    const char *name = overlay_name(section, &program);
    if (name != NULL)
        set_overlaid(l, name, program, key, value, line);
    else if (l->layer == BASE && section[0] == '\0')
        report(l, line, key, "stands before any section");
    else if (l->layer == BASE && strcmp(section, "?") != 0)
        set_one(l, section, key, value, line, true);
}

static void take_mistake(void *context, int line, const char *reason) {
    struct loading *l = context;
    if (l->layer == BASE)
        report(l, line, "", reason);
}

static void read_text(struct loading *l, const char *text, size_t n) {
    const struct ini_reader reader = {take_setting, take_mistake, l};
    for (l->layer = BASE; l->layer <= PROGRAM; l->layer++)
        ini_read(text, n, &reader);
}

static const char *words_for(int error) {
    switch (error) {
    case ENOENT:
        return "no such file";
    case EACCES:
        return "may not be read";
    case EISDIR:
        return "is a directory";
    case ELOOP:
        return "too many symbolic links";
    default:
        return "cannot be read";
    }
}

/* True when the file was there, readable or not. */
static bool read_file(struct loading *l, const char *path, bool must_exist) {
    struct stat st;
    int fd = sys_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
    if ((fd == -ENOENT || fd == -ENOTDIR) && !must_exist)
        return false;
    text_print(l->c->file, sizeof l->c->file, "%s", path);
    l->file = path;
    if (fd < 0) {
        report(l, 0, "", words_for(-fd));
        l->file = "";
        return true;
    }
    /* /dev/null is an empty configuration; other devices and pipes could go on for ever. */
    char *text = malloc(FILE_MOST + 1);
    ssize_t n = -EISDIR;
    if (text != NULL && sys_fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode)) {
        n = 0;
        ssize_t got = 1;
        while (got > 0 && (size_t)n < FILE_MOST + 1) {
            got = sys_read(fd, text + n, FILE_MOST + 1 - (size_t)n);
            n = got < 0 && got != -EINTR ? got : n + (got > 0 ? got : 0);
            if (got == -EINTR)
                got = 1;
        }
    }
    sys_close(fd);
    if (n < 0)
        report(l, 0, "", text == NULL ? "no memory to read it" : words_for((int)-n));
    else if ((size_t)n > FILE_MOST)
        report(l, 0, "", "is larger than 1 MiB and was not read");
    else
        read_text(l, text, (size_t)n);
    free(text);
    l->file = "";
    return true;
}

static void search_file(struct loading *l) {
    char path[CONF_PATH_MAX];
    const char *named =
        l->in->file != NULL ? l->in->file : variable(l->in, "GIFLAB_VALIDATION_CONFIG");
    if (named != NULL) {
        (void)read_file(l, named, true);
        return;
    }
    if (in_home(l->in, "XDG_CONFIG_HOME", ".config", "gifvet/gifvet.ini", path) &&
        read_file(l, path, false))
        return;
    (void)read_file(l, "/etc/gifvet/gifvet.ini", false);
}

/* ---- the environment ---- */

static void take_variables(struct loading *l) {
    struct error e = {0};
    for (size_t i = 0; i < conf_settings_count; i++) {
        const struct conf_setting *s = &conf_settings[i];
        const char *value = s->environment != NULL ? variable(l->in, s->environment) : NULL;
        if (value != NULL && conf_value_set(s, value, l->c, &e) != 0)
            report(l, 0, s->environment, e.message);
    }
}

static void take_sets(struct loading *l) {
    l->layer = BASE;
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
        set_one(l, section, key, equals + 1, 0, true);
    }
}

/* ---- loading ---- */

static void set_defaults(struct conf *c) {
    *c = (struct conf){0};
    for (size_t i = 0; i < conf_settings_count; i++)
        (void)conf_value_set(&conf_settings[i], conf_settings[i].default_text, c, NULL);
}

void conf_defaults(struct conf *c, const struct conf_input *in) {
    set_defaults(c);
    resolve_paths(c, in);
}

size_t conf_load(struct conf *c, const struct conf_input *in) {
    struct loading l = {.c = c, .in = in, .file = ""};
    set_defaults(c);
    const char *environment = variable(in, "DEPLOYMENT_ENV");
    if (environment != NULL)
        text_print(c->environment, sizeof c->environment, "%s", environment);
    search_file(&l);
    take_variables(&l);
    take_sets(&l);
    resolve_paths(c, in);
    return l.problems;
}
