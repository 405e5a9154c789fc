#include "state/times.h"

#define STEPS_LOG2 4
_Static_assert(1 << STEPS_LOG2 == STATE_TIMES_STEPS, "a power of two");

size_t times_bucket(int64_t us) {
    if (us < STATE_TIMES_STEPS)
        return us > 0 ? (size_t)us : 0;
    if (us >> STATE_TIMES_END != 0)
        return STATE_TIMES - 1;
    unsigned doublings = 63 - (unsigned)__builtin_clzll((uint64_t)us) - STEPS_LOG2;
    /* The leading bit stands for itself: us >> doublings is 16 to 31. */
    return (size_t)doublings * STATE_TIMES_STEPS + (size_t)(us >> doublings);
}

int64_t times_from(size_t bucket) {
    if (bucket < 2 * STATE_TIMES_STEPS)
        return (int64_t)bucket;
    size_t doublings = bucket / STATE_TIMES_STEPS - 1;
    return (int64_t)(bucket % STATE_TIMES_STEPS + STATE_TIMES_STEPS) << doublings;
}

int64_t times_below(size_t bucket) {
    return bucket < STATE_TIMES - 1 ? times_from(bucket + 1) : INT64_MAX;
}

uint64_t times_count(const uint64_t times[STATE_TIMES]) {
    uint64_t count = 0;
    for (size_t i = 0; i < STATE_TIMES; i++)
        count += times[i];
    return count;
}

static int64_t middle(size_t bucket) {
    if (bucket >= STATE_TIMES - 1)
        return times_from(STATE_TIMES - 1);
    return times_from(bucket) + (times_below(bucket) - 1 - times_from(bucket)) / 2;
}

int64_t times_percentile(const uint64_t times[STATE_TIMES], double share) {
    uint64_t count = times_count(times), passed = 0;
    if (count == 0)
        return 0;
    double rank = share * (double)count;
    for (size_t i = 0; i < STATE_TIMES; i++) {
        passed += times[i];
        if (times[i] > 0 && (double)passed >= rank)
            return middle(i);
    }
    return middle(STATE_TIMES - 1);
}
