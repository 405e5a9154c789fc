/* Rooms: opening · keeping · going through · the bound */
#include "enforce/store.h"

#include "sys/place.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>

#define NAME_SIZE (STORE_ID_SIZE + 16)

/* ---- opening ---- */

int store_open(const char *path, const char *below, bool make) {
    char whole[PATH_MAX];
    struct text t = text_over(whole, sizeof whole);
    struct stat st;
    text_add(&t, "%s%s%s", path, below != NULL ? "/" : "", below != NULL ? below : "");
    if (t.cut)
        return -ENAMETOOLONG;
    int fd = place_directory(whole, make);
    if (fd < 0)
        return fd;
    int result = sys_fstat(fd, &st);
    if (result == 0 && (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        result = -EPERM;
    if (result == 0)
        return fd;
    sys_close(fd);
    return result;
}

/* ---- keeping ---- */

static void unlink_in(int store, const char *name) {
    (void)sys_call(SYS_unlinkat, store, (long)name, 0, 0, 0, 0);
}

/* Under a name that no reader takes for whole, until it is. */
static int finish(int store, int fd, int result, const char *part, const char *name) {
    if (result == 0)
        result = sys_fsync(fd);
    sys_close(fd);
    if (result == 0)
        result = (int)sys_call(SYS_renameat, store, (long)part, store, (long)name, 0, 0);
    if (result < 0) {
        unlink_in(store, part);
        return result;
    }
    (void)sys_fsync(store);
    return 0;
}

int store_put(int store, const char *id, int from, size_t size) {
    char part[NAME_SIZE], name[NAME_SIZE];
    struct stat st;
    text_print(part, sizeof part, ".%s.part", id);
    text_print(name, sizeof name, "%s.gif", id);
    int fd = place_file(store, part, O_WRONLY | O_CREAT | O_EXCL, &st);
    return fd < 0 ? fd : finish(store, fd, place_copy(fd, from, size), part, name);
}

int store_get(int store, const char *id) {
    char name[NAME_SIZE];
    struct stat st;
    return place_file(store, text_print(name, sizeof name, "%s.gif", id), SYS_READING, &st);
}

int store_note(int store, const char *id, const char *line, size_t n) {
    char part[NAME_SIZE], name[NAME_SIZE];
    struct stat st;
    text_print(part, sizeof part, ".%s.part", id);
    text_print(name, sizeof name, "%s.json", id);
    int fd = place_file(store, part, O_WRONLY | O_CREAT | O_EXCL, &st);
    return fd < 0 ? fd : finish(store, fd, place_write(fd, line, n), part, name);
}

void store_remove(int store, const char *id) {
    char name[NAME_SIZE];
    unlink_in(store, text_print(name, sizeof name, "%s.gif", id));
    unlink_in(store, text_print(name, sizeof name, "%s.json", id));
}

/* ---- going through ---- */

/* What getdents64 writes (linux_dirent64). */
struct directory_entry {
    uint64_t ino;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

/* "66118e6349baf-13a3-1.gif": the ID, or false. */
static bool id_of(const char *name, char *id) {
    size_t n = strspn(name, "0123456789abcdef-");
    if (n >= STORE_ID_SIZE || strspn(name, "0123456789abcdef") < 12 ||
        strcmp(name + n, ".gif") != 0)
        return false;
    memcpy(id, name, n);
    id[n] = '\0';
    return true;
}

static uint64_t size_of(int store, const char *name) {
    struct stat st;
    return sys_statat(store, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode)
               ? (uint64_t)st.st_size
               : 0;
}

void store_each(int store, bool (*each)(void *context, const char *id, uint64_t bytes),
                void *context) {
    _Alignas(8) char buffer[4096];
    char id[STORE_ID_SIZE];
    bool going = sys_call(SYS_lseek, store, 0, SEEK_SET, 0, 0, 0) == 0;
    ssize_t n;
    while (going && (n = sys_getdents(store, buffer, sizeof buffer)) > 0)
        for (ssize_t at = 0; going && at < n;) {
            const struct directory_entry *d = (const void *)(buffer + at);
            at += d->length;
            if (id_of(d->name, id))
                going = each(context, id, size_of(store, d->name));
        }
}

/* ---- the bound ---- */

struct tally {
    uint64_t bytes, files;
    char oldest[STORE_ID_SIZE];
};

static bool count(void *context, const char *id, uint64_t bytes) {
    struct tally *t = context;
    t->bytes += bytes;
    t->files++;
    if (t->oldest[0] == '\0' || strcmp(id, t->oldest) < 0)
        text_print(t->oldest, sizeof t->oldest, "%s", id);
    return true;
}

void store_bound(int store, uint64_t most_bytes, uint64_t most_files) {
    /* Each round takes one away; another process may be doing the same. */
    for (uint64_t rounds = 0; rounds < 10000; rounds++) {
        struct tally t = {0};
        store_each(store, count, &t);
        if (t.files == 0 || (t.bytes <= most_bytes && t.files <= most_files))
            return;
        store_remove(store, t.oldest);
    }
}
