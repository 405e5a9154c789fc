/* The file of --resume: the lines of the pairs that are done, so that nothing is judged twice. */
#ifndef GIFVET_AUDIT_RESUME_H
#define GIFVET_AUDIT_RESUME_H

#include "text/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct resume_entry {
    uint8_t key[32];
    int64_t at; /* of its line in the file */
    uint32_t bytes;
};

struct resume {
    int fd;                       /* -1: there is no such file */
    FILE *in;                     /* the same, for reading lines; owns fd */
    struct resume_entry *entries; /* of what was there when it was opened, by key */
    size_t used, room;
    size_t strange; /* lines that are none */
    int64_t synced_us;
    bool unsynced;
};

/* Opens or makes the file, locks it against another audit, and reads which pairs are in it. A line
 * that was cut at its end goes; lines that are none are counted and left out. Returns 0, or an
 * errno value with e filled: EBUSY another audit is using it, EINVAL it is a file of another kind
 * (nothing of it is changed). r is to be closed in either case. */
int resume_open(struct resume *r, const char *path, struct error *e);

/* The line of the pair with this key, malloc()ed, and its length; NULL: it is not there. */
char *resume_find(const struct resume *r, const char *key, size_t *n);

/* Appends a line, newline included, with one write(); it is on the disk a second later, or after
 * resume_close(). 0, or an errno value with e filled. */
int resume_add(struct resume *r, const char *line, size_t n, struct error *e);

void resume_close(struct resume *r);

#endif
