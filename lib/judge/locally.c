/* Locally: one instant against the rest of the same output. A two-colour output is bad everywhere
 * and healthy, one wrecked frame in a hundred is damage. */
#include "judge/quality.h"

/* What an instant is held against. */
struct local_limits {
    double mse;    /* of a picture that also differs strongly */
    double strong; /* share of its pixels */
    bool many_colors;
    bool exact; /* most pictures are exactly the source's */
};

static struct local_limits limits_of(const struct quality *q) {
    struct local_limits l = {.many_colors = quality_limit(q) < 2000,
                             .exact = q->w->used * 2 < q->compared};
    double usual = q->usual_strong, thrice = usual * 3 + 0.01;
    /* Where much is strong everywhere: nearly half of what is not. */
    double half = usual + (1 - usual) * 0.45;
    l.mse = q->mild ? q->usual_mse * 2 + 150 : q->usual_mse * 6 + (l.many_colors ? 200 : 400);
    l.strong = thrice < half ? thrice : half;
    /* gifsicle's dithering misses colours in spots. */
    if (q->x->c->request->colors.scattered) {
        l.many_colors = false;
        l.mse = q->usual_mse * 6 + 2000;
    }
    return l;
}

static bool is_wrecked(const struct quality *q, const struct local_limits *l,
                       const struct walk_instant *i) {
    double strong = quality_strong(i), tile = i->m.worst_tile;
    if (i->m.mse > l->mse && (strong > l->strong || q->mild))
        return true;
    /* A small patch: strong where nearly nothing is strong otherwise. */
    if (l->many_colors && tile > 6000 && strong > 0.004 + q->usual_strong * 6)
        return true;
    if (l->exact && !q->x->c->request->colors.scattered && i->m.mse > 100 && tile > 2500 &&
        strong > 0.004)
        return true;
    return q->mild && tile > 800 && strong > 0.003;
}

static void fail(const struct quality *q, struct judge_result *r, const struct walk_instant *i,
                 const struct local_limits *l) {
    const double painted = quality_painted(i);
    if (painted > 0)
        judge_fail(r,
                   "frame %u (%.2f s, source frame %u): transparency is painted: %.1f %% of the "
                   "picture was transparent and is opaque now; %.1f %% differs strongly, %.1f %% "
                   "is usual in this file; within %u,%u-%u,%u; mean squared error %.0f (limit "
                   "%.0f)",
                   i->pair.output, quality_seconds(&q->x->output, i->pair.output), i->pair.source,
                   painted * 100, quality_strong(i) * 100, q->usual_strong * 100, i->m.box.left,
                   i->m.box.top, i->m.box.right, i->m.box.bottom, i->m.mse, l->mse);
    else
        judge_fail(
            r,
            "frame %u (%.2f s, source frame %u): %.1f %% of the picture differs strongly, %.1f "
            "%% is usual in this file; rows %u-%u, within %u,%u-%u,%u; mean squared error %.0f "
            "(limit %.0f), of the worst tile %.0f",
            i->pair.output, quality_seconds(&q->x->output, i->pair.output), i->pair.source,
            quality_strong(i) * 100, q->usual_strong * 100, i->m.strong_top, i->m.strong_bottom,
            i->m.box.left, i->m.box.top, i->m.box.right, i->m.box.bottom, i->m.mse, l->mse,
            i->m.worst_tile);
}

bool quality_locally(const struct quality *q, struct judge_result *r) {
    struct local_limits l = limits_of(q);
    struct gif_player again = {0};
    bool good = true;
    judge_detail_bound(r, "mse_of_worst_frame", judge_real(quality_worst(q)->m.mse, 1),
                       judge_real(l.mse, 1));
    judge_detail_bound(r, "strong_of_worst_frame", judge_real(quality_strong(quality_worst(q)), 4),
                       judge_real(l.strong, 4));
    for (size_t k = 0; k < q->w->used && good && !judge_is_late(q->x); k++) {
        const struct walk_instant *i = &q->w->instants[k];
        if (is_wrecked(q, &l, i) && !quality_colors_explain(q, &again, i)) {
            fail(q, r, i, &l);
            good = false;
        }
    }
    gif_player_close(&again);
    return good;
}
