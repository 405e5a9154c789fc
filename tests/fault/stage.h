/* One host in a directory of its own, run again and again: with the same files each time, without
 * gifvet or behind the faulty door. */
#ifndef GIFVET_TESTS_FAULT_STAGE_H
#define GIFVET_TESTS_FAULT_STAGE_H

#include "tests/fault/door.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define STAGE_FILES 32
#define STAGE_SETTINGS 16

struct stage_file {
    char name[256];
    unsigned mode;
    char *bytes;
    size_t n;
};

struct stage_files {
    struct stage_file at[STAGE_FILES];
    size_t used;
};

/* What is known of a host before it is run. */
struct stage_plan {
    const char *object;   /* the preload object */
    const char *fixtures; /* a directory of files that every run begins with */
    const char *ini; /* a configuration, in which @ stands for the stage's directory; or NULL */
    const char *settings[STAGE_SETTINGS]; /* of the environment, NAME=value, @ as above */
    size_t settings_used;
    char **argv;
};

struct stage {
    const struct stage_plan *plan;
    char directory[256]; /* x/, state/, stdout, stderr, page, syslog, gifvet.ini */
    struct stage_files fixtures;
    struct door_page *page;
    int syslog;
};

/* What can be seen of a host from outside. */
struct stage_outcome {
    int status; /* of waitpid */
    bool hung;
    struct stage_files files; /* standard output and error first */
};

/* Makes the directory. Exits when it cannot. */
void stage_open(struct stage *s, const struct stage_plan *plan, const char *directory);

/* fault is an order of door.h; NULL runs the host without gifvet. stage_forget() frees. */
struct stage_outcome stage_run(struct stage *s, const char *fault);
void stage_forget(struct stage_outcome *o);

/* What differs first, into why; false when nothing does. */
bool stage_differ(const struct stage_outcome *a, const struct stage_outcome *b, char *why,
                  size_t size);

/* After a run: is the file as every run begins with it, or does gifvet have those bytes? */
bool stage_keeps(const struct stage *s, const char *name);

/* Reads a whole file, NUL-terminated; NULL when it is not there. */
char *stage_read(const char *path, size_t *n);

#endif
