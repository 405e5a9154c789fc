/* Whatever allocation fails, nothing is said against a healthy file: lack of memory is no fault of
 * the GIF. Linked with --wrap, giflib's own allocations included. */
#include "judge/judge.h"

#include "fixture.h"
#include "sys/sys.h"

static long left = -1; /* allocations that still succeed; -1 = all */

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

/* The one that is refused is the only one: what follows it must cope, not the next failure. */
static bool is_refused(void) {
    return left >= 0 && left-- == 0;
}

void *__wrap_malloc(size_t n) {
    return is_refused() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size) {
    return is_refused() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n) {
    return is_refused() ? NULL : __real_realloc(p, n);
}

static void scan_without_memory_finds_no_fault(void **state) {
    (void)state;
    struct fixture f = fixture_make("local", NULL);
    const struct gif_budget budget = {.memory_bytes = 64 << 20};
    long n = 0;
    for (bool refused = true; refused; n++) {
        struct gif_scan s;
        left = n;
        enum gif_outcome outcome = gif_scan(f.bytes, f.n, &budget, NULL, &s);
        refused = left < 0;
        left = -1;
        assert_int_equal(s.faults, 0);
        assert_int_equal(outcome, refused ? GIF_SCAN_MEMORY : GIF_SCAN_DONE);
        gif_scan_free(&s);
    }
    assert_true(n > 10);
    free(f.bytes);
}

/* Local tables, pictures that differ: every allocation of the judge is passed. */
static void judgement_without_memory_never_fails(void **state) {
    (void)state;
    struct fixture a = fixture_make("local", NULL), b = fixture_make("local@pixel", NULL);
    const struct judge_gif source = {a.bytes, a.n};
    const struct judge_limits limits = judge_limits_default();
    const struct request request = request_none();
    static struct judge_verdict v;
    long n = 0;
    for (bool refused = true; refused; n++) {
        left = n;
        judge_run(&(struct judge_case){.output = {b.bytes, b.n},
                                       .sources = &source,
                                       .sources_used = 1,
                                       .request = &request,
                                       .limits = &limits,
                                       .memory_bytes = 64 << 20,
                                       .now_us = sys_now_us},
                  &v);
        refused = left < 0;
        left = -1;
        assert_int_not_equal(judge_passed(&v), 0);
    }
    assert_int_equal(judge_passed(&v), 1);
    assert_true(n > 20);
    free(a.bytes);
    free(b.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scan_without_memory_finds_no_fault),
        cmocka_unit_test(judgement_without_memory_never_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
