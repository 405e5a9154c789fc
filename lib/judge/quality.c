/* quality_degradation: does the output still show the same pictures at the same times?
 *
 * Three questions: overall (is everything worse than the request explains?), locally (is one
 * instant far worse than the rest of the same output?), in order (does a picture match another
 * instant better than its own?). Exact where the request promises to lose nothing. The pictures
 * were measured by walk.h; here the figures are judged.
 *
 * Rooms: limits · what is usual · order · exactly · overall · locally · the check */
#include "gif/player.h"
#include "judge/checks.h"
#include "judge/figures.h"
#include "judge/walk.h"

#include <stdlib.h>

/* The question: both files, and what differs. */
struct asked {
    const struct judge_context *x;
    const struct walk *w;
    size_t compared; /* pairs that were measured, or are equal */
    double usual_mse, usual_strong, usual_bias;
};

/* ---- limits ---- */

/* Mean squared error that the request explains at the worst: --lossy=200 stays under 120, a foreign
 * palette under 540; few colours are not bounded by a constant, only by the output's own rest.
 * Scaled pictures depend on the method, and a sampled pattern may become anything. */
static double overall_limit(const struct asked *q) {
    const struct request *r = q->x->c->request;
    if (q->w->plan.view == PLAN_SCALED)
        return 3000;
    if (r->colors.ask == REQUEST_NOT_ASKED)
        return r->operation == REQUEST_LOSSY_COMPRESSION && r->understood ? 400 : 800;
    if (r->colors.ask == REQUEST_UNCLEAR || r->colors.max < 8)
        return 30000;
    if (r->colors.max < 32)
        return 4000;
    return 1500;
}

/* Levels that all pictures may be darker or brighter. */
#define BIAS_MOST 14

/* Share of the pixels whose colour may have gone to another of the same table. */
#define MISPLACED_MOST 0.1

/* ---- what is usual ---- */

static double mse_of(const struct walk_instant *i) {
    return i->m.mse;
}

static double strong_of(const struct walk_instant *i) {
    return (double)i->m.strong / (double)i->m.pixels;
}

static double bias_of(const struct walk_instant *i) {
    return i->m.bias < 0 ? -i->m.bias : i->m.bias;
}

/* The median over all pairs; those that are equal count as 0. */
static double median_of(const struct asked *q, double (*figure)(const struct walk_instant *i),
                        double *values) {
    size_t n = q->compared;
    for (size_t i = 0; i < n; i++)
        values[i] = i < q->w->used ? figure(&q->w->instants[i]) : 0;
    return figures_median(values, n);
}

static bool find_usual(struct asked *q) {
    double *values = malloc((q->compared + 1) * sizeof *values);
    if (values == NULL)
        return false;
    q->usual_mse = median_of(q, mse_of, values);
    q->usual_strong = median_of(q, strong_of, values);
    q->usual_bias = median_of(q, bias_of, values);
    free(values);
    return true;
}

static const struct walk_instant *worst(const struct asked *q) {
    const struct walk_instant *most = &q->w->instants[0];
    for (size_t i = 1; i < q->w->used; i++)
        if (q->w->instants[i].m.mse > most->m.mse)
            most = &q->w->instants[i];
    return most;
}

/* ---- order ---- */

static double seconds(const struct judge_film *film, uint32_t frame) {
    return frame < film->used ? (double)film->shots[frame].start_cs / 100 : 0;
}

/* With fewer colours than there were, pictures that differed may have become alike, or like
 * another: nothing follows from their order. */
static bool colors_were_reduced(const struct judge_context *x) {
    const struct request_colors *c = &x->c->request->colors;
    return c->ask == REQUEST_UNCLEAR ||
           (c->ask == REQUEST_ASKED && x->source_scans[0].colors_union > (uint64_t)c->max);
}

/* Are all but a few of the output's pictures the source's own? */
static bool is_mostly_known(const struct judge_context *x) {
    size_t known = 0;
    for (size_t i = 0; i < x->output.used; i++)
        known += plan_find_picture(&x->source, x->output.shots[i].picture, (uint32_t)i) >= 0;
    return known * 10 >= x->output.used * 8;
}

