/* lib/operate: figures, health and exposition of snapshots that no host would have, too. */
#include "operate/health.h"
#include "operate/prometheus.h"
#include "operate/summary.h"
#include "operate/textfile.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOUR_US INT64_C(3600000000)
#define NOW (INT64_C(500000) * HOUR_US + 1234567)

static struct state_snapshot snapshot;
static struct conf conf;

static int fresh(void **state) {
    (void)state;
    const struct conf_input in = {.file = "/dev/null"};
    memset(&snapshot, 0, sizeof snapshot);
    conf_defaults(&conf, &in);
    return 0;
}

static struct health_facts facts(void) {
    return (struct health_facts){.conf = &conf,
                                 .kill_switch = ENOENT,
                                 .state_file = {"/s/state.v1", 0, INT64_C(1) << 40},
                                 .log = {"/s/log", 0, INT64_C(1) << 40},
                                 .state = &snapshot,
                                 .state_problem = "",
                                 .wall_us = NOW};
}

/* ---- summary ---- */

static void a_row_divides_by_what_it_says(void **state) {
    (void)state;
    struct state_hour h = {
        .results = {6, 2, 1, 1, 0, 5}, .slow = 3, .time_us = 1000, .longest_us = 400};
    h.times[times_bucket(400)] = 10;
    const struct summary_row r = summary_row(&h);
    assert_int_equal(r.outputs, 15);
    assert_int_equal(r.validations, 10);
    assert_int_equal(r.verdicts, 8);
    assert_true(r.success_rate == 0.75 && r.slow_rate == 0.3 && r.mean_us == 100);
    assert_int_equal(r.p99_us, 400); /* not the middle of its bucket, which is beyond the longest */
    const struct state_hour none = {.results[STATE_CONTROL] = 4};
    const struct summary_row of_none = summary_row(&none);
    assert_true(isnan(of_none.success_rate) && isnan(of_none.slow_rate) && of_none.mean_us == 0);
}

static void hours_are_those_asked_for(void **state) {
    (void)state;
    const int64_t present = NOW / HOUR_US;
    const int64_t known[] = {present + 2, present, present - 1, present - 5};
    for (size_t i = 0; i < 4; i++)
        snapshot.hours[i].hour = known[i];
    snapshot.hours_used = 4;
    assert_int_equal(summary_hours(&snapshot, NOW, 1), 2); /* and the one that is yet to come */
    assert_int_equal(summary_hours(&snapshot, NOW, 2), 3);
    assert_int_equal(summary_hours(&snapshot, NOW, 5), 3);
    assert_int_equal(summary_hours(&snapshot, NOW, 6), 4);
    assert_int_equal(summary_hours(&snapshot, NOW, 168), 4);
}

static void between_two_looks_is_the_difference(void **state) {
    (void)state;
    struct state_hour before = {.results = {5, 1}, .time_us = 600, .longest_us = 100};
    struct state_hour now = {.results = {7, 4}, .time_us = 1000, .longest_us = 100};
    before.times[times_bucket(100)] = 6;
    now.times[times_bucket(100)] = 6;
    now.times[times_bucket(80)] = 5;
    struct state_hour h = summary_between(&before, &now);
    assert_true(h.results[STATE_PASSED] == 2 && h.results[STATE_FAILED] == 3 && h.time_us == 400);
    assert_in_range((uintmax_t)h.longest_us, 78, 82);
    h = summary_between(&now, &before); /* begun anew: all of it is new */
    assert_memory_equal(&h, &before, sizeof h);
}

/* ---- health ---- */

