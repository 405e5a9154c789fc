/* lib/operate: capacity, amounts and advice. */
#include "operate/advice.h"
#include "operate/amount.h"
#include "operate/capacity.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct capacity_basis basis;
static struct capacity_asked asked;
static struct state_snapshot *snapshot;
static struct capacity_log log_read_here;

static void assert_near(double is, double wanted) {
    if (!(fabs(is - wanted) <= 1e-6 * fabs(wanted) + 1e-12))
        fail_msg("%.12g is not %.12g", is, wanted);
}

static int fresh(void **state) {
    (void)state;
    snapshot = calloc(1, sizeof *snapshot);
    memset(&log_read_here, 0, sizeof log_read_here);
    capacity_basis(&basis, NULL, NULL);
    asked = (struct capacity_asked){.daily = 864000,
                                    .workers = 40,
                                    .availability = 0.99,
                                    .percentage = 100,
                                    .max_cores = NAN,
                                    .max_latency_s = NAN,
                                    .passes = true,
                                    .failures = true,
                                    .keeps_evidence = true,
                                    .evidence_most = 1e9};
    return snapshot == NULL;
}

static int done(void **state) {
    (void)state;
    free(snapshot);
    return 0;
}

/* ---- what is measured ---- */

static void nothing_measured_is_the_documented_defaults(void **state) {
    (void)state;
    assert_near(basis.validation_s.value, 0.025);
    assert_near(basis.memory.value, 2e6);
    assert_near(basis.host_s.value, 0.025 / 0.05);
    assert_near(basis.record.value, 1e5);
    assert_false(basis.validation_s.measured || basis.memory.measured || basis.host_s.measured ||
                 basis.record.measured || basis.failures.measured || basis.evidence.measured);
    /* A state that has counted nothing is no measurement either. */
    capacity_basis(&basis, snapshot, &log_read_here);
    assert_false(basis.validation_s.measured || basis.memory.measured || basis.failures.measured ||
                 basis.record.measured || basis.host_s.measured);
}

static void what_was_measured_is_taken(void **state) {
    (void)state;
    snapshot->results[STATE_PASSED] = 6;
    snapshot->results[STATE_FAILED] = 2;
    snapshot->results[STATE_CONTROL] = 100; /* took no time */
    snapshot->time_us = 80000;
    snapshot->times[times_bucket(10000)] = 8;
    snapshot->arena_bytes = 5000000;
    snapshot->bytes_in = 16000;
    snapshot->bytes_out = 8000;
    log_read_here.records = 4;
    log_read_here.bytes = 10000;
    capacity_basis(&basis, snapshot, &log_read_here);
    assert_near(basis.validation_s.value, 0.01);
    assert_near(basis.memory.value, 5e6);
    assert_near(basis.failures.value, 0.25);
    assert_near(basis.evidence.value, 3000);
    assert_near(basis.record.value, 2500);
    assert_near(basis.host_s.value, 0.01 / 0.05);
    assert_true(basis.validation_s.measured && basis.memory.measured && basis.failures.measured &&
                basis.evidence.measured && basis.record.measured && !basis.host_s.measured);
    /* The test arm's time less a validation; the control arm's goes before it. */
    struct arm_figures *of = log_read_here.arms.of;
    of[ARM_TEST].passed = 2;
    statistics_add(&of[ARM_TEST].times.us, 110000);
    capacity_basis(&basis, snapshot, &log_read_here);
    assert_near(basis.host_s.value, 0.1);
    statistics_add(&of[ARM_CONTROL].times.us, 70000);
    capacity_basis(&basis, snapshot, &log_read_here);
    assert_near(basis.host_s.value, 0.07);
    assert_true(basis.host_s.measured);
    /* Of failures alone nothing can be learnt of the usual output. */
    of[ARM_CONTROL].times.us.n = 0;
    of[ARM_TEST].passed = 0;
    capacity_basis(&basis, snapshot, &log_read_here);
    assert_false(basis.host_s.measured);
}

/* ---- workers ---- */

static void workers_that_are_up_are_binomial(void **state) {
    (void)state;
    assert_near(capacity_up(1, 1, 0.99), 0.99);
    assert_near(capacity_up(4, 4, 0.99), 0.96059601);
    assert_near(capacity_up(3, 4, 0.99), 0.96059601 + 4 * 0.01 * 0.970299);
    assert_near(capacity_up(0, 4, 0.9), 1);
    assert_near(capacity_up(5, 4, 0.9), 0);
    assert_near(capacity_up(10, 20, 0.5), 0.5880985260009766);
}

