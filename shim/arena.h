/* The shim's own memory. Nothing of gifvet ever calls the host's allocator.
 *
 * The object is linked with --wrap=malloc (and calloc, realloc, free): what lib/, giflib and inih
 * allocate comes from the arena of the thread that is visiting (session.h), which is dropped whole
 * when the visit ends. So close() inside the host's allocator cannot deadlock, a hostile GIF cannot
 * exhaust the host, and a time-out needs no clean-up. All arenas and kept sources together stay
 * under one cap. Safe in signal handlers and threads: an arena belongs to one thread, the account
 * is atomic. */
#ifndef GIFVET_SHIM_ARENA_H
#define GIFVET_SHIM_ARENA_H

#include <stddef.h>

struct arena;

/* The cap in bytes over all arenas and arena_take() together; 0 before it is set = 4 MiB, enough
 * to read the configuration that sets it. */
void arena_cap_set(size_t bytes);

/* Bytes mapped now, and the most there ever were. */
size_t arena_mapped(void);
size_t arena_peak(void);

/* What may still be mapped. */
size_t arena_room(void);

/* Whole pages outside any arena, counted against the cap; NULL when the cap or the system says no.
 * arena_give() takes the same size. */
void *arena_take(size_t bytes);
void arena_give(void *at, size_t bytes);

/* A new arena (one mapping of 64 KiB at first), or NULL. */
struct arena *arena_new(void);

/* Unmaps everything that was allocated from it. NULL is allowed. */
void arena_drop(struct arena *a);

/* As malloc() and its family: aligned to 16 bytes, NULL when there is no room. Blocks of 256 KiB
 * and more have a mapping of their own, which free returns at once; blocks up to 2 KiB are used
 * again for others of their size; the rest comes back when it was the last allocated, else with the
 * arena. */
void *arena_alloc(struct arena *a, size_t n);
void *arena_zeroed(struct arena *a, size_t n); /* n bytes, all zero */
void *arena_realloc(struct arena *a, void *at, size_t n);
void arena_free(struct arena *a, void *at);

/* The arena that this thread's malloc() family draws on, NULL = none (malloc() then fails).
 * Returns the one before. */
struct arena *arena_use(struct arena *a);

/* What --wrap puts in the place of the allocator. */
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *at, size_t n);
void __wrap_free(void *at);

#endif
