/* A log-linear histogram of times, 0 µs to 67 s: 16 buckets for each doubling, so that the middle
 * of a bucket is at most 3.2 % from any time in it; below 16 µs each microsecond has its own. Pure.
 */
#ifndef GIFVET_STATE_TIMES_H
#define GIFVET_STATE_TIMES_H

#include <stddef.h>
#include <stdint.h>

#define STATE_TIMES_STEPS 16 /* buckets for each doubling */
#define STATE_TIMES_END 26   /* the last bucket is for 2^26 µs (67.1 s) and more */
#define STATE_TIMES ((STATE_TIMES_END - 4 + 1) * STATE_TIMES_STEPS + 1)

/* The bucket of a time; a negative one is taken for 0. */
size_t times_bucket(int64_t us);

/* The shortest time in a bucket, and the shortest that is too long for it (INT64_MAX for the last):
 * for cumulative histograms. */
int64_t times_from(size_t bucket);
int64_t times_below(size_t bucket);

/* The time that the given share (0 to 1) of what was counted does not pass (nearest rank), to
 * within 3.2 %: 0.5 is the median. 0 when nothing was counted. From 2^26 µs on, 2^26. */
int64_t times_percentile(const uint64_t times[STATE_TIMES], double share);

/* How many were counted. */
uint64_t times_count(const uint64_t times[STATE_TIMES]);

#endif
