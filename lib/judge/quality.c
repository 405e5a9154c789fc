/* quality_degradation: does the output still show the same pictures at the same times?
 *
 * Three questions: overall (is everything worse than the request explains?), locally (is one
 * instant far worse than the rest of the same output?), in order (does a picture match another
 * instant better than its own?). Exact where the request promises to lose nothing. Pictures that
 * are equal by their hashes cost nothing more; both files are played again only for those that are
 * not.
 *
 * Rooms: limits · the walk · order · overall and locally · the check */
#include "gif/player.h"
#include "judge/checks.h"
#include "judge/palette.h"
#include "judge/picture.h"
#include "judge/plan.h"

#include <stdlib.h>
#include <string.h>

/* ---- limits ---- */

/* Mean squared error that the request explains at the worst: --lossy=200 stays under 120, a foreign
 * palette under 540; few colours are not bounded by a constant, only by the output's own rest. */
static double overall_limit(const struct request *r) {
    if (r->colors.ask == REQUEST_NOT_ASKED)
        return r->operation == REQUEST_LOSSY_COMPRESSION && r->understood ? 400 : 800;
    if (r->colors.ask == REQUEST_UNCLEAR || r->colors.max < 8)
        return 30000;
    if (r->colors.max < 32)
        return 4000;
    return 1500;
}

/* ---- the walk ---- */

struct instant {
    struct plan_pair pair;
    struct picture_measure m;
};

struct walk {
    const struct judge_context *x;
    const struct plan *plan;
    struct gif_player source, output;
    struct picture_tolerance tolerance;
    struct palette_moves moves;
    struct instant *instants; /* of the pairs that differ */
    size_t used;
    /* A picture that shows its neighbour instead: the pair's place, and the source frame it shows.
     */
    bool displaced;
    struct plan_pair displaced_pair;
    uint32_t displaced_to;
    uint32_t *before;    /* the source's picture before the present one */
    size_t before_frame; /* its number, SIZE_MAX = none yet */
    const char *stopped;
};

static size_t canvas_pixels(const struct gif_canvas *c) {
    return (size_t)c->width * c->height;
}

/* What no frame has drawn is nothing to players, and one colour to programs that write whole
 * frames: whatever they chose where the first frame left the screen bare, else the background
 * colour. Where the first frame has a transparent colour, the transparency is part of the picture.
 */
static uint32_t cleared_as(const struct walk *w) {
    const struct gif_canvas *s = &w->source.canvas, *o = &w->output.canvas;
    const uint8_t *bytes = w->x->c->sources[0].bytes;
    if (w->x->source_scans[0].frame[0].transparent >= 0)
        return 0;
    for (uint32_t y = 0; y < s->height && y < o->height; y++)
        for (uint32_t x = 0; x < s->width && x < o->width; x++)
            if (s->pixels[(size_t)y * s->width + x] == 0)
                return o->pixels[(size_t)y * o->width + x];
    if ((bytes[10] & 0x80) == 0 || bytes[11] >= 2u << (bytes[10] & 7))
        return 0;
    const uint8_t *color = bytes + 13 + (size_t)bytes[11] * 3;
    return 0xFF000000u | (uint32_t)color[0] << 16 | (uint32_t)color[1] << 8 | color[2];
}

/* With fewer colours than there were, pictures that differed may have become alike, or like
 * another: nothing follows from their order. */
static bool colors_were_reduced(const struct judge_context *x) {
    const struct request_colors *c = &x->c->request->colors;
    return c->ask == REQUEST_UNCLEAR ||
           (c->ask == REQUEST_ASKED && x->source_scans[0].colors_union > (uint64_t)c->max);
}

static bool is_late(const struct judge_context *x) {
    return x->deadline_us != 0 && x->c->now_us() > x->deadline_us;
}

/* The neighbours are looked at only where both animations go on together, frame by frame. */
static void look_at_neighbours(struct walk *w, const struct plan_pair *p) {
    const struct gif_canvas *s = &w->source.canvas, *o = &w->output.canvas;
    if (w->displaced || w->before_frame == SIZE_MAX || p->source != w->before_frame + 1 ||
        colors_were_reduced(w->x))
        return;
    if (!p->equal && picture_shows_other(o, s->pixels, w->before)) {
        w->displaced = true;
        w->displaced_to = (uint32_t)w->before_frame;
        w->displaced_pair = *p;
    }
}

