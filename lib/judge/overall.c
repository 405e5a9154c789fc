/* Overall: is everything worse than the request explains? One question a function; each failure
 * names the instant that is worst. */
#include "judge/quality.h"

/* Levels that all pictures may be darker or brighter; the fewer colours, the less can be said. */
static double bias_limit(const struct quality *q) {
    const struct request_colors *c = &q->x->c->request->colors;
    if (c->ask == REQUEST_NOT_ASKED)
        return 14;
    if (c->ask == REQUEST_UNCLEAR || c->max < 8)
        return 255;
    return c->max < 16 ? 40 : 30;
}

/* Share of the pixels whose colour may have gone to another of the same table. */
#define MISPLACED_MOST 0.1

/* Share of what is drawn in a picture, in the rows where any is, that may have become transparent;
 * and pixels that are too few to speak of. */
#define VANISHED_MOST 0.005
#define VANISHED_LEAST 8

/* Mean squared error from which on lost colours are a loss. */
#define COLORS_LOST_MSE 150

/* Mean squared error of areas' means that is none. */
#define TONE_LEAST 60

/* The error of areas that n colours may leave, when the best choice of n would leave `best`. Tools
 * choose badly, the worse the fewer they may take: of 1,500 healthy outputs with 8 to 15 colours
 * some reached 7.5 times best + 300, with 16 and more 1.7 times. */
static double expected_error(int64_t n, double best) {
    if (n < 8)
        return (best + 100) * 80;
    return (best + 300) * (n < 16 ? 15 : n < 32 ? 5 : 3);
}

/* "most in frame 3 (0.30 s, source frame 3) within …" for every message. */
#define WORST "most in frame %u (%.2f s, source frame %u) within %u,%u-%u,%u"
#define WORST_OF(q, i)                                                                             \
    (i)->pair.output, quality_seconds(&(q)->x->output, (i)->pair.output), (i)->pair.source,        \
        (i)->m.box.left, (i)->m.box.top, (i)->m.box.right, (i)->m.box.bottom

static bool keeps_colors_in_place(const struct quality *q, struct judge_result *r) {
    uint32_t from = 0, to = 0;
    double misplaced = palette_misplaced(&q->w->moves, &from, &to);
    const struct walk_instant *i = quality_worst(q);
    judge_detail_bound(r, "misplaced_colors", judge_real(misplaced, 3),
                       judge_real(MISPLACED_MOST, 3));
    if (misplaced <= MISPLACED_MOST || q->w->plan.view == PLAN_SCALED)
        return true;
    judge_fail(r,
               "colours are exchanged: %.0f %% of the pixels have another colour of the same table "
               "(#%06x became #%06x; limit %.0f %%), " WORST,
               misplaced * 100, from & 0xFFFFFF, to & 0xFFFFFF, MISPLACED_MOST * 100,
               WORST_OF(q, i));
    return false;
}

/* What was drawn is drawn, whatever the colour. */
static bool keeps_drawn(const struct quality *q, struct judge_result *r) {
    if (q->w->plan.view == PLAN_SCALED)
        return true;
    for (size_t k = 0; k < q->w->used; k++) {
        const struct walk_instant *i = &q->w->instants[k];
        double share = i->m.opaque > 0 ? (double)i->m.vanished / (double)i->m.opaque : 0;
        if (i->m.vanished < VANISHED_LEAST || share <= VANISHED_MOST)
            continue;
        judge_detail_bound(r, "vanished", judge_real(share, 3), judge_real(VANISHED_MOST, 3));
        judge_fail(r,
                   "frame %u (%.2f s, source frame %u): %.1f %% of what is drawn has become "
                   "transparent (limit %.1f %%) within %u,%u-%u,%u",
                   i->pair.output, quality_seconds(&q->x->output, i->pair.output), i->pair.source,
                   share * 100, VANISHED_MOST * 100, i->m.box.left, i->m.box.top, i->m.box.right,
                   i->m.box.bottom);
        return false;
    }
    return true;
}

/* Not a mere fraction of the colours that were asked for, and were there. Of 256 reds a tool may
 * leave 32, and nobody sees it: the pictures must have suffered too. */
static bool keeps_colors(const struct quality *q, struct judge_result *r) {
    const struct request_colors *c = &q->x->c->request->colors;
    uint64_t had = q->x->source_scans[0].colors_union, have = q->x->output_scan->colors_union;
    if (c->ask != REQUEST_ASKED)
        return true;
    uint64_t most = (uint64_t)c->max < had ? (uint64_t)c->max : had;
    if (have * 8 > most || q->usual_mse < COLORS_LOST_MSE)
        return true;
    judge_fail(r, "%llu colours are left; %lld were asked for and the source has %llu, " WORST,
               (unsigned long long)have, (long long)c->max, (unsigned long long)had,
               WORST_OF(q, quality_worst(q)));
    return false;
}

