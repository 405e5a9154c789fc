/* Whatever was counted can be read again, in all its figures. */
#include "test_state.h"

/* Grows with STATE_VERSION: a layout that is not this one needs a new version. */
static const struct {
    int version;
    uint64_t layout;
} known[] = {{1, UINT64_C(0x978a76219ec5546d)}};

static void another_layout_is_another_version(void **unused) {
    (void)unused;
    size_t last = sizeof known / sizeof *known - 1;
    char name[16];
    assert_int_equal(known[last].version, STATE_VERSION);
    assert_int_equal(known[last].layout, state_layout());
    snprintf(name, sizeof name, "state.v%d", STATE_VERSION);
    assert_string_equal(name, STATE_NAME);
}

/* The list that the checksum is made of leaves no member out. */
static void the_layout_is_described_in_whole(void **unused) {
    (void)unused;
    for (size_t i = 0; i < state_members_used; i++) {
        size_t at = 0;
        for (size_t k = 0; k < state_members[i].used; k++) {
            assert_int_equal(state_members[i].members[k].at, at);
            at += state_members[i].members[k].size;
        }
        assert_int_equal(at, state_members[i].size);
    }
}

/* A pass, two failures of another program, one that was skipped, one for the control arm; one
 * output more was closed. */
static void count_one_of_each(void) {
    struct state_validation v = validation(NOON);
    update(&v);
    v.result = STATE_FAILED;
    v.outcomes[JUDGE_FRAME_COUNT] = JUDGE_FAIL;
    v.outcomes[JUDGE_GEOMETRY] = JUDGE_NOT_APPLICABLE;
    v.time_us = 150000;
    v.arena_bytes = 3 << 20;
    v.slow = true;
    v.wall_us += SECOND;
    v.program = "convert";
    update(&v);
    v.wall_us += SECOND;
    v.complex = true;
    update(&v);
    v = validation(NOON + 3 * SECOND);
    v.result = STATE_SKIPPED;
    v.outcomes_used = 0;
    update(&v);
    v.result = STATE_CONTROL;
    v.wall_us += SECOND;
    update(&v);
    assert_int_equal(state_closed(&state, NOON + 5 * SECOND), 0);
}

static const uint64_t one_of_each[STATE_RESULTS] = {1, 2, 1, 0, 0, 1};

static void each_figure_is_counted(void **unused) {
    (void)unused;
    count_one_of_each();
    const struct state_snapshot *s = look();
    assert_memory_equal(s->results, one_of_each, sizeof one_of_each);
    assert_int_equal(s->began_us, NOON);
    assert_int_equal(s->outputs, 1);
    assert_int_equal(s->checks[JUDGE_FRAME_COUNT][JUDGE_PASS], 1);
    assert_int_equal(s->checks[JUDGE_FRAME_COUNT][JUDGE_FAIL], 2);
    assert_int_equal(s->checks[JUDGE_GEOMETRY][JUDGE_NOT_APPLICABLE], 2);
    assert_int_equal(s->checks[JUDGE_LOOP_COUNT][JUDGE_PASS], 3);
    assert_int_equal(s->slow, 2);
    assert_int_equal(s->complex, 1);
    assert_int_equal(s->bytes_in, 4000);
    assert_int_equal(s->bytes_out, 2400);
    assert_int_equal(s->time_us, 305000);
    assert_int_equal(s->longest_us, 150000);
    assert_int_equal(s->arena_bytes, 3 << 20);
    assert_int_equal(times_count(s->times), 4);
    assert_int_equal(s->times[times_bucket(150000)], 2);
    assert_int_equal(s->consecutive_failures, 2);
    assert_int_equal(s->last_success_us, NOON);
    assert_int_equal(s->last_failure_us, NOON + 2 * SECOND);
    assert_int_equal(s->last_verdict_us, NOON + 3 * SECOND);
    assert_int_equal(s->last_output_us, NOON + 5 * SECOND);
    assert_int_equal(s->mode, STATE_NORMAL);
}

