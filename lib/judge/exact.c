/* In order, and exactly: pictures that are other instants', and requests that lose nothing. */
#include "judge/quality.h"

/* ---- order ---- */

/* Are all but a few of the output's pictures the source's own? */
static bool is_mostly_known(const struct judge_context *x) {
    size_t known = 0;
    for (size_t i = 0; i < x->output.used && !judge_is_late(x); i++)
        known += plan_find_picture(&x->source, x->output.shots[i].picture, (uint32_t)i) >= 0;
    return known * 10 >= x->output.used * 8;
}

/* A picture that is exactly another instant's, in an output whose pictures are all but a few the
 * source's own: it was moved, not changed. */
static bool find_moved(const struct quality *q, struct judge_result *r) {
    const struct judge_film *out = &q->x->output, *source = &q->x->source;
    size_t moved = 0;
    const struct walk_instant *first = NULL;
    int64_t shows = -1;
    if (q->w->plan.view != PLAN_AS_THEY_ARE || quality_has_fewer_colors(q) ||
        !is_mostly_known(q->x))
        return false;
    for (size_t i = 0; i < q->w->used && !judge_is_late(q->x); i++) {
        const struct plan_pair *p = &q->w->instants[i].pair;
        int64_t at = plan_find_picture(source, out->shots[p->output].picture, p->source);
        if (at < 0)
            continue;
        if (moved++ == 0) {
            first = &q->w->instants[i];
            shows = at;
        }
    }
    judge_detail_bound(r, "moved_pictures", judge_integer((int64_t)moved), judge_integer(0));
    if (moved == 0)
        return false;
    judge_fail(
        r,
        "frame %u (%.2f s) shows the source's frame %lld (%.2f s) instead of frame %u, within "
        "%u,%u-%u,%u; %zu pictures are out of order",
        first->pair.output, quality_seconds(out, first->pair.output), (long long)shows,
        quality_seconds(source, (uint32_t)shows), first->pair.source, first->m.box.left,
        first->m.box.top, first->m.box.right, first->m.box.bottom, moved);
    return true;
}

/* Is a picture that shows its neighbour out of order? Not where a few colours may have made them
 * alike. */
static bool is_order_told(const struct quality *q) {
    const struct request_colors *c = &q->x->c->request->colors;
    return !quality_has_fewer_colors(q) ||
           (c->ask == REQUEST_ASKED && c->max >= 8 && !c->scattered);
}

bool quality_order(const struct quality *q, struct judge_result *r) {
    const struct plan_pair *p = &q->w->displaced_pair;
    if (find_moved(q, r))
        return false;
    if (!q->w->displaced || !is_order_told(q))
        return true;
    judge_fail(
        r,
        "frame %u (%.2f s) shows what the source shows in frame %u, not frame %u, where they "
        "differ: within %u,%u-%u,%u",
        p->output, quality_seconds(&q->x->output, p->output), q->w->displaced_to, p->source,
        q->w->displaced_box.left, q->w->displaced_box.top, q->w->displaced_box.right,
        q->w->displaced_box.bottom);
    return false;
}

/* ---- exactly ---- */

/* gifsicle keeps a frame's colours to 256 when it takes an animation apart: a few pixels then move
 * by a few levels, which no selection of frames promises to prevent. */
static bool is_rounding(const struct quality *q) {
    if (q->x->c->request->frames.ask == REQUEST_NOT_ASKED)
        return false;
    for (size_t i = 0; i < q->w->used; i++) {
        const struct picture_measure *m = &q->w->instants[i].m;
        if (!m->is_rounding || m->differs * 50 > m->pixels)
            return false;
    }
    return true;
}

bool quality_exact(const struct quality *q, struct judge_result *r) {
    const struct walk_instant *i = &q->w->instants[0];
    if (is_rounding(q)) {
        judge_note(r, "%zu pictures differ by a few levels in a few pixels", q->w->used);
        return true;
    }
    judge_fail(r,
               "the request loses nothing, but %zu pictures differ, first frame %u (%.2f s, source "
               "frame %u): %llu pixels within %u,%u-%u,%u%s",
               q->w->used, i->pair.output, quality_seconds(&q->x->output, i->pair.output),
               i->pair.source, (unsigned long long)i->m.differs, i->m.box.left, i->m.box.top,
               i->m.box.right, i->m.box.bottom,
               quality_painted(i) > 0 ? "; transparency is painted" : "");
    return false;
}
