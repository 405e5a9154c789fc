/* lib/operate's rollout: gates, since when and what was counted, and a phase's configuration. */
#include "operate/arms.h"
#include "operate/gate.h"
#include "operate/phase.h"
#include "operate/standing.h"
#include "unit.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOUR_US INT64_C(3600000000)
#define NOW (INT64_C(500000) * HOUR_US + 1234567)

static struct conf conf;
static struct gate_facts facts;
static struct gates gates;
static struct state_snapshot snapshot;

/* A host in phase shadow at 100 % that may go to alert. */
static int fresh(void **state) {
    (void)state;
    const struct conf_input in = {.file = "/dev/null"};
    conf_defaults(&conf, &in);
    conf.rollout_phase = CONF_PHASE_SHADOW;
    const struct gate_counts enough = {990, 10, 1000, 100, 0};
    facts = (struct gate_facts){.conf = &conf,
                                .to = CONF_PHASE_ALERT,
                                .percentage = 100,
                                .health = HEALTH_HEALTHY,
                                .health_why = "",
                                .in_phase = enough,
                                .in_step = enough,
                                .days_in_phase = 7,
                                .days_in_step = 1,
                                .overhead = {true, 1.05, 1.01, 1.09}};
    memset(&snapshot, 0, sizeof snapshot);
    return 0;
}

static const struct gate *gate_of(enum gate_kind kind) {
    gate_judge(&facts, &gates);
    for (size_t i = 0; i < gates.used; i++)
        if (gates.of[i].kind == kind)
            return &gates.of[i];
    return NULL;
}

static void answers(enum gate_kind kind, enum gate_answer answer) {
    const struct gate *g = gate_of(kind);
    assert_non_null(g);
    assert_int_equal(g->answer, answer);
    assert_int_equal(gates.passed, answer == GATE_PASSED);
    assert_int_equal(g->hint[0] == '\0', answer == GATE_PASSED);
}

/* ---- gates ---- */

static void evidence_at_its_limits_passes(void **state) {
    (void)state;
    gate_judge(&facts, &gates);
    assert_true(gates.passed && gates.phase_up && !gates.step_up);
    assert_int_equal(gates.used, 8); /* all but the step */
}

static void too_few_verdicts_refuse(void **state) {
    (void)state;
    facts.in_phase.passed--;
    answers(GATE_VALIDATIONS, GATE_REFUSED);
}

static void a_failure_too_many_refuses(void **state) {
    (void)state;
    facts.in_phase.passed = 950, facts.in_phase.failed = 50;
    answers(GATE_FAILURE_RATE, GATE_PASSED);
    facts.in_phase.passed = 949, facts.in_phase.failed = 51;
    answers(GATE_FAILURE_RATE, GATE_REFUSED);
    assert_true(fabs(gate_of(GATE_FAILURE_RATE)->figure - 0.051) < 1e-12);
}

static void a_slow_one_too_many_refuses(void **state) {
    (void)state;
    answers(GATE_SLOW_RATE, GATE_PASSED);
    facts.in_phase.slow++;
    answers(GATE_SLOW_RATE, GATE_REFUSED);
}

static void a_fault_refuses(void **state) {
    (void)state;
    facts.in_phase.faults = 1;
    answers(GATE_FAULTS, GATE_REFUSED);
    conf.rollout_max_faults = 1;
    answers(GATE_FAULTS, GATE_PASSED);
}

static void an_interval_that_holds_the_limit_cannot_tell(void **state) {
    (void)state;
    facts.overhead.high = 1.11;
    answers(GATE_OVERHEAD, GATE_CANNOT_TELL);
    facts.overhead = (struct statistics_interval){true, 1.2, 1.11, 1.3};
    answers(GATE_OVERHEAD, GATE_REFUSED);
    facts.overhead_unfit = "no control arm";
    answers(GATE_OVERHEAD, GATE_CANNOT_TELL);
    assert_true(isnan(gate_of(GATE_OVERHEAD)->figure));
    assert_non_null(strstr(gate_of(GATE_OVERHEAD)->hint, "no control arm"));
    conf.rollout_max_overhead = 0;
    assert_null(gate_of(GATE_OVERHEAD));
    assert_true(gates.passed);
}

