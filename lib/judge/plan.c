/* Rooms: finding · shot by shot · along time · the plan */
#include "judge/plan.h"

#include <stdlib.h>

/* ---- finding ---- */

int64_t plan_find_picture(const struct judge_film *source, uint64_t picture, uint32_t around) {
    /* Far away in a long animation costs too much, and says little more. */
    const size_t most = 2048;
    for (size_t step = 0; step <= source->used && step <= most; step++) {
        if (around + step < source->used && source->shots[around + step].picture == picture)
            return (int64_t)(around + step);
        if (step <= around && around - step < source->used &&
            source->shots[around - step].picture == picture)
            return (int64_t)(around - step);
    }
    return -1;
}

/* The shot that is shown at a time; *from is where the search goes on. */
static size_t shown_at(const struct judge_film *film, uint64_t time_cs, size_t *from) {
    while (*from + 1 < film->used && film->shots[*from + 1].start_cs <= time_cs)
        ++*from;
    return *from;
}

static void add(struct plan *p, size_t output, size_t source) {
    if (p->used > 0 && p->pairs[p->used - 1].output == output &&
        p->pairs[p->used - 1].source == source)
        return;
    p->pairs[p->used++] = (struct plan_pair){(uint32_t)output, (uint32_t)source};
}

/* ---- shot by shot ---- */

static void pair_shots(struct plan *p, const struct judge_context *x) {
    for (size_t i = 0; i < x->output.used; i++)
        add(p, i, x->expected.shots[i].from);
}

/* ---- along time ---- */

/* Every instant at which either changes, where nothing was asked to be dropped. */
static void pair_instants(struct plan *p, const struct judge_context *x) {
    const struct judge_film *out = &x->output, *wanted = &x->expected;
    size_t o = 0, w = 0;
    for (;;) {
        add(p, o, wanted->shots[w].from);
        uint64_t next_o = o + 1 < out->used ? out->shots[o + 1].start_cs : UINT64_MAX;
        uint64_t next_w = w + 1 < wanted->used ? wanted->shots[w + 1].start_cs : UINT64_MAX;
        if (next_o == UINT64_MAX && next_w == UINT64_MAX)
            return;
        /* Within one step of the clock both change together. */
        uint64_t soonest = next_o < next_w ? next_o : next_w;
        if (next_o <= soonest + 1)
            o++;
        if (next_w <= soonest + 1)
            w++;
    }
}

/* Where frames are dropped, only the first moment of each output picture counts; so where they are
 * cropped: gifsicle drops what is empty then. */
static void pair_beginnings(struct plan *p, const struct judge_context *x) {
    const struct judge_film *out = &x->output, *source = &x->source;
    const struct request_frames *asked = &x->c->request->frames;
    double scale = 1, shift = 0;
    size_t from = 0;
    /* A ratio whose delays were kept plays faster. */
    if (asked->kind == REQUEST_FRAMES_RATIO && out->total_cs > 0)
        scale = (double)source->total_cs / (double)out->total_cs;
    /* A rate shows, from each tick on, the picture that begins nearest to it. */
    if (asked->kind == REQUEST_FRAMES_RATE)
        shift = 50 / asked->fps - 0.5;
    for (size_t i = 0; i < out->used; i++) {
        double time = (double)out->shots[i].start_cs * scale + shift;
        add(p, i, shown_at(source, time > 0 ? (uint64_t)(time + 0.01) : 0, &from));
    }
}

/* ---- the plan ---- */

/* Tools differ over frames that stick out of the screen, and over where the screen is then. */
static bool sticks_out(const struct gif_scan *s) {
    for (size_t i = 0; i < s->frames; i++)
        if ((uint32_t)s->frame[i].left + s->frame[i].width > s->width ||
            (uint32_t)s->frame[i].top + s->frame[i].height > s->height)
            return true;
    return false;
}

/* Two cells and more in both directions. */
static bool is_large(const struct gif_scan *s) {
    return s->width >= 2 * PLAN_CELL_PIXELS && s->height >= 2 * PLAN_CELL_PIXELS;
}

/* Where the output's pictures lie in the source's; false when that cannot be told. */
static bool find_view(struct plan *p, const struct judge_context *x) {
    const struct request_canvas *c = &x->c->request->canvas;
    const struct request_step *first = &c->steps[0];
    if (c->ask == REQUEST_NOT_ASKED)
        return !c->flipped;
    if (c->ask == REQUEST_UNCLEAR || c->flipped || c->steps_used == 0 ||
        sticks_out(&x->source_scans[0]))
        return false;
    if (first->kind == REQUEST_STEP_CROP && c->steps_used == 1 && first->left >= 0 &&
        first->top >= 0 && first->left < UINT16_MAX && first->top < UINT16_MAX) {
        p->view = PLAN_CROPPED;
        p->left = (uint32_t)first->left;
        p->top = (uint32_t)first->top;
        return true;
    }
    for (size_t i = 0; i < c->steps_used; i++)
        if (c->steps[i].kind > REQUEST_STEP_COVER)
            return false;
    p->view = PLAN_SCALED;
    return is_large(x->output_scan) && is_large(&x->source_scans[0]);
}

static const char *obstacle(struct plan *p, const struct judge_context *x) {
    const struct request *r = x->c->request;
    const struct gif_scan *o = x->output_scan, *s = &x->source_scans[0];
    if (x->c->sources_used != 1)
        return "pictures of merged sources are not compared";
    if (r->pictures_edited)
        return "the request changes pictures in a way that is not known";
    if (!find_view(p, x))
        return "the request changes the canvas in a way that cannot be followed";
    if (x->expected.kind == JUDGE_FILM_UNCLEAR)
        return "the request selects frames in a way that is not known";
    if (r->frames.ask == REQUEST_ASKED && r->frames.kind == REQUEST_FRAMES_ONE)
        return "which frame this file holds is not known";
    if (x->output.used == 0 || x->source.used == 0 || o->width == 0 || s->width == 0)
        return "there is no picture to compare";
    return NULL;
}

static bool is_ordered(const struct judge_film *film) {
    for (size_t i = 1; i < film->used; i++)
        if (film->shots[i].from < film->shots[i - 1].from)
            return false;
    return true;
}

bool plan_make(const struct judge_context *x, struct plan *plan) {
    *plan = (struct plan){0};
    plan->none = obstacle(plan, x);
    if (plan->none != NULL)
        return true;
    const struct request_colors *colors = &x->c->request->colors;
    bool exact = x->expected.kind == JUDGE_FILM_EXACT;
    /* With few colours neighbours become alike, and are merged: one is shown for all. */
    bool merged =
        colors->ask != REQUEST_NOT_ASKED && colors->max < 16 && x->output.used < x->expected.used;
    if (exact && (x->expected.used == 0 || !is_ordered(&x->expected))) {
        plan->none = "the request changes the order of the frames";
        return true;
    }
    plan->pairs = calloc(x->output.used + x->source.used + x->expected.used, sizeof *plan->pairs);
    if (plan->pairs == NULL)
        return false;
    if (exact && x->output.used == x->expected.used)
        pair_shots(plan, x);
    else if (exact && plan->view != PLAN_CROPPED && !merged)
        pair_instants(plan, x);
    else
        pair_beginnings(plan, x);
    return true;
}

void plan_free(struct plan *plan) {
    free(plan->pairs);
    *plan = (struct plan){0};
}