/* A picture that is exactly another instant's, in an output whose pictures are all but a few the
 * source's own: it was moved, not changed. */
static bool find_moved(const struct asked *q, struct judge_result *r) {
    const struct judge_film *out = &q->x->output, *source = &q->x->source;
    size_t moved = 0;
    struct plan_pair first = {0};
    int64_t shows = -1;
    if (q->w->plan.view != PLAN_AS_THEY_ARE || colors_were_reduced(q->x) || !is_mostly_known(q->x))
        return false;
    for (size_t i = 0; i < q->w->used; i++) {
        const struct plan_pair *p = &q->w->instants[i].pair;
        int64_t at = plan_find_picture(source, out->shots[p->output].picture, p->source);
        if (at < 0)
            continue;
        if (moved++ == 0) {
            first = *p;
            shows = at;
        }
    }
    judge_detail_add(r, "moved_pictures", judge_integer((int64_t)moved));
    if (moved == 0)
        return false;
    judge_fail(r,
               "frame %u (%.2f s) shows the source's frame %lld (%.2f s) instead of frame %u; "
               "%zu pictures are out of order",
               first.output, seconds(out, first.output), (long long)shows,
               seconds(source, (uint32_t)shows), first.source, moved);
    return true;
}

/* ---- exactly ---- */

/* gifsicle keeps a frame's colours to 256 when it takes an animation apart: a few pixels then move
 * by a few levels, which no selection of frames promises to prevent. */
static bool is_rounding(const struct asked *q) {
    if (q->x->c->request->frames.ask == REQUEST_NOT_ASKED)
        return false;
    for (size_t i = 0; i < q->w->used; i++) {
        const struct picture_measure *m = &q->w->instants[i].m;
        if (!m->is_rounding || m->differs * 50 > m->pixels)
            return false;
    }
    return true;
}

static void judge_exactly(const struct asked *q, struct judge_result *r) {
    const struct walk_instant *i = &q->w->instants[0];
    if (is_rounding(q)) {
        judge_note(r, "%zu pictures differ by a few levels in a few pixels", q->w->used);
        return;
    }
    judge_fail(r,
               "the request loses nothing, but %zu pictures differ, first frame %u (%.2f s, source "
               "frame %u): %llu pixels within %u,%u-%u,%u",
               q->w->used, i->pair.output, seconds(&q->x->output, i->pair.output), i->pair.source,
               (unsigned long long)i->m.differs, i->m.box.left, i->m.box.top, i->m.box.right,
               i->m.box.bottom);
}

/* ---- overall ---- */

/* Does the output simply not have the colours for this picture? The source is played once more;
 * instants are asked about in their order. */
static bool colors_explain(const struct asked *q, struct gif_player *again,
                           const struct walk_instant *i) {
    const struct judge_gif *source = &q->x->c->sources[0];
    if (again->reader == NULL &&
        !gif_player_open(again, source->bytes, source->used, q->x->inks, q->x->c->memory_bytes))
        return true;
    if (!gif_player_seek(again, i->pair.source))
        return true;
    return i->m.mse <= palette_floor(&q->w->moves, &again->canvas, q->x->inks) * 4 + 150;
}

/* Fewer colours than the pictures need: how bad that is depends on the pictures, not on a constant.
 */
static bool is_explained_overall(const struct asked *q) {
    struct gif_player again = {0};
    if (q->x->c->request->colors.ask == REQUEST_NOT_ASKED)
        return false;
    bool explained = colors_explain(q, &again, &q->w->instants[q->w->used / 2]);
    gif_player_close(&again);
    return explained;
}

