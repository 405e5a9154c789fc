/* The shim's memory: capped, dropped whole, aligned, and never the host's. */
#include "shim/arena.h"

#include "unit.h"

#include <string.h>

#define MIB ((size_t)1 << 20)

static int set_cap(void **state) {
    (void)state;
    arena_cap_set(16 * MIB);
    return 0;
}

static void blocks_are_aligned_and_apart(void **state) {
    (void)state;
    struct arena *a = arena_new();
    unsigned char *blocks[200];
    for (size_t i = 0; i < 200; i++) {
        blocks[i] = arena_alloc(a, i * 13 + 1);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % 16, 0);
        memset(blocks[i], (int)i, i * 13 + 1);
    }
    for (size_t i = 0; i < 200; i++)
        for (size_t k = 0; k < i * 13 + 1; k++)
            assert_int_equal(blocks[i][k], i & 0xFF);
    arena_drop(a);
}

static void dropping_gives_everything_back(void **state) {
    (void)state;
    size_t before = arena_mapped();
    struct arena *a = arena_new();
    for (int i = 0; i < 100; i++)
        assert_non_null(arena_alloc(a, 50000));
    assert_non_null(arena_alloc(a, MIB));
    assert_true(arena_mapped() > before + 5 * MIB);
    arena_drop(a);
    assert_int_equal(arena_mapped(), before);
    assert_true(arena_peak() > before + 5 * MIB);
}

static void the_cap_holds(void **state) {
    (void)state;
    struct arena *a = arena_new(), *b = arena_new();
    assert_null(arena_alloc(a, 17 * MIB));
    assert_non_null(arena_alloc(a, 10 * MIB));
    assert_null(arena_alloc(b, 10 * MIB));
    assert_null(arena_take(10 * MIB));
    assert_true(arena_room() < 6 * MIB);
    while (arena_alloc(b, 1000) != NULL) {
    }
    assert_true(arena_mapped() <= 16 * MIB);
    arena_drop(a);
    arena_drop(b);
    assert_null(arena_alloc(NULL, 1));
}

static void no_size_overflows(void **state) {
    (void)state;
    struct arena *a = arena_new();
    arena_use(a);
    assert_null(__wrap_malloc(SIZE_MAX));
    assert_null(__wrap_malloc(SIZE_MAX - 15));
    assert_null(__wrap_calloc(SIZE_MAX / 2, 3));
    assert_null(__wrap_realloc(NULL, SIZE_MAX));
    assert_non_null(__wrap_malloc(0));
    arena_use(NULL);
    arena_drop(a);
}

static void reallocating_keeps_what_was_there(void **state) {
    (void)state;
    struct arena *a = arena_new();
    char *grows = arena_alloc(a, 10);
    strcpy(grows, "012345678");
    char *other = arena_alloc(a, 10);
    strcpy(other, "other");
    for (size_t n = 20; n < 2 * MIB; n *= 3) {
        grows = arena_realloc(a, grows, n);
        assert_non_null(grows);
        assert_string_equal(grows, "012345678");
        memset(grows + 10, 'x', n - 10);
    }
    assert_string_equal(other, "other");
    arena_free(a, grows);
    arena_drop(a);
}

static void a_large_block_goes_back_at_once(void **state) {
    (void)state;
    struct arena *a = arena_new();
    size_t before = arena_mapped();
    for (int i = 0; i < 100; i++) {
        void *large = arena_alloc(a, 8 * MIB);
        assert_non_null(large);
        arena_free(a, large);
    }
    assert_int_equal(arena_mapped(), before);
    arena_drop(a);
}

static void small_blocks_are_used_again(void **state) {
    (void)state;
    struct arena *a = arena_new();
    size_t before = arena_mapped();
    for (int i = 0; i < 100000; i++) {
        void *map = arena_alloc(a, 24), *colors = arena_alloc(a, 768);
        assert_non_null(colors);
        arena_free(a, map);
        arena_free(a, colors);
    }
    assert_int_equal(arena_mapped(), before);
    arena_drop(a);
}

static void calloc_is_zero_and_without_an_arena_there_is_nothing(void **state) {
    (void)state;
    assert_null(__wrap_malloc(10));
    __wrap_free(NULL);
    struct arena *a = arena_new();
    assert_null(arena_use(a));
    char *first = __wrap_malloc(1000);
    memset(first, 'x', 1000);
    __wrap_free(first);
    char *zero = __wrap_calloc(10, 100);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(zero[i], 0);
    assert_ptr_equal(arena_use(NULL), a);
    arena_drop(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_aligned_and_apart),
        cmocka_unit_test(dropping_gives_everything_back),
        cmocka_unit_test(the_cap_holds),
        cmocka_unit_test(no_size_overflows),
        cmocka_unit_test(reallocating_keeps_what_was_there),
        cmocka_unit_test(a_large_block_goes_back_at_once),
        cmocka_unit_test(small_blocks_are_used_again),
        cmocka_unit_test(calloc_is_zero_and_without_an_arena_there_is_nothing),
    };
    return cmocka_run_group_tests(tests, set_cap, NULL);
}