static void spare_workers_hold_the_plan(void **state) {
    (void)state;
    const double availabilities[] = {0.5, 0.9, 0.99, 0.9999};
    for (size_t i = 0; i < 4; i++)
        for (size_t workers = 1; workers < 60; workers += 7) {
            asked.workers = workers;
            asked.daily = 20000 * (double)workers;
            asked.availability = availabilities[i];
            const struct capacity_plan p = capacity_plan(&basis, &asked);
            const double a = asked.availability, least = a - 1e-9;
            assert_true(capacity_up(p.workers_up, workers, a) >= least);
            assert_true(capacity_up(p.workers_up + 1, workers, a) < least);
            assert_true(capacity_up(p.workers_needed, p.workers_wanted, a) >= least);
            assert_true(p.workers_wanted == p.workers_needed ||
                        capacity_up(p.workers_needed, p.workers_wanted - 1, a) < least);
        }
}

/* ---- the plan ---- */

static void figures_follow_from_each_other(void **state) {
    (void)state;
    const struct capacity_plan p = capacity_plan(&basis, &asked);
    assert_near(p.mean_s, 10);
    assert_near(p.peak_s, 30);
    assert_near(p.cores, 30 * 0.025 / 0.8);
    assert_near(p.host_cores, 30 * 0.5 / 0.8);
    assert_near(p.memory, 40 * 2e6 / 0.8);
    assert_near(p.log_day, 864000 * 1e5);
    assert_near(p.log_day_without_passes, 0.05 * 864000 * 1e5);
    assert_near(p.evidence_day, 0.05 * 864000 * 2.1e6);
    assert_near(p.evidence_days, 1e9 / p.evidence_day);
    assert_int_equal(p.workers_needed, 20); /* 30 * 0.525 / 0.8 = 19.7 */
    assert_int_equal(p.queue.answer, QUEUE_STABLE);
    assert_near(p.queue.load, 30 * 0.525);
    assert_true(p.queue.added.p50 > 0 && p.percentage == 100);
    asked.percentage = 10;
    asked.passes = false;
    asked.control = true;
    asked.keeps_evidence = false;
    const struct capacity_plan tenth = capacity_plan(&basis, &asked);
    assert_near(tenth.cores, p.cores / 10);
    assert_near(tenth.log_day, 864000 * (0.1 * 0.05 + 0.9) * 1e5);
    assert_near(tenth.log_day_without_passes, tenth.log_day);
    assert_true(tenth.evidence_day == 0 && isinf(tenth.evidence_days));
}

static void a_percentage_is_within_its_budget(void **state) {
    (void)state;
    asked.max_cores = 0.25;
    asked.max_latency_s = 0.08;
    struct capacity_plan p = capacity_plan(&basis, &asked);
    assert_near(p.percentage_cores, 26.6); /* 0.25 * 0.8 / 0.75, down to a tenth */
    assert_near(p.percentage_workers, 100);
    assert_true(p.percentage_latency > 0);
    assert_true(p.percentage <= 26.6);
    /* What is said to fit does, and validation alone of exponential times has p95 = 75 ms. */
    asked.max_latency_s = 0.07;
    p = capacity_plan(&basis, &asked);
    assert_true(p.percentage_latency < 0 && p.percentage < 0);
    /* The workers' limit: 22 up of 24, 17.6 of them used; 15 by the compressors. */
    asked.workers = 21;
    asked.max_latency_s = asked.max_cores = NAN;
    p = capacity_plan(&basis, &asked);
    assert_int_equal(p.workers_up, 19);
    assert_near(p.percentage_workers, floor(1000 * (0.8 * 19 - 15) / 0.75) / 10);
    asked.workers = 16;
    p = capacity_plan(&basis, &asked);
    assert_true(p.percentage_workers < 0 && p.percentage < 0);
    assert_int_equal(p.queue.answer, QUEUE_UNSTABLE_ANYWAY);
}

static void the_largest_plan_ends(void **state) {
    (void)state;
    asked.daily = 1e10;
    asked.workers = QUEUE_WORKERS_MAX;
    const struct capacity_plan p = capacity_plan(&basis, &asked);
    assert_near(p.peak_s, 3e10 / 86400);
    assert_int_equal(p.workers_needed, 227865);
    assert_int_equal(p.queue.answer, QUEUE_STABLE);
    assert_true(p.workers_wanted > 227865 / 0.99 && p.workers_wanted < 227865 / 0.99 + 1000);
}

/* ---- amounts ---- */

