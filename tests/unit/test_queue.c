/* lib/operate/queue: against what is known of such queues. */
#include "operate/queue.h"

#include "state/times.h"
#include "unit.h"

#include <math.h>
#include <string.h>

/* Erlang's formula C: the probability that an operation has to wait, of c workers and a load. */
static double erlang_c(size_t c, double load) {
    double blocked = 1; /* B by recurrence, from which C */
    for (size_t k = 1; k <= c; k++)
        blocked = load * blocked / ((double)k + load * blocked);
    return blocked / (1 - load / (double)c * (1 - blocked));
}

static void assert_near(double is, double wanted, double part) {
    if (!(fabs(is - wanted) <= part * fabs(wanted)))
        fail_msg("%g is not within %g %% of %g", is, 100 * part, wanted);
}

static struct queue_system only_validation(double arrivals, size_t workers,
                                           struct queue_times takes) {
    return (struct queue_system){.arrivals = arrivals,
                                 .workers = workers,
                                 .share = 1,
                                 .validation = takes,
                                 .operations = 400000,
                                 .seed = 1};
}

static void waiting_is_erlangs(void **state) {
    (void)state;
    static const struct {
        size_t workers;
        double utilisation, part;
    } rows[] = {{1, 0.3, 0.03}, {1, 0.5, 0.03}, {1, 0.8, 0.05},  {2, 0.7, 0.05},
                {4, 0.8, 0.05}, {8, 0.9, 0.08}, {50, 0.9, 0.08}, {200, 0.9, 0.30}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const double service = 0.025, c = (double)rows[i].workers;
        const double load = c * rows[i].utilisation;
        const struct queue_system s =
            only_validation(load / service, rows[i].workers,
                            (struct queue_times){QUEUE_EXPONENTIAL, service, 0, NULL});
        const struct queue_result r = queue_simulate(&s);
        const double waits = erlang_c(rows[i].workers, load);
        assert_int_equal(r.answer, QUEUE_STABLE);
        assert_near(r.utilisation, rows[i].utilisation, 1e-9);
        assert_near(r.busy, rows[i].utilisation, 0.01);
        assert_near(r.waiting.mean, waits * service / (c - load), rows[i].part);
        assert_near(r.added.mean, waits * service / (c - load) + service, rows[i].part);
        /* Who waits, waits for an exponential time of rate (c - load) / service. */
        if (waits > 0.05)
            assert_near(r.waiting.p99 + 1e-9, log(waits / 0.01) * service / (c - load) + 1e-9,
                        2 * rows[i].part);
    }
}

/* Pollaczek and Khinchine, one worker: mean wait = load (1 + C²) / (2 (1 - load)) * service. */
static void one_worker_is_pollaczeks(void **state) {
    (void)state;
    static uint64_t histogram[STATE_TIMES];
    histogram[times_bucket(2000)] = 9;
    histogram[times_bucket(60000)] = 1;
    double mean = 0, square = 0;
    for (size_t i = 0; i < STATE_TIMES; i++) {
        double from = (double)times_from(i), below = (double)times_below(i);
        if (histogram[i] > 0) {
            mean += (double)histogram[i] / 10 * (from + below) / 2e6;
            square +=
                (double)histogram[i] / 10 * (from * from + from * below + below * below) / 3e12;
        }
    }
    const struct {
        struct queue_times times;
        double variation; /* squared coefficient */
    } rows[] = {
        {{QUEUE_FIXED, 0.01, 0, NULL}, 0},
        {{QUEUE_EXPONENTIAL, 0.01, 0, NULL}, 1},
        {{QUEUE_LOGNORMAL, 0.01, 0.8, NULL}, exp(0.64) - 1},
        {{QUEUE_HISTOGRAM, mean, 0, histogram}, square / mean / mean - 1},
        /* Scaled to another mean, the shape stays. */
        {{QUEUE_HISTOGRAM, 3 * mean, 0, histogram}, square / mean / mean - 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const double service = rows[i].times.mean_s, load = 0.6;
        const struct queue_system s = only_validation(load / service, 1, rows[i].times);
        const struct queue_result r = queue_simulate(&s);
        assert_near(r.waiting.mean, load * (1 + rows[i].variation) / (2 * (1 - load)) * service,
                    0.05);
    }
}

static void a_hosts_own_time_is_no_added_time(void **state) {
    (void)state;
    struct queue_system s =
        only_validation(10, 8, (struct queue_times){QUEUE_FIXED, 0.02, 0, NULL});
    s.host = (struct queue_times){QUEUE_EXPONENTIAL, 0.5, 0, NULL};
    const struct queue_result whole = queue_simulate(&s);
    assert_near(whole.load, 5.2, 1e-9);
    assert_near(whole.load_without, 5, 1e-9);
    /* Longer by the validation, and by what validation makes others wait longer. */
    const double longer = erlang_c(8, 5.2) * 0.52 / 2.8 - erlang_c(8, 5) * 0.5 / 3;
    assert_near(whole.waiting_without.mean, erlang_c(8, 5) * 0.5 / 3, 0.06);
    assert_near(whole.added.mean, 0.02 + longer, 0.25);
    assert_true(whole.added.p50 >= 0.02 - 1e-9 && whole.added.mean > 0.02);
    s.share = 0;
    const struct queue_result none = queue_simulate(&s);
    assert_true(fabs(none.added_mean) < 1e-12 && none.added.p99 == 0);
    assert_true(none.waiting.mean == none.waiting_without.mean);
    s.share = 0.1;
    const struct queue_result some = queue_simulate(&s);
    assert_true(some.added_mean > 0 && some.added_mean < whole.added_mean / 5);
    assert_true(some.added.p50 >= 0.02 - 1e-9);
}

static void the_same_input_gives_the_same_output(void **state) {
    (void)state;
    struct queue_system s =
        only_validation(50, 2, (struct queue_times){QUEUE_EXPONENTIAL, 0.03, 0, NULL});
    const struct queue_result a = queue_simulate(&s), b = queue_simulate(&s);
    assert_memory_equal(&a, &b, sizeof a);
    s.seed = 2;
    const struct queue_result c = queue_simulate(&s);
    assert_true(c.waiting.mean != a.waiting.mean);
}

static void what_cannot_be_done_is_said(void **state) {
    (void)state;
    struct queue_system s =
        only_validation(100, 2, (struct queue_times){QUEUE_FIXED, 0.02, 0, NULL});
    s.operations = SIZE_MAX / 16; /* would never end, and fit nowhere */
    assert_int_equal(queue_simulate(&s).answer, QUEUE_UNSTABLE);
    s.host = (struct queue_times){QUEUE_FIXED, 0.02, 0, NULL};
    assert_int_equal(queue_simulate(&s).answer, QUEUE_UNSTABLE_ANYWAY);
    assert_near(queue_simulate(&s).utilisation, 2, 1e-9);
    s.workers = 5;
    assert_int_equal(queue_simulate(&s).answer, QUEUE_NO_MEMORY);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_is_erlangs),
        cmocka_unit_test(one_worker_is_pollaczeks),
        cmocka_unit_test(a_hosts_own_time_is_no_added_time),
        cmocka_unit_test(the_same_input_gives_the_same_output),
        cmocka_unit_test(what_cannot_be_done_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
