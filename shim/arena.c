/* Rooms: the account · chunks · blocks */
#include "shim/arena.h"

#include "sys/sys.h"

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#define FIRST_CHUNK ((size_t)64 << 10)
#define LARGEST_CHUNK ((size_t)4 << 20)
#define LARGE_BLOCK ((size_t)256 << 10)
#define ALIGNMENT ((size_t)16)
#define SMALL_BLOCK ((size_t)2 << 10) /* up to this size, freed blocks are used again */

/* ---- the account ---- */

static _Atomic size_t cap = (size_t)4 << 20;
static _Atomic size_t mapped;
static _Atomic size_t peak;

void arena_cap_set(size_t bytes) {
    atomic_store(&cap, bytes);
}

size_t arena_mapped(void) {
    return atomic_load(&mapped);
}

size_t arena_peak(void) {
    return atomic_load(&peak);
}

size_t arena_room(void) {
    size_t limit = atomic_load(&cap), now = atomic_load(&mapped);
    return now < limit ? limit - now : 0;
}

static size_t whole_pages(size_t n) {
    return (n + 4095) & ~(size_t)4095;
}

void *arena_take(size_t bytes) {
    if (bytes == 0 || bytes > SIZE_MAX / 2)
        return NULL;
    bytes = whole_pages(bytes);
    size_t now = atomic_fetch_add(&mapped, bytes) + bytes;
    void *at = now <= atomic_load(&cap) ? sys_map(bytes) : NULL;
    if (at == NULL) {
        atomic_fetch_sub(&mapped, bytes);
        return NULL;
    }
    size_t most = atomic_load(&peak);
    while (now > most && !atomic_compare_exchange_weak(&peak, &most, now)) {
    }
    return at;
}

void arena_give(void *at, size_t bytes) {
    bytes = whole_pages(bytes);
    sys_unmap(at, bytes);
    atomic_fetch_sub(&mapped, bytes);
}

/* ---- chunks ---- */

/* A mapping: one of the arena's growing chunks, or one large block alone. */
struct chunk {
    struct chunk *next, *previous;
    size_t size;
    size_t used; /* including this header */
};

struct arena {
    struct chunk list; /* head of a ring */
    struct chunk *current;
    char *last; /* the youngest block in the chunk: the one that can grow or go */
    void *freed[SMALL_BLOCK / ALIGNMENT + 1]; /* by size: lists of blocks that came back */
};

/* Before every block; 16 bytes keep what follows aligned. */
struct block {
    size_t size;  /* as asked, rounded up to ALIGNMENT */
    size_t large; /* 1: has a chunk of its own */
};

_Static_assert(sizeof(struct block) == ALIGNMENT && sizeof(struct chunk) % ALIGNMENT == 0,
               "blocks stay aligned");

static struct chunk *chunk_new(size_t size) {
    struct chunk *c = arena_take(size);
    if (c != NULL)
        *c = (struct chunk){.size = size, .used = sizeof *c};
    return c;
}

static void link_chunk(struct arena *a, struct chunk *c) {
    c->next = &a->list;
    c->previous = a->list.previous;
    c->previous->next = c;
    a->list.previous = c;
}

struct arena *arena_new(void) {
    struct chunk *c = chunk_new(FIRST_CHUNK);
    if (c == NULL)
        return NULL;
    struct arena *a = (struct arena *)((char *)c + c->used);
    c->used += (sizeof *a + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    *a = (struct arena){.current = c};
    a->list.next = a->list.previous = &a->list;
    link_chunk(a, c);
    return a;
}

void arena_drop(struct arena *a) {
    if (a == NULL)
        return;
    /* The arena itself lives in the first chunk: that one goes last. */
    struct chunk *first = a->list.next, *c = a->list.previous;
    while (c != first) {
        struct chunk *previous = c->previous;
        arena_give(c, c->size);
        c = previous;
    }
    arena_give(first, first->size);
}

/* ---- blocks ---- */

static struct block *block_of(void *at) {
    return (struct block *)((char *)at - sizeof(struct block));
}

static void *alloc_large(struct arena *a, size_t n) {
    struct chunk *c = chunk_new(sizeof *c + sizeof(struct block) + n);
    if (c == NULL)
        return NULL;
    link_chunk(a, c);
    struct block *b = (struct block *)((char *)c + c->used);
    *b = (struct block){.size = n, .large = 1};
    return b + 1;
}

void *arena_alloc(struct arena *a, size_t n) {
    if (a == NULL || n > SIZE_MAX / 2)
        return NULL;
    n = n == 0 ? ALIGNMENT : (n + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    if (n >= LARGE_BLOCK)
        return alloc_large(a, n);
    if (n <= SMALL_BLOCK && a->freed[n / ALIGNMENT] != NULL) {
        void *again = a->freed[n / ALIGNMENT];
        memcpy(&a->freed[n / ALIGNMENT], again, sizeof again);
        return again;
    }
    size_t need = sizeof(struct block) + n;
    if (a->current->size - a->current->used < need) {
        size_t size = a->current->size * 2 < LARGEST_CHUNK ? a->current->size * 2 : LARGEST_CHUNK;
        size_t least = sizeof(struct chunk) + need;
        struct chunk *c = chunk_new(size > least ? size : least);
        /* Close to the cap a small chunk may still fit. */
        if (c == NULL)
            c = chunk_new(least);
        if (c == NULL)
            return NULL;
        link_chunk(a, c);
        a->current = c;
    }
    struct block *b = (struct block *)((char *)a->current + a->current->used);
    *b = (struct block){.size = n};
    a->current->used += need;
    a->last = (char *)(b + 1);
    return b + 1;
}

void arena_free(struct arena *a, void *at) {
    if (a == NULL || at == NULL)
        return;
    struct block *b = block_of(at);
    if (b->large) {
        struct chunk *c = (struct chunk *)((char *)b - sizeof(struct chunk));
        c->previous->next = c->next;
        c->next->previous = c->previous;
        arena_give(c, c->size);
    } else if (at == a->last) {
        a->current->used -= sizeof *b + b->size;
        a->last = NULL;
    } else if (b->size <= SMALL_BLOCK) {
        memcpy(at, &a->freed[b->size / ALIGNMENT], sizeof at);
        a->freed[b->size / ALIGNMENT] = at;
    }
}

/* The youngest block grows where it stands. */
static int grow_last(struct arena *a, struct block *b, size_t n) {
    size_t more = ((n + ALIGNMENT - 1) & ~(ALIGNMENT - 1)) - b->size;
    if ((char *)(b + 1) != a->last || a->current->size - a->current->used < more)
        return 0;
    a->current->used += more;
    b->size += more;
    return 1;
}

void *arena_realloc(struct arena *a, void *at, size_t n) {
    if (at == NULL)
        return arena_alloc(a, n);
    if (a == NULL || n > SIZE_MAX / 2)
        return NULL;
    struct block *b = block_of(at);
    if (n <= b->size || grow_last(a, b, n))
        return at;
    void *to = arena_alloc(a, n);
    if (to == NULL)
        return NULL;
    memcpy(to, at, b->size);
    arena_free(a, at);
    return to;
}

void *arena_zeroed(struct arena *a, size_t n) {
    void *at = arena_alloc(a, n);
    /* A large block is a fresh mapping: zero already. Writing zeros would touch every page. */
    if (at != NULL && !block_of(at)->large)
        memset(at, 0, n);
    return at;
}
