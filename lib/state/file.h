/* The file as the file system has it: found, made, moved aside; for lib/state/ alone. */
#ifndef GIFVET_STATE_FILE_H
#define GIFVET_STATE_FILE_H

#include "state/layout.h"

#include <sys/stat.h>

/* Opens the file below the directory for reading and writing, making both where they are missing
 * and moving aside what is no state of ours. A descriptor and *st, or a negative errno. */
int file_open(const char *directory, struct stat *st);

/* Opens it for reading, if it is there; nothing is made or moved. */
int file_look(const char *directory, struct stat *st);

/* Why the file behind the descriptor is no state of ours, in words that follow its name ("is cut
 * short or too long"); NULL: it is one. *result is below 0 where the file could not be read, which
 * says nothing about it. */
const char *file_problem(int fd, const struct stat *st, int *result);

#endif
