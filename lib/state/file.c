/* Rooms: what is there · making · moving aside · opening */
#include "state/file.h"

#include "store/entries.h"
#include "sys/place.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/syscall.h>

#define NEW STATE_NAME ".new."
#define ASIDE STATE_NAME ".damaged."
#define ASIDE_MOST 4
#define ATTEMPTS 16
#define NAME_SIZE 64

/* ---- what is there ---- */

static struct state_head head_now(void) {
    return (struct state_head){STATE_MAGIC, STATE_VERSION, state_layout(),
                               sizeof(struct state_file)};
}

const char *file_problem(int fd, const struct stat *st, int *result) {
    struct state_head head = {0}, ours = head_now();
    ssize_t n = sys_pread_full(fd, &head, sizeof head, 0);
    *result = n < 0 ? (int)n : 0;
    if (n < (ssize_t)sizeof head || head.magic != ours.magic)
        return "is no state of gifvet, or damaged";
    if (head.version != ours.version)
        return "is the state of another version of gifvet";
    if (head.layout != ours.layout || head.size != ours.size)
        return "is the state of another build of gifvet";
    if ((uint64_t)st->st_size != ours.size)
        return "is cut short or too long";
    return NULL;
}

static int look_at(int directory, const char *name, struct stat *st) {
    return sys_statat(directory, name, st, AT_SYMLINK_NOFOLLOW);
}

static bool is_same(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* ---- making ---- */

static void unlink_in(int directory, const char *name) {
    (void)sys_call(SYS_unlinkat, directory, (long)name, 0, 0, 0, 0);
}

static bool sweep_one(void *context, const char *name) {
    if (strncmp(name, NEW, strlen(NEW)) == 0)
        unlink_in(*(const int *)context, name);
    return true;
}

/* Removes what processes left behind that were killed while they made one. To be called when there
 * is a file under the name: then others that are just making one would find that they came late,
 * and look again. */
static void sweep(int directory) {
    entries_each(directory, sweep_one, &directory);
}

/* With blocks for all of it: a page that the disk has no room for is a SIGBUS to who writes it. */
static int fill(int fd) {
    static const char zeros[4096];
    struct state_head head = head_now();
    const size_t size = sizeof(struct state_file);
    int result = place_write(fd, &head, sizeof head);
    if (result < 0)
        return result;
    if (!place_fits(size))
        return -EFBIG;
    do
        result = (int)sys_call(SYS_fallocate, fd, 0, 0, (long)size, 0, 0);
    while (result == -EINTR);
    if (result != -EOPNOTSUPP && result != -ENOSYS)
        return result;
    result = 0;
    for (size_t done = sizeof head; done < size && result == 0;) {
        size_t n = size - done < sizeof zeros ? size - done : sizeof zeros;
        result = place_write(fd, zeros, n);
        done += n;
    }
    return result;
}

/* Under its name, unless there is one. Where the file system cannot do that in one step, it has two
 * names for an instant. */
static int publish(int directory, const char *from) {
    int result = (int)sys_call(SYS_renameat2, directory, (long)from, directory, (long)STATE_NAME,
                               RENAME_NOREPLACE, 0);
    if (result == -EINVAL || result == -ENOSYS)
        result =
            (int)sys_call(SYS_linkat, directory, (long)from, directory, (long)STATE_NAME, 0, 0);
    return result;
}

static int make(int directory) {
    char name[NAME_SIZE];
    struct stat st;
    text_print(name, sizeof name, NEW "%d.%d", (int)sys_getpid(), (int)sys_gettid());
    int fd = place_file(directory, name, O_RDWR | O_CREAT | O_EXCL, &st);
    if (fd == -EEXIST) /* of a process that had the number before */
        unlink_in(directory, name);
    if (fd < 0)
        return fd;
    int result = fill(fd);
    sys_close(fd);
    if (result == 0)
        result = publish(directory, name);
    unlink_in(directory, name);
    if (result == 0)
        sweep(directory);
    return result;
}

/* ---- moving aside ---- */

static int rename_in(int directory, const char *from, const char *to) {
    return (int)sys_call(SYS_renameat2, directory, (long)from, directory, (long)to, 0, 0);
}

/* To the first free name; when none is, over the last. (What is in that place is removed where it
 * cannot be replaced; only a directory that is not empty stays.) */
static int rename_aside(int directory, char *name) {
    struct stat st;
    int result = -EEXIST;
    for (int i = 1; i <= ASIDE_MOST; i++)
        if (look_at(directory, text_print(name, NAME_SIZE, ASIDE "%d", i), &st) == -ENOENT)
            return rename_in(directory, STATE_NAME, name);
    for (int i = ASIDE_MOST; i >= 1 && result < 0 && result != -ENOENT; i--) {
        text_print(name, NAME_SIZE, ASIDE "%d", i);
        result = rename_in(directory, STATE_NAME, name);
        if (result == -ENOTDIR) {
            unlink_in(directory, name);
            result = rename_in(directory, STATE_NAME, name);
        }
    }
    return result;
}

/* Moves the file aside that was looked at, not another that has its name since. */
static int set_aside(int directory, const struct stat *looked_at) {
    char name[NAME_SIZE];
    struct stat st;
    if (look_at(directory, STATE_NAME, &st) < 0 || !is_same(&st, looked_at))
        return 0;
    int result = rename_aside(directory, name);
    if (result == 0 && look_at(directory, name, &st) == 0 && !is_same(&st, looked_at))
        (void)sys_call(SYS_renameat2, directory, (long)name, directory, (long)STATE_NAME,
                       RENAME_NOREPLACE, 0);
    return result == -ENOENT ? 0 : result;
}

/* ---- opening ---- */

/* What place_file() refuses in a file that is in the way, not in the way to it. */
static bool is_foreign(int result) {
    return result == -ELOOP || result == -EINVAL || result == -EPERM || result == -EISDIR ||
           result == -ENXIO;
}

static bool is_proper(const struct stat *st) {
    uid_t me = (uid_t)sys_call(SYS_geteuid, 0, 0, 0, 0, 0, 0);
    return S_ISREG(st->st_mode) && st->st_nlink == 1 && (st->st_uid == me || st->st_uid == 0);
}

/* A second name may be one that is just being removed, or was left, after making it. */
static int refused(int directory) {
    struct stat st;
    if (look_at(directory, STATE_NAME, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink > 1)
        sweep(directory);
    if (look_at(directory, STATE_NAME, &st) < 0 || is_proper(&st))
        return 0;
    return set_aside(directory, &st);
}

/* A descriptor; 0: look again; else a negative errno. */
static int attempt(int directory, struct stat *st) {
    int fd = place_file(directory, STATE_NAME, O_RDWR, st);
    if (fd == -ENOENT) {
        int made = make(directory);
        return made == -EEXIST || made == -ENOENT ? 0 : made;
    }
    if (fd < 0)
        return is_foreign(fd) ? refused(directory) : fd;
    int result;
    if (file_problem(fd, st, &result) == NULL)
        return fd;
    sys_close(fd);
    return result < 0 ? result : set_aside(directory, st);
}

int file_open(const char *directory, struct stat *st) {
    int below = place_directory(directory, true), result = 0;
    if (below < 0)
        return below;
    for (int i = 0; i < ATTEMPTS && result == 0; i++)
        result = attempt(below, st);
    sys_close(below);
    return result != 0 ? result : -EAGAIN;
}

int file_look(const char *directory, struct stat *st) {
    int below = place_directory(directory, false);
    if (below < 0)
        return below;
    int fd = place_file(below, STATE_NAME, SYS_READING, st);
    sys_close(below);
    return fd;
}
