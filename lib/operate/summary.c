#include "operate/summary.h"

#include <math.h>
#include <stdbool.h>

#define HOUR_US INT64_C(3600000000)

static double share(uint64_t part, uint64_t whole) {
    return whole > 0 ? (double)part / (double)whole : (double)NAN;
}

/* The middle of a bucket may lie beyond the longest time in it. */
static int64_t percentile(const struct state_hour *h, double of) {
    int64_t us = times_percentile(h->times, of);
    return us < h->longest_us ? us : h->longest_us;
}

struct summary_row summary_row(const struct state_hour *h) {
    struct summary_row r = {.longest_us = h->longest_us};
    for (size_t i = 0; i < STATE_RESULTS; i++)
        r.outputs += h->results[i];
    r.validations = r.outputs - h->results[STATE_CONTROL];
    r.verdicts = h->results[STATE_PASSED] + h->results[STATE_FAILED];
    r.success_rate = share(h->results[STATE_PASSED], r.verdicts);
    r.slow_rate = share(h->slow, r.validations);
    r.mean_us = r.validations > 0 ? (int64_t)((uint64_t)h->time_us / r.validations) : 0;
    r.p50_us = percentile(h, 0.50);
    r.p95_us = percentile(h, 0.95);
    r.p99_us = percentile(h, 0.99);
    return r;
}

static void keep_larger(uint64_t *largest, uint64_t x) {
    if (x > *largest)
        *largest = x;
}

void summary_add(struct state_hour *sum, const struct state_hour *h) {
    for (size_t i = 0; i < STATE_RESULTS; i++)
        sum->results[i] += h->results[i];
    for (size_t i = 0; i < JUDGE_CHECKS; i++)
        sum->failed[i] += h->failed[i];
    for (size_t i = 0; i < STATE_TIMES; i++)
        sum->times[i] += h->times[i];
    sum->slow += h->slow;
    sum->complex += h->complex;
    sum->bytes_in += h->bytes_in;
    sum->bytes_out += h->bytes_out;
    sum->time_us = (int64_t)((uint64_t)sum->time_us + (uint64_t)h->time_us);
    if (h->longest_us > sum->longest_us)
        sum->longest_us = h->longest_us;
    keep_larger(&sum->arena_bytes, h->arena_bytes);
}

static bool has_less(const struct state_hour *now, const struct state_hour *before) {
    bool less = now->time_us < before->time_us;
    for (size_t i = 0; i < STATE_RESULTS; i++)
        less = less || now->results[i] < before->results[i];
    for (size_t i = 0; i < STATE_TIMES; i++)
        less = less || now->times[i] < before->times[i];
    return less;
}

struct state_hour summary_between(const struct state_hour *before, const struct state_hour *now) {
    struct state_hour h = *now;
    if (has_less(now, before))
        return h;
    for (size_t i = 0; i < STATE_RESULTS; i++)
        h.results[i] -= before->results[i];
    for (size_t i = 0; i < JUDGE_CHECKS; i++)
        h.failed[i] -= before->failed[i];
    for (size_t i = 0; i < STATE_TIMES; i++)
        h.times[i] -= before->times[i];
    h.slow -= before->slow;
    h.complex -= before->complex;
    h.bytes_in -= before->bytes_in;
    h.bytes_out -= before->bytes_out;
    h.time_us -= before->time_us;
    h.longest_us = times_percentile(h.times, 1);
    return h;
}

struct state_hour summary_whole(const struct state_snapshot *s) {
    struct state_hour h = {.slow = s->slow,
                           .complex = s->complex,
                           .bytes_in = s->bytes_in,
                           .bytes_out = s->bytes_out,
                           .time_us = s->time_us,
                           .longest_us = s->longest_us,
                           .arena_bytes = s->arena_bytes};
    for (size_t i = 0; i < STATE_RESULTS; i++)
        h.results[i] = s->results[i];
    for (size_t i = 0; i < JUDGE_CHECKS; i++)
        h.failed[i] = s->checks[i][JUDGE_FAIL];
    for (size_t i = 0; i < STATE_TIMES; i++)
        h.times[i] = s->times[i];
    return h;
}

size_t summary_hours(const struct state_snapshot *s, int64_t wall_us, int64_t hours) {
    const int64_t present = wall_us / HOUR_US;
    size_t n = 0;
    while (n < s->hours_used && s->hours[n].hour > present - hours)
        n++;
    return n;
}