/* The test arm has many more runs of the fast program: that is no time saved. */
static void the_overhead_is_that_within_programs(void **state) {
    (void)state;
    static struct arms a;
    static const double us[2] = {10000, 1000000};
    static const int runs[2][ARMS] = {{[ARM_TEST] = 400, [ARM_CONTROL] = 20},
                                      {[ARM_TEST] = 20, [ARM_CONTROL] = 20}};
    for (size_t p = 0; p < 2; p++)
        for (size_t arm = 0; arm < ARMS; arm++)
            for (int i = 0; i < runs[p][arm]; i++) {
                const double t = us[p] * (arm == ARM_TEST ? 1.2 : 1) * (i % 2 ? 1.01 : 0.99);
                statistics_add(&a.programs[p].of[arm].log_us, log(t));
                statistics_add(&a.of[arm].times.log_us, log(t));
            }
    assert_false(arms_ratio_within(&a).known);
    a.programs_used = 2;
    const struct statistics_interval i = arms_ratio_within(&a);
    assert_true(i.known && fabs(i.value - 1.2) < 0.001 && i.low > 1.19 && i.high < 1.21);
    const struct arm_times mixed[ARMS] = {a.of[ARM_TEST].times, a.of[ARM_CONTROL].times};
    assert_true(arms_ratio(mixed).value < 0.5);
}

static void a_phase_is_as_old_as_asked(void **state) {
    (void)state;
    facts.days_in_phase = 6.999;
    answers(GATE_DAYS, GATE_REFUSED);
    facts.days_in_phase = (double)NAN;
    answers(GATE_DAYS, GATE_CANNOT_TELL);
}

static void a_host_off_or_unhealthy_is_refused(void **state) {
    (void)state;
    facts.health_why = "why";
    facts.health = HEALTH_DEGRADED;
    answers(GATE_HEALTH, GATE_PASSED);
    facts.disabled = true;
    answers(GATE_HEALTH, GATE_REFUSED);
    facts.disabled = false;
    facts.health = HEALTH_UNHEALTHY;
    answers(GATE_HEALTH, GATE_REFUSED);
    facts.health = HEALTH_UNKNOWN;
    answers(GATE_HEALTH, GATE_CANNOT_TELL);
}

static void nothing_judged_is_no_good_rate(void **state) {
    (void)state;
    conf.rollout_min_validations = 0;
    facts.in_phase = (struct gate_counts){0};
    answers(GATE_FAILURE_RATE, GATE_CANNOT_TELL);
    answers(GATE_SLOW_RATE, GATE_CANNOT_TELL);
    facts.state_problem = "unreadable";
    answers(GATE_VALIDATIONS, GATE_CANNOT_TELL);
    assert_null(gate_of(GATE_FAILURE_RATE));
}

static void no_phase_is_left_out_but_bluegreen(void **state) {
    (void)state;
    static const bool may[6][6] = {
        [CONF_PHASE_NONE] = {[CONF_PHASE_BLUEGREEN] = true, [CONF_PHASE_SHADOW] = true},
        [CONF_PHASE_BLUEGREEN] = {[CONF_PHASE_SHADOW] = true},
        [CONF_PHASE_SHADOW] = {[CONF_PHASE_ALERT] = true},
        [CONF_PHASE_ALERT] = {[CONF_PHASE_PRODUCTION] = true},
        [CONF_PHASE_PRODUCTION] = {[CONF_PHASE_ENFORCE] = true},
    };
    for (int from = CONF_PHASE_NONE; from <= CONF_PHASE_ENFORCE; from++)
        for (int to = CONF_PHASE_BLUEGREEN; to <= CONF_PHASE_ENFORCE; to++) {
            conf.rollout_phase = (enum conf_phase)from;
            facts.to = (enum conf_phase)to;
            gate_judge(&facts, &gates);
            assert_int_equal(gates.passed, to <= from || may[from][to]);
            assert_int_equal(gates.used > 0, to > from);
        }
}

