#include "command/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void print_problem(void *context, const struct conf_problem *p) {
    char line[32];
    line[0] = '\0';
    if (p->line > 0)
        text_print(line, sizeof line, ":%d", p->line);
    fprintf(stderr, "gifvet %s: %s%s: %s%s%s\n", (const char *)context,
            p->file[0] != '\0' ? p->file : "environment", line, p->key,
            p->key[0] != '\0' ? ": " : "", p->reason);
}

static const char *environment(const char *name) {
    return getenv(name);
}

size_t settings_load(struct conf *c, const char *name, const char *file, const char *program) {
    const struct conf_input in = {.file = file,
                                  .program = program,
                                  .getenv = environment,
                                  .superuser = geteuid() == 0,
                                  .report = print_problem,
                                  .context = (void *)name};
    return conf_load(c, &in);
}
