/* gifvet alert without clock, files and servers: what counts in the window, what is said, again and
 * no more.
 *
 * Rooms: the window · looks · conditions · how long they last · what cannot be told · the mode ·
 * new records */
#include "operate/alerts.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US (60 * MINUTE_US)
#define WINDOW_US (15 * MINUTE_US)
#define SLOW_US INT64_C(100000)
#define NOW (INT64_C(500000) * HOUR_US + 1234567)

static struct conf conf;
static struct state_snapshot snapshot;
static struct health health;
static struct alert_looks looks;
static struct alert_window window;
static struct alert_groups groups;
static struct alert_said said;
static struct alert_messages messages;
static int64_t now;

/* A host with 100 verdicts in the window that passed. */
static int fresh(void **state) {
    (void)state;
    const struct conf_input in = {.file = "/dev/null"};
    conf_defaults(&conf, &in);
    memset(&snapshot, 0, sizeof snapshot);
    memset(&health, 0, sizeof health);
    memset(&looks, 0, sizeof looks);
    memset(&groups, 0, sizeof groups);
    memset(&said, 0, sizeof said);
    window = (struct alert_window){
        .counts.passed = 100, .verdicts = 100, .validations = 100, .words = "in the last 15 min"};
    now = NOW;
    return 0;
}

/* ---- the window ---- */

/* The newest first: n of them, so long ago, with that result and time. */
static void recent(size_t n, int64_t ago_us, enum state_result result, int64_t time_us) {
    for (size_t i = 0; i < n; i++)
        snapshot.recent[snapshot.recent_used++] =
            (struct state_recent){NOW - ago_us, result, 0, 0, time_us};
}

/* As many as are remembered, and these before them. */
static void counted(uint64_t passed, uint64_t failed, uint64_t slow, int64_t time_us) {
    snapshot.results[STATE_PASSED] = passed;
    snapshot.results[STATE_FAILED] = failed;
    snapshot.slow = slow;
    snapshot.time_us = time_us;
}

static void looked(int64_t ago_us, uint64_t passed, uint64_t failed) {
    looks.at[looks.used++] = (struct alert_look){
        .wall_us = NOW - ago_us, .counts.passed = passed, .counts.failed = failed};
}

static struct alert_window look(void) {
    return alert_window(&snapshot, &looks, WINDOW_US, SLOW_US, NOW);
}

static void what_is_remembered_is_counted_one_by_one(void **state) {
    (void)state;
    recent(3, 0, STATE_PASSED, SLOW_US);
    recent(2, MINUTE_US, STATE_FAILED, SLOW_US + 1);
    recent(1, MINUTE_US, STATE_TIMED_OUT, 0);
    recent(1, WINDOW_US, STATE_FAILED, 0);
    recent(5, WINDOW_US + 1, STATE_FAILED, 0);
    counted(3, 8, 2, 0);
    snapshot.results[STATE_TIMED_OUT] = 1;
    looked(20 * MINUTE_US, 0, 0);
    const struct alert_window w = look();
    assert_true(w.counts.passed == 3 && w.counts.failed == 3 && w.counts.others == 1);
    assert_int_equal(w.counts.slow, 2);
    assert_int_equal(w.counts.time_us, 5 * SLOW_US + 2);
    assert_true(w.verdicts == 6 && w.validations == 7);
    assert_string_equal(w.words, "in the last 15 min");
}

static void more_are_counted_since_a_look(void **state) {
    (void)state;
    recent(STATE_RECENT, MINUTE_US, STATE_PASSED, 0);
    counted(1000, 50, 7, 4000);
    looked(29 * MINUTE_US, 0, 0);
    looked(20 * MINUTE_US, 200, 10);
    looked(15 * MINUTE_US, 300, 20); /* the newest that is a window old */
    looked(15 * MINUTE_US - 1, 900, 49);
    looked(2 * MINUTE_US, 950, 50);
    const struct alert_window w = look();
    assert_true(w.counts.passed == 700 && w.counts.failed == 30 && w.counts.slow == 7);
    assert_int_equal(w.counts.time_us, 4000);
    assert_true(w.verdicts == 730 && w.validations == 730);
    assert_string_equal(w.words, "since 07:45:01Z");
}

