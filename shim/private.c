#include "shim/private.h"

#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define LOWEST_NUMBER 500
#define FLAGS (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

/* A low number is used only for the instant between these two calls. */
static int move_up(int fd) {
    if (fd < 0 || fd >= LOWEST_NUMBER)
        return fd;
    int up = sys_fcntl(fd, F_DUPFD_CLOEXEC, LOWEST_NUMBER);
    if (up < 0)
        return fd; /* a low limit on descriptors: stay */
    sys_close(fd);
    return up;
}

int private_open_path(int directory, const char *path) {
    /* Reading must not show in the access time; only the owner may ask for that. */
    int fd = sys_openat(directory, path, FLAGS | O_NOATIME, 0);
    if (fd == -EPERM)
        fd = sys_openat(directory, path, FLAGS, 0);
    return move_up(fd);
}

int private_open_fd(int fd) {
    char path[40];
    return private_open_path(AT_FDCWD, text_print(path, sizeof path, "/proc/self/fd/%d", fd));
}

/* Does this process hold a POSIX lock on the file? As the owner of an open-file-description lock
 * the descriptor conflicts with the process's own POSIX locks, so the kernel names them. */
static bool host_holds_lock(int fd) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return sys_fcntl(fd, F_OFD_GETLK, (long)&lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0;
}

static bool still_ours(int fd, const struct stat *st) {
    struct stat now;
    return sys_fstat(fd, &now) == 0 && now.st_dev == st->st_dev && now.st_ino == st->st_ino;
}

/* Descriptors kept for the host's locks, as number + 1; 0 = free. */
static _Atomic int kept[16];

static void close_kept(void) {
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        int fd = atomic_load(&kept[i]) - 1;
        if (fd < 0 || host_holds_lock(fd))
            continue;
        int expected = fd + 1;
        if (atomic_compare_exchange_strong(&kept[i], &expected, 0))
            sys_close(fd);
    }
}

static bool keep(int fd) {
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        int expected = 0;
        if (atomic_compare_exchange_strong(&kept[i], &expected, fd + 1))
            return true;
    }
    return false;
}

void private_close(int fd, const struct stat *st) {
    if (fd < 0)
        return;
    close_kept();
    if (!still_ours(fd, st) || (host_holds_lock(fd) && keep(fd)))
        return;
    sys_close(fd);
}

int private_is_kept(int fd) {
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (atomic_load(&kept[i]) == fd + 1)
            return 1;
    return 0;
}
