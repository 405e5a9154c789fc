/* Rooms: views · what is cleared · measuring · neighbours · the walk */
#include "judge/walk.h"

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
    uint32_t cells_wide, cells_high;
    uint32_t *cells[2];   /* PLAN_SCALED: source's, output's */
    size_t closer_next;   /* the pair from which on one may be looked at more closely */
    size_t measured_next; /* the pair from which on one may be measured again */
};

static const struct gif_canvas *canvas_of(const struct gif_scanner *s) {
    return &s->player.canvas;
}

/* ---- views ---- */

static struct picture_view whole(const struct gif_canvas *c) {
    return (struct picture_view){.width = c->width, .height = c->height, .canvas = c};
}

static struct picture_view cropped(const struct gif_canvas *c, const struct plan *p) {
    struct picture_view v = whole(c);
    v.left = p->left < c->width ? p->left : c->width;
    v.top = p->top < c->height ? p->top : c->height;
    v.width -= v.left;
    v.height -= v.top;
    return v;
}

static struct picture_view cells(const struct walking *k, int which) {
    return (struct picture_view){
        .width = k->cells_wide, .height = k->cells_high, .colors = k->cells[which]};
}

struct cell {
    uint64_t red, green, blue, opaque, pixels;
};

/* The mean colour; 0 where most is transparent. A cell on an edge of transparency is *mixed. */
static uint32_t mean_of(const struct cell *c, bool *mixed) {
    *mixed = c->opaque != 0 && c->opaque != c->pixels;
    if (c->opaque * 2 < c->pixels || c->opaque == 0)
        return 0;
    uint64_t half = c->opaque / 2;
    return 0xFF000000u | (uint32_t)((c->red + half) / c->opaque) << 16 |
           (uint32_t)((c->green + half) / c->opaque) << 8 |
           (uint32_t)((c->blue + half) / c->opaque);
}

static struct cell sum_cell(const struct walking *k, const struct gif_canvas *c, uint32_t x,
                            uint32_t y) {
    uint32_t left = (uint32_t)((uint64_t)x * c->width / k->cells_wide);
    uint32_t right = (uint32_t)((uint64_t)(x + 1) * c->width / k->cells_wide);
    uint32_t top = (uint32_t)((uint64_t)y * c->height / k->cells_high);
    uint32_t bottom = (uint32_t)((uint64_t)(y + 1) * c->height / k->cells_high);
    struct cell sum = {.pixels = (uint64_t)(right - left) * (bottom - top)};
    for (uint32_t row = top; row < bottom; row++) {
        uint32_t *colors = k->room.rows[0];
        gif_canvas_colors(c, k->g->inks, left, row, right - left, colors);
        for (uint32_t i = 0; i < right - left; i++) {
            sum.red += colors[i] >> 16 & 255;
            sum.green += colors[i] >> 8 & 255;
            sum.blue += colors[i] & 255;
            sum.opaque += colors[i] >> 31;
        }
    }
    return sum;
}

/* Edges of transparency move by parts of a pixel when pictures are scaled: cells with such an edge
 * in either picture are left out. */
static void reduce(struct walking *k) {
    const struct gif_canvas *s = canvas_of(k->g->source), *o = canvas_of(k->g->output);
    for (uint32_t y = 0; y < k->cells_high; y++)
        for (uint32_t x = 0; x < k->cells_wide; x++) {
            bool mixed_s, mixed_o;
            size_t at = (size_t)y * k->cells_wide + x;
            struct cell a = sum_cell(k, s, x, y), b = sum_cell(k, o, x, y);
            k->cells[0][at] = mean_of(&a, &mixed_s);
            k->cells[1][at] = mean_of(&b, &mixed_o);
            if (mixed_s || mixed_o)
                k->cells[0][at] = k->cells[1][at] = 0;
        }
}