static void looks_of_no_use_are_not_used(void **state) {
    (void)state;
    recent(STATE_RECENT, MINUTE_US, STATE_FAILED, 0);
    counted(1000, 150, 0, 0);
    looked(30 * MINUTE_US, 0, 0);   /* two windows old */
    looked(16 * MINUTE_US, 0, 151); /* counted more: not this state's */
    looked(16 * MINUTE_US, 0, 0);   /* of another state */
    looks.at[2].began_us = 1;
    looked(-MINUTE_US, 0, 0);         /* yet to come */
    looked(MINUTE_US - 1, 1000, 150); /* knows less than what is remembered */
    struct alert_window w = look();
    assert_true(w.counts.failed == 100 && w.counts.passed == 0 && w.verdicts == 100);
    assert_string_equal(w.words, "in the last 100 validations, since 07:59:01Z");
    looks.used--;
    looked(MINUTE_US + 1, 900, 100); /* inside the window: better than nothing */
    looked(MINUTE_US - 1, 1000, 150);
    w = look();
    assert_true(w.counts.failed == 50 && w.counts.passed == 100);
}

static void memory_is_that_of_the_hours_it_touches(void **state) {
    (void)state;
    snapshot.hours_used = 2;
    snapshot.hours[0] = (struct state_hour){.hour = NOW / HOUR_US, .arena_bytes = 5};
    snapshot.hours[1] = (struct state_hour){.hour = NOW / HOUR_US - 1, .arena_bytes = 9};
    assert_int_equal(look().arena_bytes, 9); /* it began before the hour did */
    snapshot.hours[1].hour--;
    assert_int_equal(look().arena_bytes, 5);
}

/* ---- looks ---- */

static void looks_are_some_thirty_a_window(void **state) {
    (void)state;
    for (int64_t s = 0; s < 3 * WINDOW_US / SECOND_US; s++)
        alert_looks_add(&looks, &snapshot, WINDOW_US, NOW + s * SECOND_US);
    assert_in_range(looks.used, 58, 60);
    for (size_t i = 1; i < looks.used; i++)
        assert_int_equal(looks.at[i].wall_us - looks.at[i - 1].wall_us, WINDOW_US / 30);
    snapshot.results[STATE_FAILED] = 3;
    snapshot.began_us = 1; /* begun anew */
    alert_looks_add(&looks, &snapshot, WINDOW_US, NOW + 3 * WINDOW_US);
    assert_int_equal(looks.used, 1);
    assert_int_equal(looks.at[0].counts.failed, 3);
    alert_looks_add(&looks, &snapshot, WINDOW_US, NOW); /* the clock stepped back */
    assert_int_equal(looks.used, 1);
    assert_int_equal(looks.at[0].wall_us, NOW);
}

/* ---- conditions ---- */

static struct alert_facts facts(void) {
    return (struct alert_facts){.conf = &conf,
                                .state = &snapshot,
                                .health = &health,
                                .window = &window,
                                .groups = &groups,
                                .host = "h",
                                .run = 7,
                                .wall_us = now};
}

static void judge(void) {
    const struct alert_facts f = facts();
    alerts_judge(&f, &said, &messages);
}

static void silence(void) {
    judge();
    assert_int_equal(messages.used, 0);
}

/* Exactly this one. */
static const struct alert_message *says(const char *condition, enum alert_event event,
                                        enum alert_severity severity) {
    judge();
    assert_int_equal(messages.used, 1);
    assert_string_equal(messages.at[0].condition, condition);
    assert_int_equal(messages.at[0].event, event);
    assert_int_equal(messages.at[0].severity, severity);
    return &messages.at[0];
}

static void failures(uint64_t failed, uint64_t verdicts) {
    window.counts.failed = failed;
    window.counts.passed = verdicts - failed;
    window.verdicts = window.validations = verdicts;
}