static void each_figure_is_counted_by_program_and_hour(void **unused) {
    (void)unused;
    count_one_of_each();
    const struct state_snapshot *s = look();
    assert_int_equal(s->programs_used, 2);
    assert_string_equal(s->programs[0].name, "gifsicle");
    assert_int_equal(s->programs[0].outputs, 3);
    assert_int_equal(s->programs[0].passed, 1);
    assert_int_equal(s->programs[0].time_us, 5000);
    assert_string_equal(s->programs[1].name, "convert");
    assert_int_equal(s->programs[1].failed, 2);
    assert_int_equal(s->programs[1].slow, 2);
    assert_int_equal(s->others.outputs, 0);

    assert_int_equal(s->recent_used, 4); /* no control */
    assert_int_equal(s->recent[0].result, STATE_SKIPPED);
    assert_int_equal(s->recent[1].result, STATE_FAILED);
    assert_int_equal(s->recent[1].time_us, 150000);
    assert_int_equal(s->recent[1].bytes_in, 1000);
    assert_int_equal(s->recent[1].bytes_out, 600);
    assert_int_equal(s->recent[3].wall_us, NOON);

    assert_int_equal(s->hours_used, 1);
    const struct state_hour *h = &s->hours[0];
    assert_int_equal(h->hour, NOON / HOUR);
    assert_memory_equal(h->results, one_of_each, sizeof one_of_each);
    assert_int_equal(h->failed[JUDGE_FRAME_COUNT], 2);
    assert_int_equal(h->failed[JUDGE_GEOMETRY], 0);
    assert_int_equal(h->slow, 2);
    assert_int_equal(h->complex, 1);
    assert_int_equal(h->bytes_in, 4000);
    assert_int_equal(h->bytes_out, 2400);
    assert_int_equal(h->time_us, 305000);
    assert_int_equal(h->longest_us, 150000);
    assert_int_equal(h->arena_bytes, 3 << 20);
    assert_memory_equal(h->times, s->times, sizeof s->times);
}

static void a_pass_ends_the_failures_in_a_row(void **unused) {
    (void)unused;
    struct state_validation v = validation(NOON);
    static const struct {
        enum state_result result;
        uint64_t then;
    } rows[] = {{STATE_FAILED, 1},  {STATE_FAILED, 2}, {STATE_SKIPPED, 2}, {STATE_TIMED_OUT, 2},
                {STATE_CONTROL, 2}, {STATE_FAULT, 2},  {STATE_FAILED, 3},  {STATE_PASSED, 0},
                {STATE_FAILED, 1},  {STATE_PASSED, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        v.result = rows[i].result;
        update(&v);
        assert_int_equal(look()->consecutive_failures, rows[i].then);
    }
}

static void a_verdict_says_what_to_count(void **unused) {
    (void)unused;
    static struct judge_verdict v;
    v.status = JUDGE_TIMED_OUT;
    v.results_used = 2;
    v.results[1].outcome = JUDGE_UNKNOWN;
    v.output.bytes = 7;
    v.sources_used = 2;
    v.sources[0].bytes = 10;
    v.sources[1].bytes = 20;
    v.took_us = 99;
    struct state_validation s = state_of_verdict(&v);
    assert_int_equal(s.result, STATE_TIMED_OUT);
    assert_int_equal(s.outcomes_used, 2);
    assert_int_equal(s.outcomes[1], JUDGE_UNKNOWN);
    assert_int_equal(s.bytes_in, 30);
    assert_int_equal(s.bytes_out, 7);
    assert_int_equal(s.time_us, 99);
}

/* From both ends of every bucket, over what can be told apart at all. */
static void times_are_known_within_five_percent(void **unused) {
    (void)unused;
    static uint64_t times[STATE_TIMES];
    int64_t us = 1;
    size_t seen = 0;
    while (us <= 60 * SECOND) {
        size_t bucket = times_bucket(us);
        int64_t ends[2] = {us, times_below(bucket) - 1};
        assert_int_equal(times_from(bucket), us);
        times[bucket] = 1;
        for (int i = 0; i < 2; i++) {
            double error = (double)(times_percentile(times, 0.5) - ends[i]) / (double)ends[i];
            assert_int_equal(times_bucket(ends[i]), bucket);
            assert_true(error < 0.032 && error > -0.032);
        }
        times[bucket] = 0;
        us = times_below(bucket);
        seen++;
    }
    assert_true(seen > 300);
    assert_int_equal(times_bucket(-5), 0);
    assert_int_equal(times_bucket(INT64_MAX), STATE_TIMES - 1);
    assert_int_equal(times_bucket((1 << 26) - 1), STATE_TIMES - 2);
    assert_int_equal(times_below(STATE_TIMES - 1), INT64_MAX);
}

static void percentiles_are_by_nearest_rank(void **unused) {
    (void)unused;
    static uint64_t times[STATE_TIMES];
    assert_int_equal(times_percentile(times, 0.5), 0);
    for (int64_t us = 1; us <= 1000; us++)
        times[times_bucket(us * 100)]++;
    static const double shares[] = {0, 0.01, 0.5, 0.95, 0.99, 1};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        double expected = shares[i] > 0 ? shares[i] * 100000 : 100;
        double got = (double)times_percentile(times, shares[i]);
        assert_true(got > expected * 0.95 && got < expected * 1.05);
    }
}

