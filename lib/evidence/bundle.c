/* Rooms: parts · what killed processes left · bytes that are kept once · removing · writing */
#include "evidence/bundle.h"

#include "evidence/sha256.h"
#include "store/store.h"
#include "sys/place.h"
#include "sys/sys.h"
#include "text/problem.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>

#define OBJECTS "objects"
#define TRIES 4
#define PATH_SIZE (STORE_ID_SIZE + BUNDLE_NAME_SIZE + 16)

/* ---- parts ---- */

static const char *part_name(char name[STORE_ID_SIZE + 16], const char *id, unsigned number) {
    return text_print(name, STORE_ID_SIZE + 16, ".%s-%u.part", id, number);
}

static bool is_part(const char *name) {
    char before[STORE_ID_SIZE + 16], id[STORE_ID_SIZE];
    const char *number = strrchr(name, '-');
    if (number == NULL || strlen(name) >= sizeof before)
        return false;
    text_print(before, sizeof before, "%.*s", (int)(number - name), name);
    number++;
    size_t n = strspn(number, "0123456789");
    return n > 0 && strcmp(number + n, ".part") == 0 && entries_id(before, ".", "", id);
}

static int open_below(int directory, const char *name) {
    struct stat st;
    int fd = sys_openat(directory, name, SYS_READING | O_DIRECTORY | O_NOFOLLOW, 0);
    if (fd < 0)
        return fd;
    int result = sys_fstat(fd, &st);
    if (result == 0 && ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0 ||
                        st.st_uid != (uid_t)sys_call(SYS_geteuid, 0, 0, 0, 0, 0, 0)))
        result = -EPERM;
    if (result == 0)
        return fd;
    sys_close(fd);
    return result;
}

static int remove_below(int directory, const char *name) {
    return (int)sys_call(SYS_unlinkat, directory, (long)name, AT_REMOVEDIR, 0, 0, 0);
}

static int link_to(int from, const char *name, int to, const char *other) {
    return (int)sys_call(SYS_linkat, from, (long)name, to, (long)other, 0, 0);
}

static int rename_below(int directory, const char *from, const char *to) {
    return (int)sys_call(SYS_renameat, directory, (long)from, directory, (long)to, 0, 0);
}

/* For as long as this process lives, or the descriptor: -EWOULDBLOCK when another one holds it. A
 * file system without locks is no reason not to write. */
static int lock(int fd) {
    return (int)sys_call(SYS_flock, fd, LOCK_EX | LOCK_NB, 0, 0, 0, 0);
}

struct emptying {
    int part;
    uint64_t freed;
};

