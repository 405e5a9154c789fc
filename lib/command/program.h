/* Can a program be preloaded? What the loader would say, asked before it is run. */
#ifndef GIFVET_COMMAND_PROGRAM_H
#define GIFVET_COMMAND_PROGRAM_H

#include "text/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Finds name as execvp() would (PATH, or as given when it has a slash) into path[size]. Returns 0,
 * or ENOENT (not found) or EACCES (found, not executable) with e filled. */
int program_find(const char *name, char *path, size_t size, struct error *e);

/* 0 when a preload object rides in the program at path; else ENOEXEC with e saying why not: static,
 * another architecture, setuid, setgid or with capabilities. A script is asked about its
 * interpreter. */
int program_hookable(const char *path, struct error *e);

/* The preload object that belongs to this command: beside it (build tree), else in ../lib and its
 * multiarch directories. Returns 0, or ENOENT with e naming where it was looked for. */
int program_object(char *path, size_t size, struct error *e);

#endif
