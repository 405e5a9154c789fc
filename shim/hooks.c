/* The interposed symbols: guard → what is it → the real call → judge → restore errno. No logic. */
#include "shim/descriptor.h"
#include "shim/ending.h"
#include "shim/many.h"
#include "shim/real.h"
#include "shim/session.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <linux/prctl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/syscall.h>

#define HOOKED __attribute__((visibility("default")))

#define HOOK(name, result, parameters, why) HOOKED result name parameters;
#include "shim/hooks.def"
#undef HOOK

/* fileno() sets errno for streams without a descriptor. */
static int descriptor_of(FILE *stream) {
    int before = errno;
    int fd = stream != NULL ? fileno(stream) : -1;
    errno = before;
    return fd;
}

static bool judge(struct closing *c) {
    int after = errno;
    bool rejected = closing_judge(c);
    errno = after;
    return rejected;
}

/* After the real call, and only where that reported success: the file is closed either way, and the
 * host learns of a rejected output as of a disk that could not keep it. */
static long judged(struct closing *c, long result, long failure) {
    if (!judge(c) || result != 0)
        return result;
    errno = EIO;
    return failure;
}

/* ---- closing: what replaces a descriptor keeps its result, since the host has the new one ---- */

HOOKED int close(int fd) {
    struct closing c;
    if (!session_acts() || !closing_look(fd, CLOSING_WRITTEN, &c))
        return real_close(fd);
    return (int)judged(&c, real_close(fd), -1);
}

static long syscall_close(long number, long fd) {
    struct closing c;
    if (!closing_look((int)fd, CLOSING_WRITTEN, &c))
        return real_syscall(number, fd, 0, 0, 0, 0, 0);
    return judged(&c, real_syscall(number, fd, 0, 0, 0, 0, 0), -1);
}

/* A filter may kill for any call that the host itself does not make: from now on none is made. An
 * attempt that fails (libraries ask so what the kernel can do) changes nothing. */
static long syscall_seccomp(long number, long a, long b, long c) {
    session_suspend(true);
    long result = real_syscall(number, a, b, c, 0, 0, 0);
    if (result != 0)
        session_suspend(false);
    return result;
}

HOOKED int prctl(int option, long a, long b, long c, long d) {
    if (option != PR_SET_SECCOMP || !session_acts())
        return real_prctl(option, a, b, c, d);
    session_suspend(true);
    int result = real_prctl(option, a, b, c, d);
    if (result != 0)
        session_suspend(false);
    return result;
}

/* Forwards with a jump and no frame of its own, so that calls which come back on another stack do
 * so as if this hook were not there. */
HOOKED long syscall(long number, long a, long b, long c, long d, long e, long f) {
    if (number == SYS_close && session_acts())
        return syscall_close(number, a);
    if ((number == SYS_seccomp || (number == SYS_prctl && a == PR_SET_SECCOMP)) && session_acts())
        return syscall_seccomp(number, a, b, c);
    return real_syscall(number, a, b, c, d, e, f);
}

HOOKED int fclose(FILE *stream) {
    struct closing c;
    if (!session_acts() || !closing_look(descriptor_of(stream), CLOSING_BUFFERED, &c))
        return real_fclose(stream);
    return (int)judged(&c, real_fclose(stream), EOF);
}

HOOKED int dup2(int from, int to) {
    struct closing c;
    if (!session_acts() || from == to || !closing_look(to, CLOSING_WRITTEN, &c))
        return real_dup2(from, to);
    int result = real_dup2(from, to);
    (void)judge(&c);
    return result;
}

HOOKED int dup3(int from, int to, int flags) {
    struct closing c;
    if (!session_acts() || from == to || !closing_look(to, CLOSING_WRITTEN, &c))
        return real_dup3(from, to, flags);
    int result = real_dup3(from, to, flags);
    (void)judge(&c);
    return result;
}

HOOKED int close_range(unsigned first, unsigned last, int flags) {
    struct many *m = NULL;
    /* With a table of its own a thread closes nothing for the others. */
    if (session_acts() && (flags & (int)CLOSE_RANGE_CLOEXEC) == 0 &&
        ((flags & (int)CLOSE_RANGE_UNSHARE) == 0 || session_is_single()))
        m = many_look(first, last);
    int result = real_close_range(first, last, flags);
    many_judge(m);
    return result;
}

HOOKED void closefrom(int first) {
    struct many *m = session_acts() ? many_look(first < 0 ? 0 : (unsigned)first, UINT_MAX) : NULL;
    real_closefrom(first);
    many_judge(m);
}

/* ---- ending ---- */

HOOKED __attribute__((noreturn)) void _exit(int status) {
    if (session_acts())
        ending_judge(false);
    real__exit(session_acts() ? ending_status(status) : status);
    __builtin_unreachable();
}

