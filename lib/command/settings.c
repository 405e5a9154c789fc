#include "command/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct loading {
    const char *name;
    int *lines;
};

static void print_problem(void *context, const struct conf_problem *p) {
    const struct loading *l = context;
    char line[32];
    line[0] = '\0';
    if (p->line > 0)
        text_print(line, sizeof line, ":%d", p->line);
    fprintf(stderr, "gifvet %s: %s%s: %s%s%s\n", l->name,
            p->file[0] != '\0' ? p->file : "environment", line, p->key,
            p->key[0] != '\0' ? ": " : "", p->reason);
}

static const char *environment(const char *name) {
    return getenv(name);
}

static void note_line(void *context, const struct conf_taken *t) {
    const struct loading *l = context;
    if (t->applied && l->lines != NULL)
        l->lines[t->setting - conf_settings] = t->line;
}

size_t settings_load_lines(struct conf *c, const char *name, const char *file, const char *program,
                           int *lines) {
    struct loading l = {name, lines};
    const struct conf_input in = {.file = file,
                                  .program = program,
                                  .getenv = environment,
                                  .superuser = geteuid() == 0,
                                  .report = print_problem,
                                  .take = note_line,
                                  .context = &l};
    return conf_load(c, &in);
}

size_t settings_load(struct conf *c, const char *name, const char *file, const char *program) {
    return settings_load_lines(c, name, file, program, NULL);
}
