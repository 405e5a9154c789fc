/* The performance mode changes when it should, once; and each window of validations is looked at
 * once. */
#include "test_state.h"

static const struct state_performance_limits usual = {
    .slow_ms = 100, .emergency_ms = 200, .window = 10, .recovery_dwell_s = 60};

/* ---- performance ---- */

static int64_t now_us;

/* A validation that took so long, at a time in seconds after noon; true when the mode changed. */
static bool took(int64_t second, int64_t ms, const struct state_performance_limits *limits,
                 struct state_change *change) {
    struct state_validation v = validation(NOON + second * SECOND);
    v.time_us = ms * 1000;
    update(&v);
    now_us = v.wall_us;
    return state_performance(&state, limits, now_us, change);
}

/* So many validations, one each second from then on, each so long; and the mode after each. */
struct step {
    int64_t from_s;
    int count;
    int64_t ms;
    enum state_mode then; /* after the last of them */
    int changes;          /* among them */
};

static void walk(const struct step *steps, size_t n,
                 const struct state_performance_limits *limits) {
    for (size_t i = 0; i < n; i++) {
        struct state_change c;
        int changes = 0;
        for (int k = 0; k < steps[i].count; k++)
            changes += took(steps[i].from_s + k, steps[i].ms, limits, &c);
        if (changes != steps[i].changes || state_mode(&state) != steps[i].then)
            fail_msg("step %zu: %d changes, then %s", i, changes,
                     state_mode_name(state_mode(&state)));
    }
}

#define WALK(limits, ...)                                                                          \
    do {                                                                                           \
        const struct step steps[] = {__VA_ARGS__};                                                 \
        walk(steps, sizeof steps / sizeof *steps, limits);                                         \
    } while (0)

static void nothing_changes_before_the_window_is_full(void **unused) {
    (void)unused;
    WALK(&usual, {0, 9, 1000, STATE_NORMAL, 0}, {9, 1, 1000, STATE_EMERGENCY, 1});
}

static void the_mean_of_the_window_decides(void **unused) {
    (void)unused;
    /* 10 of 100 ms are not over it; 9 of them and one of 110 are. */
    WALK(&usual, {0, 10, 100, STATE_NORMAL, 0}, {10, 1, 110, STATE_DEGRADED, 1},
         {11, 30, 200, STATE_DEGRADED, 0}, {41, 1, 201, STATE_EMERGENCY, 1});
}

static void a_mode_is_entered_at_once_and_left_by_steps(void **unused) {
    (void)unused;
    WALK(&usual, {0, 10, 500, STATE_EMERGENCY, 1},
         {10, 58, 10, STATE_EMERGENCY, 0}, /* 58 s in it */
         {69, 1, 10, STATE_DEGRADED, 1},   /* 60 s, and a mean below 100 */
         {70, 58, 10, STATE_DEGRADED, 0},  /* likewise */
         {129, 1, 10, STATE_NORMAL, 1});
}

static void a_mode_is_left_below_half_its_threshold(void **unused) {
    (void)unused;
    WALK(&usual, {0, 10, 500, STATE_EMERGENCY, 1}, {100, 300, 100, STATE_EMERGENCY, 0},
         {400, 10, 99, STATE_DEGRADED, 1}, {500, 300, 50, STATE_DEGRADED, 0},
         {800, 10, 49, STATE_NORMAL, 1});
}

static void worse_is_not_waited_for(void **unused) {
    (void)unused;
    WALK(&usual, {0, 10, 150, STATE_DEGRADED, 1}, {10, 10, 500, STATE_EMERGENCY, 1},
         {80, 20, 10, STATE_DEGRADED, 1}, {100, 10, 500, STATE_EMERGENCY, 1});
}

static void a_dwell_of_0_restores_at_once(void **unused) {
    (void)unused;
    struct state_performance_limits limits = usual;
    limits.recovery_dwell_s = 0;
    WALK(&limits, {0, 10, 500, STATE_EMERGENCY, 1}, {10, 10, 90, STATE_NORMAL, 2},
         {20, 10, 150, STATE_DEGRADED, 1}, {30, 10, 100, STATE_NORMAL, 1});
}

static void a_window_of_one_is_the_last(void **unused) {
    (void)unused;
    struct state_performance_limits limits = usual;
    limits.window = 1;
    limits.recovery_dwell_s = 0;
    WALK(&limits, {0, 1, 201, STATE_EMERGENCY, 1}, {1, 1, 101, STATE_DEGRADED, 1},
         {2, 1, 1, STATE_NORMAL, 1});
    limits.window = 1000; /* as many as are remembered */
    WALK(&limits, {3, 96, 500, STATE_NORMAL, 0}, {99, 1, 500, STATE_EMERGENCY, 1});
}

