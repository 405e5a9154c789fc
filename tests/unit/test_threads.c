/* The sources that a process has read, kept, borrowed and dropped by many threads at once. */
#include "shim/arena.h"
#include "shim/sources.h"

#include "unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS 16
#define FILES 24
#define ROUNDS 400

static char directory[] = "/tmp/test_threads_XXXXXX";
static atomic_uint wrong;

static void make_file(int number) {
    char path[64], bytes[2000];
    snprintf(path, sizeof path, "%s/%d", directory, number);
    memset(bytes, 'a' + number, sizeof bytes);
    FILE *f = fopen(path, "w");
    fwrite(bytes, 1, 500 + (size_t)number * 50, f);
    fclose(f);
}

static void keep(int number) {
    char path[64];
    struct stat st;
    snprintf(path, sizeof path, "%s/%d", directory, number);
    int fd = open(path, O_RDONLY);
    fstat(fd, &st);
    const struct source_seen seen = {.fd = fd, .st = &st, .open = number % 2 == 0};
    sources_keep(&seen);
    close(fd);
}

/* What is borrowed stays whole while others drop what they can. */
static void borrow(void) {
    const struct source *list[SOURCES_MAX];
    size_t used = sources_borrow(list);
    for (size_t i = 0; i < used; i++)
        for (size_t k = 0; list[i]->bytes != NULL && k < list[i]->size; k += 97)
            if (list[i]->bytes[k] != list[i]->bytes[0])
                atomic_fetch_add(&wrong, 1);
    sources_return(list, used);
}

static void *work(void *context) {
    unsigned seed = (unsigned)(uintptr_t)context;
    for (int round = 0; round < ROUNDS; round++) {
        seed = seed * 1664525u + 1013904223u;
        if ((seed >> 9) % 3 != 0)
            keep((int)((seed >> 12) % FILES));
        else
            borrow();
    }
    return NULL;
}

static void threads_never_see_a_source_that_is_gone(void **state) {
    (void)state;
    pthread_t threads[THREADS];
    assert_non_null(mkdtemp(directory));
    for (int i = 0; i < FILES; i++)
        make_file(i);
    arena_cap_set((size_t)64 << 20);
    sources_configure(8, 6000, false); /* fewer than there are files: they push each other out */
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, (void *)(i + 1)), 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(wrong, 0);
    const struct source *list[SOURCES_MAX];
    size_t used = sources_borrow(list), bytes = 0;
    assert_true(used > 0 && used <= 8);
    for (size_t i = 0; i < used; i++)
        bytes += list[i]->bytes != NULL ? list[i]->size : 0;
    assert_true(bytes <= 6000);
    for (size_t i = 1; i < used; i++)
        assert_true(list[i - 1]->order <= list[i]->order);
    sources_return(list, used);
    for (int i = 0; i < FILES; i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/%d", directory, i);
        unlink(path);
    }
    rmdir(directory);
}

static void the_same_state_of_a_file_is_kept_once(void **state) {
    (void)state;
    const struct source *list[SOURCES_MAX];
    directory[strlen(directory) - 6] = '\0';
    strcat(directory, "XXXXXX");
    assert_non_null(mkdtemp(directory));
    make_file(1);
    sources_configure(SOURCES_MAX, SIZE_MAX, false);
    for (int i = 0; i < 24; i++)
        keep(1);
    size_t used = sources_borrow(list), same = 0;
    for (size_t i = 0; i < used; i++)
        same += strncmp(list[i]->path, directory, strlen(directory)) == 0;
    sources_return(list, used);
    assert_int_equal(same, 1);
    char path[64];
    snprintf(path, sizeof path, "%s/1", directory);
    unlink(path);
    rmdir(directory);
}

static void *use_arena(void *context) {
    (void)context;
    for (int round = 0; round < 200; round++) {
        struct arena *a = arena_new();
        arena_use(a);
        char *p = __wrap_malloc(10000), *q = __wrap_calloc(300, 1000);
        if (p != NULL && q != NULL) {
            memset(p, 1, 10000);
            if (q[299999] != 0)
                atomic_fetch_add(&wrong, 1);
        }
        __wrap_free(q);
        arena_use(NULL);
        arena_drop(a);
    }
    return NULL;
}

static void arenas_of_threads_share_one_account(void **state) {
    (void)state;
    pthread_t threads[THREADS];
    size_t before = arena_mapped();
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, use_arena, NULL), 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(wrong, 0);
    assert_int_equal(arena_mapped(), before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_never_see_a_source_that_is_gone),
        cmocka_unit_test(the_same_state_of_a_file_is_kept_once),
        cmocka_unit_test(arenas_of_threads_share_one_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