static bool judge_overall(const struct asked *q, struct judge_result *r) {
    double limit = overall_limit(q);
    const struct walk_instant *i = worst(q);
    uint32_t from = 0, to = 0;
    double misplaced = palette_misplaced(&q->w->moves, &from, &to);
    judge_detail_bound(r, "mse_median", judge_real(q->usual_mse, 1), judge_real(limit, 0));
    judge_detail_bound(r, "bias_median", judge_real(q->usual_bias, 1), judge_real(BIAS_MOST, 0));
    judge_detail_bound(r, "misplaced_colors", judge_real(misplaced, 3),
                       judge_real(MISPLACED_MOST, 3));
    if (misplaced > MISPLACED_MOST && q->w->plan.view != PLAN_SCALED)
        judge_fail(r,
                   "colours are exchanged: %.0f %% of the pixels have another colour of the same "
                   "table (#%06x became #%06x; limit %.0f %%), most in frame %u (%.2f s, source "
                   "frame %u)",
                   misplaced * 100, from & 0xFFFFFF, to & 0xFFFFFF, MISPLACED_MOST * 100,
                   i->pair.output, seconds(&q->x->output, i->pair.output), i->pair.source);
    else if (q->usual_mse > limit && !is_explained_overall(q))
        judge_fail(r,
                   "half of the pictures differ by a mean squared error of %.0f or more (limit "
                   "%.0f), most frame %u (%.2f s, source frame %u) within %u,%u-%u,%u",
                   q->usual_mse, limit, i->pair.output, seconds(&q->x->output, i->pair.output),
                   i->pair.source, i->m.box.left, i->m.box.top, i->m.box.right, i->m.box.bottom);
    else if (q->usual_bias > BIAS_MOST && limit < 2000)
        judge_fail(r,
                   "the pictures are %.0f levels too dark or too bright (limit %d), most frame %u "
                   "(%.2f s, source frame %u)",
                   q->usual_bias, BIAS_MOST, i->pair.output, seconds(&q->x->output, i->pair.output),
                   i->pair.source);
    else
        return true;
    return false;
}

/* ---- locally ---- */

static void fail_locally(const struct asked *q, struct judge_result *r,
                         const struct walk_instant *i, double allowed) {
    judge_fail(
        r,
        "frame %u (%.2f s, source frame %u): %.1f %% of the picture differs strongly, %.1f %% "
        "is usual in this file; rows %u-%u, within %u,%u-%u,%u; mean squared error %.0f (limit "
        "%.0f), of the worst tile %.0f",
        i->pair.output, seconds(&q->x->output, i->pair.output), i->pair.source, strong_of(i) * 100,
        q->usual_strong * 100, i->m.strong_top, i->m.strong_bottom, i->m.box.left, i->m.box.top,
        i->m.box.right, i->m.box.bottom, i->m.mse, allowed, i->m.worst_tile);
}

/* One instant against the rest of the same output: a two-colour output is bad everywhere and
 * healthy, one wrecked frame in a hundred is damage. */
static bool judge_locally(const struct asked *q, struct judge_result *r) {
    bool many_colors = overall_limit(q) < 2000;
    double allowed = q->usual_mse * 6 + (many_colors ? 200 : 400);
    struct gif_player again = {0};
    bool good = true;
    judge_detail_bound(r, "mse_of_worst_frame", judge_real(worst(q)->m.mse, 1),
                       judge_real(allowed, 1));
    for (size_t k = 0; k < q->w->used && good; k++) {
        const struct walk_instant *i = &q->w->instants[k];
        bool wrecked = i->m.mse > allowed && strong_of(i) > 0.01 + q->usual_strong * 3;
        /* A small patch: strong where nearly nothing is strong otherwise. */
        wrecked |=
            many_colors && i->m.worst_tile > 6000 && strong_of(i) > 0.004 + q->usual_strong * 6;
        if (wrecked && !colors_explain(q, &again, i)) {
            fail_locally(q, r, i, allowed);
            good = false;
        }
    }
    gif_player_close(&again);
    return good;
}

/* ---- the check ---- */

/* How steady the error is from picture to picture: 1 = all the same, 0 = from none to all. */
static double consistency(const struct asked *q) {
    double sum = 0, before = 0;
    for (size_t i = 0; i < q->w->used; i++) {
        double error = figures_root(q->w->instants[i].m.mse);
        sum += i == 0 ? 0 : error > before ? error - before : before - error;
        before = error;
    }
    return q->w->used < 2 ? 1 : 1 - sum / 255 / (double)(q->w->used - 1);
}