/* The dwell begins anew; it does not last until the clock is back where it was. */
static void a_clock_that_steps_back_delays_by_a_dwell(void **unused) {
    (void)unused;
    WALK(&usual, {0, 10, 500, STATE_EMERGENCY, 1}, {-7200, 60, 10, STATE_EMERGENCY, 0},
         {-7140, 1, 10, STATE_DEGRADED, 1}, {-7139, 61, 10, STATE_NORMAL, 1});
    WALK(&usual, {-99999, 10, 500, STATE_EMERGENCY, 2}); /* by way of degraded */
}

static void what_was_not_judged_has_no_time(void **unused) {
    (void)unused;
    WALK(&usual, {0, 9, 1000, STATE_NORMAL, 0});
    struct state_validation v = validation(NOON);
    struct state_change c;
    v.result = STATE_CONTROL;
    v.time_us = 0;
    for (int i = 0; i < 50; i++)
        update(&v);
    assert_false(state_performance(&state, &usual, NOON, &c));
    assert_true(took(10, 1000, &usual, &c));
    assert_int_equal((int)c.mean_ms, 1000);
}

/* What makes it slow is left out as soon as it is slow: a large file takes 300 ms in normal mode,
 * 40 in degraded, 0 in emergency. One each second, for two hours. */
static void it_does_not_flap(void **unused) {
    (void)unused;
    static const int64_t ms[STATE_MODES] = {300, 40, 0};
    int64_t since_s = -1000;
    int changes = 0;
    for (int64_t second = 0; second < 7200; second++) {
        struct state_change c;
        if (!took(second, ms[state_mode(&state)], &usual, &c))
            continue;
        changes++;
        if (c.to < c.from) {
            assert_int_equal(c.from - c.to, 1);
            assert_true(second - since_s >= 60);
        }
        since_s = second;
    }
    /* To degraded as soon as the mean is over 100 (4 of 300), emergency seldom: two a minute. */
    assert_true(changes > 10 && changes <= 7200 / 60 * 2);
}

static void each_change_is_remembered(void **unused) {
    (void)unused;
    struct state_performance_limits limits = usual;
    limits.window = 1;
    limits.recovery_dwell_s = 0;
    for (int64_t i = 0; i < 50; i++) {
        struct state_change c;
        assert_true(took(i, i % 2 == 0 ? 250 : 10, &limits, &c));
        assert_int_equal(c.from, i % 2 == 0 ? STATE_NORMAL : STATE_EMERGENCY);
        assert_int_equal(c.to, i % 2 == 0 ? STATE_EMERGENCY : STATE_NORMAL);
        assert_int_equal(c.wall_us, NOON + i * SECOND);
        const struct state_snapshot *s = look();
        assert_int_equal(s->changes_used, i < 15 ? i + 1 : STATE_CHANGES);
        assert_int_equal(s->mode, c.to);
        assert_int_equal(s->mode_since_us, c.wall_us);
        assert_memory_equal(&s->changes[0].from, &c.from, sizeof c.from);
        assert_int_equal(s->changes[0].to, c.to);
        assert_int_equal(s->changes[0].wall_us, c.wall_us);
        assert_int_equal((int)s->changes[0].mean_ms, i % 2 == 0 ? 250 : 10);
    }
    assert_int_equal(look()->mode_changes[STATE_EMERGENCY], 25);
    assert_int_equal(look()->mode_changes[STATE_NORMAL], 25);
    assert_int_equal(look()->mode_changes[STATE_DEGRADED], 0);
}

/* ---- monitoring ---- */

static const struct state_monitor_limits every_hundred = {.every = 100, .alert_threshold = 0.05};

static bool judged(int64_t i, enum judge_outcome frames, enum judge_outcome colors,
                   struct state_alerts *a) {
    struct state_validation v = validation(NOON + i);
    v.outcomes[JUDGE_FRAME_COUNT] = frames;
    v.outcomes[JUDGE_COLOR_COUNT] = colors;
    v.result = frames == JUDGE_FAIL || colors == JUDGE_FAIL ? STATE_FAILED : STATE_PASSED;
    update(&v);
    return state_monitor(&state, &every_hundred, a);
}