static bool same_size(const struct walk *w) {
    return w->source.canvas.width == w->output.canvas.width &&
           w->source.canvas.height == w->output.canvas.height;
}

static void remember(struct walk *w, const struct plan_pair *p) {
    if (w->before == NULL || !same_size(w))
        return;
    memcpy(w->before, w->source.canvas.pixels, canvas_pixels(&w->source.canvas) * 4);
    w->before_frame = p->source;
}

static bool step(struct walk *w, const struct plan_pair *p, bool steady) {
    if (is_late(w->x)) {
        w->stopped = "the time budget was used up";
        return false;
    }
    bool first = w->source.shown == 0;
    if (!gif_player_seek(&w->source, p->source) || !gif_player_seek(&w->output, p->output)) {
        w->stopped = "the files could not be played to their end";
        return false;
    }
    if (first)
        w->tolerance.cleared_as = cleared_as(w);
    if (!p->equal) {
        struct picture_measure m =
            picture_compare(&w->source.canvas, &w->output.canvas, w->tolerance);
        if (m.differs > 0) {
            w->instants[w->used++] = (struct instant){*p, m};
            palette_add(&w->moves, &w->source.canvas, &w->output.canvas);
        }
    } else {
        palette_add(&w->moves, &w->source.canvas, &w->output.canvas);
    }
    if (steady && same_size(w))
        look_at_neighbours(w, p);
    if (steady)
        remember(w, p);
    return true;
}

/* Frame by frame, nothing dropped or merged. */
static bool is_steady(const struct walk *w) {
    return w->plan->used == w->x->source.used && w->plan->used == w->x->output.used;
}

static bool walk_open(struct walk *w) {
    const struct judge_case *c = w->x->c;
    size_t pixels = (size_t)w->x->source_scans[0].width * w->x->source_scans[0].height;
    w->before_frame = SIZE_MAX;
    w->instants = malloc((w->plan->used + 1) * sizeof *w->instants);
    if (is_steady(w))
        w->before = malloc(pixels * 4);
    return w->instants != NULL && palette_open(&w->moves) &&
           gif_player_open(&w->source, c->sources[0].bytes, c->sources[0].used) &&
           gif_player_open(&w->output, c->output.bytes, c->output.used);
}

static void walk_close(struct walk *w) {
    gif_player_close(&w->source);
    gif_player_close(&w->output);
    palette_close(&w->moves);
    free(w->instants);
    free(w->before);
}

/* ---- order ---- */

static double seconds(const struct judge_film *film, uint32_t frame) {
    return frame < film->used ? (double)film->shots[frame].start_cs / 100 : 0;
}

/* A picture that is exactly another instant's, in an output whose pictures are all but a few the
 * source's own: it was moved, not changed. */