static void the_first_phase_needs_no_evidence(void **state) {
    (void)state;
    conf.rollout_phase = CONF_PHASE_NONE;
    facts.to = CONF_PHASE_SHADOW;
    facts.in_phase = (struct gate_counts){0};
    facts.state_problem = "there is none";
    gate_judge(&facts, &gates);
    assert_true(gates.passed);
}

static void the_share_goes_up_one_step_at_a_time(void **state) {
    (void)state;
    static const double steps[] = {0, 1, 5, 10, 25, 50, 100};
    for (size_t i = 0; i < 7; i++)
        for (size_t k = 0; k < 7; k++) {
            facts.to = CONF_PHASE_SHADOW;
            conf.percentage = steps[i];
            facts.percentage = steps[k];
            gate_judge(&facts, &gates);
            assert_int_equal(gates.passed, k <= i + 1);
            assert_int_equal(gates.used, k <= i ? 0 : 8);
        }
    assert_true(gate_next_step(7) == 10 && gate_next_step(0.5) == 1 && gate_next_step(100) == 100);
}

static void a_step_looks_at_what_came_since_it_began(void **state) {
    (void)state;
    facts.to = CONF_PHASE_SHADOW;
    conf.percentage = 5;
    facts.percentage = 10;
    facts.in_step.failed = 500;
    answers(GATE_FAILURE_RATE, GATE_REFUSED);
    facts.in_step.failed = 1, facts.in_step.passed = 999;
    facts.in_phase.failed = 500;
    facts.days_in_phase = 0;
    answers(GATE_FAILURE_RATE, GATE_PASSED);
    facts.days_in_step = 0.9;
    answers(GATE_DAYS, GATE_REFUSED);
}

/* ---- since when ---- */

static void count(uint64_t passed, uint64_t failed, uint64_t faults) {
    snapshot.began_us = 1;
    snapshot.results[STATE_PASSED] = passed;
    snapshot.results[STATE_FAILED] = failed;
    snapshot.results[STATE_FAULT] = faults;
}

static struct standing recorded(void) {
    const struct standing_since then = standing_now(&snapshot, NOW - 5 * HOUR_US);
    return (struct standing){CONF_PHASE_SHADOW, 100, then, then};
}

static void what_was_before_the_phase_does_not_count(void **state) {
    (void)state;
    count(100, 50, 2);
    struct standing s = recorded();
    count(150, 51, 2);
    const struct standing_evidence e = standing_evidence(&conf, &s, NOW, &snapshot, NOW);
    assert_int_equal(e.phase_us, NOW - 5 * HOUR_US);
    assert_int_equal(e.in_phase.passed, 50);
    assert_int_equal(e.in_phase.failed, 1);
    assert_int_equal(e.in_phase.faults, 0);
    assert_int_equal(e.in_phase.validations, 51);
}

static void a_state_begun_anew_counts_whole(void **state) {
    (void)state;
    count(100, 50, 2);
    struct standing s = recorded();
    count(120, 60, 3);
    snapshot.began_us = 2;
    struct standing_evidence e = standing_evidence(&conf, &s, NOW, &snapshot, NOW);
    assert_int_equal(e.in_phase.passed, 120);
    snapshot.began_us = 1;
    count(99, 60, 3); /* less than there was */
    e = standing_evidence(&conf, &s, NOW, &snapshot, NOW);
    assert_int_equal(e.in_phase.passed, 99);
}

