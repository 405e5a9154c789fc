/* What the report counts stays within its bounds, and is the same in whatever order it comes. */
#include "report/causes.h"
#include "report/events.h"
#include "report/hours.h"
#include "report/plot.h"
#include "report/words.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HOUR 400000 /* some hour */

static struct log_text text_of(const char *s) {
    return (struct log_text){s, strlen(s)};
}

static struct log_record record_of(int64_t time_us, enum log_flag passed) {
    return (struct log_record){.type = text_of("validation"),
                               .time_us = time_us,
                               .passed = passed,
                               .validation_us = 1000,
                               .program = text_of("gifsicle"),
                               .line = text_of("{}")};
}

/* ---- hours ---- */

static void take_hour(struct hours *h, int64_t hour) {
    struct log_record r = record_of(hour * HOUR_US, LOG_TRUE);
    hours_take(h, &r);
}

static uint64_t passed(const struct state_hour *h) {
    return h != NULL ? h->results[STATE_PASSED] : 0;
}

static void an_hour_that_is_too_old_is_in_one_row(void **state) {
    (void)state;
    struct hours *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    assert_true(a != NULL && b != NULL);
    take_hour(a, HOUR);
    take_hour(a, HOUR + HOURS_MOST); /* its place */
    take_hour(b, HOUR + HOURS_MOST);
    take_hour(b, HOUR); /* the other way round */
    for (struct hours *h = a; h != NULL; h = h == a ? b : NULL) {
        assert_int_equal(passed(hours_find(h, HOUR + HOURS_MOST)), 1);
        assert_null(hours_find(h, HOUR));
        assert_int_equal(passed(&h->older), 1);
    }
    hours_merge(a, b);
    assert_int_equal(passed(hours_find(a, HOUR + HOURS_MOST)), 2);
    assert_int_equal(passed(&a->older), 2);
    free(a);
    free(b);
}

static void the_state_counts_where_it_has_seen_more(void **state) {
    (void)state;
    struct hours *h = calloc(1, sizeof *h);
    assert_non_null(h);
    struct state_hour more = {.hour = HOUR, .results = {[STATE_PASSED] = 5}};
    take_hour(h, HOUR);
    hours_replace(h, &more);
    assert_int_equal(passed(hours_find(h, HOUR)), 5);
    more.results[STATE_PASSED] = 3;
    hours_replace(h, &more);
    assert_int_equal(passed(hours_find(h, HOUR)), 5);
    struct state_hour sum = hours_sum(h, HOUR, HOUR + 1);
    assert_int_equal(passed(&sum), 5);
    sum = hours_sum(h, HOUR - 1, HOUR);
    assert_int_equal(passed(&sum), 0);
    free(h);
}

/* ---- causes ---- */

static void take_failure(struct causes *c, int64_t time_us, const char *message, const char *line) {
    char id[32];
    struct log_record r = record_of(time_us, LOG_FALSE);
    snprintf(id, sizeof id, "%lld", (long long)time_us);
    r.id = text_of(id);
    r.line = text_of(line);
    r.checks_used = 1;
    r.checks[0] = (struct log_check){
        .name = text_of("geometry"), .is_valid = LOG_FALSE, .message = text_of(message)};
    causes_take(c, &r);
}

static struct causes *causes_new(_Atomic size_t *bytes) {
    struct causes *c = calloc(1, sizeof *c);
    assert_non_null(c);
    assert_int_equal(causes_begin(c, bytes), 0);
    return c;
}

static void numbers_make_no_cause(void **state) {
    (void)state;
    _Atomic size_t bytes = 0;
    struct causes *c = causes_new(&bytes);
    take_failure(c, 1, "12 of 3.50 pixels", "{}");
    take_failure(c, 2, "9 of 77 pixels", "{}");
    take_failure(c, 3, "9 of them.", "{}");
    causes_order(c);
    assert_int_equal(c->used, 2);
    assert_string_equal(c->at[0].message, "… of them.");
    assert_string_equal(c->at[1].message, "… of … pixels");
    assert_int_equal(c->at[1].count, 2);
    causes_free(c);
    free(c);
}

/* A letter of 2 bytes at every place where the text could be cut. */
static void a_long_message_is_cut_between_letters(void **state) {
    (void)state;
    _Atomic size_t bytes = 0;
    for (size_t lead = 0; lead < 4; lead++) {
        struct causes *c = causes_new(&bytes);
        char long_one[1024] = "";
        memset(long_one, 'a', lead);
        while (strlen(long_one) < 1000)
            strcat(long_one, "ä");
        take_failure(c, 1, long_one, "{}");
        const char *m = c->at[0].message;
        assert_int_equal((strlen(m) - lead) % 2, 0);
        assert_true(strlen(m) < 400);
        causes_free(c);
        free(c);
    }
}

