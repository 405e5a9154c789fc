/* A file replaced in one step: whoever opens it, and whoever is left after a crash, has all of the
 * old one or all of the new one. */
#ifndef GIFVET_OPERATE_REPLACE_H
#define GIFVET_OPERATE_REPLACE_H

#include "text/error.h"
#include "text/text.h"

#include <stddef.h>

/* Writes a temporary file beside path, gives it owner, mode and extended attributes of the file
 * that it replaces (permissions, ours, where there is none yet), syncs it, renames it over the
 * name and syncs the directory. path is no symbolic link (realpath()). What a killed process left
 * is removed. What of the attributes could not be had is named in problems, one a line. 0, or an
 * errno with e filled: then the old file stands. */
int replace_file(const char *path, unsigned permissions, const void *bytes, size_t n,
                 struct text *problems, struct error *e);

#endif
