/* What was counted in the last minutes. Pure.
 *
 * The state counts by the hour, and remembers the last 100 validations one by one. Where those
 * reach back over the whole window they are counted: exact. Where there were more in it, the
 * difference to what had been counted at an earlier look is taken; looks are remembered for that,
 * some 30 in a window. The one taken is the newest that is at least a window old, so that the
 * window is at the most 1/30 and the time between two looks too long. Without such a look (the
 * first minutes, or nobody looked for long) it is what is known of: the oldest look inside the
 * window, or those 100. The words say which it was. */
#ifndef GIFVET_OPERATE_ALERT_WINDOW_H
#define GIFVET_OPERATE_ALERT_WINDOW_H

#include "state/state.h"

#include <stddef.h>
#include <stdint.h>

struct alert_counts {
    uint64_t passed, failed;
    uint64_t others; /* skipped, timed out, faults */
    uint64_t slow;
    int64_t time_us; /* sum */
};

struct alert_look {
    int64_t wall_us;
    int64_t began_us; /* of the state: another one counts from 0 */
    struct alert_counts counts;
};

#define ALERT_LOOKS 96

/* The oldest first. */
struct alert_looks {
    struct alert_look at[ALERT_LOOKS];
    size_t used;
};

struct alert_window {
    struct alert_counts counts;
    uint64_t verdicts, validations;
    uint64_t arena_bytes; /* the most that one validation took in the hours that it touches */
    char words[64]; /* "in the last 15 min", "since 12:03:07Z", "in the last 100 validations" */
};

/* window_us: how long it is to be; slow_us: what is longer is slow. */
struct alert_window alert_window(const struct state_snapshot *s, const struct alert_looks *looks,
                                 int64_t window_us, int64_t slow_us, int64_t wall_us);

/* Remembers what is counted now, where the last look is long enough ago, and forgets what no window
 * will need: looks of another state, at times to come (the clock stepped back), and too old ones.
 */
void alert_looks_add(struct alert_looks *looks, const struct state_snapshot *s, int64_t window_us,
                     int64_t wall_us);

#endif
