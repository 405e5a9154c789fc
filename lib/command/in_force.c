#include "command/in_force.h"

#include "command/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where files are looked for, and nothing else. */
static const char *places(const char *name) {
    return strcmp(name, "HOME") == 0 || strncmp(name, "XDG_", 4) == 0 ||
                   strcmp(name, "GIFLAB_VALIDATION_CONFIG") == 0
               ? getenv(name)
               : NULL;
}

/* A file that is named and not there yet is one that a rollout makes. */
static bool is_missing(const struct conf_input *in) {
    char path[CONF_PATH_MAX];
    conf_place(path, in);
    return path[0] == '\0' || (access(path, F_OK) != 0 && errno == ENOENT);
}

int in_force_load(struct conf *host, struct conf *file, const char *name) {
    struct conf_input in = {.getenv = places, .superuser = geteuid() == 0};
    const bool missing = is_missing(&in);
    if (settings_load(host, name, missing ? "/dev/null" : NULL, NULL) > 0) {
        fprintf(stderr,
                "gifvet %s: put the configuration right first, or go back: gifvet config "
                "rollback\n",
                name);
        return 2;
    }
    if (missing)
        host->file[0] = '\0';
    in.file = missing ? "/dev/null" : host->file;
    (void)conf_load(file, &in);
    if (missing)
        file->file[0] = '\0';
    return 0;
}