static void limits_are_not_yet_passed_when_reached(void **state) {
    (void)state;
    struct health_facts f = facts();
    struct health h;
    snapshot.consecutive_failures = 10;
    snapshot.hours_used = 1;
    snapshot.hours[0].hour = NOW / HOUR_US - 23;
    snapshot.hours[0].arena_bytes = UINT64_C(500) << 20;
    f.state_file.free_bytes = f.log.free_bytes = INT64_C(100) << 20;
    snapshot.outputs = 2;
    snapshot.results[STATE_PASSED] = 1;
    snapshot.last_verdict_us = NOW - 3599 * INT64_C(1000000);
    snapshot.last_output_us = NOW;
    health_judge(&f, &h);
    assert_true(h.status == HEALTH_HEALTHY && h.used == 0);
    snapshot.consecutive_failures++;
    snapshot.hours[0].arena_bytes++;
    f.log.free_bytes--;
    snapshot.last_verdict_us -= 1000000;
    health_judge(&f, &h);
    assert_int_equal(h.status, HEALTH_UNHEALTHY);
    assert_int_equal(h.used, 4);
    assert_true(health_has(&h, HEALTH_CONSECUTIVE_FAILURES) && health_has(&h, HEALTH_MEMORY) &&
                health_has(&h, HEALTH_DISK_LOW) && health_has(&h, HEALTH_NO_VERDICT));
    snapshot.consecutive_failures = 0;
    health_judge(&f, &h);
    assert_int_equal(h.status, HEALTH_DEGRADED);
}

static void every_issue_fits_and_is_told_once(void **state) {
    (void)state;
    struct health_facts f = facts();
    struct health h;
    memset(conf.state_dir, 'x', sizeof conf.state_dir - 1);
    conf.enable_wrapper_validation = false;
    f.configuration_problems = 3;
    f.variable = "1";
    f.kill_switch = 0;
    f.state_file = (struct health_place){conf.state_dir, EROFS, 0};
    f.log = (struct health_place){conf.state_dir, EPERM, 0};
    snapshot.consecutive_failures = UINT64_MAX;
    snapshot.mode = STATE_EMERGENCY;
    snapshot.mode_since_us = INT64_MAX;
    snapshot.hours_used = 1;
    snapshot.hours[0].hour = NOW / HOUR_US;
    snapshot.hours[0].arena_bytes = UINT64_MAX;
    snapshot.outputs = UINT64_MAX;
    snapshot.last_output_us = INT64_MAX;
    health_judge(&f, &h);
    assert_int_equal(h.used, HEALTH_KINDS);
    for (size_t i = 0; i < h.used; i++) {
        assert_int_equal(h.issues[i].kind, i);
        assert_true(strlen(h.issues[i].message) > 10);
        assert_null(strchr(h.issues[i].message, '\n'));
    }
    assert_true(health_disabled(&h) && h.status == HEALTH_UNHEALTHY);
}

static void what_is_unknown_hides_nothing(void **state) {
    (void)state;
    struct health_facts f = facts();
    struct health h;
    f.state = NULL;
    f.state_problem = "/s/state.v1: there is no state yet";
    health_judge(&f, &h);
    assert_int_equal(h.status, HEALTH_UNKNOWN);
    assert_string_equal(h.unknown, "/s/state.v1: there is no state yet");
    assert_false(h.fresh); /* not unless somebody says that nothing was there to read */
    f.no_state_yet = true;
    health_judge(&f, &h);
    assert_true(h.status == HEALTH_UNKNOWN && h.fresh);
    f.kill_switch = EACCES;
    health_judge(&f, &h);
    assert_true(h.status == HEALTH_UNKNOWN && !h.fresh);
    f.kill_switch = ENOENT;
    f.log.error = EROFS; /* known to be wrong is more than not known */
    health_judge(&f, &h);
    assert_int_equal(h.status, HEALTH_DEGRADED);
    assert_string_equal(h.unknown, "/s/state.v1: there is no state yet");
    assert_false(h.fresh);
    f = facts();
    f.kill_switch = EACCES;
    health_judge(&f, &h);
    assert_int_equal(h.status, HEALTH_UNKNOWN);
    assert_false(health_disabled(&h));
}

/* ---- exposition ---- */

static char text[PROMETHEUS_SIZE];

