/* Rooms: opening · keeping · going through · the bound */
#include "store/store.h"

#include "store/entries.h"
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

int store_put(int store, const char *id, int from, size_t size) {
    char part[NAME_SIZE], name[NAME_SIZE];
    struct stat st;
    text_print(part, sizeof part, ".%s.part", id);
    text_print(name, sizeof name, "%s.gif", id);
    int fd = place_file(store, part, O_WRONLY | O_CREAT | O_EXCL, &st);
    return fd < 0 ? fd : entries_finish(store, fd, place_copy(fd, from, size), part, name);
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
    return fd < 0 ? fd : entries_finish(store, fd, place_write(fd, line, n), part, name);
}

static int remove_gif(int store, const char *id) {
    char name[NAME_SIZE];
    return (int)sys_call(SYS_unlinkat, store, (long)text_print(name, sizeof name, "%s.gif", id), 0,
                         0, 0, 0);
}

void store_remove(int store, const char *id) {
    char name[NAME_SIZE];
    (void)remove_gif(store, id);
    entries_unlink(store, text_print(name, sizeof name, "%s.json", id));
}

/* ---- going through ---- */

static uint64_t size_of(int store, const char *name) {
    struct stat st;
    return sys_statat(store, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode)
               ? (uint64_t)st.st_size
               : 0;
}

/* With the record beside it. */
static uint64_t size_of_both(int store, const char *name) {
    char beside[NAME_SIZE];
    const int id = (int)strcspn(name, ".");
    return size_of(store, name) +
           size_of(store, text_print(beside, sizeof beside, "%.*s.json", id, name));
}

struct walk {
    int store;
    bool (*each)(void *context, const char *id, uint64_t bytes);
    void *context;
};

static bool each_name(void *context, const char *name) {
    const struct walk *w = context;
    char id[STORE_ID_SIZE];
    return !entries_id(name, "", ".gif", id) || w->each(w->context, id, size_of(w->store, name));
}

void store_each(int store, bool (*each)(void *context, const char *id, uint64_t bytes),
                void *context) {
    struct walk w = {store, each, context};
    entries_each(store, each_name, &w);
}

/* ---- the bound ---- */

static bool remove_one(int store, const char *id, uint64_t *freed) {
    int result = remove_gif(store, id);
    (void)freed;
    store_remove(store, id);
    return result == 0 || result == -ENOENT;
}

void store_bound(int store, uint64_t most_bytes, uint64_t most_files, const char *kept) {
    const struct entries_kind kind = {.directory = store,
                                      .suffix = ".gif",
                                      .kept = kept,
                                      .bytes = size_of_both,
                                      .remove = remove_one};
    entries_bound(&kind, most_bytes, most_files);
}

void store_bound_ended(int store, uint64_t most_bytes, uint64_t most_files) {
    const struct entries_kind kind = {.directory = store,
                                      .suffix = ".gif",
                                      .running_stay = true,
                                      .bytes = size_of_both,
                                      .remove = remove_one};
    entries_bound(&kind, most_bytes, most_files);
}