static bool find_moved(struct walk *w, struct judge_result *r) {
    const struct judge_film *out = &w->x->output, *source = &w->x->source;
    size_t moved = 0;
    struct plan_pair first = {0};
    int64_t shows = -1;
    if (w->plan->known * 10 < out->used * 8 || colors_were_reduced(w->x))
        return false;
    for (size_t i = 0; i < w->used; i++) {
        const struct plan_pair *p = &w->instants[i].pair;
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

/* ---- overall and locally ---- */

static double median_of(struct walk *w, double (*figure)(const struct instant *i)) {
    /* Pairs that are equal count as 0; the median by counting, so that nothing is sorted. */
    size_t n = w->plan->used, half = n / 2;
    if (n - w->used > half)
        return 0;
    for (size_t i = 0; i < w->used; i++) {
        double value = figure(&w->instants[i]);
        size_t below = n - w->used, same = 0;
        for (size_t k = 0; k < w->used; k++) {
            double other = figure(&w->instants[k]);
            below += other < value;
            same += other == value;
        }
        if (below <= half && half < below + same)
            return value;
    }
    return 0;
}

static double mse_of(const struct instant *i) {
    return i->m.mse;
}

static double strong_of(const struct instant *i) {
    return (double)i->m.strong / (double)i->m.pixels;
}

static double bias_of(const struct instant *i) {
    return i->m.bias < 0 ? -i->m.bias : i->m.bias;
}

static const struct instant *worst(const struct walk *w,
                                   double (*figure)(const struct instant *i)) {
    const struct instant *most = &w->instants[0];
    for (size_t i = 1; i < w->used; i++)
        if (figure(&w->instants[i]) > figure(most))
            most = &w->instants[i];
    return most;
}

/* gifsicle keeps a frame's colours to 256 when it takes an animation apart: a few pixels then move
 * by a few levels, which no selection of frames promises to prevent. */
static bool is_rounding(const struct walk *w) {
    if (w->x->c->request->frames.ask == REQUEST_NOT_ASKED)
        return false;
    for (size_t i = 0; i < w->used; i++)
        if (w->instants[i].m.largest > 8 || w->instants[i].m.differs * 50 > w->instants[i].m.pixels)
            return false;
    return true;
}

static void judge_exactly(struct walk *w, struct judge_result *r) {
    const struct instant *i = &w->instants[0];
    if (is_rounding(w)) {
        judge_note(r, "%zu pictures differ by a few levels in a few pixels", w->used);
        return;
    }
    judge_fail(r,
               "the request loses nothing, but %zu pictures differ, first frame %u (%.2f s, source "
               "frame %u): %llu pixels within %u,%u-%u,%u",
               w->used, i->pair.output, seconds(&w->x->output, i->pair.output), i->pair.source,
               (unsigned long long)i->m.differs, i->m.box.left, i->m.box.top, i->m.box.right,
               i->m.box.bottom);
}

/* Does the output simply not have the colours for this picture? The source is played once more;
 * instants are asked about in their order. */
static bool colors_explain(const struct walk *w, struct gif_player *again,
                           const struct instant *i) {
    const struct judge_gif *source = &w->x->c->sources[0];
    if (again->reader == NULL && !gif_player_open(again, source->bytes, source->used))
        return true;
    if (!gif_player_seek(again, i->pair.source))
        return true;
    return i->m.mse <= palette_floor(&w->moves, &again->canvas) * 4 + 150;
}

/* Fewer colours than the pictures need: how bad that is depends on the pictures, not on a constant.
 */
static bool is_explained_overall(const struct walk *w) {
    struct gif_player again = {0};
    if (w->x->c->request->colors.ask == REQUEST_NOT_ASKED)
        return false;
    bool explained = colors_explain(w, &again, &w->instants[w->used / 2]);
    gif_player_close(&again);
    return explained;
}

static bool judge_overall(struct walk *w, struct judge_result *r) {
    double limit = overall_limit(w->x->c->request), mse = median_of(w, mse_of);
    double bias = median_of(w, bias_of);
    uint32_t from = 0, to = 0;
    double misplaced = palette_misplaced(&w->moves, &from, &to);
    judge_detail_add(r, "mse_median", judge_real(mse, 1));
    judge_detail_add(r, "mse_limit", judge_real(limit, 0));
    judge_detail_add(r, "misplaced_colors", judge_real(misplaced, 3));
    if (misplaced > 0.1)
        judge_fail(r,
                   "colours are exchanged: %.0f %% of the pixels have another colour of the same "
                   "table (#%06x became #%06x)",
                   misplaced * 100, from & 0xFFFFFF, to & 0xFFFFFF);
    else if (mse > limit && !is_explained_overall(w))
        judge_fail(r,
                   "half of the pictures differ by a mean squared error of %.0f or more (limit "
                   "%.0f)",
                   mse, limit);
    else if (bias > 14 && limit < 2000)
        judge_fail(r, "the pictures are %.0f levels too dark or too bright", bias);
    else
        return true;
    return false;
}

static void fail_locally(const struct walk *w, struct judge_result *r, const struct instant *i,
                         double usual_strong) {
    judge_fail(
        r,
        "frame %u (%.2f s, source frame %u): %.1f %% of the picture differs strongly, %.1f %% "
        "is usual in this file; rows %u-%u",
        i->pair.output, seconds(&w->x->output, i->pair.output), i->pair.source, strong_of(i) * 100,
        usual_strong * 100, i->m.strong_top, i->m.strong_bottom);
}

/* One instant against the rest of the same output: a two-colour output is bad everywhere and
 * healthy, one wrecked frame in a hundred is damage. */
static bool judge_locally(struct walk *w, struct judge_result *r) {
    bool many_colors = overall_limit(w->x->c->request) < 2000;
    double usual = median_of(w, mse_of), usual_strong = median_of(w, strong_of);
    double allowed = usual * 6 + (many_colors ? 200 : 400);
    const struct instant *worst_one = worst(w, mse_of);
    struct gif_player again = {0};
    bool good = true;
    judge_detail_add(r, "mse_worst", judge_real(worst_one->m.mse, 1));
    judge_detail_add(r, "worst_frame", judge_integer(worst_one->pair.output));
    for (size_t k = 0; k < w->used && good; k++) {
        const struct instant *i = &w->instants[k];
        bool wrecked = i->m.mse > allowed && strong_of(i) > 0.01 + usual_strong * 3;
        /* A small patch: strong where nearly nothing is strong otherwise. */
        wrecked |= many_colors && i->m.worst_tile > 6000 && strong_of(i) > 0.004 + usual_strong * 6;
        if (wrecked && !colors_explain(w, &again, i)) {
            fail_locally(w, r, i, usual_strong);
            good = false;
        }
    }
    gif_player_close(&again);
    return good;
}

/* ---- the check ---- */

static void add_figures(const struct walk *w, struct judge_result *r) {
    double mse = 0, ssim = (double)(w->plan->used - w->used);
    for (size_t i = 0; i < w->used; i++) {
        mse += w->instants[i].m.mse;
        ssim += w->instants[i].m.ssim;
    }
    double n = (double)w->plan->used;
    judge_detail_add(r, "pictures_compared", judge_integer((int64_t)w->plan->used));
    judge_detail_add(r, "pictures_differing", judge_integer((int64_t)w->used));
    judge_detail_add(r, "mse_mean", judge_real(mse / n, 2));
    judge_detail_add(r, "ssim_mean", judge_real(ssim / n, 4));
}

static void judge_walk(struct walk *w, struct judge_result *r) {
    add_figures(w, r);
    r->expected = judge_text("the same pictures");
    r->actual = judge_text(w->used > 0 ? "other pictures" : "the same pictures");
    judge_pass(r);
    if (w->used == 0)
        return;
    if (w->x->c->request->lossless && !w->x->source_scans[0].faults) {
        if (!find_moved(w, r))
            judge_exactly(w, r);
    } else if (find_moved(w, r)) {
        return;
    } else if (w->displaced) {
        judge_fail(r, "frame %u (%.2f s) shows what the source shows in frame %u, not frame %u",
                   w->displaced_pair.output, seconds(&w->x->output, w->displaced_pair.output),
                   w->displaced_to, w->displaced_pair.source);
    } else if (judge_overall(w, r) && judge_locally(w, r)) {
        judge_note(r, "%zu of %zu pictures differ, as the request lets expect", w->used,
                   w->plan->used);
    }
}

static void walk_and_judge(const struct judge_context *x, const struct plan *plan,
                           struct judge_result *r) {
    struct walk *w = calloc(1, sizeof *w);
    if (w == NULL || (w->x = x, w->plan = plan, !walk_open(w))) {
        r->outcome = JUDGE_UNKNOWN;
        text_print(r->message, sizeof r->message, "no memory to compare pictures");
    } else {
        bool steady = is_steady(w);
        for (size_t i = 0; i < plan->used && step(w, &plan->pairs[i], steady); i++) {
        }
        if (w->stopped != NULL && w->used == 0) {
            r->outcome = JUDGE_UNKNOWN;
            text_print(r->message, sizeof r->message, "%s", w->stopped);
        } else {
            judge_walk(w, r);
        }
    }
    if (w != NULL)
        walk_close(w);
    free(w);
}

void judge_quality(const struct judge_context *x, struct judge_result *r) {
    struct plan plan;
    if (!x->c->limits->quality_enabled) {
        judge_not_applicable(r, "quality.enabled is false");
        return;
    }
    if (!plan_make(x, &plan)) {
        r->outcome = JUDGE_UNKNOWN;
        text_print(r->message, sizeof r->message, "no memory to compare pictures");
        return;
    }
    size_t equal = 0;
    for (size_t i = 0; i < plan.used; i++)
        equal += plan.pairs[i].equal;
    if (plan.none != NULL) {
        judge_not_applicable(r, "%s", plan.none);
    } else if (equal == plan.used) {
        judge_pass(r);
        judge_detail_add(r, "pictures_compared", judge_integer((int64_t)plan.used));
        judge_detail_add(r, "pictures_differing", judge_integer(0));
    } else {
        walk_and_judge(x, &plan, r);
    }
    plan_free(&plan);
}