static void the_newest_failures_are_kept_in_any_order(void **state) {
    (void)state;
    _Atomic size_t bytes = 0;
    enum { MANY = CAUSES_ROWS + 500 };
    for (int way = 0; way < 2; way++) {
        struct causes *a = causes_new(&bytes), *b = causes_new(&bytes);
        for (int i = 0; i < MANY; i++) {
            int64_t time = way == 0 ? i : MANY - 1 - i;
            take_failure(time % 3 == 0 ? b : a, time, "the same", "{}");
        }
        causes_merge(a, b);
        causes_order(a);
        assert_int_equal(a->rows_used, CAUSES_ROWS);
        assert_int_equal(a->failed, MANY);
        for (int i = 0; i < CAUSES_ROWS; i++)
            assert_int_equal(a->rows[i].time_us, MANY - 1 - i);
        assert_int_equal(a->at[0].lines_used, CAUSE_LINES);
        for (int i = 0; i < CAUSE_LINES; i++)
            assert_int_equal(a->at[0].lines[i].time_us, MANY - 1 - i);
        causes_free(a);
        free(a);
        free(b);
    }
}

static void causes_beyond_the_bound_are_one(void **state) {
    (void)state;
    _Atomic size_t bytes = 0;
    struct causes *c = causes_new(&bytes);
    for (int i = 0; i < CAUSES_MOST + 20; i++) {
        char message[3] = {(char)('a' + i / 26), (char)('a' + i % 26), '\0'};
        take_failure(c, i, message, "{}");
    }
    causes_order(c);
    assert_int_equal(c->used, CAUSES_MOST - 1);
    assert_int_equal(c->at[CAUSES_MOST - 1].count, 21);
    causes_free(c);
    free(c);
}

static void records_take_no_more_than_the_bound(void **state) {
    (void)state;
    _Atomic size_t bytes = 0;
    char *line = malloc(CAUSE_LINE_MOST + 2);
    struct causes *c = causes_new(&bytes);
    assert_non_null(line);
    memset(line, 'x', CAUSE_LINE_MOST);
    line[CAUSE_LINE_MOST] = '\0';
    for (int i = 0; i < 3000; i++) {
        char message[3] = {(char)('a' + i % 200 / 26), (char)('a' + i % 200 % 26), '\0'};
        take_failure(c, i, message, line);
    }
    assert_true(bytes <= CAUSES_BYTES);
    strcpy(line + CAUSE_LINE_MOST, "x");
    take_failure(c, 5000, "too long", line);
    causes_order(c);
    assert_string_equal(c->at[0].message, "too long");
    assert_int_equal(c->at[0].lines_used, 0);
    causes_free(c);
    free(c);
    free(line);
}

/* ---- events ---- */

static void the_newest_changes_are_kept(void **state) {
    (void)state;
    static struct events a, b;
    for (int i = 0; i < EVENTS_MOST + 30; i++) {
        struct log_record r = record_of(i, LOG_UNKNOWN);
        r.type = text_of("performance_mode");
        r.line = text_of("{\"from\":\"normal\",\"to\":\"degraded\"}");
        events_take(i % 2 == 0 ? &a : &b, &r);
    }
    events_merge(&a, &b);
    assert_int_equal(a.used, EVENTS_MOST);
    assert_int_equal(a.dropped, 30);
    assert_int_equal(a.at[0].time_us, EVENTS_MOST + 29);
    assert_int_equal(a.at[EVENTS_MOST - 1].time_us, 30);
    assert_string_equal(a.at[0].text, "performance mode degraded, before normal");
}

/* ---- words and scales ---- */

static void shares_are_never_rounded_to_all_or_nothing(void **state) {
    (void)state;
    static const struct {
        double share;
        const char *words;
    } rows[] = {{1, "100.00 %"},       {0, "0.00 %"},        {0.9999999, "99.99 %"},
                {0.0000001, "0.01 %"}, {0.12345, "12.35 %"}, {(double)NAN, "-"}};
    char buffer[WORDS_SIZE];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(words_share(buffer, rows[i].share), rows[i].words);
}

static void scales_have_round_steps(void **state) {
    (void)state;
    static const struct {
        double most;
        int steps;
        double step, top;
    } rows[] = {{0, 4, 1, 1},
                {1, 4, 1, 1},
                {4, 4, 1, 4},
                {5, 4, 2, 6},
                {36, 4, 10, 40},
                {1234, 4, 500, 1500},
                {90000, 2, 50000, 100000},
                {21, 2, 20, 40}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double top, step = plot_step(rows[i].most, rows[i].steps, &top);
        assert_true(step == rows[i].step);
        assert_true(top == rows[i].top);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_hour_that_is_too_old_is_in_one_row),
        cmocka_unit_test(the_state_counts_where_it_has_seen_more),
        cmocka_unit_test(numbers_make_no_cause),
        cmocka_unit_test(a_long_message_is_cut_between_letters),
        cmocka_unit_test(the_newest_failures_are_kept_in_any_order),
        cmocka_unit_test(causes_beyond_the_bound_are_one),
        cmocka_unit_test(records_take_no_more_than_the_bound),
        cmocka_unit_test(the_newest_changes_are_kept),
        cmocka_unit_test(shares_are_never_rounded_to_all_or_nothing),
        cmocka_unit_test(scales_have_round_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
