#include "sys/place.h"

#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static uid_t me(void) {
    return (uid_t)sys_call(SYS_geteuid, 0, 0, 0, 0, 0, 0);
}

/* The host's umask may have taken rights of the owner away from what was just made (0177 is common
 * where keys are written): a directory that nobody can enter, perhaps one below HOME that other
 * programs share. It gets them, or goes again. */
static void give_rights(int directory, const char *name) {
    struct stat st;
    int result = sys_statat(directory, name, &st, AT_SYMLINK_NOFOLLOW);
    if (result < 0 || (st.st_mode & S_IRWXU) == S_IRWXU)
        return;
    int fd = sys_openat(directory, name, SYS_READING | O_DIRECTORY | O_NOFOLLOW, 0);
    result = fd < 0 ? fd : sys_fstat(fd, &st);
    if (result == 0)
        result = (int)sys_call(SYS_fchmod, fd, (long)((st.st_mode & 07777) | S_IRWXU), 0, 0, 0, 0);
    if (fd >= 0)
        sys_close(fd);
    if (result < 0)
        (void)sys_call(SYS_unlinkat, directory, (long)name, AT_REMOVEDIR, 0, 0, 0);
}

int place_make(int directory, const char *name) {
    int result = (int)sys_call(SYS_mkdirat, directory, (long)name, 0700, 0, 0, 0);
    if (result == 0)
        give_rights(directory, name);
    return result;
}

/* Makes the directory and those above it, from the top down. */
static void make_all(const char *path) {
    char partial[PATH_MAX];
    size_t n = strlen(path);
    if (n >= sizeof partial)
        return;
    memcpy(partial, path, n + 1);
    for (size_t i = 1; i <= n; i++)
        if (path[i] == '/' || path[i] == '\0') {
            partial[i] = '\0';
            (void)place_make(AT_FDCWD, partial);
            partial[i] = path[i];
        }
}

int place_directory(const char *path, bool make) {
    const int flags = SYS_READING | O_DIRECTORY;
    struct stat st;
    int fd = sys_open(path, flags, 0);
    if (fd == -ENOENT && make) {
        make_all(path);
        fd = sys_open(path, flags, 0);
    }
    if (fd < 0)
        return fd;
    int result = sys_fstat(fd, &st);
    bool anybody = (st.st_mode & (S_IWOTH | S_ISVTX)) == S_IWOTH;
    if (result == 0 && (anybody || (st.st_uid != me() && st.st_uid != 0)))
        result = -EPERM;
    if (result == 0)
        return fd;
    sys_close(fd);
    return result;
}

int place_parent(const char *path, bool make, const char **name) {
    char directory[PATH_MAX];
    *name = text_base_name(path);
    size_t n = (size_t)(*name - path);
    if (n >= sizeof directory)
        return -ENAMETOOLONG;
    if (n == 0)
        return place_directory(".", make);
    memcpy(directory, path, n);
    /* Without the slash, but for the root itself. */
    directory[n > 1 ? n - 1 : n] = '\0';
    return place_directory(directory, make);
}

int place_file(int directory, const char *name, int flags, struct stat *st) {
    int fd =
        sys_openat(directory, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
    if (fd < 0)
        return fd;
    int result = sys_fstat(fd, st);
    if (result == 0 && !S_ISREG(st->st_mode))
        result = -EINVAL;
    if (result == 0 && (st->st_nlink > 1 || (st->st_uid != me() && st->st_uid != 0)))
        result = -EPERM;
    /* As above: of what was just made, if not of what somebody has emptied. */
    if (result == 0 && (flags & O_CREAT) != 0 && st->st_size == 0 &&
        (st->st_mode & (S_IRUSR | S_IWUSR)) != (S_IRUSR | S_IWUSR))
        (void)sys_call(SYS_fchmod, fd, (long)((st->st_mode & 07777) | S_IRUSR | S_IWUSR), 0, 0, 0,
                       0);
    if (result == 0)
        return fd;
    sys_close(fd);
    return result;
}

bool place_fits(uint64_t size) {
    struct rlimit limit;
    if (sys_call(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, (long)&limit, 0, 0) < 0)
        return true;
    return limit.rlim_cur == RLIM_INFINITY || size <= limit.rlim_cur;
}

int place_write(int fd, const void *bytes, size_t n) {
    long at = sys_call(SYS_lseek, fd, 0, SEEK_CUR, 0, 0, 0);
    if (at >= 0 && !place_fits((uint64_t)at + n))
        return -EFBIG;
    for (size_t done = 0; done < n;) {
        ssize_t written = sys_write(fd, (const char *)bytes + done, n - done);
        if (written == -EINTR)
            continue;
        if (written <= 0)
            return written < 0 ? (int)written : -ENOSPC;
        done += (size_t)written;
    }
    return 0;
}

int place_copy(int fd, int from, size_t n) {
    char buffer[16384];
    for (size_t done = 0; done < n;) {
        size_t most = n - done < sizeof buffer ? n - done : sizeof buffer;
        ssize_t got = sys_pread_full(from, buffer, most, (int64_t)done);
        if (got <= 0)
            return got < 0 ? (int)got : -EIO;
        int result = place_write(fd, buffer, (size_t)got);
        if (result < 0)
            return result;
        done += (size_t)got;
    }
    return 0;
}
