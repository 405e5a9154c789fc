#include "judge/compare.h"

static uint64_t distance(uint64_t a, uint64_t b) {
    return a > b ? a - b : b - a;
}

/* The shot of film that begins nearest to time; *from is where the search goes on (times grow). */
static size_t nearest(const struct judge_film *film, uint64_t time, size_t *from) {
    size_t i = *from;
    while (i + 1 < film->used &&
           distance(film->shots[i + 1].start_cs, time) <= distance(film->shots[i].start_cs, time))
        i++;
    *from = i;
    return i;
}

static uint64_t grid_of(const struct judge_context *x) {
    return (uint64_t)(x->c->limits->timing_grid_ms + 9) / 10;
}

bool compare_is_exact(const struct judge_context *x) {
    size_t found = 0, from = 0;
    const struct judge_film *out = &x->output, *source = &x->source;
    if (x->c->request->lossless)
        return true;
    for (size_t i = 0; i < out->used; i++)
        /* Looked for from the last hit on, once around: in order this costs one pass. */
        for (size_t k = 0; k < source->used && k < 256; k++) {
            size_t at = (from + k) % source->used;
            if (source->shots[at].picture == out->shots[i].picture) {
                from = at;
                found++;
                break;
            }
        }
    return out->used > 0 && found * 2 > out->used;
}

bool compare_times_fit(const struct judge_context *x, size_t *stray) {
    const struct judge_film *out = &x->output, *wanted = &x->expected;
    uint64_t grid = grid_of(x);
    size_t from = 0;
    for (size_t i = 0; i < out->used; i++) {
        size_t at = wanted->used > 0 ? nearest(wanted, out->shots[i].start_cs, &from) : 0;
        if (wanted->used == 0 ||
            distance(wanted->shots[at].start_cs, out->shots[i].start_cs) > grid) {
            /* A shot that only goes on with the picture before may begin anywhere. */
            if (!out->shots[i].changed)
                continue;
            *stray = i;
            return false;
        }
    }
    *stray = out->used;
    return distance(out->total_cs, wanted->total_cs) * 10 <=
           (uint64_t)x->c->limits->timing_duration_diff_ms;
}

static void hold(struct compare_drift *d, uint64_t distance_cs, uint64_t grid_cs, size_t at,
                 size_t wanted) {
    d->of++;
    d->kept += distance_cs <= grid_cs;
    if (distance_cs > d->most_cs) {
        d->most_cs = distance_cs;
        d->at = at;
        d->wanted = wanted;
    }
}

struct compare_drift compare_drift(const struct judge_context *x, uint64_t grid_cs) {
    const struct judge_film *out = &x->output, *wanted = &x->expected;
    struct compare_drift d = {0};
    if (out->used == wanted->used) {
        for (size_t i = 0; i < out->used; i++)
            hold(&d, distance(out->shots[i].start_cs, wanted->shots[i].start_cs), grid_cs, i, i);
        return d;
    }
    size_t from = 0;
    for (size_t i = 0; i < out->used; i++) {
        if (!out->shots[i].changed)
            continue;
        size_t at = nearest(wanted, out->shots[i].start_cs, &from);
        hold(&d, distance(out->shots[i].start_cs, wanted->shots[at].start_cs), grid_cs, i, at);
    }
    if (!compare_is_exact(x))
        return d;
    from = 0;
    for (size_t i = 0; i < wanted->used; i++) {
        if (!wanted->shots[i].changed)
            continue;
        size_t at = nearest(out, wanted->shots[i].start_cs, &from);
        hold(&d, distance(wanted->shots[i].start_cs, out->shots[at].start_cs), grid_cs, at, i);
    }
    return d;
}
