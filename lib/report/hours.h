/* What records say was judged, hour by hour, in the state's shape: summary.h works on either.
 *
 * One table belongs to one thread; two are merged afterwards. Bounded: the hours up to HOURS_MOST
 * before the newest each have a row, what is older is in one. */
#ifndef GIFVET_REPORT_HOURS_H
#define GIFVET_REPORT_HOURS_H

#include "operate/log_record.h"
#include "state/state.h"

#define HOURS_MOST 1024
#define HOUR_US INT64_C(3600000000)

/* Some 3 MB: not for a stack. All 0: nothing was counted. */
struct hours {
    struct state_hour at[HOURS_MOST]; /* hour h at h % HOURS_MOST; its own hour is h */
    struct state_hour older;
};

/* Counts a record of an output (others are not for it). */
void hours_take(struct hours *h, const struct log_record *r);

void hours_merge(struct hours *to, const struct hours *from);

/* The hour counted elsewhere, where that has seen more of it. */
void hours_replace(struct hours *h, const struct state_hour *other);

/* The row of an hour (hours since 1970), NULL where nothing was counted in it. */
const struct state_hour *hours_find(const struct hours *h, int64_t hour);

/* All from hour `from` until before `to`, in one row whose hour is 0. */
struct state_hour hours_sum(const struct hours *h, int64_t from, int64_t to);

/* All that was counted, in one row whose hour is 0. */
struct state_hour hours_all(const struct hours *h);

/* The first and the last hour that have a row; false where none has. */
bool hours_range(const struct hours *h, int64_t *first, int64_t *last);

#endif
