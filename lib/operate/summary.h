/* The figures that people ask for, from the state's hours: rates and percentiles. Pure. */
#ifndef GIFVET_OPERATE_SUMMARY_H
#define GIFVET_OPERATE_SUMMARY_H

#include "state/state.h"

#include <stddef.h>
#include <stdint.h>

/* Rates are shares, 0 to 1, NAN where there is nothing to divide by; times are 0 there. */
struct summary_row {
    uint64_t outputs;     /* of any result, control too */
    uint64_t validations; /* all but control; what times and slow are about */
    uint64_t verdicts;    /* passed and failed; what success is about */
    double success_rate, slow_rate;
    int64_t mean_us, p50_us, p95_us,
        p99_us; /* percentiles to within 3.2 %, never over the longest */
    int64_t longest_us;
};

struct summary_row summary_row(const struct state_hour *h);

/* Adds what was counted in one hour to another; sum's own hour stays. */
void summary_add(struct state_hour *sum, const struct state_hour *h);

/* What was counted between two looks at the whole; the longest time is that of the histogram. All
 * of `now` when it has less than `before`: the state was begun anew. */
struct state_hour summary_between(const struct state_hour *before, const struct state_hour *now);

/* Everything since the state was begun, in the shape of one hour (some 3 KB) whose hour is 0. */
struct state_hour summary_whole(const struct state_snapshot *s);

/* How many of s->hours, from the newest on, are among the last `hours` (the present one is the
 * first of them). An hour that is yet to come, after the clock stepped back, counts as present. */
size_t summary_hours(const struct state_snapshot *s, int64_t wall_us, int64_t hours);

#endif
