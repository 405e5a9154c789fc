/* quality_degradation: does the output still show the same pictures at the same times?
 *
 * Three questions: overall (is everything worse than the request explains?), locally (is one
 * instant far worse than the rest of the same output?), in order (does a picture match another
 * instant better than its own?). Exact where the request promises to lose nothing. The pictures
 * were measured by walk.h; here and in the files that quality.h names the figures are judged.
 *
 * Rooms: what may be expected · what is usual · what colours explain · figures · the check */
#include "judge/quality.h"

#include "judge/figures.h"
#include "text/text.h"

#include <stdlib.h>

/* ---- what may be expected ---- */

bool quality_has_fewer_colors(const struct quality *q) {
    const struct request_colors *c = &q->x->c->request->colors;
    return c->ask == REQUEST_UNCLEAR ||
           (c->ask == REQUEST_ASKED && q->x->source_scans[0].colors_union > (uint64_t)c->max);
}

bool quality_is_mild(const struct quality *q) {
    const struct request *r = q->x->c->request;
    const struct walk *w = q->w;
    bool lossy = r->operation == REQUEST_LOSSY_COMPRESSION;
    if (w->plan.view != PLAN_AS_THEY_ARE || quality_has_fewer_colors(q))
        return false;
    if (text_matches_any("gifsicle", r->program) && r->understood &&
        (lossy || r->colors.ask == REQUEST_ASKED))
        return true;
    return !lossy && !r->colors.scattered && w->tone.used > 0 &&
           tone_floor(&w->tone, &w->moves) < 2 && tone_strong_floor(&w->tone, &w->moves) < 50;
}

/* --lossy=200 stays under 120, a foreign palette mostly under 540 (1300 was seen); few colours are
 * not bounded by a constant, only by the output's own rest. Scaled pictures depend on the method,
 * and a sampled pattern may become anything. */
double quality_limit(const struct quality *q) {
    const struct request_colors *c = &q->x->c->request->colors;
    if (q->w->plan.view == PLAN_SCALED)
        return 3000;
    if (c->ask == REQUEST_NOT_ASKED)
        return q->mild ? 240 : 1600;
    if (c->ask == REQUEST_UNCLEAR || c->max < 8)
        return 30000;
    return c->max < 32 ? 4000 : 1500;
}

/* ---- what is usual ---- */

static double mse_of(const struct walk_instant *i) {
    return i->m.mse;
}

double quality_strong(const struct walk_instant *i) {
    return (double)i->m.strong / (double)i->m.pixels;
}

double quality_painted(const struct walk_instant *i) {
    bool most = (double)i->m.painted * 65025 * 2 > i->m.mse * (double)i->m.pixels;
    return most ? (double)i->m.painted / (double)i->m.pixels : 0;
}

static double bias_of(const struct walk_instant *i) {
    return i->m.bias < 0 ? -i->m.bias : i->m.bias;
}

/* The median over all pairs; those that are equal count as 0. */
static double median_of(const struct quality *q, double (*figure)(const struct walk_instant *i),
                        double *values) {
    size_t n = q->compared;
    for (size_t i = 0; i < n; i++)
        values[i] = i < q->w->used ? figure(&q->w->instants[i]) : 0;
    return figures_median(values, n);
}

static bool find_usual(struct quality *q) {
    double *values = malloc((q->compared + 1) * sizeof *values);
    if (values == NULL)
        return false;
    q->usual_mse = median_of(q, mse_of, values);
    q->usual_strong = median_of(q, quality_strong, values);
    q->usual_bias = median_of(q, bias_of, values);
    free(values);
    return true;
}

const struct walk_instant *quality_worst(const struct quality *q) {
    const struct walk_instant *most = &q->w->instants[0];
    for (size_t i = 1; i < q->w->used; i++)
        if (q->w->instants[i].m.mse > most->m.mse)
            most = &q->w->instants[i];
    return most;
}