static void limits_are_those_of_the_guide(void **state) {
    (void)state;
    failures(5, 100);
    window.counts.slow = 10;
    window.arena_bytes = UINT64_C(200) << 20;
    snapshot.consecutive_failures = 20;
    health.status = HEALTH_DEGRADED;
    silence();
    failures(6, 100);
    const struct alert_message *m = says("validation_failure_rate", ALERT_BEGINS, ALERT_HIGH);
    assert_string_equal(
        m->text, "6 of 100 verdicts failed in the last 15 min: 6.00 % (5.00 % allowed; gifvet "
                 "investigate, gifvet log --failed).");
    assert_true(m->success_rate == 0.94 && m->wall_us == NOW);
    assert_string_equal(m->host, "h");
    window.counts.slow++;
    says("slow_validation_rate", ALERT_BEGINS, ALERT_MEDIUM);
    window.arena_bytes++;
    says("memory_usage", ALERT_BEGINS, ALERT_MEDIUM);
    snapshot.consecutive_failures++;
    says("consecutive_failures", ALERT_BEGINS, ALERT_HIGH);
    health.status = HEALTH_UNHEALTHY;
    says("unhealthy", ALERT_BEGINS, ALERT_HIGH);
    silence();
}

static void too_few_make_no_rate(void **state) {
    (void)state;
    failures(19, 19);
    silence();
    failures(20, 20);
    says("validation_failure_rate", ALERT_BEGINS, ALERT_HIGH);
    failures(19, 19);
    says("validation_failure_rate", ALERT_ENDS, ALERT_HIGH);
    failures(0, 0);
    window.validations = 20; /* none of them a verdict */
    silence();
}

static void what_is_not_wanted_is_not_said(void **state) {
    (void)state;
    health.status = HEALTH_UNHEALTHY;
    says("unhealthy", ALERT_BEGINS, ALERT_HIGH);
    conf.alerts.unhealthy = false;
    silence();
    assert_int_equal(said.conditions_used, 0);
    conf.alerts.performance_mode = conf.alerts.records = false;
    snapshot.changes[0] = (struct state_change){NOW, STATE_NORMAL, STATE_DEGRADED, 1};
    snapshot.changes_used = 1;
    groups.at[0] = (struct alert_group){"geometry", ALERT_HIGH, 1, "last", ""};
    groups.used = 1;
    silence();
}

/* ---- how long they last ---- */

static void each_is_said_once_again_and_at_its_end(void **state) {
    (void)state;
    failures(50, 100);
    char first[sizeof messages.at[0].id];
    memcpy(first, says("validation_failure_rate", ALERT_BEGINS, ALERT_HIGH)->id, sizeof first);
    silence();
    now = NOW + 60 * MINUTE_US - 1;
    silence();
    now++;
    const struct alert_message *m = says("validation_failure_rate", ALERT_LASTS, ALERT_HIGH);
    assert_non_null(strstr(m->text, "\nIt has lasted 60 min."));
    assert_string_not_equal(m->id, first);
    silence();
    now += 59 * MINUTE_US;
    silence();
    now += MINUTE_US;
    says("validation_failure_rate", ALERT_LASTS, ALERT_HIGH);
    now += MINUTE_US;
    failures(0, 100);
    m = says("validation_failure_rate", ALERT_ENDS, ALERT_HIGH);
    assert_non_null(strstr(m->text, "\nIt lasted 121 min."));
    assert_null(strstr(m->text, "gifvet ")); /* nothing to be done any more */
    silence();
    failures(50, 100);
    says("validation_failure_rate", ALERT_BEGINS, ALERT_HIGH);
}

static void repeating_can_be_off_and_survives_the_clock(void **state) {
    (void)state;
    failures(50, 100);
    judge();
    conf.alerts.repeat_minutes = 0;
    now += 1000 * HOUR_US;
    silence();
    conf.alerts.repeat_minutes = 5;
    now = NOW - HOUR_US; /* a clock that stepped back begins the wait anew */
    silence();
    now += 5 * MINUTE_US - 1;
    silence();
    now++;
    assert_non_null(
        strstr(says("validation_failure_rate", ALERT_LASTS, ALERT_HIGH)->text, "lasted 0 min"));
}

