/* Programs that a command runs, several at a time, in directories and environments of their own. */
#ifndef GIFVET_COMMAND_CHILD_H
#define GIFVET_COMMAND_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct child {
    const char *path;        /* of the program */
    const char *const *argv; /* ends with NULL */
    char *const *environment;
    const char *directory; /* to run in */
    const char *output;    /* file for its stdout and stderr; standard input is empty */
    int64_t seconds;       /* child_run: how long it may take; 0: as long as it likes */
};

struct child_end {
    pid_t pid;      /* 0: there was none to wait for */
    int status;     /* exit status, or 128 + signal */
    int64_t cpu_us; /* user and system */
    bool late;      /* it had not ended in time */
};

/* Starts it. Its pid, or a negative errno. */
pid_t child_start(const struct child *c);

/* Waits for pid, or for any child with -1, until deadline_us by sys_now_us(). Late: it still runs.
 */
struct child_end child_wait(pid_t pid, int64_t deadline_us);

/* Ends all children of this thread and all that they started. */
void child_end_all(void);

/* Starts it, waits, and ends all when it is late; status is 127 when it cannot be started. */
struct child_end child_run(const struct child *c);

/* Runs a program in / and returns what it said on stdout and stderr, the first 256 KiB of it
 * (free() it); NULL, with errno, when it could not be run. */
char *child_said(const char *path, const char *const *argv, char *const *environment, int *status);

/* The path of this program itself; false, with errno, when it cannot be told. */
bool child_self(char *path, size_t size);

/* A copy of this process's environment without gifvet's variables that change what is judged, and
 * where, and without LD_PRELOAD (GIFLAB_VALIDATION_CONFIG and DEPLOYMENT_ENV stay), with those in
 * `more` ("NAME=value", ends with NULL; may be NULL) behind it. One block; free() it. The strings
 * of `more` and of the environment are not copied. NULL: no memory. */
char **child_environment(const char *const *more);

#endif
