#include "command/log_options.h"

#include "command/settings.h"
#include "command/terminal.h"
#include "operate/moment.h"
#include "sys/sys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int complain(const char *name, const char *what, const char *about) {
    fprintf(stderr, "gifvet %s: %s", name, what);
    terminal_print(stderr, about, SIZE_MAX);
    fputc('\n', stderr);
    return 2;
}

static int since(struct log_options *o, const char *name, const char *value) {
    if (value == NULL)
        return complain(name, "--since needs a time", "");
    if (!moment_parse_since(value, sys_wall_us(), &o->since_us))
        return complain(
            name,
            "--since takes a time (2026-11-24T13:00, in UTC), how long ago (24h, 7d) or "
            "seconds since 1970, not ",
            value);
    return 0;
}

static int parse(struct log_options *o, int argc, char **argv) {
    bool files_only = false;
    for (int i = 1; i < argc; i++) {
        int result = 0;
        if (files_only || argv[i][0] != '-' || argv[i][1] == '\0')
            o->paths[o->paths_used++] = argv[i];
        else if (strcmp(argv[i], "--") == 0)
            files_only = true;
        else if (strcmp(argv[i], "--json") == 0)
            o->json = true;
        else if (strncmp(argv[i], "--since=", 8) == 0)
            result = since(o, argv[0], argv[i] + 8);
        else if (strcmp(argv[i], "--since") == 0)
            result = since(o, argv[0], argv[++i]);
        else
            result = complain(argv[0], "unknown option ", argv[i]);
        if (result != 0)
            return result;
    }
    return 0;
}

int log_options_parse(struct log_options *o, int argc, char **argv) {
    static struct conf c;
    *o = (struct log_options){.since_us = INT64_MIN};
    o->paths = calloc((size_t)argc + 1, sizeof(*o->paths));
    if (o->paths == NULL)
        return complain(argv[0], "no memory", "");
    if (parse(o, argc, argv) != 0) {
        free(o->paths);
        o->paths = NULL;
        return 2;
    }
    if (o->paths_used == 0) {
        (void)settings_load(&c, argv[0], NULL, NULL);
        o->paths[o->paths_used++] = c.log_path;
    }
    return 0;
}
