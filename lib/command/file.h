/* Files read whole, for commands. */
#ifndef GIFVET_COMMAND_FILE_H
#define GIFVET_COMMAND_FILE_H

#include "text/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* Reads a regular file of at most `most` bytes into malloc()ed memory (free() it), with a NUL
 * behind its end. Returns 0, or an errno value with e filled; EFBIG when it is larger. */
int file_read(const char *path, size_t most, uint8_t **bytes, size_t *used, struct error *e);

/* The same below a directory; *st is what the file was when it was opened. */
int file_read_at(int directory, const char *path, size_t most, struct stat *st, uint8_t **bytes,
                 size_t *used, struct error *e);

#endif
