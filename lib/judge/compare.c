/* Rooms: small helpers · pictures · times · drift */
#include "judge/compare.h"
#include "text/text.h"

/* ---- small helpers ---- */

static uint64_t distance(uint64_t a, uint64_t b) {
    return a > b ? a - b : b - a;
}

static uint64_t grid_of(const struct judge_context *x) {
    return (uint64_t)(x->c->limits->timing_grid_ms + 9) / 10;
}

uint64_t compare_begin_cs(const struct judge_film *film, size_t i) {
    return i < film->used ? film->shots[i].start_cs : film->total_cs;
}

/* The shot with which the next picture begins. */
static size_t next_picture(const struct judge_film *film, size_t i) {
    do
        i++;
    while (i < film->used && !film->shots[i].changed);
    return i;
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

/* ---- pictures ---- */

enum compare_order compare_pictures(const struct judge_context *x, size_t *missing) {
    const struct judge_film *out = &x->output, *wanted = &x->expected;
    size_t w = 0;
    *missing = wanted->used;
    if (out->used == 0)
        return COMPARE_OTHER;
    for (size_t i = 0; i < out->used; i = next_picture(out, i)) {
        while (w < wanted->used && wanted->shots[w].picture != out->shots[i].picture) {
            if (*missing == wanted->used)
                *missing = w;
            w = next_picture(wanted, w);
        }
        if (w >= wanted->used) {
            *missing = wanted->used;
            return COMPARE_OTHER;
        }
        w = next_picture(wanted, w);
    }
    if (w < wanted->used && *missing == wanted->used)
        *missing = w;
    return *missing == wanted->used ? COMPARE_SAME : COMPARE_FEWER;
}

struct judge_context compare_as_stored(const struct judge_context *x) {
    struct judge_context stored = *x;
    stored.output = x->stored_output;
    stored.expected = x->stored_expected;
    return stored;
}

bool compare_may_merge(const struct judge_context *x) {
    const struct request *r = x->c->request;
    if (r->lossless)
        return false;
    /* ImageMagick's -fuzz merges frames that nearly repeat; no other lossy option is known to. */
    bool fuzzy =
        r->operation == REQUEST_LOSSY_COMPRESSION && text_matches_any("magick gm", r->program);
    return r->colors.ask != REQUEST_NOT_ASKED || r->canvas.ask != REQUEST_NOT_ASKED ||
           r->pictures_edited || fuzzy || r->operation == REQUEST_COLOR_REDUCTION ||
           r->operation == REQUEST_RESIZE;
}

bool compare_may_add_stored(const struct judge_context *x) {
    const struct judge_film *out = &x->output, *wanted = &x->expected;
    size_t missing;
    if (wanted->kind != JUDGE_FILM_EXACT || out->used >= wanted->used)
        return false;
    enum compare_order order = compare_pictures(x, &missing);
    if (order != COMPARE_OTHER)
        return order == COMPARE_SAME;
    /* Nothing added to nothing proves nothing. */
    return out->used >= wanted->changes ||
           (compare_may_merge(x) && x->stored_expected.total_cs > 0);
}

bool compare_is_exact(const struct judge_context *x) {
    const struct judge_film *out = &x->output, *wanted = &x->expected;
    size_t pictures = 0, found = 0, from = 0;
    if (x->c->request->lossless)
        return true;
    for (size_t i = 0; i < out->used; i = next_picture(out, i), pictures++)
        /* Looked for from the last hit on, once around: in order this costs one pass. */
        for (size_t k = 0; k < wanted->used && k < 256; k++) {
            size_t at = (from + k) % wanted->used;
            if (wanted->shots[at].picture == out->shots[i].picture) {
                from = at;
                found++;
                break;
            }
        }
    return found * 2 > pictures;
}

/* ---- times ---- */

bool compare_times_fit(const struct judge_context *x, size_t *stray) {
    const struct judge_film *out = &x->output, *wanted = &x->expected;
    uint64_t grid = grid_of(x);
    size_t from = 0;
    for (size_t i = 0; i < out->used && wanted->used > 0; i = next_picture(out, i)) {
        size_t at = nearest(wanted, out->shots[i].start_cs, &from);
        if (distance(wanted->shots[at].start_cs, out->shots[i].start_cs) > grid) {
            *stray = i;
            return false;
        }
    }
    *stray = out->used;
    return wanted->used > 0;
}

bool compare_time_went(const struct judge_context *x) {
    const struct judge_film *wanted = &x->expected;
    uint64_t apart = distance(x->output.total_cs, wanted->total_cs), shortest = UINT64_MAX;
    for (size_t i = 0; i < wanted->used; i++)
        if (wanted->shots[i].delay_cs < shortest)
            shortest = wanted->shots[i].delay_cs;
    return apart > grid_of(x) && apart >= shortest;
}

/* ---- drift ---- */

static void note_begin(struct compare_drift *d, const struct judge_context *x, size_t i, size_t w,
                       uint64_t grid_cs) {
    uint64_t off = distance(compare_begin_cs(&x->output, i), compare_begin_cs(&x->expected, w));
    d->of++;
    d->kept += off <= grid_cs;
    if (off > d->most_cs) {
        d->most_cs = off;
        d->at = i;
        d->wanted = w;
    }
}

static void note_hold(struct compare_drift *d, uint64_t have_cs, uint64_t wanted_cs, size_t i,
                      size_t w) {
    uint64_t off = distance(have_cs, wanted_cs);
    if (off <= d->hold_off_cs)
        return;
    d->hold_off_cs = off;
    d->hold_at = i;
    d->hold_wanted = w;
}

/* Both films have the same steps: pictures, or shots. */
static struct compare_drift by_steps(const struct judge_context *x, uint64_t grid_cs,
                                     bool pictures) {
    const struct judge_film *out = &x->output, *wanted = &x->expected;
    struct compare_drift d = {0};
    for (size_t i = 0, w = 0; i < out->used && w < wanted->used;) {
        size_t next = pictures ? next_picture(out, i) : i + 1;
        size_t next_wanted = pictures ? next_picture(wanted, w) : w + 1;
        note_begin(&d, x, i, w, grid_cs);
        note_hold(&d, compare_begin_cs(out, next) - compare_begin_cs(out, i),
                  compare_begin_cs(wanted, next_wanted) - compare_begin_cs(wanted, w), i, w);
        i = next;
        w = next_wanted;
    }
    return d;
}

static struct compare_drift by_nearest(const struct judge_context *x, uint64_t grid_cs) {
    const struct judge_film *out = &x->output, *wanted = &x->expected;
    struct compare_drift d = {0};
    size_t from = 0;
    for (size_t i = 0; i < out->used; i = next_picture(out, i))
        note_begin(&d, x, i, nearest(wanted, out->shots[i].start_cs, &from), grid_cs);
    if (compare_may_merge(x))
        return d;
    from = 0;
    for (size_t w = 0; w < wanted->used; w = next_picture(wanted, w))
        note_begin(&d, x, nearest(out, wanted->shots[w].start_cs, &from), w, grid_cs);
    return d;
}

struct compare_drift compare_drift(const struct judge_context *x, uint64_t grid_cs) {
    size_t missing;
    if (compare_pictures(x, &missing) == COMPARE_SAME)
        return by_steps(x, grid_cs, true);
    if (x->output.used == x->expected.used)
        return by_steps(x, grid_cs, false);
    return by_nearest(x, grid_cs);
}
