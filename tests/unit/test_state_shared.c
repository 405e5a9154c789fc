/* Many processes and threads at once lose nothing, and who is killed among them spoils nothing. */
#include "test_state.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>

#define PROCESSES 64
#define UPDATES 1200
#define PROGRAMS 40 /* more than have a row */

/* The i-th of a process: of every result, program, hour and time. */
static struct state_validation nth(uint64_t i, int programs) {
    static const char names[PROGRAMS][4] = {"p0",  "p1",  "p2",  "p3",  "p4",  "p5",  "p6",  "p7",
                                            "p8",  "p9",  "p10", "p11", "p12", "p13", "p14", "p15",
                                            "p16", "p17", "p18", "p19", "p20", "p21", "p22", "p23",
                                            "p24", "p25", "p26", "p27", "p28", "p29", "p30", "p31",
                                            "p32", "p33", "p34", "p35", "p36", "p37", "p38", "p39"};
    struct state_validation v = validation(NOON + (int64_t)(i % 300) * HOUR);
    v.result = (enum state_result)(i % STATE_RESULTS);
    v.program = names[i % (uint64_t)programs];
    v.time_us = (int64_t)(i * 37 % 100000);
    v.bytes_in = i;
    v.slow = i % 3 == 0;
    for (int k = 0; k < JUDGE_CHECKS; k++)
        v.outcomes[k] = (enum judge_outcome)((i + (uint64_t)k) % STATE_OUTCOMES);
    return v;
}

/* Children that wait for each other to be there, as far as processors allow. */
static void all_at_once(int children, void (*work)(int number)) {
    int gate[2];
    char byte;
    assert_int_equal(pipe(gate), 0);
    for (int i = 0; i < children; i++)
        if (fork() == 0) {
            close(gate[1]);
            (void)!read(gate[0], &byte, 1);
            work(i);
            _exit(0);
        }
    close(gate[0]);
    close(gate[1]);
    wait_for(children);
}

/* What all of them together must have counted, by the same means, one after the other. */
static void expect(struct state_snapshot *expected, int processes, int programs) {
    memset(expected, 0, sizeof *expected);
    for (int p = 0; p < processes; p++)
        for (uint64_t i = 0; i < UPDATES; i++) {
            struct state_validation v = nth(i, programs);
            expected->results[v.result]++;
            if (v.result == STATE_CONTROL)
                continue;
            for (int k = 0; k < JUDGE_CHECKS; k++)
                expected->checks[k][v.outcomes[k]]++;
            expected->slow += v.slow;
            expected->bytes_in += v.bytes_in;
            expected->bytes_out += v.bytes_out;
            expected->time_us += v.time_us;
            if (v.time_us > expected->longest_us)
                expected->longest_us = v.time_us;
            expected->times[times_bucket(v.time_us)]++;
        }
}

static void assert_totals(const struct state_snapshot *s, const struct state_snapshot *expected) {
    assert_memory_equal(s->results, expected->results, sizeof s->results);
    assert_memory_equal(s->checks, expected->checks, sizeof s->checks);
    assert_memory_equal(s->times, expected->times, sizeof s->times);
    assert_int_equal(s->slow, expected->slow);
    assert_int_equal(s->bytes_in, expected->bytes_in);
    assert_int_equal(s->bytes_out, expected->bytes_out);
    assert_int_equal(s->time_us, expected->time_us);
    assert_int_equal(s->longest_us, expected->longest_us);
}

static void assert_programs_are_all(const struct state_snapshot *s) {
    struct state_program all = s->others;
    for (size_t i = 0; i < s->programs_used; i++) {
        all.outputs += s->programs[i].outputs;
        all.failed += s->programs[i].failed;
        all.slow += s->programs[i].slow;
        all.time_us += s->programs[i].time_us;
    }
    assert_int_equal(all.outputs, sum(s->results, STATE_RESULTS));
    assert_int_equal(all.failed, s->results[STATE_FAILED]);
    assert_int_equal(all.slow, s->slow);
    assert_int_equal(all.time_us, s->time_us);
}

/* Each is one that was counted, whole: from its bytes alone the rest is known. */
static void assert_recent_are_whole(const struct state_snapshot *s, int programs) {
    for (size_t i = 0; i < s->recent_used; i++) {
        struct state_validation v = nth(s->recent[i].bytes_in, programs);
        assert_true(s->recent[i].bytes_in < UPDATES);
        assert_int_equal(s->recent[i].bytes_out, v.bytes_out);
        assert_int_equal(s->recent[i].wall_us, v.wall_us);
        assert_int_equal(s->recent[i].result, v.result);
        assert_int_equal(s->recent[i].time_us, v.time_us);
    }
}

