/* Rooms: measuring · neighbours · the walk */
#include "judge/walk.h"

#include "judge/view.h"

#include <stdlib.h>
#include <string.h>

/* Pixels that the moves of colours are learnt from: of a pair that differs, of one that does not.
 */
#define LEARNT_DIFFERING 4096u
#define LEARNT_EQUAL 1024u

/* What holds for all pictures is looked for in some, of those that differ by as much. */
#define CLOSER_LOOKS 12u
#define CLOSER_MSE 30

struct walking {
    struct walk *w;
    const struct walk_ground *g;
    struct picture_room room;
    bool lossless, steady, same_size;
    /* Of the pair before the present one (steady only): the pictures, and the source's number. */
    struct gif_canvas source_before, output_before;
    size_t before; /* SIZE_MAX = none */
    struct view view;
    size_t closer_next;   /* the pair from which on one may be looked at more closely */
    size_t measured_next; /* the pair from which on one may be measured again */
};

static const struct gif_canvas *canvas_of(const struct gif_scanner *s) {
    return &s->player.canvas;
}

static struct picture_view whole(const struct gif_canvas *c) {
    return (struct picture_view){.width = c->width, .height = c->height, .canvas = c};
}

static struct picture_pair pair_now(struct walking *k) {
    return view_pair(&k->view, canvas_of(k->g->source), canvas_of(k->g->output));
}

/* ---- measuring ---- */

/* Patches count from 0.4 % of the picture on: of a square of that size four rows are looked at, and
 * from instant to instant others. Where one pixel counts, all are. */
static uint32_t rows_step(const struct walking *k) {
    const struct gif_canvas *c = canvas_of(k->g->output);
    uint32_t step = 1;
    if (k->lossless || k->w->plan.view == PLAN_SCALED)
        return 1;
    while ((uint64_t)(step + 1) * (step + 1) * 16 * 250 <= (uint64_t)c->width * c->height &&
           (step + 1) * 16 <= c->height)
        step++;
    return step;
}

/* May one more pair be measured? All are, but for the bounds of number and of time: of a time that
 * is half used up the other half goes to one pair of eight. */
static bool may_measure(struct walking *k, size_t i) {
    const struct judge_context *x = k->g->x;
    const struct gif_budget *b = k->g->output->budget;
    uint64_t most = (uint64_t)x->c->limits->quality_max_instants, all = k->w->plan.used;
    if (i < k->measured_next)
        return false;
    if (b->deadline_us != 0 &&
        b->deadline_us - b->now_us() < x->c->limits->validation_timeout_ms * 500)
        k->measured_next = i + 8;
    if (most > 0 && all > most)
        k->measured_next = (size_t)((i * most / all + 1) * all / most);
    return true;
}

static bool is_equal(const struct walking *k) {
    const struct gif_scan *s = k->g->source->scan, *o = k->g->output->scan;
    return k->same_size &&
           s->frame[s->frames - 1].picture_hash == o->frame[o->frames - 1].picture_hash;
}

static void measure(struct walking *k, size_t i) {
    struct walk *w = k->w;
    bool equal = is_equal(k);
    if (k->lossless && equal)
        return;
    if (equal) {
        struct picture_pair pair = pair_now(k);
        palette_add(&w->moves, &pair, &k->room, LEARNT_EQUAL);
        return;
    }
    if (!may_measure(k, i)) {
        w->left_out++;
        return;
    }
    struct picture_pair pair = pair_now(k);
    uint32_t rows = rows_step(k);
    struct picture_measure m =
        picture_compare(&pair, &k->room, (uint32_t)(w->plan.pairs[i].output % rows), rows);
    if (m.differs > 0) {
        w->instants[w->used++] = (struct walk_instant){w->plan.pairs[i], m};
        palette_add(&w->moves, &pair, &k->room, LEARNT_DIFFERING);
        tone_add_strong(&w->tone, &pair, &m, &k->room);
        if (w->plan.view != PLAN_SCALED && i >= k->closer_next && m.mse > CLOSER_MSE) {
            k->closer_next = i + w->plan.used / CLOSER_LOOKS + 1;
            tone_add(&w->tone, &pair, &k->room);
            shift_add(&w->shift, &pair, &k->room);
        }
    }
}

/* ---- neighbours ---- */

