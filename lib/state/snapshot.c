/* Rooms: the whole · rings · hours · taking one */
#include "state/layout.h"

#include "state/file.h"
#include "sys/sys.h"

#include <errno.h>
#include <string.h>

/* ---- the whole ---- */

/* Of a word that may hold anything. */
static int64_t time_in(const state_word *w) {
    return (int64_t)(word_read(w) & INT64_MAX);
}

static void copy(uint64_t *to, const state_word *from, size_t n) {
    for (size_t i = 0; i < n; i++)
        to[i] = word_read(&from[i]);
}

static void copy_totals(const struct state_file *f, struct state_snapshot *s) {
    s->began_us = time_in(&f->began_us);
    s->outputs = word_read(&f->outputs);
    copy(s->results, f->results, STATE_RESULTS);
    for (int i = 0; i < JUDGE_CHECKS; i++)
        copy(s->checks[i], f->checks[i], STATE_OUTCOMES);
    s->slow = word_read(&f->slow);
    s->complex = word_read(&f->complex);
    s->bytes_in = word_read(&f->bytes_in);
    s->bytes_out = word_read(&f->bytes_out);
    s->time_us = time_in(&f->time_us);
    s->longest_us = time_in(&f->longest_us);
    copy(s->times, f->times, STATE_TIMES);
    s->arena_bytes = word_read(&f->arena_bytes);
    s->consecutive_failures = word_read(&f->consecutive_failures);
    s->last_success_us = time_in(&f->last_success_us);
    s->last_failure_us = time_in(&f->last_failure_us);
    s->last_verdict_us = time_in(&f->last_verdict_us);
    s->last_output_us = time_in(&f->last_output_us);
    uint64_t mode = word_read(&f->mode);
    s->mode = performance_mode(mode);
    s->mode_since_us = performance_since(mode);
    copy(s->mode_changes, f->mode_changes, STATE_MODES);
}

/* ---- rings ---- */

static void copy_recent(const struct state_file *f, struct state_snapshot *s) {
    uint64_t end = word_read(&f->validations);
    for (uint64_t back = 1; back <= STATE_RECENT && back <= end; back++)
        if (recent_get(f, end - back, &s->recent[s->recent_used]))
            s->recent_used++;
}

static void copy_changes(const struct state_file *f, struct state_snapshot *s) {
    uint64_t end = word_read(&f->changes_used);
    for (uint64_t back = 1; back <= STATE_CHANGES && back <= end; back++) {
        const struct state_change_words *w = &f->changes[(end - back) % STATE_CHANGES];
        uint64_t lap = ((end - back) / STATE_CHANGES + 1) % WORD_TAGS;
        uint64_t wall = word_read(&w->wall_us), mean = word_read(&w->mean);
        uint64_t from = mean & 3, to = mean >> 2 & 3;
        if (word_tag(wall) == lap && word_tag(mean) == lap && from < STATE_MODES &&
            to < STATE_MODES)
            s->changes[s->changes_used++] =
                (struct state_change){.wall_us = (int64_t)word_value(wall),
                                      .from = (enum state_mode)from,
                                      .to = (enum state_mode)to,
                                      .mean_ms = (double)(word_value(mean) >> 4) / 1000};
    }
}

/* ---- hours ---- */

static void copy_in(uint64_t *to, const state_word *from, size_t n, uint64_t week) {
    for (size_t i = 0; i < n; i++)
        to[i] = word_in(&from[i], week);
}

