/* What --wrap puts in the place of the allocator: the arena of the thread that is visiting. */
#include "shim/arena.h"

static __thread struct arena *in_use;

struct arena *arena_use(struct arena *a) {
    struct arena *before = in_use;
    in_use = a;
    return before;
}

void *__wrap_malloc(size_t n) {
    return arena_alloc(in_use, n);
}

void *__wrap_calloc(size_t count, size_t n) {
    size_t all;
    return __builtin_mul_overflow(count, n, &all) ? NULL : arena_zeroed(in_use, all);
}

void *__wrap_realloc(void *at, size_t n) {
    return arena_realloc(in_use, at, n);
}

void __wrap_free(void *at) {
    arena_free(in_use, at);
}
