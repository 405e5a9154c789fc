#include "enforce/restore.h"

#include "sys/place.h"
#include "sys/sys.h"
#include "text/problem.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>

/* The path was free of symbolic links when it was noted: one in it now leads elsewhere. */
static int open_unlinked(const char *directory, unsigned flags) {
    struct open_how how = {.flags = flags | O_DIRECTORY | O_CLOEXEC,
                           .resolve = RESOLVE_NO_SYMLINKS};
    long fd = sys_call(SYS_openat2, AT_FDCWD, (long)directory, (long)&how, sizeof how, 0, 0);
    /* Older than Linux 5.6, or a container that does not know it. */
    return fd == -ENOSYS || fd == -EPERM ? sys_open(directory, (int)how.flags, 0) : (int)fd;
}

/* The host's own directory: not for us to judge who owns it. */
static int open_parent(const char *path, const char **name) {
    char directory[PATH_MAX];
    if (!text_directory(path, directory, sizeof directory, name))
        return -EINVAL;
    int fd = open_unlinked(directory, SYS_READING);
    /* Without the right to read it, names in it can still be reached, only not be synced. */
    return fd == -EACCES ? open_unlinked(directory, O_PATH) : fd;
}

static int write_bytes(int fd, const struct restore *r) {
    return r->bytes != NULL ? place_write(fd, r->bytes, r->size) : place_copy(fd, r->from, r->size);
}

/* Without a name while it is written, where the file system can: a process that is killed meanwhile
 * leaves nothing behind. */
static int open_temporary(int directory, const struct restore *r, bool *named) {
    int fd = sys_openat(directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC | O_NONBLOCK, 0600);
    *named = fd < 0;
    return fd >= 0 ? fd
                   : sys_openat(directory, r->temporary,
                                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK,
                                0600);
}

static int give_name(int fd, int directory, const struct restore *r) {
    char link[40];
    text_print(link, sizeof link, "/proc/thread-self/fd/%d", fd);
    return (int)sys_call(SYS_linkat, AT_FDCWD, (long)link, directory, (long)r->temporary,
                         AT_SYMLINK_FOLLOW, 0);
}

static int write_temporary(int directory, const struct restore *r, struct text *problems) {
    bool named;
    int fd = open_temporary(directory, r, &named);
    if (fd < 0)
        return fd;
    int result = write_bytes(fd, r);
    if (result == 0) {
        attributes_write(fd, r->attributes, problems);
        result = sys_fsync(fd);
    }
    if (result == 0 && !named)
        result = give_name(fd, directory, r);
    sys_close(fd);
    if (result < 0 && named)
        (void)sys_call(SYS_unlinkat, directory, (long)r->temporary, 0, 0, 0, 0);
    return result;
}

static int replace(int directory, const char *name, const struct restore *r,
                   struct text *problems) {
    int result = write_temporary(directory, r, problems);
    if (result < 0)
        return result;
    result =
        (int)sys_call(SYS_renameat, directory, (long)r->temporary, directory, (long)name, 0, 0);
    if (result < 0) {
        (void)sys_call(SYS_unlinkat, directory, (long)r->temporary, 0, 0, 0, 0);
        return result;
    }
    result = sys_fsync(directory);
    if (result < 0)
        problem_add(problems, "the directory could not be synced", result);
    return 0;
}

static int write_through(int directory, const char *name, const struct restore *r,
                         struct text *problems) {
    struct stat st;
    if (!place_fits(r->size))
        return -EFBIG;
    int fd = sys_openat(directory, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0);
    if (fd < 0)
        return fd;
    int result = sys_fstat(fd, &st);
    if (result == 0 &&
        (r->expect == NULL || st.st_ino != r->expect->st_ino || st.st_dev != r->expect->st_dev))
        result = -ESTALE;
    /* The rejected bytes make room first: the disk may be full. */
    if (result == 0)
        result = (int)sys_call(SYS_ftruncate, fd, 0, 0, 0, 0, 0);
    if (result == 0)
        result = write_bytes(fd, r);
    if (result == 0) {
        attributes_write_times(fd, r->attributes, problems);
        result = sys_fsync(fd);
    }
    sys_close(fd);
    return result;
}

static bool is_expected(int directory, const char *name, const struct restore *r,
                        struct stat *now) {
    int result = sys_statat(directory, name, now, AT_SYMLINK_NOFOLLOW);
    if (r->expect == NULL) {
        if (result < 0)
            now->st_nlink = 1;
        return result == -ENOENT || (result == 0 && S_ISREG(now->st_mode));
    }
    return result == 0 && now->st_dev == r->expect->st_dev && now->st_ino == r->expect->st_ino;
}

bool restore_file(const struct restore *r, struct text *problems) {
    const char *name;
    struct stat now;
    int directory = open_parent(r->path, &name);
    if (directory < 0) {
        problem_add(problems, "the source's directory could not be opened", directory);
        return false;
    }
    if (!is_expected(directory, name, r, &now)) {
        problem_add(problems, "another file stands under the source's name", 0);
        sys_close(directory);
        return false;
    }
    bool through = now.st_nlink > 1;
    int result = through ? 0 : replace(directory, name, r, problems);
    if (result < 0) {
        problem_add(problems, "no temporary file beside the source, so it was written through",
                    result);
        through = true;
    }
    if (through)
        result = write_through(directory, name, r, problems);
    sys_close(directory);
    if (result < 0)
        problem_add(problems, "the source could not be written back", result);
    return result == 0;
}