static bool copy_hour(const struct state_hour_words *w, size_t slot, struct state_hour *h) {
    uint64_t hour = word_read(&w->hour), week = hour / STATE_HOURS, all = 0;
    if (hour == 0 || hour > INT64_MAX || hour % STATE_HOURS != slot)
        return false;
    copy_in(h->results, w->results, STATE_RESULTS, week);
    for (int i = 0; i < STATE_RESULTS; i++)
        all |= h->results[i];
    if (all == 0)
        return false;
    h->hour = (int64_t)hour;
    copy_in(h->failed, w->failed, JUDGE_CHECKS, week);
    h->slow = word_in(&w->slow, week);
    h->complex = word_in(&w->complex, week);
    h->bytes_in = word_in(&w->bytes_in, week);
    h->bytes_out = word_in(&w->bytes_out, week);
    h->time_us = (int64_t)word_in(&w->time_us, week);
    h->longest_us = (int64_t)word_in(&w->longest_us, week);
    h->arena_bytes = word_in(&w->arena_bytes, week);
    copy_in(h->times, w->times, STATE_TIMES, week);
    return true;
}

/* Not simply round the ring: where the clock went back, or nothing came for weeks, the hours in it
 * do not follow each other. */
static void copy_hours(const struct state_file *f, struct state_snapshot *s) {
    uint64_t before = UINT64_MAX, latest;
    do {
        latest = 0;
        for (size_t i = 0; i < STATE_HOURS; i++) {
            uint64_t hour = word_read(&f->hours[i].hour);
            if (hour > latest && hour < before && hour % STATE_HOURS == i)
                latest = hour;
        }
        before = latest;
        if (latest > 0 && copy_hour(&f->hours[latest % STATE_HOURS], latest % STATE_HOURS,
                                    &s->hours[s->hours_used]))
            s->hours_used++;
    } while (latest > 0 && s->hours_used < STATE_HOURS);
}

/* ---- taking one ---- */

void snapshot_take(const struct state_file *f, struct state_snapshot *s) {
    memset(s, 0, sizeof *s);
    snapshot_programs(f, s);
    copy_totals(f, s);
    copy_recent(f, s);
    copy_changes(f, s);
    copy_hours(f, s);
}

int state_snapshot(struct state *s, struct state_snapshot *snapshot) {
    struct state_file *f;
    int result = state_current(s, &f);
    if (result == 0)
        snapshot_take(f, snapshot);
    return result;
}

static int cannot(struct error *e, const char *directory, int result, const char *why) {
    return error_set(e, -result, "%s/%s: %s", directory, STATE_NAME, why);
}

static const char *why_not(int result) {
    static const struct {
        int result;
        const char *why;
    } rows[] = {
        {-ENOENT, "there is no state yet: nothing was validated with this state directory"},
        {-EPERM, "belongs to another user, has a second name, or its directory is open to others"},
        {-ELOOP, "is a symbolic link"},
        {-EINVAL, "is no regular file"},
        {-EACCES, "may not be read"},
        {-ENOTDIR, "the state directory is no directory"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].result == result)
            return rows[i].why;
    return "cannot be read";
}

/* Read, not mapped: who cuts the file short then gets a short answer, not this process a signal. */
static int read_whole(const char *directory, int fd, const struct stat *st,
                      struct state_snapshot *snapshot, struct error *e) {
    int result;
    const char *problem = file_problem(fd, st, &result);
    if (result < 0)
        return cannot(e, directory, result, why_not(result));
    if (problem != NULL)
        return cannot(e, directory, -EINVAL, problem);
    struct state_file *f = sys_map(sizeof *f);
    if (f == NULL)
        return cannot(e, directory, -ENOMEM, "no memory to read it");
    ssize_t n = sys_pread_full(fd, f, sizeof *f, 0);
    result = n == (ssize_t)sizeof *f ? 0
             : n < 0                 ? cannot(e, directory, (int)n, why_not((int)n))
                                     : cannot(e, directory, -EINVAL, "is cut short");
    if (result == 0)
        snapshot_take(f, snapshot);
    sys_unmap(f, sizeof *f);
    return result;
}

int state_read(const char *directory, struct state_snapshot *snapshot, struct error *e) {
    struct stat st;
    int fd = file_look(directory, &st);
    if (fd < 0)
        return cannot(e, directory, fd, why_not(fd));
    int result = read_whole(directory, fd, &st, snapshot, e);
    sys_close(fd);
    return result;
}
