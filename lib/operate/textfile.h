/* A file that others read at any moment: replaced whole, or not at all. */
#ifndef GIFVET_OPERATE_TEXTFILE_H
#define GIFVET_OPERATE_TEXTFILE_H

#include "text/error.h"

#include <stddef.h>

/* Makes directory/name hold these n bytes: a temporary file beside it (.NAME.new), fsync, mode 0644
 * whatever the umask, rename, fsync of the directory. Several writers take turns (a lock on the
 * directory that ends with its process), so one temporary name serves and a killed writer leaves
 * nothing that the next does not take away. Returns 0, or an errno value with e naming the file;
 * the old file is as it was then. Not for signal handlers. */
int textfile_replace(const char *directory, const char *name, const char *bytes, size_t n,
                     struct error *e);

/* The same below a directory that is open, with another mode; 0 or an errno value. */
int textfile_replace_at(int directory, const char *name, const char *bytes, size_t n,
                        unsigned mode);

#endif