static void displace(struct walking *k, const struct plan_pair *shown, uint32_t to) {
    k->w->displaced = true;
    k->w->displaced_pair = *shown;
    k->w->displaced_to = to;
    k->w->displaced_box = canvas_of(k->g->source)->dirty;
}

/* Does the output show the source's picture before its own, or did it show the one after? Looked at
 * only where both animations go on together, frame by frame. */
static void look_at_neighbours(struct walking *k, const struct plan_pair *p) {
    if (k->w->displaced || k->before == SIZE_MAX || p->source != k->before + 1)
        return;
    struct gif_box box = canvas_of(k->g->source)->dirty;
    struct picture_view source = whole(canvas_of(k->g->source)),
                        output = whole(canvas_of(k->g->output));
    struct picture_view source_before = whole(&k->source_before),
                        output_before = whole(&k->output_before);
    const struct gif_inks *inks = k->g->inks;
    struct plan_pair before = {p->output - 1, p->source - 1};
    if (!is_equal(k) && picture_shows_other(&output, &source, &source_before, box, inks, &k->room))
        displace(k, p, p->source - 1);
    else if (picture_shows_other(&output_before, &source_before, &source, box, inks, &k->room))
        displace(k, &before, p->source);
}

static void remember(struct walking *k, const struct plan_pair *p) {
    if (gif_canvas_copy(&k->source_before, canvas_of(k->g->source)) &&
        gif_canvas_copy(&k->output_before, canvas_of(k->g->output)))
        k->before = p->source;
    else
        k->w->no_memory = true;
}

/* ---- the walk ---- */

static bool step(struct walking *k, size_t i) {
    const struct plan_pair *p = &k->w->plan.pairs[i];
    if (!gif_scanner_seek(k->g->source, p->source) || !gif_scanner_seek(k->g->output, p->output))
        return false;
    if (i == 0)
        view_learn_cleared(&k->view, canvas_of(k->g->source), canvas_of(k->g->output),
                           k->g->x->c->sources[0].bytes,
                           k->g->source->scan->frame[0].transparent >= 0);
    measure(k, i);
    k->w->walked++;
    if (!k->steady)
        return true;
    look_at_neighbours(k, p);
    remember(k, p);
    return !k->w->no_memory;
}

static bool open_before(struct walking *k) {
    const struct gif_canvas *s = canvas_of(k->g->source);
    return gif_canvas_open(&k->source_before, s->width, s->height) &&
           gif_canvas_open(&k->output_before, s->width, s->height);
}

static bool open_all(struct walking *k) {
    struct walk *w = k->w;
    const struct gif_canvas *s = canvas_of(k->g->source), *o = canvas_of(k->g->output);
    uint32_t width = s->width > o->width ? s->width : o->width;
    k->same_size = s->width == o->width && s->height == o->height;
    /* Where nothing may be lost, order is told from the pictures themselves. */
    k->steady = w->plan.used == k->g->x->source.used && w->plan.used == k->g->x->output.used &&
                k->same_size && !k->lossless && w->plan.view == PLAN_AS_THEY_ARE;
    w->instants = malloc((w->plan.used + 1) * sizeof *w->instants);
    return w->instants != NULL && palette_open(&w->moves) && picture_room_open(&k->room, width) &&
           view_open(&k->view, &w->plan, k->g->inks, &k->room, s, o) &&
           (!k->steady || open_before(k));
}

void walk_run(struct walk *w, struct plan *plan, const struct walk_ground *ground) {
    struct walking k = {
        .w = w, .g = ground, .lossless = ground->x->c->request->lossless, .before = SIZE_MAX};
    *w = (struct walk){.plan = *plan};
    *plan = (struct plan){0};
    bool opened = !ground->source->ended && !ground->output->ended;
    if (opened && !open_all(&k)) {
        w->no_memory = true;
        opened = false;
    }
    for (size_t i = 0; opened && i < w->plan.used && step(&k, i); i++) {
    }
    picture_room_close(&k.room);
    gif_canvas_close(&k.source_before);
    gif_canvas_close(&k.output_before);
    view_close(&k.view);
}

void walk_free(struct walk *w) {
    palette_close(&w->moves);
    free(w->instants);
    plan_free(&w->plan);
    *w = (struct walk){0};
}
