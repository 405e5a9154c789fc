#include "shim/private.h"

#include "shim/table.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

int private_open_path(int directory, const char *path) {
    /* Reading must not show in the access time; only the owner may ask for that. */
    int fd = sys_openat(directory, path, SYS_READING | O_NOATIME, 0);
    if (fd == -EPERM)
        fd = sys_openat(directory, path, SYS_READING, 0);
    return fd;
}

int private_open_fd(int fd) {
    char path[40];
    return private_open_path(AT_FDCWD,
                             text_print(path, sizeof path, "/proc/thread-self/fd/%d", fd));
}

static bool still_ours(int fd, const struct stat *st) {
    struct stat now;
    int result = sys_fstat(fd, &now);
    bool same =
        result == 0 ? now.st_dev == st->st_dev && now.st_ino == st->st_ino : result != -EBADF;
    return same && private_is_ours(sys_fcntl(fd, F_GETFL, 0));
}

/* Descriptors kept for the host's locks, as number + 1; 0 = free. */
static _Atomic int kept[16];

static void close_kept(void) {
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        int fd = atomic_load(&kept[i]) - 1;
        if (fd < 0 || sys_is_locked(fd))
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
    if (!still_ours(fd, st) || (sys_is_locked(fd) && keep(fd)))
        return;
    sys_close(fd);
}

void private_close_own(int fd) {
    struct stat st;
    if (sys_fstat(fd, &st) == 0)
        private_close(fd, &st);
    else if (private_is_ours(sys_fcntl(fd, F_GETFL, 0)))
        sys_close(fd);
}

bool private_is_ours(int flags) {
    int mark = (flags & O_ACCMODE) == O_RDONLY ? SYS_MARK : O_NONBLOCK | O_NOFOLLOW;
    return (flags & mark) == mark;
}

static bool close_if_ours(void *unused, int fd) {
    int flags = sys_fcntl(fd, F_GETFL, 0);
    (void)unused;
    if (flags >= 0 && (flags & O_PATH) == 0 && private_is_ours(flags) &&
        ((flags & O_ACCMODE) == O_RDONLY || fd >= SYS_LOWEST))
        sys_close(fd);
    return true;
}

void private_forked(void) {
    (void)table_each_number(close_if_ours, NULL);
}
