/* lib/operate/median: medians whose intervals are in the tables of the sign test. */
#include "operate/median.h"

#include "unit.h"

#include <math.h>

static void ranks_are_those_of_the_sign_test(void **state) {
    (void)state;
    /* n, and the rank from either end at which the interval of 95 % begins. */
    static const struct {
        size_t n, rank;
    } rows[] = {{6, 1}, {8, 1}, {9, 2}, {11, 2}, {12, 3}, {20, 6}, {25, 8}, {50, 18}, {61, 23}};
    double values[61];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const size_t n = rows[i].n;
        for (size_t k = 0; k < n; k++)
            values[k] = (double)(n - k);
        const struct statistics_interval m = median_interval(values, n);
        assert_true(m.known);
        assert_true(m.value == (double)(n + 1) / 2);
        if (m.low != (double)rows[i].rank || m.high != (double)(n + 1 - rows[i].rank))
            fail_msg("%zu: %g to %g, not from %zu", n, m.low, m.high, rows[i].rank);
    }
}

static void few_numbers_have_no_interval(void **state) {
    (void)state;
    double values[] = {4, 1, 3, 2, 5};
    assert_true(isnan(median_interval(values, 0).value));
    const struct statistics_interval m = median_interval(values, 5);
    assert_true(!m.known && m.value == 3);
    assert_true(median_interval(values, 4).value == 2.5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_are_those_of_the_sign_test),
        cmocka_unit_test(few_numbers_have_no_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
