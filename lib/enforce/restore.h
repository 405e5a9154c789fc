/* Puts a file's old bytes back under its name, complete and durable. */
#ifndef GIFVET_ENFORCE_RESTORE_H
#define GIFVET_ENFORCE_RESTORE_H

#include "enforce/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct restore {
    const char *path;          /* absolute, without symbolic links: as /proc/self/fd shows it */
    const struct stat *expect; /* the file that must stand there; NULL: any, or none */
    const uint8_t *bytes;      /* NULL: they are read from the descriptor from */
    int from;
    size_t size;
    const struct attributes *attributes;
    const char *temporary; /* a name for the temporary file, in the same directory */
};

/* Writes a temporary file in the directory of path (bytes, owner, extended attributes, mode,
 * times), fsync, rename over the name, fsync of the directory: at every moment the name leads to
 * the one or the other. A file with several names is written through instead, so that they stay
 * one; so is one in a directory or on a disk that takes no temporary file: both are no single step,
 * which problems says, as well as what else could not be done. True when the bytes are back. */
bool restore_file(const struct restore *r, struct text *problems);

#endif
