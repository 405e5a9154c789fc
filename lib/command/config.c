/* gifvet config: check, show and print configurations. */
#include "command/command.h"
#include "command/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INI_SIZE ((size_t)256 << 10)

static int usage(const char *message) {
    fprintf(stderr, "gifvet config: %s (see gifvet config --help)\n", message);
    return 2;
}

static int print_ini(const struct conf *c) {
    char *buffer = malloc(INI_SIZE);
    if (buffer == NULL)
        return usage("no memory");
    struct text t = text_over(buffer, INI_SIZE);
    conf_print_ini(c, &t);
    fputs(buffer, stdout);
    free(buffer);
    return 0;
}

static void print_problem(void *context, const struct conf_problem *p) {
    (void)context;
    printf("%s", p->file[0] != '\0' ? p->file : "environment");
    if (p->line > 0)
        printf(":%d", p->line);
    printf(": %s%s%s\n", p->key, p->key[0] != '\0' ? ": " : "", p->reason);
}

static int check(const char *file) {
    static struct conf c;
    const struct conf_input in = {
        .file = file, .superuser = geteuid() == 0, .report = print_problem};
    size_t problems = conf_load(&c, &in);
    if (problems == 0)
        printf("%s: ok\n", file);
    return problems > 0 ? 1 : 0;
}

static int show(int argc, char **argv) {
    static struct conf c;
    const char *program = NULL;
    if (argc == 2 && strcmp(argv[0], "--program") == 0)
        program = text_base_name(argv[1]);
    else if (argc != 0)
        return usage("show takes --program NAME");
    size_t problems = settings_load(&c, "config", NULL, program);
    printf("# from %s%s%s%s%s\n", c.file[0] != '\0' ? c.file : "the built-in defaults",
           c.environment[0] != '\0' ? ", environment " : "", c.environment,
           program != NULL ? ", program " : "", program != NULL ? program : "");
    int result = print_ini(&c);
    return problems > 0 ? 1 : result;
}

int command_config(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "check") == 0)
        return check(argv[2]);
    if (argc >= 2 && strcmp(argv[1], "show") == 0)
        return show(argc - 2, argv + 2);
    if (argc == 2 && strcmp(argv[1], "defaults") == 0)
        return print_ini(NULL);
    return usage(argc >= 2 && strcmp(argv[1], "check") == 0 ? "check takes one FILE"
                                                            : "takes check, show or defaults");
}
