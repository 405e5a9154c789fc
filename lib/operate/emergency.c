/* Rooms: looking · setting · clearing */
#include "operate/emergency.h"

#include "sys/place.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- looking ---- */

static void take(const char *line, size_t n, const char *key, char *to, size_t size) {
    size_t begin = strlen(key);
    if (to[0] == '\0' && n >= begin && strncmp(line, key, begin) == 0)
        text_print(to, size, "%.*s", (int)(n - begin), line + begin);
}

static void parse(const char *text, struct emergency *found) {
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        take(text, n, "time: ", found->time, sizeof found->time);
        take(text, n, "user: ", found->user, sizeof found->user);
        take(text, n, "reason: ", found->reason, sizeof found->reason);
        text += n + (text[n] == '\n');
    }
}

int emergency_look(const char *state_dir, struct emergency *found) {
    char path[PATH_MAX + 32], text[EMERGENCY_TEXT_MAX + 1];
    struct stat st;
    *found = (struct emergency){0};
    text_print(path, sizeof path, "%s/" EMERGENCY_NAME, state_dir);
    if (lstat(path, &st) != 0)
        return errno == ENOTDIR ? ENOENT : errno;
    /* Whatever it is, it is set; only of a regular file is more to be had. */
    int fd = S_ISREG(st.st_mode) ? sys_open(path, SYS_READING | O_NOFOLLOW, 0) : -1;
    ssize_t n = fd >= 0 ? sys_pread_full(fd, text, sizeof text - 1, 0) : 0;
    if (fd >= 0)
        sys_close(fd);
    text[n > 0 ? n : 0] = '\0';
    parse(text, found);
    return 0;
}

char *emergency_words(const struct emergency *found, char *buffer, size_t size) {
    struct text t = text_over(buffer, size);
    if (found->time[0] != '\0')
        text_add(&t, ", since %s", found->time);
    if (found->user[0] != '\0')
        text_add(&t, ", by %s", found->user);
    if (found->reason[0] != '\0')
        text_add(&t, ": %s", found->reason);
    return buffer;
}

/* ---- setting ---- */

static int refuse(struct error *e, int code, const char *state_dir) {
    return error_set(e, code, "%s/" EMERGENCY_NAME ": %s", state_dir, strerror(code));
}

/* One that sys/place.h refuses may hold the switch all the same: where it was not set nothing is
 * opened that is there, and in a directory of others the file stays empty. */
static int open_directory(const char *state_dir, bool *is_others) {
    int fd = place_directory(state_dir, true);
    *is_others = fd == -EPERM;
    return *is_others ? sys_open(state_dir, SYS_READING | O_DIRECTORY, 0) : fd;
}

static int write_empty(int directory) {
    int fd = sys_openat(directory, EMERGENCY_NAME,
                        O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
    if (fd >= 0)
        sys_close(fd);
    return fd < 0 ? fd : 0;
}

/* Under another name first: the preload object must not wait for a disk, nor a reader see half. The
 * name comes before the disk has it all: after a power cut an empty file does as well. */
static int write_whole(int directory, const char *text) {
    char part[64];
    text_print(part, sizeof part, "." EMERGENCY_NAME ".%d", (int)getpid());
    (void)sys_call(SYS_unlinkat, directory, (long)part, 0, 0, 0, 0);
    int fd = sys_openat(directory, part,
                        O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
    if (fd < 0)
        return fd;
    int result = place_write(fd, text, strlen(text));
    if (result == 0)
        result = (int)sys_call(SYS_renameat2, directory, (long)part, directory,
                               (long)EMERGENCY_NAME, RENAME_NOREPLACE, 0);
    if (result == -EINVAL || result == -ENOSYS)
        result =
            (int)sys_call(SYS_linkat, directory, (long)part, directory, (long)EMERGENCY_NAME, 0, 0);
    (void)sys_call(SYS_unlinkat, directory, (long)part, 0, 0, 0, 0);
    (void)sys_fsync(fd);
    sys_close(fd);
    return result;
}

int emergency_set(const char *state_dir, const char *text, bool *is_empty, struct error *e) {
    struct stat st;
    bool is_others;
    *is_empty = false;
    int directory = open_directory(state_dir, &is_others);
    if (directory < 0)
        return refuse(e, -directory, state_dir);
    int result = sys_statat(directory, EMERGENCY_NAME, &st, AT_SYMLINK_NOFOLLOW) == 0 ? -EEXIST
                 : is_others                                                          ? -EPERM
                             : write_whole(directory, text);
    if (result < 0 && result != -EEXIST) {
        result = write_empty(directory);
        *is_empty = result == 0;
    }
    (void)sys_fsync(directory);
    sys_close(directory);
    return result < 0 ? refuse(e, -result, state_dir) : 0;
}

/* ---- clearing ---- */

int emergency_clear(const char *state_dir, struct error *e) {
    int directory = sys_open(state_dir, SYS_READING | O_DIRECTORY, 0);
    if (directory < 0)
        return refuse(e, directory == -ENOTDIR ? ENOENT : -directory, state_dir);
    int result = (int)sys_call(SYS_unlinkat, directory, (long)EMERGENCY_NAME, 0, 0, 0, 0);
    (void)sys_fsync(directory);
    sys_close(directory);
    return result < 0 ? refuse(e, -result, state_dir) : 0;
}