static void no_more_is_said_than_can_be_remembered(void **state) {
    (void)state;
    for (size_t i = 0; i < ALERT_CONDITIONS; i++) {
        struct alert_condition *c = &said.conditions[said.conditions_used++];
        *c = (struct alert_condition){.since_us = NOW, .said_us = NOW, .seen_us = NOW};
        memcpy(c->name, "record:a", 9);
        c->name[7] = (char)('a' + i);
    }
    failures(50, 100);
    silence();
}

/* ---- what cannot be told ---- */

static void what_cannot_be_told_begins_and_ends_nothing(void **state) {
    (void)state;
    failures(50, 100);
    snapshot.consecutive_failures = 21;
    health.status = HEALTH_UNHEALTHY;
    judge();
    assert_int_equal(messages.used, 3);
    struct alert_facts f = facts();
    f.state = NULL;
    f.window = NULL;
    f.groups = NULL;
    health.status = HEALTH_UNKNOWN;
    memcpy(health.unknown, "?", 2);
    alerts_judge(&f, &said, &messages);
    assert_int_equal(messages.used, 0);
    assert_int_equal(said.conditions_used, 3);
    silence(); /* it can be told again, and lasts */
    said = (struct alert_said){0};
    alerts_judge(&f, &said, &messages);
    assert_int_equal(messages.used, 0);
    health.status = HEALTH_UNHEALTHY; /* without a state: not a word about rates */
    alerts_judge(&f, &said, &messages);
    assert_int_equal(messages.used, 1);
    assert_string_equal(messages.at[0].condition, "unhealthy");
    assert_true(isnan(messages.at[0].success_rate) && isnan(messages.at[0].mean_ms));
}

/* ---- the mode ---- */

static void changed(int64_t ago_us, enum state_mode from, enum state_mode to) {
    memmove(snapshot.changes + 1, snapshot.changes, (STATE_CHANGES - 1) * sizeof *snapshot.changes);
    snapshot.changes[0] = (struct state_change){NOW - ago_us, from, to, 12.5};
    snapshot.changes_used += snapshot.changes_used < STATE_CHANGES;
}

static void changes_of_the_mode_are_said_once(void **state) {
    (void)state;
    changed(WINDOW_US, STATE_NORMAL, STATE_DEGRADED); /* before the window */
    silence();
    changed(2 * SECOND_US, STATE_DEGRADED, STATE_EMERGENCY);
    changed(SECOND_US, STATE_EMERGENCY, STATE_DEGRADED);
    const struct alert_message *m = says("performance_mode", ALERT_HAPPENED, ALERT_LOW);
    assert_string_equal(m->title, "performance mode is degraded");
    assert_string_equal(m->text, "07:59:59Z degraded to emergency, mean 12.5 ms\n"
                                 "08:00:00Z emergency to degraded, mean 12.5 ms");
    silence();
    changed(1, STATE_DEGRADED, STATE_NORMAL);
    snapshot.changes[0].mean_ms = 0;
    assert_string_equal(says("performance_mode", ALERT_HAPPENED, ALERT_LOW)->text,
                        "08:00:01Z degraded to normal, by gifvet reset");
    now += 1000 * HOUR_US;
    silence();
    for (int i = 0; i < STATE_CHANGES; i++)
        changed(0, STATE_DEGRADED, STATE_NORMAL);
    m = says("performance_mode", ALERT_HAPPENED, ALERT_LOW);
    assert_non_null(strstr(m->text, "It changed 16 times and more"));
}

/* ---- new records ---- */

static void new_records(int64_t count, enum alert_severity severity) {
    groups.used = 1;
    groups.at[0] = (struct alert_group){"geometry", severity, count, "the last", ""};
}