static void another_phase_began_when_the_file_was_written(void **state) {
    (void)state;
    count(100, 0, 0);
    struct standing s = recorded();
    conf.rollout_phase = CONF_PHASE_ALERT;
    const int64_t hour = NOW / HOUR_US, written = (hour - 2) * HOUR_US + 1;
    for (size_t i = 0; i < 4; i++) {
        snapshot.hours[i].hour = hour - (int64_t)i;
        snapshot.hours[i].results[STATE_PASSED] = 7;
    }
    snapshot.hours_used = 4;
    struct standing_evidence e = standing_evidence(&conf, &s, written, &snapshot, NOW);
    assert_int_equal(e.phase_us, written);
    assert_int_equal(e.in_phase.passed, 14); /* the hour in which it was written may be older */
    e = standing_evidence(&conf, NULL, written, &snapshot, NOW);
    assert_int_equal(e.phase_us, written);
    conf.rollout_phase = CONF_PHASE_SHADOW;
    conf.percentage = 50; /* the same phase, another step */
    e = standing_evidence(&conf, &s, written, &snapshot, NOW);
    assert_int_equal(e.phase_us, NOW - 5 * HOUR_US);
    assert_int_equal(e.step_us, written);
}

static void what_is_written_is_read(void **state) {
    (void)state;
    char directory[] = "/tmp/test_gate_XXXXXX", path[64];
    struct standing s, back;
    struct error e;
    assert_non_null(mkdtemp(directory));
    assert_int_equal(standing_read(directory, &back, &e), ENOENT);
    count(UINT64_MAX, 3, 4);
    snapshot.slow = 5;
    s = recorded();
    s.percentage = 0.1;
    assert_int_equal(standing_write(directory, &s, &e), 0);
    assert_int_equal(standing_read(directory, &back, &e), 0);
    assert_int_equal(back.phase, s.phase);
    assert_true(back.percentage == s.percentage);
    assert_memory_equal(&back.in_phase, &s.in_phase, sizeof s.in_phase);
    assert_memory_equal(&back.in_step, &s.in_step, sizeof s.in_step);
    snprintf(path, sizeof path, "%s/rollout", directory);
    static const char *const damaged[] = {"", "x", "gifvet rollout 1\nphase shadow\n",
                                          "gifvet rollout 1\nphase x\npercentage 1\n"
                                          "in_phase 1 1 1 1 1 1 1\nin_step 1 1 1 1 1 1 1\n",
                                          "gifvet rollout 1\nphase alert\npercentage 1\n"
                                          "in_phase 1 1 1 1 1 1\nin_step 1 1 1 1 1 1 1\n"};
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fputs(damaged[i], f);
        fclose(f);
        assert_int_equal(standing_read(directory, &back, &e), EINVAL);
        assert_non_null(strstr(e.message, path));
    }
    unlink(path);
    rmdir(directory);
}

/* ---- a phase's configuration ---- */

#define OLD "# Old: so and so.\n[validation]\nmode = shadow\n\n[log]\npasses = true\n"
#define NEW "# New.\n[validation]\nmode = alert\n\n[log]\nsync = true\n"

static void becomes(const char *present, const char *wanted) {
    const struct phase_input in = {.present = present, .old_preset = OLD, .new_preset = NEW};
    struct phase p;
    struct error e;
    assert_int_equal(phase_compose(&in, &p, &e), 0);
    assert_string_equal(p.text, wanted);
    phase_free(&p);
}

static void one_preset_becomes_the_other(void **state) {
    (void)state;
    becomes(OLD, NEW);
    becomes("", "# New.\n\n[validation]\nmode = alert\n\n[log]\nsync = true\n");
}

static void what_no_preset_speaks_of_stays_with_its_comments(void **state) {
    (void)state;
    becomes("; ours\n" OLD "\n# ask Maria\n[state]\ndir = /srv ; here\n\n[program:gif*]\n"
            "log.passes: no\n",
            "# New.\n; ours\n[validation]\nmode = alert\n\n[log]\nsync = true\n\n# ask Maria\n"
            "[state]\ndir = /srv ; here\n\n[program:gif*]\nlog.passes: no\n");
}

static void what_you_set_yourself_stays_unless_the_phase_speaks_of_it(void **state) {
    (void)state;
    becomes("[validation]\nmode = enforce\n[log]\npasses = false\nsync = false\n",
            "# New.\n[validation]\nmode = alert\n[log]\npasses = false\nsync = true\n");
}

static void a_setting_given_twice_is_given_once(void **state) {
    (void)state;
    becomes("[validation]\nmode = alert\n[x]\n[validation]\nmode = shadow\nmode = enforce\n",
            "# New.\n[validation]\nmode = alert\n[x]\n\n[log]\nsync = true\n");
}

