#include "state/layout.h"

#include <math.h>

#define MODE_BITS 2
#define SERIAL_BITS 10

enum state_mode performance_mode(uint64_t word) {
    uint64_t mode = word % (1 << MODE_BITS);
    return mode < STATE_MODES ? (enum state_mode)mode : STATE_NORMAL;
}

int64_t performance_since(uint64_t word) {
    return (int64_t)(word >> (MODE_BITS + SERIAL_BITS));
}

/* The serial number differs from the last one's, so that nobody's comparison takes a word for the
 * one that was there before. */
static uint64_t following(uint64_t word, enum state_mode mode, int64_t since_us) {
    uint64_t serial = ((word >> MODE_BITS) + 1) % (1 << SERIAL_BITS);
    uint64_t since = word_of(since_us) < WORD_MOST ? word_of(since_us) : WORD_MOST;
    return (since << SERIAL_BITS | serial) << MODE_BITS | (uint64_t)mode;
}

enum state_mode state_mode(struct state *s) {
    struct state_file *f;
    return state_current(s, &f) == 0 ? performance_mode(atomic_load(&f->mode)) : STATE_NORMAL;
}

/* Of the last validations; of one that another process is just writing, the one before it is taken
 * instead. Below 0: there are not so many yet. */
static double mean_us(const struct state_file *f, int64_t window) {
    uint64_t end = atomic_load(&f->validations);
    struct state_recent r;
    double sum = 0;
    int64_t used = 0;
    window = window < 1 ? 1 : window > STATE_RECENT ? STATE_RECENT : window;
    for (uint64_t back = 1; back <= STATE_RING && back <= end && used < window; back++)
        if (recent_get(f, end - back, &r)) {
            sum += (double)r.time_us;
            used++;
        }
    return used == window ? sum / (double)used : -1;
}

static enum state_mode decide(const struct state_performance_limits *limits, enum state_mode from,
                              bool dwelled, double mean_ms) {
    double slow = (double)limits->slow_ms, emergency = (double)limits->emergency_ms;
    enum state_mode says = mean_ms > emergency ? STATE_EMERGENCY
                           : mean_ms > slow    ? STATE_DEGRADED
                                               : STATE_NORMAL;
    if (says >= from || limits->recovery_dwell_s == 0)
        return says;
    double entered_at = from == STATE_EMERGENCY ? emergency : slow;
    return dwelled && mean_ms < entered_at / 2 ? (enum state_mode)(from - 1) : from;
}

static void remember(struct state_file *f, const struct state_change *c) {
    uint64_t number = atomic_fetch_add(&f->changes_used, 1), lap = number / STATE_CHANGES + 1;
    struct state_change_words *w = &f->changes[number % STATE_CHANGES];
    double most = (double)(WORD_MOST >> 5), mean_us = isnan(c->mean_ms) ? 0 : c->mean_ms * 1000;
    uint64_t mean = (uint64_t)(mean_us < most ? mean_us : most);
    word_add(&f->mode_changes[c->to], 1);
    word_put_unless_newer(&w->wall_us, lap, word_of(c->wall_us));
    word_put_unless_newer(&w->mean, lap, mean << 4 | (uint64_t)c->to << 2 | (uint64_t)c->from);
}

bool state_performance(struct state *s, const struct state_performance_limits *limits,
                       int64_t wall_us, struct state_change *change) {
    struct state_file *f;
    if (state_current(s, &f) < 0)
        return false;
    double mean = mean_us(f, limits->window) / 1000;
    if (mean < 0)
        return false;
    uint64_t word = atomic_load(&f->mode);
    enum state_mode from = performance_mode(word);
    int64_t in_it_us = (int64_t)(word_of(wall_us) & WORD_MOST) - performance_since(word);
    bool dwelled = in_it_us / 1000000 >= limits->recovery_dwell_s;
    enum state_mode to = decide(limits, from, dwelled, mean);
    if (to == from && (in_it_us >= 0 || from == STATE_NORMAL))
        return false;
    if (!atomic_compare_exchange_strong(&f->mode, &word, following(word, to, wall_us)) ||
        to == from)
        return false;
    *change = (struct state_change){.wall_us = wall_us, .from = from, .to = to, .mean_ms = mean};
    remember(f, change);
    return true;
}

int state_performance_reset(struct state *s, int64_t wall_us, struct state_change *change) {
    struct state_file *f;
    int result = state_current(s, &f);
    if (result < 0)
        return result;
    /* First the times, or a process that ends a validation now finds the old ones. */
    recent_forget(f);
    uint64_t word = atomic_load(&f->mode);
    enum state_mode from = performance_mode(word);
    while (!atomic_compare_exchange_strong(&f->mode, &word, following(word, STATE_NORMAL, wall_us)))
        from = performance_mode(word);
    if (from == STATE_NORMAL)
        return 0;
    *change = (struct state_change){
        .wall_us = wall_us, .from = from, .to = STATE_NORMAL, .mean_ms = (double)NAN};
    remember(f, change);
    return 1;
}
