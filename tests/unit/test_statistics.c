/* Tests and intervals, against values that are published or that R and scipy give. */
#include "operate/statistics.h"
#include "unit.h"

#include <math.h>

static void is_near(double seen, double wanted, double tolerance) {
    if (!(fabs(seen - wanted) <= tolerance))
        fail_msg("%.12g, not %.12g", seen, wanted);
}

static void fishers_test_is_exact_and_of_two_sides(void **state) {
    (void)state;
    static const struct {
        struct statistics_table t;
        double p;
    } cases[] = {
        {{3, 4, 1, 4}, 0.4857142857},      /* Fisher's tea */
        {{1, 10, 11, 14}, 0.002759456185}, /* R: fisher.test(matrix(c(1, 9, 11, 3), 2)) */
        {{8, 10, 1, 6}, 0.03496503497},    /* scipy.stats.fisher_exact([[8, 2], [1, 5]]) */
        {{5, 5, 0, 5}, 0.007936507937},    {{0, 5, 5, 5}, 0.007936507937},
        {{2, 7, 6, 7}, 0.1025641026},      {{1, 2, 1, 2}, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool exact;
        is_near(exp(statistics_log_p(&cases[i].t, &exact)), cases[i].p, 1e-9);
        assert_true(exact);
    }
}

static void larger_tables_are_tested_by_chi_squared(void **state) {
    (void)state;
    bool exact;
    /* chisq.test(matrix(c(30, 70, 20, 80), 2), correct = FALSE): X² = 2.6667 */
    const struct statistics_table some = {30, 100, 20, 100};
    is_near(exp(statistics_log_p(&some, &exact)), 0.10247043485974927, 1e-12);
    assert_false(exact);
    /* Far below what a double can hold: X² = 1e6, log p = log erfc(sqrt(X² / 2)). */
    const struct statistics_table all = {500000, 500000, 0, 500000};
    is_near(statistics_log_p(&all, &exact), -500000 - log(sqrt(500000 * M_PI)), 1e-3);
}

static void tables_without_a_question_have_no_answer(void **state) {
    (void)state;
    bool exact;
    static const struct statistics_table none[] = {
        {0, 0, 0, 0}, {0, 10, 0, 10}, {10, 10, 10, 10}, {0, 0, 3, 10}, {3, 10, 0, 0}};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_true(statistics_log_p(&none[i], &exact) == 0);
        assert_true(statistics_g(&none[i]) == 0);
    }
}

static void no_table_beats_the_least(void **state) {
    (void)state;
    for (uint64_t n = 1; n < 30; n++)
        for (uint64_t hits = 1; hits < 30; hits++) {
            bool exact;
            double least = statistics_log_p_least(n, hits, 30);
            struct statistics_table t = {hits < n ? hits : n, n, hits < n ? 0 : hits - n, 30 - n};
            assert_true(statistics_log_p(&t, &exact) >= least - 1e-9);
        }
}

static void students_t_is_as_in_the_tables(void **state) {
    (void)state;
    static const struct {
        double degrees, t;
    } rows[] = {{1, 12.7062},   {2, 4.30265},    {5, 2.570582},   {10, 2.228139},
                {30, 2.042272}, {100, 1.983972}, {1e6, 1.959966}, {1e9, 1.959964}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        is_near(statistics_t(rows[i].degrees), rows[i].t, 1e-5 * rows[i].t);
}

static void means_merge_as_if_they_were_one(void **state) {
    (void)state;
    struct statistics_sample one = {0}, a = {0}, b = {0}, none = {0};
    for (int i = 0; i < 100; i++) {
        double x = sin(i) * 1e3 + 1e6;
        statistics_add(&one, x);
        statistics_add(i % 3 == 0 ? &a : &b, x);
    }
    statistics_merge(&a, &b);
    statistics_merge(&a, &none);
    assert_true(a.n == one.n);
    is_near(a.mean, one.mean, 1e-7);
    is_near(statistics_variance(&a), statistics_variance(&one), 1e-6);
}

static void intervals_are_as_published(void **state) {
    (void)state;
    struct statistics_sample a = {0}, b = {0};
    /* R: t.test(c(1, 2, 3, 4, 5), c(2, 4, 6, 8, 10)): -7.000 to 1.000 wide, df 5.8824 */
    for (int i = 1; i <= 5; i++) {
        statistics_add(&a, i);
        statistics_add(&b, 2 * i);
    }
    struct statistics_interval i = statistics_welch(&a, &b);
    assert_true(i.known);
    is_near(i.value, -3, 1e-12);
    is_near(i.high - i.value, 1.5811388300841898 * statistics_t(5.882352941176471), 1e-9);
    is_near(i.low, -6.887746, 1e-4);
    /* Newcombe (1998), 56 of 70 and 48 of 80, method 10. */
    i = statistics_shares(56, 70, 48, 80);
    is_near(i.value, 0.2, 1e-12);
    is_near(i.low, 0.0524, 5e-5);
    is_near(i.high, 0.3339, 5e-5);
    assert_false(statistics_shares(0, 0, 1, 2).known);
    b.n = 1;
    assert_false(statistics_welch(&a, &b).known);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fishers_test_is_exact_and_of_two_sides),
        cmocka_unit_test(larger_tables_are_tested_by_chi_squared),
        cmocka_unit_test(tables_without_a_question_have_no_answer),
        cmocka_unit_test(no_table_beats_the_least),
        cmocka_unit_test(students_t_is_as_in_the_tables),
        cmocka_unit_test(means_merge_as_if_they_were_one),
        cmocka_unit_test(intervals_are_as_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