/* Programs that have a row; two rows are one program's where two processes gave it one at once. */
static size_t programs_with_a_row(void) {
    const struct state_file *f = atomic_load(&state.file);
    size_t n = 0;
    for (size_t i = 0; i < STATE_PROGRAMS; i++) {
        size_t k = 0;
        while (word_value(word_read(&f->owners[k])) != word_value(word_read(&f->owners[i])))
            k++;
        n += k == i;
    }
    return n;
}

static int programs;

static void updates(int number) {
    (void)number;
    for (uint64_t i = 0; i < UPDATES; i++) {
        struct state_validation v = nth(i, programs);
        if (state_update(&state, &v) != 0 || (i % 2 == 0 && state_closed(&state, v.wall_us) != 0))
            _exit(1);
    }
}

static void sixty_four_processes_lose_nothing(void **unused) {
    (void)unused;
    static struct state_snapshot expected;
    programs = PROGRAMS;
    all_at_once(PROCESSES, updates);
    const struct state_snapshot *s = look();
    expect(&expected, PROCESSES, programs);
    assert_totals(s, &expected);
    assert_int_equal(s->outputs, PROCESSES * UPDATES / 2);
    assert_programs_are_all(s);
    assert_recent_are_whole(s, programs);

    /* A process that was held up for very long may spoil a name and one of the last hundred, each
     * by its last write (word.h, programs.c): it is not shown then. The next of that program, and a
     * lap round the ring, put that right. */
    for (uint64_t i = 0; i < 4 * PROGRAMS; i++) {
        struct state_validation v = nth(i, programs);
        v.result = STATE_PASSED;
        update(&v);
    }
    s = look();
    assert_int_equal(s->recent_used, STATE_RECENT);
    assert_int_equal(s->programs_used, programs_with_a_row());
    assert_in_range(s->programs_used, STATE_PROGRAMS - 1, STATE_PROGRAMS);
    assert_programs_are_all(s);
}

static void with_a_row_for_each_their_programs_are_exact(void **unused) {
    (void)unused;
    programs = 25;
    all_at_once(PROCESSES, updates);
    const struct state_snapshot *s = look();
    assert_int_equal(s->programs_used, 25);
    assert_int_equal(s->others.outputs, 0);
    for (size_t i = 0; i < s->programs_used; i++)
        assert_int_equal(s->programs[i].outputs, PROCESSES * UPDATES / 25);
}

/* In one and the same hour of two weeks: the later one's counts are whole. */
static void turns_of_the_hour(int number) {
    for (uint64_t i = 0; i < UPDATES; i++) {
        struct state_validation v = nth(i, 1);
        v.wall_us = NOON + (i >= UPDATES / 2 ? STATE_HOURS * HOUR : 0);
        if (number >= 0 && state_update(&state, &v) != 0)
            _exit(1);
    }
}

static void all_but_one_week(int number) {
    for (uint64_t i = UPDATES / 2; i < UPDATES; i++) {
        struct state_validation v = nth(i, 1);
        v.wall_us = NOON + STATE_HOURS * HOUR;
        if (number >= 0 && state_update(&state, &v) != 0)
            _exit(1);
    }
}

static void an_hour_that_begins_anew_loses_nothing(void **unused) {
    (void)unused;
    turns_of_the_hour(0); /* so that there is a week before */
    assert_int_equal(look()->hours_used, 1);
    static struct state_hour alone;
    alone = look()->hours[0];
    all_at_once(PROCESSES - 1, all_but_one_week);
    const struct state_snapshot *s = look();
    assert_int_equal(s->hours_used, 1);
    for (int i = 0; i < STATE_RESULTS; i++)
        assert_int_equal(s->hours[0].results[i], PROCESSES * alone.results[i]);
    for (int i = 0; i < STATE_TIMES; i++)
        assert_int_equal(s->hours[0].times[i], PROCESSES * alone.times[i]);
    assert_int_equal(s->hours[0].time_us, PROCESSES * alone.time_us);
    assert_int_equal(s->hours[0].bytes_in, PROCESSES * alone.bytes_in);
}

/* ---- exactly one ---- */

