/* Can a program be preloaded? What the loader would say, asked before it is run. */
#ifndef GIFVET_COMMAND_PROGRAM_H
#define GIFVET_COMMAND_PROGRAM_H

#include "text/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Finds name as execvp() would (PATH, or as given when it has a slash) into path[size]. Returns 0,
 * or ENOENT (not found) or EACCES (found, not executable) with e filled. */
int program_find(const char *name, char *path, size_t size, struct error *e);

/* Why no preload object of ours rides in a program. */
enum program_obstacle {
    PROGRAM_NONE,
    PROGRAM_UNKNOWN, /* no program, or one that cannot be looked at */
    PROGRAM_STATIC,
    PROGRAM_MUSL, /* another C library */
    PROGRAM_MACHINE,
    PROGRAM_PRIVILEGED, /* setuid, setgid, capabilities */
};

/* PROGRAM_NONE when a preload object rides in the program at path; else what stands in the way,
 * with e->message saying so. A script is asked about its interpreter. */
enum program_obstacle program_hookable(const char *path, struct error *e);

/* What works with a program in which the object does not ride, and what to do instead of running it
 * under gifvet: each one line, static; for PROGRAM_NONE and PROGRAM_UNKNOWN NULL. */
const char *program_works(enum program_obstacle obstacle);
const char *program_instead(enum program_obstacle obstacle);

/* The preload object that belongs to this command: beside it (build tree), else in ../lib and its
 * multiarch directories. Returns 0, or ENOENT with e naming where it was looked for. */
int program_object(char *path, size_t size, struct error *e);

#endif