static void each_window_is_compared_once(void **unused) {
    (void)unused;
    for (int window = 0; window < 5; window++)
        for (int i = 0; i < 100; i++) {
            struct state_alerts a;
            /* 5 of 100 is not above; 6 is. Colours are judged in 20, of which 2 fail. */
            bool alert = judged(i, i < 5 + window % 2 ? JUDGE_FAIL : JUDGE_PASS,
                                i >= 20  ? JUDGE_NOT_APPLICABLE
                                : i >= 2 ? JUDGE_PASS
                                         : JUDGE_FAIL,
                                &a);
            assert_int_equal(alert, i == 99);
            if (!alert)
                continue;
            assert_int_equal(a.validations, 100);
            assert_int_equal(a.used, 1 + window % 2);
            if (window % 2 == 1) {
                assert_int_equal(a.alerts[0].check, JUDGE_FRAME_COUNT);
                assert_int_equal(a.alerts[0].failed, 6);
                assert_int_equal(a.alerts[0].judged, 100);
            }
            assert_int_equal(a.alerts[a.used - 1].check, JUDGE_COLOR_COUNT);
            assert_int_equal(a.alerts[a.used - 1].failed, 2);
            assert_int_equal(a.alerts[a.used - 1].judged, 20);
            assert_true(a.alerts[a.used - 1].rate > 0.099 && a.alerts[a.used - 1].rate < 0.101);
        }
}

static void a_window_without_alert_is_over_too(void **unused) {
    (void)unused;
    struct state_alerts a;
    for (int i = 0; i < 100; i++)
        assert_false(judged(i, JUDGE_PASS, JUDGE_UNKNOWN, &a));
    for (int i = 0; i < 100; i++)
        assert_int_equal(judged(i, i < 50 ? JUDGE_FAIL : JUDGE_PASS, JUDGE_UNKNOWN, &a), i == 99);
    assert_int_equal(a.alerts[0].failed, 50);
    assert_int_equal(a.alerts[0].judged, 100);
}

/* A process that was killed before it could look at its window. */
static void what_was_not_looked_at_is_in_the_next(void **unused) {
    (void)unused;
    struct state_alerts a;
    struct state_validation v = validation(NOON);
    v.result = STATE_FAILED;
    v.outcomes[JUDGE_GEOMETRY] = JUDGE_FAIL;
    for (int i = 0; i < 150; i++)
        update(&v);
    assert_true(state_monitor(&state, &every_hundred, &a));
    assert_int_equal(a.validations, 150);
    assert_int_equal(a.alerts[0].failed, 150);
    assert_false(state_monitor(&state, &every_hundred, &a));
}

static void the_control_arm_fills_no_window(void **unused) {
    (void)unused;
    struct state_alerts a;
    struct state_validation v = validation(NOON);
    v.result = STATE_CONTROL;
    for (int i = 0; i < 200; i++)
        update(&v);
    for (int i = 0; i < 100; i++)
        assert_int_equal(judged(i, JUDGE_FAIL, JUDGE_PASS, &a), i == 99);
}

/* ---- begun anew ---- */

static void a_reset_mode_waits_for_a_whole_window(void **unused) {
    struct state_change c;
    (void)unused;
    WALK(&usual, {0, 10, 300, STATE_EMERGENCY, 1});
    assert_int_equal(state_performance_reset(&state, NOON + 20 * SECOND, &c), 1);
    assert_int_equal(c.from, STATE_EMERGENCY);
    assert_int_equal(c.to, STATE_NORMAL);
    assert_true(c.mean_ms != c.mean_ms);
    assert_int_equal(state_performance_reset(&state, NOON + 20 * SECOND, &c), 0);
    WALK(&usual, {21, 9, 300, STATE_NORMAL, 0}, {30, 1, 300, STATE_EMERGENCY, 1});
    struct state_snapshot *s = calloc(1, sizeof *s);
    assert_non_null(s);
    assert_int_equal(state_snapshot(&state, s), 0);
    assert_int_equal(s->changes_used, 3);
    assert_int_equal(s->changes[1].to, STATE_NORMAL);
    assert_int_equal(s->results[STATE_PASSED], 20);
    free(s);
}

/* Round the ring, at each of its places: nothing is forgotten that comes later. */
static void a_reset_hides_nothing_that_comes_later(void **unused) {
    struct state_change c;
    (void)unused;
    for (int i = 0; i < 300; i++) {
        assert_true(state_performance_reset(&state, NOON, &c) >= 0);
        WALK(&usual, {i * 100, 10, 300, STATE_EMERGENCY, 1});
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(nothing_changes_before_the_window_is_full),
        TEST(the_mean_of_the_window_decides),
        TEST(a_mode_is_entered_at_once_and_left_by_steps),
        TEST(a_mode_is_left_below_half_its_threshold),
        TEST(worse_is_not_waited_for),
        TEST(a_dwell_of_0_restores_at_once),
        TEST(a_window_of_one_is_the_last),
        TEST(a_clock_that_steps_back_delays_by_a_dwell),
        TEST(what_was_not_judged_has_no_time),
        TEST(it_does_not_flap),
        TEST(each_change_is_remembered),
        TEST(each_window_is_compared_once),
        TEST(a_window_without_alert_is_over_too),
        TEST(what_was_not_looked_at_is_in_the_next),
        TEST(the_control_arm_fills_no_window),
        TEST(a_reset_mode_waits_for_a_whole_window),
        TEST(a_reset_hides_nothing_that_comes_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
