#include "sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

/* Does this process hold a POSIX lock on the file? Closing any descriptor of it would drop the
 * lock. As the owner of an open-file-description lock the descriptor conflicts with the process's
 * own POSIX locks, so the kernel names them. */
bool sys_is_locked(int fd) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return sys_fcntl(fd, F_OFD_GETLK, (long)&lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0;
}

static bool is_ours(int fd) {
    int flags = sys_fcntl(fd, F_GETFL, 0);
    return flags < 0 || (flags & (O_NONBLOCK | O_PATH)) != 0;
}

/* Out of the way of the host, which may count on low numbers, or put its own files there. */
static int move_up(int fd) {
    if (fd < 0 || fd >= SYS_LOWEST || sys_is_locked(fd))
        return fd;
    int up = sys_fcntl(fd, F_DUPFD_CLOEXEC, SYS_LOWEST);
    if (up < 0)
        return fd; /* a low limit on descriptors: stay */
    if (!is_ours(up)) {
        (void)sys_call(SYS_close, up, 0, 0, 0, 0, 0);
        return -EAGAIN;
    }
    sys_close(fd);
    return up;
}

int sys_openat(int directory, const char *path, int flags, unsigned mode) {
    return move_up((int)sys_call(SYS_openat, directory, (long)path, flags, (long)mode, 0, 0));
}

int sys_open(const char *path, int flags, unsigned mode) {
    return sys_openat(AT_FDCWD, path, flags, mode);
}

int sys_close(int fd) {
    return is_ours(fd) ? (int)sys_call(SYS_close, fd, 0, 0, 0, 0, 0) : 0;
}

ssize_t sys_read(int fd, void *to, size_t n) {
    return sys_call(SYS_read, fd, (long)to, (long)n, 0, 0, 0);
}

ssize_t sys_pread(int fd, void *to, size_t n, int64_t offset) {
    return sys_call(SYS_pread64, fd, (long)to, (long)n, offset, 0, 0);
}

ssize_t sys_write(int fd, const void *from, size_t n) {
    return sys_call(SYS_write, fd, (long)from, (long)n, 0, 0, 0);
}

int sys_fstat(int fd, struct stat *st) {
    return (int)sys_call(SYS_fstat, fd, (long)st, 0, 0, 0, 0);
}

int sys_statat(int directory, const char *path, struct stat *st, int flags) {
    return (int)sys_call(SYS_newfstatat, directory, (long)path, (long)st, flags, 0, 0);
}

int sys_stat(const char *path, struct stat *st) {
    return sys_statat(AT_FDCWD, path, st, 0);
}

int sys_fcntl(int fd, int command, long argument) {
    return (int)sys_call(SYS_fcntl, fd, command, argument, 0, 0, 0);
}

ssize_t sys_readlink(const char *path, char *to, size_t size) {
    long n = sys_call(SYS_readlinkat, AT_FDCWD, (long)path, (long)to, (long)size, 0, 0);
    if (n < 0)
        return n;
    if ((size_t)n >= size)
        return -ENAMETOOLONG;
    to[n] = '\0';
    return n;
}

int sys_fsync(int fd) {
    return (int)sys_call(SYS_fsync, fd, 0, 0, 0, 0, 0);
}

ssize_t sys_getdents(int fd, void *to, size_t n) {
    return sys_call(SYS_getdents64, fd, (long)to, (long)n, 0, 0, 0);
}

pid_t sys_getpid(void) {
    return (pid_t)sys_call(SYS_getpid, 0, 0, 0, 0, 0, 0);
}

pid_t sys_gettid(void) {
    return (pid_t)sys_call(SYS_gettid, 0, 0, 0, 0, 0, 0);
}

#if defined(__SANITIZE_THREAD__)
/* ThreadSanitizer must see that memory was given back before another thread gets it. */
void *sys_map(size_t n) {
    void *at = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

void sys_unmap(void *at, size_t n) {
    munmap(at, n);
}
#else
void *sys_map(size_t n) {
    long at =
        sys_call(SYS_mmap, 0, (long)n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at < 0 && at > -4096 ? NULL : (void *)at;
}

void sys_unmap(void *at, size_t n) {
    (void)sys_call(SYS_munmap, (long)at, (long)n, 0, 0, 0, 0);
}
#endif

/* By system call, not by the vDSO: clock_gettime() is a name that others interpose too. */
static int64_t clock_us(clockid_t clock) {
    struct timespec t = {0};
    (void)sys_call(SYS_clock_gettime, clock, (long)&t, 0, 0, 0, 0);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t sys_now_us(void) {
    return clock_us(CLOCK_MONOTONIC);
}

int64_t sys_wall_us(void) {
    return clock_us(CLOCK_REALTIME);
}

ssize_t sys_pread_full(int fd, void *to, size_t n, int64_t offset) {
    size_t done = 0;
    while (done < n) {
        ssize_t got = sys_pread(fd, (char *)to + done, n - done, offset + (int64_t)done);
        if (got == -EINTR)
            continue;
        if (got < 0)
            return got;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}