static void print(const struct state_snapshot *s) {
    struct health_facts f = facts();
    struct health h;
    struct text t = text_over(text, sizeof text);
    f.state = s;
    health_judge(&f, &h);
    prometheus_print(&t, &f, &h, s);
    assert_false(t.cut);
}

static bool has_line(const char *line) {
    size_t n = strlen(line);
    for (const char *at = text; (at = strstr(at, line)) != NULL; at++)
        if ((at == text || at[-1] == '\n') && at[n] == '\n')
            return true;
    return false;
}

static void names_cannot_break_the_text(void **state) {
    (void)state;
    const char *const names[] = {"a\"b", "a\\b", "a\nb", "\xff\xfe", "caf\xc3\xa9", "a\"b", ""};
    for (size_t i = 0; i < 7; i++) {
        strcpy(snapshot.programs[i].name, names[i]);
        snapshot.programs[i].outputs = i + 1;
    }
    snapshot.programs_used = 7;
    snapshot.others.outputs = 100;
    print(&snapshot);
    assert_true(has_line("gifvet_program_outputs_total{program=\"a\\\\x22b\"} 7"));
    assert_true(has_line("gifvet_program_outputs_total{program=\"a\\\\x5cb\"} 2"));
    assert_true(has_line("gifvet_program_outputs_total{program=\"a\\\\x0ab\"} 3"));
    assert_true(has_line("gifvet_program_outputs_total{program=\"\\\\xff\\\\xfe\"} 4"));
    assert_true(has_line("gifvet_program_outputs_total{program=\"caf\\\\xc3\\\\xa9\"} 5"));
    assert_true(has_line("gifvet_program_outputs_total{program=\"\"} 107"));
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* node_exporter refuses all of a directory for one series that is there twice. */
static void no_series_is_there_twice(void) {
    static char *lines[4000];
    size_t n = 0;
    for (char *at = strtok(text, "\n"); at != NULL; at = strtok(NULL, "\n"))
        if (at[0] != '#') {
            *strrchr(at, ' ') = '\0';
            assert_true(n < 4000);
            lines[n++] = at;
        }
    qsort(lines, n, sizeof *lines, by_text);
    for (size_t i = 1; i < n; i++)
        assert_string_not_equal(lines[i - 1], lines[i]);
}

static void the_largest_state_fits(void **state) {
    (void)state;
    memset(&snapshot, 0xFF, sizeof snapshot);
    snapshot.mode = STATE_EMERGENCY;
    snapshot.hours_used = snapshot.recent_used = snapshot.changes_used = 0;
    snapshot.programs_used = STATE_PROGRAMS;
    for (size_t i = 0; i < STATE_PROGRAMS; i++) {
        snapshot.programs[i].name[STATE_NAME_SIZE - 1] = '\0';
        snapshot.programs[i].name[0] = (char)('a' + i);
    }
    snapshot.others.name[0] = '\0';
    print(&snapshot);
    no_series_is_there_twice();
    print(NULL);
    assert_null(strstr(text, "validations_total"));
    assert_true(has_line("gifvet_state_readable 0"));
}

static void the_histogram_counts_each_time_once(void **state) {
    (void)state;
    const int64_t times[] = {0, 127, 128, 191, 192, 99999, 100000, 66000000, 70000000};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        snapshot.times[times_bucket(times[i])]++;
        snapshot.time_us += times[i];
    }
    print(&snapshot);
    assert_true(has_line("gifvet_validation_duration_seconds_bucket{le=\"0.000128\"} 2"));
    assert_true(has_line("gifvet_validation_duration_seconds_bucket{le=\"0.000192\"} 4"));
    assert_true(has_line("gifvet_validation_duration_seconds_bucket{le=\"0.000256\"} 5"));
    assert_true(has_line("gifvet_validation_duration_seconds_bucket{le=\"0.098304\"} 5"));
    assert_true(has_line("gifvet_validation_duration_seconds_bucket{le=\"0.131072\"} 7"));
    assert_true(has_line("gifvet_validation_duration_seconds_bucket{le=\"50.331648\"} 7"));
    assert_true(has_line("gifvet_validation_duration_seconds_bucket{le=\"+Inf\"} 9"));
    assert_true(has_line("gifvet_validation_duration_seconds_count 9"));
    assert_true(has_line("gifvet_validation_duration_seconds_sum 136.200637"));
    long last = 0;
    int buckets = 0;
    for (const char *at = text; (at = strstr(at, "_bucket{le=")) != NULL; at++, buckets++) {
        long count = strtol(strchr(at, '}') + 1, NULL, 10);
        assert_true(count >= last);
        last = count;
    }
    assert_int_equal(buckets, 2 * (STATE_TIMES_END - 7) + 1);
}