/* The picture as a whole lies where it did. Not told where the colours to show it are not there. */
static bool keeps_place(const struct quality *q, struct judge_result *r) {
    const struct shift *s = &q->w->shift;
    int dx = 0, dy = 0;
    if (q->x->c->request->colors.scattered || !shift_find(s, &dx, &dy))
        return true;
    double own = shift_error(s, 0, 0), there = shift_error(s, dx, dy);
    if (own < tone_floor(&q->w->tone, &q->w->moves) * 3 + 60)
        return true;
    judge_fail(
        r, "the pictures are moved by %d,%d pixels: mean squared error %.0f, there %.0f; " WORST,
        dx, dy, own, there, WORST_OF(q, quality_worst(q)));
    return false;
}

/* Areas have the colours that the output's own, or the number asked for, lets expect. */
static bool keeps_tones(const struct quality *q, struct judge_result *r) {
    const struct request_colors *c = &q->x->c->request->colors;
    const struct tone *t = &q->w->tone;
    int64_t n = c->ask == REQUEST_ASKED ? c->max : c->adaptive ? 256 : 0;
    double error = tone_error(t), limit = TONE_LEAST, best = 0;
    if (error < TONE_LEAST)
        return true;
    double floor = tone_floor(t, &q->w->moves);
    if (!q->mild)
        limit = (floor + 20) * (c->scattered ? 15 : 4.5);
    if (n > 3 && palette_expect(&q->w->moves, (size_t)n, t->samples, t->used, &best) &&
        expected_error(n, best) < limit)
        limit = expected_error(n, best);
    judge_detail_bound(r, "area_mse", judge_real(error, 1), judge_real(limit, 1));
    if (error <= limit)
        return true;
    judge_fail(
        r,
        "areas have other colours: mean squared error %.0f (limit %.0f), the output's colours "
        "would allow %.0f; " WORST,
        error, limit, floor, WORST_OF(q, quality_worst(q)));
    return false;
}

/* Fewer colours than the pictures need: how bad that is depends on the pictures, not on a constant.
 */
static bool is_explained(const struct quality *q) {
    struct gif_player again = {0};
    if (q->x->c->request->colors.ask == REQUEST_NOT_ASKED)
        return false;
    bool explained = quality_colors_explain(q, &again, &q->w->instants[q->w->used / 2]);
    gif_player_close(&again);
    return explained;
}

/* Says why half of the pictures are too far off. */
static void tell_unlike(const struct quality *q, struct judge_result *r, double limit) {
    const struct walk_instant *i = quality_worst(q);
    const double painted = quality_painted(i);
    if (painted > 0)
        judge_fail(r,
                   "transparency is painted: %.1f %% of the picture was transparent and is opaque "
                   "now; half of the pictures differ by a mean squared error of %.0f or more "
                   "(limit %.0f), " WORST,
                   painted * 100, q->usual_mse, limit, WORST_OF(q, i));
    else
        judge_fail(r,
                   "half of the pictures differ by a mean squared error of %.0f or more (limit "
                   "%.0f), " WORST,
                   q->usual_mse, limit, WORST_OF(q, i));
}

static bool keeps_likeness(const struct quality *q, struct judge_result *r) {
    double limit = quality_limit(q), bias = bias_limit(q);
    judge_detail_bound(r, "mse_median", judge_real(q->usual_mse, 1), judge_real(limit, 0));
    judge_detail_bound(r, "bias_median", judge_real(q->usual_bias, 1), judge_real(bias, 0));
    if (q->usual_mse > limit && !is_explained(q))
        tell_unlike(q, r, limit);
    else if (q->usual_bias > bias && q->w->plan.view != PLAN_SCALED)
        judge_fail(r, "the pictures are %.0f levels too dark or too bright (limit %.0f), " WORST,
                   q->usual_bias, bias, WORST_OF(q, quality_worst(q)));
    else
        return true;
    return false;
}

bool quality_overall(const struct quality *q, struct judge_result *r) {
    return keeps_colors_in_place(q, r) && keeps_drawn(q, r) && keeps_colors(q, r) &&
           keeps_place(q, r) && keeps_tones(q, r) && keeps_likeness(q, r);
}
