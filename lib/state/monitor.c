#include "state/layout.h"

/* What was counted since the last window ended. The counter is read after its base, so that of two
 * that take at once none takes less than nothing, and together they take everything once. */
static uint64_t take(state_word *counter, state_word *base) {
    uint64_t from = atomic_load(base), to;
    do
        to = atomic_load(counter);
    while (!atomic_compare_exchange_strong(base, &from, to));
    return to - from;
}

/* Ends the window: true for one caller. */
static bool end_window(struct state_file *f, int64_t every, uint64_t *validations) {
    uint64_t from = atomic_load(&f->window_validations);
    uint64_t to = atomic_load(&f->validations);
    *validations = to - from;
    return *validations >= (uint64_t)(every > 1 ? every : 1) &&
           atomic_compare_exchange_strong(&f->window_validations, &from, to);
}

bool state_monitor(struct state *s, const struct state_monitor_limits *limits,
                   struct state_alerts *alerts) {
    struct state_file *f;
    uint64_t validations;
    if (state_current(s, &f) < 0 || !end_window(f, limits->every, &validations))
        return false;
    *alerts = (struct state_alerts){.validations = validations};
    for (int i = 0; i < JUDGE_CHECKS; i++) {
        struct state_alert a = {.check = (enum judge_check)i};
        a.failed = take(&f->checks[i][JUDGE_FAIL], &f->window_failed[i]);
        a.judged = a.failed + take(&f->checks[i][JUDGE_PASS], &f->window_passed[i]);
        a.rate = a.judged > 0 ? (double)a.failed / (double)a.judged : 0;
        if (a.rate > limits->alert_threshold)
            alerts->alerts[alerts->used++] = a;
    }
    return alerts->used > 0;
}