double quality_seconds(const struct judge_film *film, uint32_t frame) {
    return frame < film->used ? (double)film->shots[frame].start_cs / 100 : 0;
}

/* ---- what colours explain ---- */

/* The least error with which the output's colours could show the picture, from some of its pixels.
 */
static double floor_of(const struct quality *q, const struct gif_canvas *c) {
    enum { SAMPLES = 4096 };
    uint32_t *colors = malloc(SAMPLES * sizeof *colors);
    size_t pixels = (size_t)c->width * c->height, stride = pixels / SAMPLES + 1, n = 0;
    for (size_t i = 0; colors != NULL && i < pixels; i += stride)
        gif_canvas_colors(c, q->x->inks, (uint32_t)(i % c->width), (uint32_t)(i / c->width), 1,
                          &colors[n++]);
    double error = palette_floor(&q->w->moves, colors, n);
    free(colors);
    return error;
}

bool quality_colors_explain(const struct quality *q, struct gif_player *again,
                            const struct walk_instant *i) {
    const struct judge_gif *source = &q->x->c->sources[0];
    if (q->mild)
        return false;
    if (again->reader == NULL &&
        !gif_player_open(again, source->bytes, source->used, q->x->inks, q->x->c->memory_bytes))
        return true;
    while (again->shown <= i->pair.source)
        if (judge_is_late(q->x) || gif_player_next(again) != GIF_FRAME)
            return true;
    return i->m.mse <= floor_of(q, &again->canvas) * 4 + 150;
}

/* ---- figures ---- */

/* How steady the error is from picture to picture: 1 = all the same, 0 = from none to all. */
static double consistency(const struct quality *q) {
    double sum = 0, before = 0;
    for (size_t i = 0; i < q->w->used; i++) {
        double error = figures_root(q->w->instants[i].m.mse);
        sum += i == 0 ? 0 : error > before ? error - before : before - error;
        before = error;
    }
    return q->w->used < 2 ? 1 : 1 - sum / 255 / (double)(q->w->used - 1);
}

static void add_worst(const struct quality *q, struct judge_result *r) {
    const struct walk_instant *i = quality_worst(q);
    double begins = quality_seconds(&q->x->output, i->pair.output);
    judge_detail_add(r, "worst_frame", judge_integer(i->pair.output));
    judge_detail_add(r, "worst_source_frame", judge_integer(i->pair.source));
    judge_detail_add(r, "worst_ms", judge_integer((int64_t)(begins * 1000 + 0.5)));
    judge_detail_add(r, "tile_mse_worst", judge_real(i->m.worst_tile, 0));
}

static void add_figures(const struct quality *q, struct judge_result *r) {
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
    if (w->used > 0)
        add_worst(q, r);
}

/* ---- the check ---- */

static void judge_pictures(const struct quality *q, struct judge_result *r) {
    r->expected = judge_text("the same pictures");
    r->actual = judge_text(q->w->used > 0 ? "other pictures" : "the same pictures");
    judge_pass(r);
    if (q->w->used == 0 || !quality_order(q, r))
        return;
    if (q->x->c->request->lossless)
        (void)quality_exact(q, r);
    else if (quality_locally(q, r) && quality_overall(q, r))
        judge_note(r, "%zu of %zu pictures differ, as the request lets expect", q->w->used,
                   q->compared);
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
    struct quality q = {.x = x, .w = x->walk};
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
    q.mild = quality_is_mild(&q);
    add_figures(&q, r);
    judge_pictures(&q, r);
    /* What was found wrong is wrong; what would have been looked at next is not known. */
    if (r->outcome == JUDGE_PASS && q.w->used > 0 && judge_is_late(x)) {
        r->outcome = JUDGE_UNKNOWN;
        text_print(r->message, sizeof r->message, "validation_timeout_ms (%lld) passed meanwhile",
                   (long long)x->c->limits->validation_timeout_ms);
    }
}
