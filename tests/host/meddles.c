/* To be preloaded into gifvet check --recursive: does something to it when a pair is about to be
 * read, by the output's name.
 *
 *   MEDDLE_TRACE=FILE  appends the name of every GIF that is opened, one a line
 *   crash*.gif         the worker faults
 *   hang*.gif          the worker goes on for ever
 *   $MEDDLE_KILL       is killed the audit, at the output of this name
 *   $MEDDLE_STOP       is sent Ctrl-C's signal the audit, at the output of this name */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void trace(const char *name) {
    char line[4096];
    const char *file = getenv("MEDDLE_TRACE");
    int fd = file != NULL ? open(file, O_WRONLY | O_APPEND | O_CREAT, 0600) : -1;
    int n = snprintf(line, sizeof line, "%s\n", name);
    if (fd >= 0 && write(fd, line, (size_t)n) != n)
        abort();
    if (fd >= 0)
        close(fd);
}

static int is(const char *variable, const char *name) {
    const char *wanted = getenv(variable);
    return wanted != NULL && strcmp(wanted, name) == 0;
}

static void meddle(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    size_t n = strlen(name);
    if (n < 4 || strcmp(name + n - 4, ".gif") != 0)
        return;
    trace(path);
    if (strncmp(name, "crash", 5) == 0)
        (void)raise(SIGSEGV);
    while (strncmp(name, "hang", 4) == 0)
        continue;
    if (is("MEDDLE_KILL", name))
        (void)kill(getppid(), SIGKILL);
    if (is("MEDDLE_STOP", name))
        (void)kill(getppid(), SIGINT);
}

/* gifvet opens files to read below a directory with this one. */
int openat(int directory, const char *path, int flags, ...) {
    va_list args;
    va_start(args, flags);
    unsigned mode = flags & O_CREAT ? va_arg(args, unsigned) : 0;
    va_end(args);
    int (*real)(int, const char *, int, ...) = 0;
    *(void **)&real = dlsym(RTLD_NEXT, "openat");
    if ((flags & (O_DIRECTORY | O_CREAT)) == 0)
        meddle(path);
    return real(directory, path, flags, mode);
}