static void amounts_are_in_the_unit_that_fits(void **state) {
    (void)state;
    static const struct {
        char *(*print)(char *, double);
        double amount;
        const char *wanted;
    } rows[] = {
        {amount_bytes, 0, "0 B"},
        {amount_bytes, 999.4, "999 B"},
        {amount_bytes, 999.5, "1.00 KB"},
        {amount_bytes, 2500, "2.50 KB"},
        {amount_bytes, 999499, "999 KB"},
        {amount_bytes, 999600, "1.00 MB"},
        {amount_bytes, 1e15, "1.00 PB"},
        {amount_bytes, 3.2e21, "3200 EB"},
        {amount_bytes, (double)NAN, "-"},
        {amount_time, 0, "0 ms"},
        {amount_time, 35e-6, "35.0 us"},
        {amount_time, 0.0042, "4.20 ms"},
        {amount_time, 0.99999, "1.00 s"},
        {amount_time, 90, "1.50 min"},
        {amount_time, 7200, "2.00 h"},
        {amount_time, 864000, "10.0 days"},
        {amount_time, (double)INFINITY, "for ever"},
        {amount_count, 0, "0"},
        {amount_count, 3, "3"},
        {amount_count, 3.47, "3.47"},
        {amount_count, 0.0000347, "0.000035"},
        {amount_count, 347222.2, "347,222"},
        {amount_count, 1e10, "10,000,000,000"},
        {amount_percent, 0.125, "12.5 %"},
        {amount_percent, 1, "100 %"},
        {amount_percent, 0.0004, "0.04 %"},
    };
    char text[AMOUNT_SIZE];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(rows[i].print(text, rows[i].amount), rows[i].wanted);
}

/* ---- advice ---- */

static bool says(const struct advice *a, const char *beginning) {
    for (size_t i = 0; i < a->used; i++)
        if (strncmp(a->lines[i], beginning, strlen(beginning)) == 0)
            return true;
    return false;
}

static struct advice advised(const struct advice_facts *f) {
    struct advice advice;
    const struct capacity_plan p = capacity_plan(&basis, &asked);
    advice_of(&advice, &basis, &asked, &p, f);
    return advice;
}

static void advice_follows_from_the_figures(void **state) {
    (void)state;
    const struct advice_facts roomy = {.slow_s = 0.1, .max_file_size_mb = 50, .log_free = 1e15};
    const struct advice_facts tight = {.slow_s = 0.1, .max_file_size_mb = 50, .log_free = 1e11};
    asked.daily = 1000;
    struct advice a = advised(&roomy);
    assert_true(says(&a, "measure first") && says(&a, "the compressors' own time"));
    assert_int_equal(a.used, 2);
    basis.validation_s.measured = basis.host_s.measured = true;
    basis.times[times_bucket(25000)] = basis.validations = 5000;
    assert_int_equal(advised(&roomy).used, 0); /* nothing is to be done */
    basis.p50_s = 0.005;
    basis.p99_s = 0.2;
    a = advised(&roomy);
    assert_true(a.used == 1 && says(&a, "validation.max_file_size_mb: lower it from 50"));
    basis.p99_s = 0.04;
    asked.percentage = 20;
    a = advised(&roomy);
    assert_true(a.used == 1 && says(&a, "sampling.percentage could be raised from 20 to 100"));
    asked.percentage = 100;
    asked.daily = 864000;
    a = advised(&tight);
    assert_true(says(&a, "log.passes = false: 86.4 GB a day become 4.32 GB"));
    assert_true(says(&a, "log: its disk is full in 1.16 days"));
    assert_true(says(&a, "evidence.max_mb"));
    asked.passes = false;
    a = advised(&tight);
    assert_true(says(&a, "log: 4.32 GB a day: rotate"));
    asked.max_cores = 0.25;
    a = advised(&tight);
    assert_true(says(&a, "sampling.percentage = 26.6: what fits; it is 100 now"));
    asked.max_cores = NAN;
    asked.workers = 16;
    a = advised(&tight);
    assert_true(says(&a, "workers: ") && says(&a, "sampling cannot help"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)
        TEST(nothing_measured_is_the_documented_defaults),
        TEST(what_was_measured_is_taken),
        TEST(workers_that_are_up_are_binomial),
        TEST(spare_workers_hold_the_plan),
        TEST(figures_follow_from_each_other),
        TEST(a_percentage_is_within_its_budget),
        TEST(the_largest_plan_ends),
        TEST(amounts_are_in_the_unit_that_fits),
        TEST(advice_follows_from_the_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