static bool empty_one(void *context, const char *name) {
    struct emptying *e = context;
    struct stat st;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return true;
    /* The other name of the last one that is shared, below objects/, goes as well. */
    if (sys_statat(e->part, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_nlink <= 2)
        e->freed += (uint64_t)st.st_size;
    entries_unlink(e->part, name);
    return true;
}

static uint64_t remove_part(int store, int part, const char *name) {
    struct emptying e = {.part = part};
    entries_each(part, empty_one, &e);
    (void)remove_below(store, name);
    return e.freed;
}

/* ---- what killed processes left ---- */

/* Between its opening and its lock the writer may have ended, and given it the name of a bundle. */
static bool is_still(int store, const char *name, int part) {
    struct stat named, opened;
    return sys_statat(store, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           sys_fstat(part, &opened) == 0 && named.st_dev == opened.st_dev &&
           named.st_ino == opened.st_ino;
}

struct cleaning {
    int store;
    bool only_count;
    size_t found;
};

static bool clean_one(void *context, const char *name) {
    struct cleaning *c = context;
    if (!is_part(name))
        return true;
    int part = open_below(c->store, name);
    if (part < 0)
        return true;
    if (lock(part) == 0 && is_still(c->store, name, part)) {
        c->found++;
        if (!c->only_count)
            (void)remove_part(c->store, part, name);
    }
    sys_close(part);
    return true;
}

size_t bundle_sweep(int store, bool only_count) {
    struct cleaning c = {store, only_count, 0};
    entries_each(store, clean_one, &c);
    return c.found;
}

/* ---- bytes that are kept once ---- */

static bool is_hash(const char *name) {
    return strspn(name, "0123456789abcdef") == SHA256_SIZE - 1 && name[SHA256_SIZE - 1] == '\0';
}

/* Is the object what its name says? One that is not is of no use to anybody. */
static bool holds(int objects, const char *hash, const uint8_t *bytes, size_t n) {
    uint8_t buffer[16384];
    struct stat st;
    int fd = sys_openat(objects, hash, SYS_READING | O_NOFOLLOW, 0);
    if (fd < 0)
        return false;
    bool same = sys_fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size == n &&
                (st.st_mode & 07777) == 0600;
    for (size_t done = 0; same && done < n;) {
        size_t most = n - done < sizeof buffer ? n - done : sizeof buffer;
        same = sys_pread_full(fd, buffer, most, (int64_t)done) == (ssize_t)most &&
               memcmp(buffer, bytes + done, most) == 0;
        done += most;
    }
    sys_close(fd);
    if (!same)
        entries_unlink(objects, hash);
    return same;
}

struct shared {
    int part, objects;
    const char *name, *hash;
    const void *bytes;
    size_t n;
};

/* An object, or a new file that becomes one. Where neither can have a second name (a file system
 * without, too many of them) the bundle has bytes of its own. */
static int add_shared(const struct shared *s) {
    for (unsigned tries = 0; tries < TRIES; tries++) {
        if (holds(s->objects, s->hash, s->bytes, s->n) &&
            link_to(s->objects, s->hash, s->part, s->name) == 0)
            return 0;
        int result = entries_write(s->part, s->name, s->bytes, s->n);
        if (result < 0)
            return result;
        if (link_to(s->part, s->name, s->objects, s->hash) != -EEXIST || tries + 1 == TRIES)
            return 0;
        /* Another process was faster. */
        entries_unlink(s->part, s->name);
    }
    return 0;
}

static int open_objects(int store) {
    int fd = open_below(store, OBJECTS);
    if (fd != -ENOENT)
        return fd;
    (void)place_make(store, OBJECTS);
    return open_below(store, OBJECTS);
}

static nlink_t names_of(int directory, const char *name) {
    struct stat st;
    return sys_statat(directory, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode)
               ? st.st_nlink
               : 0;
}

/* Out of the way first: between a look at it and its end somebody might give it another name. One
 * that somebody has is put back. */
static void drop_object(int objects, const char *dead, const char *hash) {
    if (names_of(objects, dead) > 1)
        (void)link_to(objects, dead, objects, hash);
    entries_unlink(objects, dead);
}

static bool sweep_one(void *context, const char *name) {
    const int objects = *(const int *)context;
    char other[SHA256_SIZE + 1];
    if (name[0] == '.' && is_hash(name + 1)) { /* of a killed process */
        drop_object(objects, name, name + 1);
    } else if (is_hash(name) && names_of(objects, name) == 1) {
        text_print(other, sizeof other, ".%s", name);
        if (rename_below(objects, name, other) == 0)
            drop_object(objects, other, name);
    }
    return true;
}

static void sweep(int store) {
    int objects = open_below(store, OBJECTS);
    if (objects < 0)
        return;
    entries_each(objects, sweep_one, &objects);
    sys_close(objects);
}

/* ---- removing ---- */

/* What the bundle takes of this file: bytes that several share are divided among them. */
static bool add_size(int store, const char *id, const char *name, uint64_t *bytes) {
    char path[PATH_SIZE];
    struct stat st;
    text_print(path, sizeof path, "%s/%s", id, name);
    if (sys_statat(store, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return false;
    uint64_t sharers = st.st_nlink > 1 ? st.st_nlink - 1 : 1;
    *bytes += ((uint64_t)st.st_size + sharers - 1) / sharers;
    return true;
}

static uint64_t size_of(int store, const char *id) {
    static const char *const names[] = {BUNDLE_OUTPUT, BUNDLE_RECORD, BUNDLE_REQUEST, BUNDLE_CONFIG,
                                        BUNDLE_SUMS};
    char source[BUNDLE_NAME_SIZE];
    uint64_t bytes = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)add_size(store, id, names[i], &bytes);
    for (size_t i = 1;
         add_size(store, id, text_print(source, sizeof source, BUNDLE_SOURCE, i), &bytes); i++)
        ;
    return bytes;
}

/* Out of its name first, so that it is whole as long as it has one. */
static bool remove_bundle(int store, const char *id, uint64_t *freed) {
    char name[STORE_ID_SIZE + 16];
    int part = open_below(store, id);
    if (part < 0)
        return part == -ENOENT;
    (void)lock(part);
    int result = rename_below(store, id, part_name(name, id, 0));
    if (result == 0)
        *freed = remove_part(store, part, name);
    sys_close(part);
    return result == 0 || result == -ENOENT;
}

void bundle_bound(int store, uint64_t most_bytes, uint64_t most, const char *kept) {
    const struct entries_kind kind = {
        .directory = store, .suffix = "", .kept = kept, .bytes = size_of, .remove = remove_bundle};
    entries_bound(&kind, most_bytes, most);
    sweep(store);
}

/* ---- writing ---- */

void bundle_fail(struct bundle *b, int error, const char *what) {
    if (b->has_failed)
        return;
    b->has_failed = true;
    b->error = error;
    text_print(b->failed, sizeof b->failed, "%s", what);
}

/* Between the making of a directory and its lock it looks like one that was left: then it is tried
 * again under another name. */
static int begin_part(struct bundle *b) {
    int result = 0;
    for (unsigned number = 0; number < TRIES; number++) {
        struct stat st;
        result = place_make(b->store, part_name(b->part_name, b->id, number));
        if (result < 0)
            return result;
        int part = open_below(b->store, b->part_name);
        result = part < 0 ? part : lock(part);
        if (part >= 0 && result != -EWOULDBLOCK && sys_fstat(part, &st) == 0 && st.st_nlink > 0)
            return part;
        if (part >= 0)
            sys_close(part);
        if (part < 0 && part != -ENOENT) {
            (void)remove_below(b->store, b->part_name);
            return part;
        }
    }
    return result < 0 ? result : -EAGAIN;
}

void bundle_begin(struct bundle *b, const char *directory, const char *id) {
    *b = (struct bundle){.part = -1};
    b->sums = text_over(b->sums_at, sizeof b->sums_at);
    text_print(b->id, sizeof b->id, "%s", id);
    b->store = store_open(directory, NULL, true);
    if (b->store < 0) {
        bundle_fail(b, b->store, "the directory for evidence could not be opened");
        return;
    }
    (void)bundle_sweep(b->store, false);
    b->part = begin_part(b);
    if (b->part < 0)
        bundle_fail(b, b->part, "no directory could be made for the evidence");
}

static int add_file(const struct bundle *b, const struct shared *s, bool shared) {
    struct shared with = *s;
    with.objects = shared ? open_objects(b->store) : -1;
    if (with.objects < 0)
        return entries_write(b->part, s->name, s->bytes, s->n);
    int result = add_shared(&with);
    sys_close(with.objects);
    return result;
}

void bundle_add(struct bundle *b, const char *name, const void *bytes, size_t n, bool shared) {
    char hash[SHA256_SIZE], what[96];
    if (b->has_failed)
        return;
    const struct shared s = {
        .part = b->part, .name = name, .hash = sha256(bytes, n, hash), .bytes = bytes, .n = n};
    text_add(&b->sums, "%s  %s\n", hash, name);
    int result = add_file(b, &s, shared);
    if (result < 0)
        bundle_fail(b, result,
                    text_print(what, sizeof what, "%s could not be kept as evidence", name));
}

static int give_name(struct bundle *b) {
    int result = entries_write(b->part, BUNDLE_SUMS, b->sums.at, b->sums.used);
    if (result == 0)
        result = sys_fsync(b->part);
    return result < 0 ? result : rename_below(b->store, b->part_name, b->id);
}

bool bundle_finish(struct bundle *b, uint64_t most_bytes, uint64_t most, struct text *problems) {
    int result = b->has_failed ? 0 : give_name(b);
    if (result < 0)
        bundle_fail(b, result, "the evidence could not be completed");
    if (b->has_failed) {
        problem_add(problems, b->failed, b->error);
        if (b->part >= 0) {
            (void)remove_part(b->store, b->part, b->part_name);
            sweep(b->store);
        }
    } else {
        (void)sys_fsync(b->store);
        bundle_bound(b->store, most_bytes, most, b->id);
    }
    if (b->part >= 0)
        sys_close(b->part);
    if (b->store >= 0)
        sys_close(b->store);
    return !b->has_failed;
}
