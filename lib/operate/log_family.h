/* A log and what rotation has made of it. */
#ifndef GIFVET_OPERATE_LOG_FAMILY_H
#define GIFVET_OPERATE_LOG_FAMILY_H

#include <stddef.h>

struct log_family {
    char **paths; /* oldest first; the log itself is the last */
    size_t used;
};

/* The files beside path whose names are path's with ".1", ".2.gz", "-20261124", "-20261124.gz" and
 * the like behind it (as logrotate names them, whatever packed them), and path itself, whether it
 * is there or not. "-" has no relatives. Free with log_family_free(). Returns 0 or ENOMEM. */
int log_family_find(const char *path, struct log_family *family);

void log_family_free(struct log_family *family);

#endif
