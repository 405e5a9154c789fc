/* Rooms: stand-ins · the table · resolving */
#include "shim/real.h"

#include "sys/sys.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>

/* ---- stand-ins: what a hook forwards to before the constructor has run ---- */

static long with_errno(long result) {
    if (result < 0 && result > -4096) {
        errno = (int)-result;
        return -1;
    }
    return result;
}

static int early_close(int fd) {
    return (int)with_errno(sys_call(SYS_close, fd, 0, 0, 0, 0, 0));
}

extern int _IO_fclose(FILE *stream); /* glibc's own name for fclose, exported beside it */
static int early_fclose(FILE *stream) {
    return _IO_fclose(stream);
}

static int early_dup3(int from, int to, int flags) {
    return (int)with_errno(sys_call(SYS_dup3, from, to, flags, 0, 0, 0));
}

static int early_dup2(int from, int to) {
    /* dup3 refuses equal numbers, for which dup2 only checks that the descriptor is open. */
    if (from == to)
        return with_errno(sys_fcntl(from, F_GETFL, 0)) < 0 ? -1 : to;
    return early_dup3(from, to, 0);
}

static int early_close_range(unsigned first, unsigned last, int flags) {
#ifdef SYS_close_range
    return (int)with_errno(sys_call(SYS_close_range, first, last, flags, 0, 0, 0));
#else
    errno = ENOSYS;
    return -1;
#endif
}

static void early_closefrom(int first) {
    (void)sys_call(SYS_close_range, first < 0 ? 0 : first, ~0u, 0, 0, 0, 0);
}

static void early__exit(int status) {
    for (;;)
        (void)sys_call(SYS_exit_group, status, 0, 0, 0, 0, 0);
}

static long early_syscall(long number, long a, long b, long c, long d, long e, long f) {
    return with_errno(sys_call(number, a, b, c, d, e, f));
}

static int early_prctl(int option, long a, long b, long c, long d) {
    return (int)with_errno(sys_call(SYS_prctl, option, a, b, c, d, 0));
}

static int early_openat(int directory, const char *path, int flags, ...) {
    va_list args;
    va_start(args, flags);
    unsigned mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, unsigned) : 0;
    va_end(args);
    return (int)with_errno(sys_call(SYS_openat, directory, (long)path, flags, (long)mode, 0, 0));
}

static int early_open(const char *path, int flags, ...) {
    va_list args;
    va_start(args, flags);
    unsigned mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, unsigned) : 0;
    va_end(args);
    return (int)with_errno(sys_call(SYS_openat, AT_FDCWD, (long)path, flags, (long)mode, 0, 0));
}

static int early_creat(const char *path, mode_t mode) {
    return (int)with_errno(
        sys_call(SYS_openat, AT_FDCWD, (long)path, O_CREAT | O_WRONLY | O_TRUNC, (long)mode, 0, 0));
}

static int early___open_2(const char *path, int flags) {
    return early_open(path, flags);
}

static int early___openat_2(int directory, const char *path, int flags) {
    return early_openat(directory, path, flags);
}

/* A stream cannot be made of system calls. A constructor that runs before ours and opens one is the
 * only caller; the linker is busy with constructors then, not with relocations, so a look-up is
 * safe there. */
static FILE *early_fopen(const char *path, const char *mode) {
    FILE *(*real)(const char *, const char *) = dlsym(RTLD_NEXT, "fopen");
    if (real == NULL) {
        errno = ENOSYS;
        return NULL;
    }
    return real(path, mode);
}

static FILE *early_freopen(const char *path, const char *mode, FILE *stream) {
    FILE *(*real)(const char *, const char *, FILE *) = dlsym(RTLD_NEXT, "freopen");
    if (real == NULL) {
        errno = ENOSYS;
        return NULL;
    }
    return real(path, mode, stream);
}

static void early_quick_exit(int status) {
    void (*real)(int) = dlsym(RTLD_NEXT, "quick_exit");
    if (real != NULL)
        real(status);
    early__exit(status);
}

/* On LP64 the 64-bit forms are the same functions. */
#define early_open64 early_open
#define early_openat64 early_openat
#define early_creat64 early_creat
#define early___open64_2 early___open_2
#define early___openat64_2 early___openat_2
#define early_fopen64 early_fopen
#define early_freopen64 early_freopen
#define early__Exit early__exit

/* ---- the table ---- */

#define HOOK(name, result, parameters, why) result(*real_##name) parameters = early_##name;
#include "shim/hooks.def"
#undef HOOK

/* ---- resolving ---- */

static void resolve(const char *name, void *pointer) {
    void *found = dlsym(RTLD_NEXT, name);
    if (found != NULL)
        *(void **)pointer = found;
}

void real_resolve(void) {
    int before = errno;
#define HOOK(name, result, parameters, why) resolve(#name, (void *)&real_##name);
#include "shim/hooks.def"
#undef HOOK
    errno = before;
}
