/* A defect of the machine: a preload object that stands between gifvet and the C library and
 * damages every GIF that is closed after writing. SABOTAGE says how: cut (the second half is lost),
 * flip (a hundred bytes in the middle are zeros), empty. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

EXPORTED int close(int fd);
EXPORTED int fclose(FILE *stream);
/* unistd.h declares it with an ellipsis. */
EXPORTED long all_syscalls(long number, long a, long b, long c, long d, long e,
                           long f) __asm__("syscall");

static long (*real_syscall)(long, long, long, long, long, long, long);
static int (*real_close)(int);
static int (*real_fclose)(FILE *);

/* Constructors of others may close before any of ours has run. */
static void resolve(void) {
    if (real_syscall != NULL)
        return;
    *(void **)&real_close = dlsym(RTLD_NEXT, "close");
    *(void **)&real_fclose = dlsym(RTLD_NEXT, "fclose");
    *(void **)&real_syscall = dlsym(RTLD_NEXT, "syscall");
}

/* Some files are closed through more than one descriptor: what lost its trailer was damaged before.
 */
static int is_whole(int fd, const struct stat *st) {
    char head[4] = "", last = 0;
    return pread(fd, head, 4, 0) == 4 && memcmp(head, "GIF8", 4) == 0 &&
           pread(fd, &last, 1, st->st_size - 1) == 1 && last == ';';
}

static void damage(int fd) {
    static const char zeros[100];
    const char *how = getenv("SABOTAGE");
    char link[40];
    struct stat st;
    int flags = fcntl(fd, F_GETFL);
    if (how == NULL || flags < 0 || (flags & O_ACCMODE) == O_RDONLY || fstat(fd, &st) != 0 ||
        !S_ISREG(st.st_mode) || st.st_size < 400)
        return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int own = open(link, O_RDWR | O_CLOEXEC);
    if (own < 0)
        return;
    if (is_whole(own, &st)) {
        if (strcmp(how, "cut") == 0 && ftruncate(own, st.st_size / 2) != 0)
            abort();
        if (strcmp(how, "empty") == 0 && ftruncate(own, 0) != 0)
            abort();
        if (strcmp(how, "flip") == 0 &&
            pwrite(own, zeros, sizeof zeros, st.st_size / 2) != (ssize_t)sizeof zeros)
            abort();
    }
    real_close(own);
}

int close(int fd) {
    int before = errno;
    resolve();
    damage(fd);
    errno = before;
    return real_close(fd);
}

int fclose(FILE *stream) {
    int before = errno;
    resolve();
    fflush(stream);
    damage(fileno(stream));
    errno = before;
    return real_fclose(stream);
}

long all_syscalls(long number, long a, long b, long c, long d, long e, long f) {
    resolve();
    if (number == SYS_close)
        damage((int)a);
    return real_syscall(number, a, b, c, d, e, f);
}
