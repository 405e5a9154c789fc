#include "shim/sources.h"

#include "shim/arena.h"
#include "sys/sys.h"
#include "text/text.h"

#include <limits.h>
#include <stdatomic.h>
#include <string.h>

/* One mapping: this, the attributes if they are kept, the path, the bytes. */
struct kept {
    struct source source;
    size_t mapped;
};

/* users: FREE, BUSY (one thread is filling or emptying it), or how many have borrowed it. */
enum { FREE = -2, BUSY = -1 };

static struct slot {
    _Atomic int users_plus_two; /* so that a zeroed slot is free */
    struct kept *_Atomic kept;
} slots[SOURCES_MAX];

static size_t most = SOURCES_MAX, most_bytes = SIZE_MAX;
static bool with_attributes;
static _Atomic size_t bytes_kept;
static _Atomic uint64_t orders;
static atomic_bool any, missed;

static bool claim(struct slot *s, int from) {
    int expected = from + 2;
    return atomic_compare_exchange_strong(&s->users_plus_two, &expected, BUSY + 2);
}

static void release(struct slot *s, int to) {
    atomic_store(&s->users_plus_two, to + 2);
}

static bool borrow(struct slot *s) {
    int users = atomic_load(&s->users_plus_two);
    while (users - 2 >= 0)
        if (atomic_compare_exchange_weak(&s->users_plus_two, &users, users + 1))
            return true;
    return false;
}

static void give_back(struct slot *s) {
    atomic_fetch_sub(&s->users_plus_two, 1);
}

void sources_configure(size_t most_slots, size_t most_size, bool attributes) {
    with_attributes = attributes;
    most = most_slots < SOURCES_MAX ? most_slots : SOURCES_MAX;
    most_bytes = most_size;
}

bool sources_missed(void) {
    return atomic_load_explicit(&missed, memory_order_relaxed);
}

bool sources_any(void) {
    return atomic_load_explicit(&any, memory_order_relaxed);
}

static bool same_file(const struct source *s, const struct stat *st) {
    return s->dev == st->st_dev && s->ino == st->st_ino && s->size == (size_t)st->st_size &&
           s->mtime.tv_sec == st->st_mtim.tv_sec && s->mtime.tv_nsec == st->st_mtim.tv_nsec;
}

bool sources_has(const struct stat *st) {
    bool found = false;
    for (size_t i = 0; i < most && !found; i++) {
        if (!borrow(&slots[i]))
            continue;
        found = same_file(&slots[i].kept->source, st) && !slots[i].kept->source.own_output;
        give_back(&slots[i]);
    }
    return found;
}

/* Seen again: only its place in the order and its being open change. */
static bool refresh(const struct source_seen *seen) {
    for (size_t i = 0; i < most; i++) {
        if (!borrow(&slots[i]))
            continue;
        struct source *s = &slots[i].kept->source;
        bool same = same_file(s, seen->st);
        if (same) {
            /* Being found open again and again is no new reading. */
            if (!(s->open && seen->open))
                s->order = atomic_fetch_add(&orders, 1) + 1;
            s->open = seen->open;
            s->thread = sys_gettid();
        }
        give_back(&slots[i]);
        if (same)
            return true;
    }
    return false;
}

static void empty(struct slot *s) {
    struct kept *k = s->kept;
    if (k->source.bytes != NULL)
        atomic_fetch_sub(&bytes_kept, k->source.size);
    arena_give(k, k->mapped);
    release(s, FREE);
}

/* Empties the slot of the oldest source that nobody has borrowed; false when there is none. */
static bool drop_oldest(void) {
    struct slot *oldest = NULL;
    uint64_t order = UINT64_MAX;
    for (size_t i = 0; i < most; i++) {
        if (!borrow(&slots[i]))
            continue;
        if (slots[i].kept->source.order < order) {
            order = slots[i].kept->source.order;
            oldest = &slots[i];
        }
        give_back(&slots[i]);
    }
    if (oldest == NULL || !claim(oldest, 0))
        return false;
    empty(oldest);
    return true;
}

static struct slot *free_slot(void) {
    do {
        for (size_t i = 0; i < most; i++)
            if (claim(&slots[i], FREE))
                return &slots[i];
    } while (drop_oldest());
    return NULL;
}

