/* What this process runs: the program's name, its arguments, its file and its version. Included by
 * session.h. All but the first two are for visits: what they return is the arena's in use. */
#ifndef GIFVET_SHIM_SESSION_PROGRAM_H
#define GIFVET_SHIM_SESSION_PROGRAM_H

#include <stddef.h>

/* What the constructor was given; argv stays the host's. */
void session_program_begin(int argc, char **argv);

/* The base name of the program (of argv[0]), "" before session_program_begin(). */
const char *session_program(void);

/* Its arguments' block as /proc/self/cmdline has it (NUL-separated, copied to the arena in use):
 * argv is filled with pointers into it, *argc set. Falls back to the vector that the constructor
 * was given, NULL when there was none. */
const char **session_arguments(size_t *argc);

/* The path of the file that this process runs, copied to the arena in use, "" when it cannot be
 * told; and its build id in hexadecimal digits, by which two versions of a program are told apart,
 * "" when it has none. */
const char *session_executable(void);
const char *session_version(void);

/* The path of an open descriptor, copied to the arena in use; "" when it cannot be told. */
const char *session_path_of(int fd);

#endif