static struct {
    _Atomic uint64_t validations, failed, entered[STATE_MODES], left[STATE_MODES];
} * told;

/* Every validation ends a window, and every end is told: a rate of none is above the threshold. */
static void all_ask_for_alerts(int number) {
    static const struct state_monitor_limits monitor = {.every = 1, .alert_threshold = -1};
    for (uint64_t i = 0; i < 20 * UPDATES; i++) {
        struct state_validation v = validation(NOON + number);
        struct state_alerts a;
        v.result = STATE_FAILED;
        v.outcomes[JUDGE_GEOMETRY] = i % 2 == 0 ? JUDGE_FAIL : JUDGE_PASS;
        if (state_update(&state, &v) != 0)
            _exit(1);
        if (state_monitor(&state, &monitor, &a)) {
            told->validations += a.validations;
            told->failed += a.alerts[JUDGE_GEOMETRY].failed;
        }
    }
}

static void each_window_is_told_to_one(void **unused) {
    (void)unused;
    enum { ASKING = 4 };
    told = shared(sizeof *told);
    all_at_once(ASKING, all_ask_for_alerts);
    assert_int_equal(told->validations, ASKING * 20 * UPDATES);
    assert_int_equal(told->failed, ASKING * 20 * UPDATES / 2);
    munmap(told, sizeof *told);
}

/* Some have a mean of 100 ms for too slow, and others do not: each call changes the mode, where no
 * other has done so. */
static void all_change_the_mode(int number) {
    const struct state_performance_limits limits = {.slow_ms = number % 2 == 0 ? 10 : 1000,
                                                    .emergency_ms = number % 2 == 0 ? 50 : 2000,
                                                    .window = 1,
                                                    .recovery_dwell_s = 0};
    for (uint64_t i = 0; i < 40 * UPDATES; i++) {
        struct state_change c;
        if (state_performance(&state, &limits, NOON, &c)) {
            told->entered[c.to]++;
            told->left[c.from]++;
        }
    }
}

/* Else a mode would be left or entered twice in a row. */
static void each_change_is_told_to_one(void **unused) {
    (void)unused;
    struct state_validation v = validation(NOON);
    v.time_us = 100000;
    update(&v);
    told = shared(sizeof *told);
    all_at_once(4, all_change_the_mode);
    const struct state_snapshot *s = look();
    for (int i = 0; i < STATE_MODES; i++) {
        assert_int_equal(told->entered[i], s->mode_changes[i]);
        assert_int_equal(told->entered[i] + (i == STATE_NORMAL),
                         told->left[i] + (i == (int)s->mode));
    }
    assert_true(told->entered[STATE_EMERGENCY] > 0);
    munmap(told, sizeof *told);
}

/* ---- killed ---- */

#define KILLED 1000
#define TOGETHER 8

/* Says after each update that it has made it, until it is killed. */
static void update_until_killed(_Atomic uint64_t *made) {
    for (uint64_t i = 0;; i++) {
        struct state_validation v = nth(i, PROGRAMS);
        if (state_update(&state, &v) != 0)
            _exit(1);
        (*made)++;
    }
}

/* Each of them at a random moment: after a random number of updates, and so many steps more. */
static void kill_together(_Atomic uint64_t *made) {
    pid_t pids[TOGETHER];
    for (int i = 0; i < TOGETHER; i++)
        if ((pids[i] = fork()) == 0)
            update_until_killed(&made[i]);
    for (int i = 0; i < TOGETHER; i++) {
        uint64_t target = (uint64_t)(rand() % 100);
        int status;
        while (made[i] < target)
            sched_yield();
        for (volatile int spin = rand() % 2000; spin > 0; spin--) {
        }
        assert_int_equal(kill(pids[i], SIGKILL), 0);
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, SIGKILL);
    }
}

/* Between so many and so many more, as each of the killed may have begun one that it did not end.
 */
#define WITHIN(figure, least) assert_in_range(figure, least, (least) + KILLED)