/* ---- textfile ---- */

static void a_file_that_cannot_be_replaced_is_as_it_was(void **state) {
    (void)state;
    char directory[] = "/tmp/test_operate_XXXXXX", path[64], read_back[16] = "";
    struct error e = {0};
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/x.prom", directory);
    assert_int_equal(textfile_replace(directory, "x.prom", "one\n", 4, &e), 0);
    /* A name under which no file can be put: the temporary one is a directory that is not empty. */
    char blocked[80], inside[96];
    snprintf(blocked, sizeof blocked, "%s/.x.prom.new", directory);
    snprintf(inside, sizeof inside, "%s/x", blocked);
    assert_int_equal(mkdir(blocked, 0700) + mkdir(inside, 0700), 0);
    assert_int_not_equal(textfile_replace(directory, "x.prom", "two\n", 4, &e), 0);
    assert_non_null(strstr(e.message, path));
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(read(fd, read_back, sizeof read_back), 4);
    assert_string_equal(read_back, "one\n");
    close(fd);
    rmdir(inside);
    rmdir(blocked);
    unlink(path);
    rmdir(directory);
}

/* Does /proc/locks say that this process waits for a lock? */
static bool waits_for_a_lock(pid_t pid) {
    char line[256], wanted[64];
    bool found = false;
    FILE *f = fopen("/proc/locks", "re");
    assert_non_null(f);
    snprintf(wanted, sizeof wanted, " WRITE %d ", (int)pid);
    while (fgets(line, sizeof line, f) != NULL)
        found = found || (strstr(line, "->") != NULL && strstr(line, wanted) != NULL);
    fclose(f);
    return found;
}

static void writers_take_turns(void **state) {
    (void)state;
    char directory[] = "/tmp/test_operate_XXXXXX", path[64], temporary[64];
    struct stat st;
    int status = 0;
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/x.prom", directory);
    snprintf(temporary, sizeof temporary, "%s/.x.prom.new", directory);
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(textfile_replace(directory, "x.prom", "one\n", 4, NULL));
    while (!waits_for_a_lock(pid))
        assert_int_equal(waitpid(pid, &status, WNOHANG), 0);
    assert_int_equal(stat(temporary, &st), -1);
    assert_int_equal(flock(fd, LOCK_UN), 0); /* the child has this descriptor too */
    close(fd);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(directory), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_row_divides_by_what_it_says, fresh),
        cmocka_unit_test_setup(hours_are_those_asked_for, fresh),
        cmocka_unit_test_setup(between_two_looks_is_the_difference, fresh),
        cmocka_unit_test_setup(limits_are_not_yet_passed_when_reached, fresh),
        cmocka_unit_test_setup(every_issue_fits_and_is_told_once, fresh),
        cmocka_unit_test_setup(what_is_unknown_hides_nothing, fresh),
        cmocka_unit_test_setup(names_cannot_break_the_text, fresh),
        cmocka_unit_test_setup(the_largest_state_fits, fresh),
        cmocka_unit_test_setup(the_histogram_counts_each_time_once, fresh),
        cmocka_unit_test_setup(a_file_that_cannot_be_replaced_is_as_it_was, fresh),
        cmocka_unit_test_setup(writers_take_turns, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
