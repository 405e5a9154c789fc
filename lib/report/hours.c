#include "report/hours.h"

#include "operate/summary.h"

#include <math.h>

/* Where an hour is counted. The clock of a host may be wrong: a row is only given to a later hour.
 */
static struct state_hour *place(struct hours *h, int64_t hour) {
    struct state_hour *at = &h->at[(uint64_t)hour % HOURS_MOST];
    if (at->hour == hour)
        return at;
    if (at->hour > hour)
        return &h->older;
    if (at->hour > 0)
        summary_add(&h->older, at);
    *at = (struct state_hour){.hour = hour};
    return at;
}

static enum state_result result_of(const struct log_record *r) {
    if (log_text_is(r->type, "control"))
        return STATE_CONTROL;
    if (log_text_is(r->type, "judge_fault"))
        return STATE_FAULT;
    if (r->passed != LOG_UNKNOWN)
        return r->passed == LOG_TRUE ? STATE_PASSED : STATE_FAILED;
    return log_text_is(r->status, "timed out") ? STATE_TIMED_OUT : STATE_SKIPPED;
}

static void count_checks(struct state_hour *at, const struct log_record *r) {
    for (size_t i = 0; i < r->checks_used; i++) {
        if (r->checks[i].is_valid != LOG_FALSE)
            continue;
        for (enum judge_check c = 0; c < JUDGE_CHECKS; c++)
            at->failed[c] += log_text_is(r->checks[i].name, judge_check_name(c));
    }
}

void hours_take(struct hours *h, const struct log_record *r) {
    struct state_hour *at = place(h, r->time_us / HOUR_US);
    enum state_result result = result_of(r);
    at->results[result]++;
    if (result == STATE_CONTROL)
        return;
    count_checks(at, r);
    at->slow += r->slow == LOG_TRUE;
    int64_t us = r->validation_us >= 0 && r->validation_us < 1e15 ? (int64_t)r->validation_us : 0;
    at->time_us += us;
    at->times[times_bucket(us)]++;
    if (us > at->longest_us)
        at->longest_us = us;
}

void hours_merge(struct hours *to, const struct hours *from) {
    summary_add(&to->older, &from->older);
    for (size_t i = 0; i < HOURS_MOST; i++)
        if (from->at[i].hour > 0)
            summary_add(place(to, from->at[i].hour), &from->at[i]);
}

void hours_replace(struct hours *h, const struct state_hour *other) {
    struct state_hour *at = place(h, other->hour);
    if (at != &h->older && summary_row(other).outputs >= summary_row(at).outputs)
        *at = *other;
}

const struct state_hour *hours_find(const struct hours *h, int64_t hour) {
    const struct state_hour *at = &h->at[(uint64_t)hour % HOURS_MOST];
    return at->hour == hour && hour > 0 ? at : NULL;
}

struct state_hour hours_sum(const struct hours *h, int64_t from, int64_t to) {
    struct state_hour sum = {0};
    for (size_t i = 0; i < HOURS_MOST; i++)
        if (h->at[i].hour > 0 && h->at[i].hour >= from && h->at[i].hour < to)
            summary_add(&sum, &h->at[i]);
    return sum;
}

struct state_hour hours_all(const struct hours *h) {
    struct state_hour sum = hours_sum(h, 1, INT64_MAX);
    summary_add(&sum, &h->older);
    return sum;
}

bool hours_range(const struct hours *h, int64_t *first, int64_t *last) {
    *first = INT64_MAX;
    *last = 0;
    for (size_t i = 0; i < HOURS_MOST; i++) {
        int64_t hour = h->at[i].hour;
        if (hour > 0 && hour < *first)
            *first = hour;
        if (hour > *last)
            *last = hour;
    }
    return *last > 0;
}
