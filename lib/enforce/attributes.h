/* What a file has beside its bytes, so that they can come back with it: owner, mode, times and
 * extended attributes (access control lists among them). Raw system calls, no state. */
#ifndef GIFVET_ENFORCE_ATTRIBUTES_H
#define GIFVET_ENFORCE_ATTRIBUTES_H

#include "text/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/* xattrs: for each the NUL-terminated name, four bytes of length in this machine's order, the
 * value. More than fit are left out, and some_left_out set. */
#define ATTRIBUTES_SIZE ((size_t)16 << 10)
struct attributes {
    struct stat st;
    size_t used;
    bool some_left_out;
    char xattrs[ATTRIBUTES_SIZE];
};

/* Reads those of an open file; st is its state when its bytes were read. */
void attributes_read(int fd, const struct stat *st, struct attributes *a);

/* Gives them to another open file. What cannot be had (an owner that is not ours to set) is named
 * in problems, one a line; the rest is done. */
void attributes_write(int fd, const struct attributes *a, struct text *problems);

/* Access and modification time alone: for a file that kept the rest. */
void attributes_write_times(int fd, const struct attributes *a, struct text *problems);

#endif