static void a_thousand_killed_leave_it_usable(void **unused) {
    (void)unused;
    _Atomic uint64_t *made = shared(KILLED * sizeof *made);
    uint64_t all = 0;
    srand(5);
    for (int i = 0; i < KILLED; i += TOGETHER)
        kill_together(made + i);
    for (int i = 0; i < KILLED; i++)
        all += made[i];
    const struct state_snapshot *s = look();
    WITHIN(sum(s->results, STATE_RESULTS), all);
    uint64_t judged = sum(s->results, STATE_RESULTS) - s->results[STATE_CONTROL];
    assert_in_range(times_count(s->times), judged - KILLED, judged);
    for (int i = 0; i < JUDGE_CHECKS; i++)
        assert_in_range(sum(s->checks[i], STATE_OUTCOMES), judged - KILLED, judged);
    munmap((void *)made, KILLED * sizeof *made);

    /* And all that it is for works as ever. */
    static struct state_snapshot before;
    before = *s;
    for (uint64_t i = 0; i < 1000; i++) {
        struct state_validation v = validation(NOON + 1000 * HOUR);
        v.time_us = 250000;
        v.program = "after";
        update(&v);
    }
    s = look();
    assert_int_equal(s->results[STATE_PASSED], before.results[STATE_PASSED] + 1000);
    assert_int_equal(s->bytes_in, before.bytes_in + 1000000);
    assert_int_equal(s->recent_used, STATE_RECENT);
    assert_int_equal(s->hours[0].results[STATE_PASSED], 1000);
    size_t row = 0;
    while (row < s->programs_used && strcmp(s->programs[row].name, "after") != 0)
        row++;
    assert_int_equal(s->programs[row].outputs, 1000);
    struct state_change change;
    struct state_alerts alerts;
    const struct state_performance_limits limits = {100, 200, 10, 60};
    const struct state_monitor_limits monitor = {100, 0};
    assert_true(state_performance(&state, &limits, NOON, &change));
    assert_int_equal(change.to, STATE_EMERGENCY);
    (void)state_monitor(&state, &monitor, &alerts);
    assert_false(state_monitor(&state, &monitor, &alerts));
}

/* ---- threads ---- */

#define THREADS 4
#define REPLACED 200

static atomic_int running;

static void *thread_updates(void *unused) {
    (void)unused;
    for (uint64_t i = 0; i < UPDATES; i++) {
        struct state_validation v = nth(i, 5);
        /* Where it is gone again as fast as it is made, nothing was counted: once more. */
        int result;
        do
            result = state_update(&state, &v);
        while (result == -EAGAIN);
        if (result != 0)
            abort();
    }
    running--;
    return NULL;
}

/* The files that were replaced while threads counted in them hold, with the last, everything. */
static void what_is_replaced_under_threads_loses_nothing(void **unused) {
    (void)unused;
    pthread_t threads[THREADS];
    static struct state_snapshot all, expected;
    char path[128], there[160];
    int replaced = 0;
    struct error e;
    memset(&all, 0, sizeof all);
    running = THREADS;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, thread_updates, NULL), 0);
    while (running > 0) {
        snprintf(path, sizeof path, "%s/%d", directory, replaced);
        snprintf(there, sizeof there, "%s/%s", path, STATE_NAME);
        assert_int_equal(mkdir(path, 0700), 0);
        while (running > 0 && rename(in_directory(STATE_NAME), there) != 0)
            sched_yield();
        if (++replaced == REPLACED)
            break;
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i <= replaced; i++) {
        snprintf(path, sizeof path, "%s/%d", directory, i);
        if (state_read(i < replaced ? path : directory, &snapshot, &e) != 0)
            continue;
        for (int k = 0; k < STATE_RESULTS; k++)
            all.results[k] += snapshot.results[k];
        for (int k = 0; k < JUDGE_CHECKS; k++)
            for (int o = 0; o < STATE_OUTCOMES; o++)
                all.checks[k][o] += snapshot.checks[k][o];
        for (int k = 0; k < STATE_TIMES; k++)
            all.times[k] += snapshot.times[k];
        all.slow += snapshot.slow;
        all.bytes_in += snapshot.bytes_in;
        all.bytes_out += snapshot.bytes_out;
        all.time_us += snapshot.time_us;
        if (snapshot.longest_us > all.longest_us)
            all.longest_us = snapshot.longest_us;
    }
    assert_true(replaced > 1);
    expect(&expected, THREADS, 5);
    assert_totals(&all, &expected);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(sixty_four_processes_lose_nothing),
        TEST(with_a_row_for_each_their_programs_are_exact),
        TEST(an_hour_that_begins_anew_loses_nothing),
        TEST(each_window_is_told_to_one),
        TEST(each_change_is_told_to_one),
        TEST(a_thousand_killed_leave_it_usable),
        TEST(what_is_replaced_under_threads_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