static void records_are_counted_until_they_are_said(void **state) {
    (void)state;
    new_records(1, ALERT_MEDIUM);
    assert_string_equal(says("record:geometry", ALERT_BEGINS, ALERT_MEDIUM)->text,
                        "1 new alert in the log (gifvet log --failed): the last");
    new_records(3, ALERT_MEDIUM);
    silence();
    new_records(2, ALERT_HIGH); /* worse is said at once */
    assert_non_null(
        strstr(says("record:geometry", ALERT_LASTS, ALERT_HIGH)->text,
               "5 new alerts in the log (gifvet log --failed), the last of them: the last"));
    new_records(1, ALERT_LOW); /* and it stays as bad as the worst */
    now += 60 * MINUTE_US;
    assert_non_null(
        strstr(says("record:geometry", ALERT_LASTS, ALERT_HIGH)->text, "1 new alert in the log"));
    groups.used = 0;
    now += WINDOW_US - 1;
    silence();
    now++;
    assert_non_null(strstr(says("record:geometry", ALERT_ENDS, ALERT_HIGH)->text,
                           "No new alerts for 15 min; there were 7."));
    silence();
}

static void the_kill_switch_is_said_each_time(void **state) {
    (void)state;
    new_records(1, ALERT_CRITICAL);
    says("record:geometry", ALERT_BEGINS, ALERT_CRITICAL);
    now += MINUTE_US;
    says("record:geometry", ALERT_LASTS, ALERT_CRITICAL);
    new_records(1, ALERT_HIGH);
    silence();
}

static void the_kill_switch_has_titles_of_its_own(void **state) {
    (void)state;
    const char *const condition = "record:alert";
    groups.used = 1;
    groups.at[0] = (struct alert_group){ALERT_OF_NO_CHECK, ALERT_CRITICAL, 1,
                                        "gifvet, validation is switched off: why",
                                        "validation is switched off"};
    const struct alert_message *m = says(condition, ALERT_BEGINS, ALERT_CRITICAL);
    assert_string_equal(m->title, "validation is switched off");
    assert_string_equal(m->text, "1 new alert in the log (gifvet status): gifvet, validation is "
                                 "switched off: why");
    assert_string_equal(says(condition, ALERT_LASTS, ALERT_CRITICAL)->title,
                        "validation is switched off (goes on)");
    groups.used = 0;
    now += WINDOW_US;
    health.issues[health.used++].kind = HEALTH_DISABLED_FILE;
    assert_string_equal(says(condition, ALERT_ENDS, ALERT_CRITICAL)->title,
                        "validation is still switched off");
    health.used = 0;
    groups.used = 1;
    groups.at[0].about[0] = '\0';
    assert_string_equal(says(condition, ALERT_BEGINS, ALERT_CRITICAL)->title,
                        "an alert in the log");
    groups.used = 0;
    now += WINDOW_US;
    assert_string_equal(says(condition, ALERT_ENDS, ALERT_CRITICAL)->title, "validation is on");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_remembered_is_counted_one_by_one, fresh),
        cmocka_unit_test_setup(more_are_counted_since_a_look, fresh),
        cmocka_unit_test_setup(looks_of_no_use_are_not_used, fresh),
        cmocka_unit_test_setup(memory_is_that_of_the_hours_it_touches, fresh),
        cmocka_unit_test_setup(looks_are_some_thirty_a_window, fresh),
        cmocka_unit_test_setup(limits_are_those_of_the_guide, fresh),
        cmocka_unit_test_setup(too_few_make_no_rate, fresh),
        cmocka_unit_test_setup(what_is_not_wanted_is_not_said, fresh),
        cmocka_unit_test_setup(each_is_said_once_again_and_at_its_end, fresh),
        cmocka_unit_test_setup(repeating_can_be_off_and_survives_the_clock, fresh),
        cmocka_unit_test_setup(no_more_is_said_than_can_be_remembered, fresh),
        cmocka_unit_test_setup(what_cannot_be_told_begins_and_ends_nothing, fresh),
        cmocka_unit_test_setup(changes_of_the_mode_are_said_once, fresh),
        cmocka_unit_test_setup(records_are_counted_until_they_are_said, fresh),
        cmocka_unit_test_setup(the_kill_switch_has_titles_of_its_own, fresh),
        cmocka_unit_test_setup(the_kill_switch_is_said_each_time, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