static void the_last_hundred_are_remembered(void **unused) {
    (void)unused;
    for (int i = 0; i < 1000; i++) {
        struct state_validation v = validation(NOON + i);
        v.result = (enum state_result)(i % STATE_CONTROL);
        v.bytes_out = (uint64_t)i;
        update(&v);
        const struct state_snapshot *s = look();
        assert_int_equal(s->recent_used, i < 99 ? i + 1 : 100);
        assert_int_equal(s->recent[0].wall_us, NOON + i);
        assert_int_equal(s->recent[s->recent_used - 1].bytes_out, (uint64_t)i + 1 - s->recent_used);
        assert_int_equal(s->recent[s->recent_used - 1].result,
                         ((size_t)i + 1 - s->recent_used) % STATE_CONTROL);
    }
}

/* Its writer was killed in between, or is held up: neither what was there a lap ago nor nothing. */
static void a_place_that_was_not_written_is_passed_over(void **unused) {
    (void)unused;
    struct state_validation v = validation(NOON);
    const struct state_performance_limits limits = {100, 200, 10, 60};
    struct state_change c;
    v.time_us = 150000;
    for (int lap = 0; lap < 3; lap++) {
        for (int i = 0; i < 5; i++)
            update(&v);
        (void)atomic_fetch_add(&atomic_load(&state.file)->validations, 3);
        for (int i = 0; i < 5; i++)
            update(&v);
        if (lap == 0)
            assert_int_equal(look()->recent_used, 10);
        else
            assert_int_equal(look()->recent_used, STATE_RECENT - 3);
        if (lap == 0) {
            assert_true(state_performance(&state, &limits, NOON, &c));
            assert_int_equal((int)c.mean_ms, 150);
        }
        for (int i = 0; i < STATE_RING - 13; i++)
            update(&v);
    }
}

/* Who was held up for a lap, or since its program lost the row, does not undo what is newer. */
static void a_word_of_a_later_use_is_left_alone(void **unused) {
    (void)unused;
    state_word w = word_pack(7, 70);
    word_put_unless_newer(&w, 6, 60);
    word_add_unless_newer(&w, 5, 1);
    assert_int_equal(word_in(&w, 7), 70);
    word_add_unless_newer(&w, 7, 5);
    assert_int_equal(word_in(&w, 7), 75);
    assert_int_equal(word_in(&w, 8), 0);
    word_put_unless_newer(&w, 8, 80);
    assert_int_equal(word_in(&w, 8), 80);
    word_add_unless_newer(&w, 9, 90);
    assert_int_equal(word_in(&w, 9), 90);
    /* Over the end of the tags; and one so far ahead that it is of long ago, or was never true. */
    word_put_unless_newer(&w, WORD_TAGS - 2, 0);
    word_put_unless_newer(&w, WORD_TAGS + 2, 2);
    word_put_unless_newer(&w, WORD_TAGS - 1, 1);
    assert_int_equal(word_in(&w, 2), 2);
    word_put_unless_newer(&w, WORD_TAGS - 100, 3);
    assert_int_equal(word_in(&w, WORD_TAGS - 100), 3);
    /* As much as there is room for, and no more. */
    word_add_in(&w, 1, UINT64_MAX);
    word_add_in(&w, 1, 5);
    assert_int_equal(word_in(&w, 1), WORD_MOST);
}