HOOKED __attribute__((noreturn)) void _Exit(int status) {
    if (session_acts())
        ending_judge(false);
    real__Exit(session_acts() ? ending_status(status) : status);
    __builtin_unreachable();
}

/* The handlers that the host registered may still write: judged is after the last of them. */
HOOKED __attribute__((noreturn)) void quick_exit(int status) {
    ending_note_status(status);
    real_quick_exit(status);
    __builtin_unreachable();
}

/* ---- opening: only what truncates ---- */

static int before_truncating(int directory, const char *path, int flags) {
    if ((flags & O_TRUNC) == 0 || (flags & O_EXCL) != 0 || !session_acts())
        return -1;
    return closing_keep_truncated(directory, path);
}

/* After the call; worked: it returned what it opened. */
static void after_truncating(int kept, bool worked) {
    if (kept < 0 || worked)
        return;
    int after = errno;
    closing_not_truncated(kept);
    errno = after;
}

static int opened(int kept, int fd) {
    after_truncating(kept, fd >= 0);
    return fd;
}

static FILE *streamed(int kept, FILE *stream) {
    after_truncating(kept, stream != NULL);
    return stream;
}

static unsigned mode_of(int flags, va_list args) {
    return (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(args, unsigned) : 0;
}

#define OPENS(name)                                                                                \
    HOOKED int name(const char *path, int flags, ...) {                                            \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        unsigned mode = mode_of(flags, args);                                                      \
        va_end(args);                                                                              \
        int kept = before_truncating(AT_FDCWD, path, flags);                                       \
        return opened(kept, real_##name(path, flags, mode));                                       \
    }

#define OPENS_AT(name)                                                                             \
    HOOKED int name(int directory, const char *path, int flags, ...) {                             \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        unsigned mode = mode_of(flags, args);                                                      \
        va_end(args);                                                                              \
        int kept = before_truncating(directory, path, flags);                                      \
        return opened(kept, real_##name(directory, path, flags, mode));                            \
    }

OPENS(open)
OPENS(open64)
OPENS_AT(openat)
OPENS_AT(openat64)

HOOKED int creat(const char *path, mode_t mode) {
    int kept = before_truncating(AT_FDCWD, path, O_TRUNC);
    return opened(kept, real_creat(path, mode));
}

HOOKED int creat64(const char *path, mode_t mode) {
    int kept = before_truncating(AT_FDCWD, path, O_TRUNC);
    return opened(kept, real_creat64(path, mode));
}

HOOKED int __open_2(const char *path, int flags) {
    int kept = before_truncating(AT_FDCWD, path, flags);
    return opened(kept, real___open_2(path, flags));
}

HOOKED int __open64_2(const char *path, int flags) {
    int kept = before_truncating(AT_FDCWD, path, flags);
    return opened(kept, real___open64_2(path, flags));
}

HOOKED int __openat_2(int directory, const char *path, int flags) {
    int kept = before_truncating(directory, path, flags);
    return opened(kept, real___openat_2(directory, path, flags));
}

HOOKED int __openat64_2(int directory, const char *path, int flags) {
    int kept = before_truncating(directory, path, flags);
    return opened(kept, real___openat64_2(directory, path, flags));
}

/* A mode of "w" truncates, unless an x behind it refuses files that exist. */
static int flags_of(const char *mode) {
    if (mode == NULL || mode[0] != 'w')
        return 0;
    for (const char *m = mode; *m != '\0' && *m != ','; m++)
        if (*m == 'x')
            return 0;
    return O_TRUNC;
}

HOOKED FILE *fopen(const char *path, const char *mode) {
    int kept = before_truncating(AT_FDCWD, path, flags_of(mode));
    return streamed(kept, real_fopen(path, mode));
}

HOOKED FILE *fopen64(const char *path, const char *mode) {
    int kept = before_truncating(AT_FDCWD, path, flags_of(mode));
    return streamed(kept, real_fopen64(path, mode));
}

/* Closes the stream's file first, then opens, perhaps truncating. */
#define REOPENS(name)                                                                              \
    HOOKED FILE *name(const char *path, const char *mode, FILE *stream) {                          \
        struct closing c;                                                                          \
        int kept = before_truncating(AT_FDCWD, path, flags_of(mode));                              \
        if (!session_acts() || !closing_look(descriptor_of(stream), CLOSING_BUFFERED, &c))         \
            return streamed(kept, real_##name(path, mode, stream));                                \
        FILE *result = streamed(kept, real_##name(path, mode, stream));                            \
        (void)judge(&c);                                                                           \
        return result;                                                                             \
    }

REOPENS(freopen)
REOPENS(freopen64)