static void add_figures(const struct asked *q, struct judge_result *r) {
    const struct walk *w = q->w;
    double equal = (double)(q->compared - w->used), n = (double)q->compared;
    double mse = 0, ssim = equal, psnr = equal * 100, steady = consistency(q);
    for (size_t i = 0; i < w->used; i++) {
        mse += w->instants[i].m.mse;
        ssim += w->instants[i].m.ssim;
        psnr += figures_psnr(w->instants[i].m.mse);
    }
    judge_detail_add(r, "pictures_compared", judge_integer((int64_t)q->compared));
    judge_detail_add(r, "pictures_differing", judge_integer((int64_t)w->used));
    if (w->left_out > 0)
        judge_detail_add(r, "pictures_left_out", judge_integer((int64_t)w->left_out));
    if (q->compared == 0)
        return;
    judge_detail_add(r, "mse_mean", judge_real(mse / n, 2));
    judge_detail_add(r, "psnr_mean", judge_real(psnr / n, 2));
    judge_detail_add(r, "ssim_mean", judge_real(ssim / n, 4));
    judge_detail_add(r, "temporal_consistency", judge_real(steady, 4));
    judge_detail_add(r, "composite_quality",
                     judge_real(figures_composite(ssim / n, psnr / n, steady), 4));
    if (w->used == 0)
        return;
    const struct walk_instant *i = worst(q);
    judge_detail_add(r, "worst_frame", judge_integer(i->pair.output));
    judge_detail_add(r, "worst_source_frame", judge_integer(i->pair.source));
    judge_detail_add(r, "worst_ms",
                     judge_integer((int64_t)(seconds(&q->x->output, i->pair.output) * 1000 + 0.5)));
    judge_detail_add(r, "tile_mse_worst", judge_real(i->m.worst_tile, 0));
    judge_detail_add(r, "strong_worst", judge_real(strong_of(i), 4));
}

static void judge_pictures(const struct asked *q, struct judge_result *r) {
    r->expected = judge_text("the same pictures");
    r->actual = judge_text(q->w->used > 0 ? "other pictures" : "the same pictures");
    judge_pass(r);
    if (q->w->used == 0)
        return;
    if (q->x->c->request->lossless) {
        if (!find_moved(q, r))
            judge_exactly(q, r);
    } else if (find_moved(q, r)) {
        return;
    } else if (q->w->displaced && !colors_were_reduced(q->x)) {
        judge_fail(r, "frame %u (%.2f s) shows what the source shows in frame %u, not frame %u",
                   q->w->displaced_pair.output, seconds(&q->x->output, q->w->displaced_pair.output),
                   q->w->displaced_to, q->w->displaced_pair.source);
    } else if (judge_overall(q, r) && judge_locally(q, r)) {
        judge_note(r, "%zu of %zu pictures differ, as the request lets expect", q->w->used,
                   q->compared);
    }
}

/* Why the pictures say nothing, or NULL. A missing trailer takes nothing from them. */
static const char *obstacle(const struct judge_context *x) {
    const struct gif_scan *o = x->output_scan, *s = &x->source_scans[0];
    if (x->walk == NULL)
        return x->unwalked;
    if (o->faults > 0 && o->fault.code != GIF_FAULT_NO_TRAILER)
        return "the output is damaged, as file_integrity says";
    if (s->faults > 0 && s->fault.code != GIF_FAULT_NO_TRAILER)
        return "the source is damaged: what it should show is not known";
    return NULL;
}

void judge_quality(const struct judge_context *x, struct judge_result *r) {
    const char *none = obstacle(x);
    struct asked q = {.x = x, .w = x->walk};
    if (none != NULL) {
        judge_not_applicable(r, "%s", none);
        return;
    }
    if (q.w != NULL)
        q.compared = q.w->walked - q.w->left_out;
    if (q.w == NULL || q.w->no_memory || !find_usual(&q)) {
        r->outcome = JUDGE_UNKNOWN;
        text_print(r->message, sizeof r->message, "no memory to compare pictures");
        return;
    }
    add_figures(&q, r);
    judge_pictures(&q, r);
}