/* Room for that many bytes more, taken before they are read, so that threads which keep files at
 * the same time stay below the bound together. False when there is none. */
static bool reserve(size_t size) {
    size_t kept = atomic_load(&bytes_kept);
    while (size <= most_bytes) {
        if (kept > most_bytes - size) {
            if (!drop_oldest())
                return false;
            kept = atomic_load(&bytes_kept);
        } else if (atomic_compare_exchange_weak(&bytes_kept, &kept, kept + size)) {
            return true;
        }
    }
    return false;
}

/* A file that changes while it is read gives fewer bytes, or none that fit together; the reading
 * of the container says so. */
static struct kept *copy(const struct source_seen *seen) {
    size_t size = (size_t)seen->st->st_size;
    bool whole = reserve(size);
    const size_t attributes = with_attributes ? sizeof(struct attributes) : 0;
    const size_t head = sizeof(struct kept) + attributes + PATH_MAX;
    size_t mapped = head + (whole ? size : 0);
    struct kept *k = arena_take(mapped);
    while (k == NULL && drop_oldest()) {
        atomic_store(&missed, true); /* the one that went may be another output's */
        k = arena_take(mapped);
    }
    if (k == NULL && whole) {
        atomic_fetch_sub(&bytes_kept, size);
        whole = false;
        mapped = head;
        k = arena_take(mapped);
    }
    if (k == NULL)
        return NULL;
    char *path = (char *)(k + 1) + attributes;
    char *bytes = path + PATH_MAX;
    char link[40];
    if (seen->path != NULL)
        text_print(path, PATH_MAX, "%s", seen->path);
    else if (sys_readlink(text_print(link, sizeof link, "/proc/thread-self/fd/%d", seen->fd), path,
                          PATH_MAX) < 0)
        path[0] = '\0';
    ssize_t n = whole ? sys_pread_full(seen->fd, bytes, size, 0) : 0;
    k->mapped = mapped;
    k->source = (struct source){.dev = seen->st->st_dev,
                                .ino = seen->st->st_ino,
                                .size = size,
                                .mtime = seen->st->st_mtim,
                                .own_output = seen->own_output,
                                .path = path,
                                .bytes = n == (ssize_t)size ? (const uint8_t *)bytes : NULL};
    if (with_attributes) {
        attributes_read(seen->fd, seen->st, (struct attributes *)(k + 1));
        k->source.attributes = (const struct attributes *)(k + 1);
    }
    atomic_init(&k->source.order, atomic_fetch_add(&orders, 1) + 1);
    atomic_init(&k->source.thread, sys_gettid());
    atomic_init(&k->source.open, seen->open);
    if (whole && k->source.bytes == NULL)
        atomic_fetch_sub(&bytes_kept, size);
    return k;
}

void sources_keep(const struct source_seen *seen) {
    atomic_store(&any, true);
    if (refresh(seen))
        return;
    struct kept *k = copy(seen);
    if (k == NULL) {
        atomic_store(&missed, true);
        return;
    }
    struct slot *s = free_slot();
    if (s == NULL) {
        atomic_store(&missed, true);
        if (k->source.bytes != NULL)
            atomic_fetch_sub(&bytes_kept, k->source.size);
        arena_give(k, k->mapped);
        return;
    }
    s->kept = k;
    release(s, 0);
}

size_t sources_borrow(const struct source **list) {
    size_t used = 0;
    for (size_t i = 0; i < most; i++) {
        if (!borrow(&slots[i]))
            continue;
        const struct source *s = &slots[i].kept->source;
        size_t at = used++;
        for (; at > 0 && list[at - 1]->order > s->order; at--)
            list[at] = list[at - 1];
        list[at] = s;
    }
    return used;
}

void sources_return(const struct source **list, size_t used) {
    for (size_t n = 0; n < used; n++)
        for (size_t i = 0; i < most; i++)
            if (slots[i].kept != NULL && &slots[i].kept->source == list[n]) {
                give_back(&slots[i]);
                break;
            }
}

void sources_forked(void) {
    for (size_t i = 0; i < SOURCES_MAX; i++) {
        int users = atomic_load(&slots[i].users_plus_two) - 2;
        if (users > 0)
            release(&slots[i], 0);
        /* A slot that another thread was filling stays busy: its memory cannot be told whole. */
    }
}
