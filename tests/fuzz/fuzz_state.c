/* A state file of any bytes. As it is: it is read or refused with one line, and where it is refused
 * to who writes, it is moved aside and counting begins anew. Behind a head that is right: nothing
 * in it is believed beyond its bounds, and counting goes on from whatever is there.
 *
 * The input: 1 for the whole file, else 2 for its pattern again and again; where it begins; which
 * result; then the bytes. */
#include "state/layout.h"
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <unistd.h>

#define NOW INT64_C(1796038496123456)

static char directory[] = "/tmp/fuzz_state_XXXXXX";
static struct state state;
static struct state_snapshot before, after;

static void remove_all(void) {
    char command[64];
    state_detach(&state);
    snprintf(command, sizeof command, "rm -rf %s", directory);
    (void)!system(command);
}

/* ---- what may be read from it ---- */

static void hold_program(const struct state_program *p) {
    HOLDS(memchr(p->name, '\0', sizeof p->name) != NULL);
    HOLDS(p->time_us >= 0);
}

static void hold_hours(const struct state_snapshot *s) {
    HOLDS(s->hours_used <= STATE_HOURS);
    for (size_t i = 0; i < s->hours_used; i++) {
        const struct state_hour *h = &s->hours[i];
        HOLDS(h->hour > 0 && h->time_us >= 0 && h->longest_us >= 0);
        HOLDS(i == 0 || h->hour < s->hours[i - 1].hour);
    }
}

static void hold_changes(const struct state_snapshot *s) {
    HOLDS((size_t)s->mode < STATE_MODES && s->mode_since_us >= 0);
    HOLDS(s->changes_used <= STATE_CHANGES);
    for (size_t i = 0; i < s->changes_used; i++) {
        const struct state_change *c = &s->changes[i];
        HOLDS((size_t)c->from < STATE_MODES && (size_t)c->to < STATE_MODES);
        HOLDS(c->wall_us >= 0 && isfinite(c->mean_ms) && c->mean_ms >= 0);
    }
}

static void hold_snapshot(const struct state_snapshot *s) {
    HOLDS(s->began_us >= 0 && s->time_us >= 0 && s->longest_us >= 0);
    HOLDS(s->last_success_us >= 0 && s->last_failure_us >= 0);
    HOLDS(s->last_verdict_us >= 0 && s->last_output_us >= 0);
    HOLDS(s->recent_used <= STATE_RECENT && s->programs_used <= STATE_PROGRAMS);
    for (size_t i = 0; i < s->recent_used; i++)
        HOLDS((size_t)s->recent[i].result < STATE_RESULTS && s->recent[i].time_us >= 0);
    for (size_t i = 0; i < s->programs_used; i++)
        hold_program(&s->programs[i]);
    hold_program(&s->others);
    hold_hours(s);
    hold_changes(s);
    int64_t median = times_percentile(s->times, 0.5);
    HOLDS(median >= 0 && median <= INT64_C(1) << STATE_TIMES_END);
}

/* ---- counting on ---- */

static void count_on(enum state_result result) {
    const struct state_performance_limits limits = {100, 200, 10, 60};
    const struct state_monitor_limits monitor = {1, 0.05};
    struct state_change change;
    struct state_alerts alerts;
    struct state_validation v = {.result = result,
                                 .outcomes_used = JUDGE_CHECKS,
                                 .program = "gifsicle",
                                 .time_us = 250000,
                                 .wall_us = NOW};
    HOLDS(state_update(&state, &v) == 0 && state_closed(&state, NOW) == 0);
    HOLDS((size_t)state_mode(&state) < STATE_MODES);
    if (state_performance(&state, &limits, NOW, &change)) {
        HOLDS((size_t)change.from < STATE_MODES && (size_t)change.to < STATE_MODES);
        HOLDS(change.from != change.to && isfinite(change.mean_ms));
    }
    if (state_monitor(&state, &monitor, &alerts))
        for (size_t i = 0; i < alerts.used; i++)
            HOLDS(alerts.alerts[i].rate > 0.05);
}

/* ---- both kinds ---- */

static void try_whole(const uint8_t *bytes, size_t n) {
    char path[64];
    struct error e;
    snprintf(path, sizeof path, "%s/%s", directory, STATE_NAME);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    HOLDS(write(fd, bytes, n) == (ssize_t)n);
    close(fd);
    HOLDS(state_read(directory, &before, &e) == EINVAL && strchr(e.message, '\n') == NULL);
    count_on(STATE_PASSED);
    HOLDS(state_read(directory, &after, &e) == 0);
    HOLDS(after.results[STATE_PASSED] == 1 && after.outputs == 1);
}

static void try_words(const uint8_t *bytes, size_t n, size_t at, bool again,
                      enum state_result result) {
    struct state_file *f;
    const size_t head = offsetof(struct state_file, began_us);
    HOLDS(state_current(&state, &f) == 0);
    memset((char *)f + head, 0, sizeof *f - head);
    at = at > head ? at : head;
    do {
        size_t some = n < sizeof *f - at ? n : sizeof *f - at;
        memcpy((char *)f + at, bytes, some);
        at += n;
    } while (again && at < sizeof *f);
    HOLDS(state_snapshot(&state, &before) == 0);
    hold_snapshot(&before);
    count_on(result);
    HOLDS(state_snapshot(&state, &after) == 0);
    hold_snapshot(&after);
    HOLDS(after.results[result] == before.results[result] + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    if (n < 4)
        return 0;
    if (directory[sizeof directory - 2] == 'X') {
        HOLDS(mkdtemp(directory) != NULL && state_open(&state, directory) == 0);
        (void)atexit(remove_all);
    }
    const struct state_members *file = &state_members[state_members_used - 1];
    uint8_t *bytes = fuzz_copy(data + 3, n - 3);
    if (data[0] == 1)
        try_whole(bytes, n - 3);
    else
        try_words(bytes, n - 3, file->members[data[1] % file->used].at, data[0] == 2,
                  (enum state_result)(data[2] % STATE_RESULTS));
    free(bytes);
    return 0;
}