static struct picture_pair view_pair(struct walking *k) {
    const struct plan *p = &k->w->plan;
    struct picture_pair pair = {.inks = k->g->inks, .cleared_as = k->w->cleared_as};
    if (p->view == PLAN_SCALED) {
        reduce(k);
        pair.source = cells(k, 0);
        pair.output = cells(k, 1);
        return pair;
    }
    pair.output = whole(canvas_of(k->g->output));
    pair.source = p->view == PLAN_CROPPED ? cropped(canvas_of(k->g->source), p)
                                          : whole(canvas_of(k->g->source));
    return pair;
}

/* ---- what is cleared ---- */

/* What no frame has drawn is nothing to players, and one colour to programs that write whole
 * frames: whatever they chose where the first frame left the screen bare, else the background
 * colour. Where the first frame has a transparent colour, the transparency is part of the picture.
 */
/* The output's colour where the source's pixel x, y is; 0 where it has none. */
static uint32_t output_at(const struct walking *k, uint32_t x, uint32_t y) {
    const struct gif_canvas *s = canvas_of(k->g->source), *o = canvas_of(k->g->output);
    const struct plan *p = &k->w->plan;
    uint32_t color = 0;
    if (p->view == PLAN_SCALED) {
        x = (uint32_t)((uint64_t)x * o->width / s->width);
        y = (uint32_t)((uint64_t)y * o->height / s->height);
    } else if (p->view == PLAN_CROPPED) {
        x = x < p->left ? UINT32_MAX : x - p->left;
        y = y < p->top ? UINT32_MAX : y - p->top;
    }
    if (x < o->width && y < o->height)
        gif_canvas_colors(o, k->g->inks, x, y, 1, &color);
    return color;
}

static uint32_t cleared_as(struct walking *k) {
    const struct gif_canvas *s = canvas_of(k->g->source);
    const uint8_t *bytes = k->g->x->c->sources[0].bytes;
    if (k->g->source->scan->frame[0].transparent >= 0)
        return 0;
    for (uint32_t y = 0; y < s->height; y++) {
        const uint8_t *row = s->planes[0] + (size_t)y * s->width;
        const uint8_t *bare = memchr(row, 0, s->width);
        if (bare != NULL)
            return output_at(k, (uint32_t)(bare - row), y);
    }
    if ((bytes[10] & 0x80) == 0 || bytes[11] >= 2u << (bytes[10] & 7))
        return 0;
    const uint8_t *color = bytes + 13 + (size_t)bytes[11] * 3;
    return 0xFF000000u | (uint32_t)color[0] << 16 | (uint32_t)color[1] << 8 | color[2];
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
        struct picture_pair pair = view_pair(k);
        palette_add(&w->moves, &pair, &k->room, LEARNT_EQUAL);
        return;
    }
    if (!may_measure(k, i)) {
        w->left_out++;
        return;
    }
    struct picture_pair pair = view_pair(k);
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
        k->w->cleared_as = cleared_as(k);
    measure(k, i);
    k->w->walked++;
    if (!k->steady)
        return true;
    look_at_neighbours(k, p);
    remember(k, p);
    return !k->w->no_memory;
}

static uint32_t cells_in(uint32_t pixels) {
    uint32_t cells = pixels / PLAN_CELL_PIXELS;
    return cells < PLAN_CELLS_MOST ? cells : PLAN_CELLS_MOST;
}

static bool open_cells(struct walking *k) {
    const struct gif_canvas *s = canvas_of(k->g->source), *o = canvas_of(k->g->output);
    uint32_t width = s->width < o->width ? s->width : o->width;
    uint32_t height = s->height < o->height ? s->height : o->height;
    k->cells_wide = cells_in(width);
    k->cells_high = cells_in(height);
    for (int i = 0; i < 2; i++)
        k->cells[i] = malloc((size_t)k->cells_wide * k->cells_high * sizeof **k->cells);
    return k->cells[0] != NULL && k->cells[1] != NULL;
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
           (w->plan.view != PLAN_SCALED || open_cells(k)) && (!k->steady || open_before(k));
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
    free(k.cells[0]);
    free(k.cells[1]);
}

void walk_free(struct walk *w) {
    palette_close(&w->moves);
    free(w->instants);
    plan_free(&w->plan);
    *w = (struct walk){0};
}