static void hour(int64_t number, int outputs) {
    struct state_validation v = validation(number * HOUR + 1800 * SECOND);
    v.time_us = number % 1000;
    for (int i = 0; i < outputs; i++)
        update(&v);
}

/* The last 168 hours stand, whole, however often the ring has come round. */
static void an_hour_a_week_later_begins_at_nothing(void **unused) {
    (void)unused;
    const int64_t first = NOON / HOUR;
    for (int64_t i = 0; i < 400; i++)
        hour(first + i, (int)(i % 7) + 1);
    const struct state_snapshot *s = look();
    assert_int_equal(s->hours_used, STATE_HOURS);
    for (int64_t i = 0; i < STATE_HOURS; i++) {
        const struct state_hour *h = &s->hours[i];
        uint64_t outputs = (uint64_t)(399 - i) % 7 + 1;
        assert_int_equal(h->hour, first + 399 - i);
        assert_int_equal(h->results[STATE_PASSED], outputs);
        assert_int_equal(h->bytes_in, 1000 * outputs);
        assert_int_equal(h->longest_us, h->hour % 1000);
        assert_int_equal(times_count(h->times), outputs);
    }
}

static void hours_with_a_gap_are_in_order(void **unused) {
    (void)unused;
    const int64_t now = NOON / HOUR / STATE_HOURS * STATE_HOURS; /* the first of the ring */
    hour(now - 1000, 1);
    hour(now - 3, 2);
    hour(now, 3);
    const struct state_snapshot *s = look();
    assert_int_equal(s->hours_used, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(s->hours[i].results[STATE_PASSED], 3 - i);
    assert_int_equal(s->hours[2].hour, now - 1000);
}

/* By hours: what was counted stays and goes on. By more than a week: the slot is the present's. */
static void a_clock_that_steps_back_loses_no_output(void **unused) {
    (void)unused;
    const int64_t now = NOON / HOUR;
    hour(now - 2, 1);
    hour(now, 5);
    hour(now - 2, 2);
    hour(now, 1);
    const struct state_snapshot *s = look();
    assert_int_equal(s->hours_used, 2);
    assert_int_equal(s->hours[0].results[STATE_PASSED], 6);
    assert_int_equal(s->hours[1].results[STATE_PASSED], 3);
    hour(now - STATE_HOURS, 4);
    s = look();
    assert_int_equal(s->hours_used, 2);
    assert_int_equal(s->hours[0].hour, now - 2);
    assert_int_equal(s->hours[1].hour, now - STATE_HOURS);
    assert_int_equal(s->hours[1].results[STATE_PASSED], 4);
    assert_int_equal(times_count(s->hours[1].times), 4);
    assert_int_equal(s->results[STATE_PASSED], 13);
    hour(-5, 1); /* before 1970 */
    assert_int_equal(look()->results[STATE_PASSED], 14);
}

static void program(const char *name, int outputs) {
    struct state_validation v = validation(NOON);
    v.program = name;
    for (int i = 0; i < outputs; i++)
        update(&v);
}

static uint64_t outputs_of(const struct state_snapshot *s, const char *name) {
    for (size_t i = 0; i < s->programs_used; i++)
        if (strcmp(s->programs[i].name, name) == 0)
            return s->programs[i].outputs;
    return 0;
}

static uint64_t outputs_of_all(const struct state_snapshot *s) {
    uint64_t all = s->others.outputs;
    for (size_t i = 0; i < s->programs_used; i++)
        all += s->programs[i].outputs;
    return all;
}

static void thirty_two_programs_are_exact(void **unused) {
    (void)unused;
    char name[16];
    for (int turn = 0; turn < 3; turn++)
        for (int i = 0; i < STATE_PROGRAMS; i++)
            program((snprintf(name, sizeof name, "program%d", i), name), i + 1);
    const struct state_snapshot *s = look();
    assert_int_equal(s->programs_used, STATE_PROGRAMS);
    for (int i = 0; i < STATE_PROGRAMS; i++) {
        snprintf(name, sizeof name, "program%d", STATE_PROGRAMS - 1 - i);
        assert_string_equal(s->programs[i].name, name);
        assert_int_equal(s->programs[i].outputs, 3 * (STATE_PROGRAMS - i));
    }
    assert_int_equal(s->others.outputs, 0);
}

/* However many come by once: the busy ones stay, and a new one that becomes busy gets in. */
static void the_busiest_programs_have_a_row(void **unused) {
    (void)unused;
    char name[24];
    program("first", 100);
    for (int i = 0; i < 2000; i++) {
        program((snprintf(name, sizeof name, "passing%d", i), name), 1);
        program("first", 1);
        if (i >= 1000)
            program("second", 1);
    }
    const struct state_snapshot *s = look();
    assert_int_equal(outputs_of(s, "first"), 2100);
    assert_true(outputs_of(s, "second") > 900);
    assert_int_equal(outputs_of_all(s), 5100);
    assert_int_equal(s->programs_used, STATE_PROGRAMS);
    assert_string_equal(s->programs[0].name, "first");
    assert_true(s->others.time_us > 0);
}

static void names_may_be_anything(void **unused) {
    (void)unused;
    program(NULL, 1);
    program("", 1);
    program("a name that is much longer than any row has room for", 2);
    program("\xff\x1b[0m\n", 3);
    const struct state_snapshot *s = look();
    assert_int_equal(s->programs_used, 3);
    assert_int_equal(outputs_of(s, "\xff\x1b[0m\n"), 3);
    assert_int_equal(outputs_of(s, "a name that is much longer than"), 2);
    assert_int_equal(outputs_of(s, ""), 2);
}

/* What cannot be true does no harm. */
static void nonsense_is_counted_as_well(void **unused) {
    (void)unused;
    struct state_validation v = validation(INT64_MIN);
    v.time_us = INT64_MIN;
    v.bytes_in = v.bytes_out = v.arena_bytes = UINT64_MAX;
    v.outcomes_used = SIZE_MAX;
    memset(v.outcomes, 0xFF, sizeof v.outcomes);
    update(&v);
    v.time_us = v.wall_us = INT64_MAX;
    update(&v);
    v.result = STATE_RESULTS;
    assert_int_equal(state_update(&state, &v), -EINVAL);
    assert_int_equal(look()->results[STATE_PASSED], 2);
    assert_int_equal(times_count(snapshot.times), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(another_layout_is_another_version),
        TEST(the_layout_is_described_in_whole),
        TEST(each_figure_is_counted),
        TEST(each_figure_is_counted_by_program_and_hour),
        TEST(a_pass_ends_the_failures_in_a_row),
        TEST(a_verdict_says_what_to_count),
        TEST(times_are_known_within_five_percent),
        TEST(percentiles_are_by_nearest_rank),
        TEST(the_last_hundred_are_remembered),
        TEST(a_place_that_was_not_written_is_passed_over),
        TEST(a_word_of_a_later_use_is_left_alone),
        TEST(an_hour_a_week_later_begins_at_nothing),
        TEST(hours_with_a_gap_are_in_order),
        TEST(a_clock_that_steps_back_loses_no_output),
        TEST(thirty_two_programs_are_exact),
        TEST(the_busiest_programs_have_a_row),
        TEST(names_may_be_anything),
        TEST(nonsense_is_counted_as_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