static void the_other_name_of_the_mode_follows_it(void **state) {
    (void)state;
    becomes("[validation]\nfail_on_validation_error = true\n",
            "# New.\n[validation]\nfail_on_validation_error = false\nmode = alert\n\n[log]\n"
            "sync = true\n");
}

static void extras_win_and_changes_are_told(void **state) {
    (void)state;
    const struct phase_extra extras[] = {{"sampling", "percentage", "5"}, {"log", "sync", "no"}};
    const struct phase_input in = {.present = "[validation]\nmode = enforce\n[log]\npasses = true\n"
                                              "path = /x\n",
                                   .old_preset = OLD,
                                   .new_preset = NEW,
                                   .extras = extras,
                                   .extras_used = 2};
    struct phase p;
    struct error e;
    assert_int_equal(phase_compose(&in, &p, &e), 0);
    assert_string_equal(p.text, "# New.\n[validation]\nmode = alert\n[log]\npath = /x\nsync = no\n"
                                "\n[sampling]\npercentage = 5\n");
    static const struct phase_change wanted[] = {
        {"validation", "mode", "enforce", "alert", true},
        {"log", "passes", "true", NULL, false},
        {"log", "path", "/x", "/x", true},
        {"log", "sync", NULL, "no", false},
        {"sampling", "percentage", NULL, "5", false},
    };
    assert_int_equal(p.used, 5);
    for (size_t i = 0; i < 5; i++) {
        const struct phase_change *c = &p.changes[i], *w = &wanted[i];
        assert_string_equal(c->section, w->section);
        assert_string_equal(c->key, w->key);
        assert_int_equal(c->yours, w->yours);
        assert_string_equal(c->before ? c->before : "-", w->before ? w->before : "-");
        assert_string_equal(c->after ? c->after : "-", w->after ? w->after : "-");
    }
    phase_free(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(evidence_at_its_limits_passes, fresh),
        cmocka_unit_test_setup(too_few_verdicts_refuse, fresh),
        cmocka_unit_test_setup(a_failure_too_many_refuses, fresh),
        cmocka_unit_test_setup(a_slow_one_too_many_refuses, fresh),
        cmocka_unit_test_setup(a_fault_refuses, fresh),
        cmocka_unit_test_setup(an_interval_that_holds_the_limit_cannot_tell, fresh),
        cmocka_unit_test_setup(the_overhead_is_that_within_programs, fresh),
        cmocka_unit_test_setup(a_phase_is_as_old_as_asked, fresh),
        cmocka_unit_test_setup(a_host_off_or_unhealthy_is_refused, fresh),
        cmocka_unit_test_setup(nothing_judged_is_no_good_rate, fresh),
        cmocka_unit_test_setup(no_phase_is_left_out_but_bluegreen, fresh),
        cmocka_unit_test_setup(the_first_phase_needs_no_evidence, fresh),
        cmocka_unit_test_setup(the_share_goes_up_one_step_at_a_time, fresh),
        cmocka_unit_test_setup(a_step_looks_at_what_came_since_it_began, fresh),
        cmocka_unit_test_setup(what_was_before_the_phase_does_not_count, fresh),
        cmocka_unit_test_setup(a_state_begun_anew_counts_whole, fresh),
        cmocka_unit_test_setup(another_phase_began_when_the_file_was_written, fresh),
        cmocka_unit_test_setup(what_is_written_is_read, fresh),
        cmocka_unit_test_setup(one_preset_becomes_the_other, fresh),
        cmocka_unit_test_setup(what_no_preset_speaks_of_stays_with_its_comments, fresh),
        cmocka_unit_test_setup(what_you_set_yourself_stays_unless_the_phase_speaks_of_it, fresh),
        cmocka_unit_test_setup(a_setting_given_twice_is_given_once, fresh),
        cmocka_unit_test_setup(the_other_name_of_the_mode_follows_it, fresh),
        cmocka_unit_test_setup(extras_win_and_changes_are_told, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
