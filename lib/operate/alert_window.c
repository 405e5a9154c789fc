#include "operate/alert_window.h"

#include "operate/summary.h"
#include "text/text.h"

#include <stdbool.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)
#define DAY_S 86400
#define LOOKS_IN_WINDOW 30

static struct alert_counts counts_of(const struct state_snapshot *s) {
    return (struct alert_counts){.passed = s->results[STATE_PASSED],
                                 .failed = s->results[STATE_FAILED],
                                 .others = s->results[STATE_SKIPPED] + s->results[STATE_TIMED_OUT] +
                                           s->results[STATE_FAULT],
                                 .slow = s->slow,
                                 .time_us = s->time_us};
}

static bool has_less(const struct alert_counts *now, const struct alert_counts *before) {
    return now->passed < before->passed || now->failed < before->failed ||
           now->others < before->others || now->slow < before->slow ||
           now->time_us < before->time_us;
}

static struct alert_counts between(const struct alert_counts *before,
                                   const struct alert_counts *now) {
    return (struct alert_counts){now->passed - before->passed, now->failed - before->failed,
                                 now->others - before->others, now->slow - before->slow,
                                 now->time_us - before->time_us};
}

static uint64_t validations(const struct alert_counts *c) {
    return c->passed + c->failed + c->others;
}

/* ---- one by one ---- */

static void count(struct alert_counts *c, const struct state_recent *r, int64_t slow_us) {
    if (r->result == STATE_PASSED)
        c->passed++;
    else if (r->result == STATE_FAILED)
        c->failed++;
    else
        c->others++;
    c->slow += r->time_us > slow_us;
    c->time_us = (int64_t)((uint64_t)c->time_us + (uint64_t)r->time_us);
}

static struct alert_counts count_recent(const struct state_snapshot *s, int64_t from_us,
                                        int64_t slow_us) {
    struct alert_counts c = {0};
    for (size_t i = 0; i < s->recent_used; i++)
        if (s->recent[i].wall_us >= from_us)
            count(&c, &s->recent[i], slow_us);
    return c;
}

static int64_t oldest_recent(const struct state_snapshot *s) {
    int64_t oldest = INT64_MAX;
    for (size_t i = 0; i < s->recent_used; i++)
        if (s->recent[i].wall_us < oldest)
            oldest = s->recent[i].wall_us;
    return oldest;
}

/* Is everything that came since then among the last 100? */
static bool recent_reaches(const struct state_snapshot *s, int64_t from_us) {
    const struct alert_counts all = counts_of(s);
    return validations(&all) <= s->recent_used || oldest_recent(s) < from_us;
}

/* ---- since an earlier look ---- */

/* The newest that is a window old and not two, or else the oldest inside the window; NULL: none. */
static const struct alert_look *look_before(const struct alert_looks *looks,
                                            const struct state_snapshot *s, int64_t window_us,
                                            int64_t wall_us) {
    const struct alert_counts now = counts_of(s);
    const struct alert_look *found = NULL;
    for (size_t i = looks->used; i-- > 0;) {
        const struct alert_look *l = &looks->at[i];
        if (l->began_us != s->began_us || l->wall_us > wall_us || has_less(&now, &l->counts) ||
            wall_us - l->wall_us >= 2 * window_us)
            continue;
        found = l;
        if (wall_us - l->wall_us >= window_us)
            break;
    }
    return found;
}

static void say_since(struct alert_window *w, const char *before, int64_t since_us) {
    int64_t s = since_us / SECOND_US % DAY_S;
    text_print(w->words, sizeof w->words, "%ssince %02lld:%02lld:%02lldZ", before,
               (long long)(s / 3600), (long long)(s / 60 % 60), (long long)(s % 60));
}

static uint64_t peak(const struct state_snapshot *s, int64_t from_us, int64_t wall_us) {
    const int64_t hour_us = 3600 * SECOND_US;
    uint64_t most = 0;
    size_t n = summary_hours(s, wall_us, wall_us / hour_us - from_us / hour_us + 1);
    for (size_t i = 0; i < n; i++)
        if (s->hours[i].arena_bytes > most)
            most = s->hours[i].arena_bytes;
    return most;
}

struct alert_window alert_window(const struct state_snapshot *s, const struct alert_looks *looks,
                                 int64_t window_us, int64_t slow_us, int64_t wall_us) {
    const int64_t from_us = wall_us - window_us;
    struct alert_window w = {.arena_bytes = peak(s, from_us, wall_us)};
    const struct alert_look *l = look_before(looks, s, window_us, wall_us);
    const struct alert_counts now = counts_of(s);
    if (recent_reaches(s, from_us)) {
        w.counts = count_recent(s, from_us, slow_us);
        text_print(w.words, sizeof w.words, "in the last %lld min",
                   (long long)(window_us / SECOND_US / 60));
    } else if (l != NULL && (wall_us - l->wall_us >= window_us || l->wall_us < oldest_recent(s))) {
        w.counts = between(&l->counts, &now);
        say_since(&w, "", l->wall_us);
    } else {
        char before[48];
        w.counts = count_recent(s, INT64_MIN, slow_us);
        text_print(before, sizeof before, "in the last %zu validations, ", s->recent_used);
        say_since(&w, before, oldest_recent(s));
    }
    w.verdicts = w.counts.passed + w.counts.failed;
    w.validations = validations(&w.counts);
    return w;
}

void alert_looks_add(struct alert_looks *looks, const struct state_snapshot *s, int64_t window_us,
                     int64_t wall_us) {
    size_t kept = 0;
    for (size_t i = 0; i < looks->used; i++) {
        const struct alert_look *l = &looks->at[i];
        if (l->began_us == s->began_us && l->wall_us <= wall_us &&
            wall_us - l->wall_us < 2 * window_us)
            looks->at[kept++] = *l;
    }
    looks->used = kept;
    if (kept > 0 && wall_us - looks->at[kept - 1].wall_us < window_us / LOOKS_IN_WINDOW)
        return;
    if (kept == ALERT_LOOKS) {
        memmove(looks->at, looks->at + 1, (ALERT_LOOKS - 1) * sizeof *looks->at);
        looks->used--;
    }
    looks->at[looks->used++] = (struct alert_look){wall_us, s->began_us, counts_of(s)};
}
