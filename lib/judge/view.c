/* Rooms: cells · pairs · what is cleared */
#include "judge/view.h"

#include <stdlib.h>
#include <string.h>

/* ---- cells ---- */

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

static struct picture_view cells(const struct view *v, int which) {
    return (struct picture_view){
        .width = v->cells_wide, .height = v->cells_high, .colors = v->cells[which]};
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

static struct cell sum_cell(const struct view *v, const struct gif_canvas *c, uint32_t x,
                            uint32_t y) {
    uint32_t left = (uint32_t)((uint64_t)x * c->width / v->cells_wide);
    uint32_t right = (uint32_t)((uint64_t)(x + 1) * c->width / v->cells_wide);
    uint32_t top = (uint32_t)((uint64_t)y * c->height / v->cells_high);
    uint32_t bottom = (uint32_t)((uint64_t)(y + 1) * c->height / v->cells_high);
    struct cell sum = {.pixels = (uint64_t)(right - left) * (bottom - top)};
    for (uint32_t row = top; row < bottom; row++) {
        uint32_t *colors = v->room->rows[0];
        gif_canvas_colors(c, v->inks, left, row, right - left, colors);
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
static void reduce(struct view *v, const struct gif_canvas *s, const struct gif_canvas *o) {
    for (uint32_t y = 0; y < v->cells_high; y++)
        for (uint32_t x = 0; x < v->cells_wide; x++) {
            bool mixed_s, mixed_o;
            size_t at = (size_t)y * v->cells_wide + x;
            struct cell a = sum_cell(v, s, x, y), b = sum_cell(v, o, x, y);
            v->cells[0][at] = mean_of(&a, &mixed_s);
            v->cells[1][at] = mean_of(&b, &mixed_o);
            if (mixed_s || mixed_o)
                v->cells[0][at] = v->cells[1][at] = 0;
        }
}

static uint32_t cells_in(uint32_t pixels) {
    uint32_t cells = pixels / PLAN_CELL_PIXELS;
    return cells < PLAN_CELLS_MOST ? cells : PLAN_CELLS_MOST;
}

bool view_open(struct view *v, const struct plan *plan, const struct gif_inks *inks,
               struct picture_room *room, const struct gif_canvas *source,
               const struct gif_canvas *output) {
    *v = (struct view){.plan = plan, .inks = inks, .room = room};
    if (plan->view != PLAN_SCALED)
        return true;
    v->cells_wide = cells_in(source->width < output->width ? source->width : output->width);
    v->cells_high = cells_in(source->height < output->height ? source->height : output->height);
    for (int i = 0; i < 2; i++)
        v->cells[i] = malloc((size_t)v->cells_wide * v->cells_high * sizeof **v->cells);
    return v->cells[0] != NULL && v->cells[1] != NULL;
}

void view_close(struct view *v) {
    free(v->cells[0]);
    free(v->cells[1]);
    v->cells[0] = v->cells[1] = NULL;
}

/* ---- pairs ---- */

struct picture_pair view_pair(struct view *v, const struct gif_canvas *source,
                              const struct gif_canvas *output) {
    struct picture_pair pair = {.inks = v->inks, .cleared_as = v->cleared_as};
    if (v->plan->view == PLAN_SCALED) {
        reduce(v, source, output);
        pair.source = cells(v, 0);
        pair.output = cells(v, 1);
        return pair;
    }
    pair.output = whole(output);
    pair.source = v->plan->view == PLAN_CROPPED ? cropped(source, v->plan) : whole(source);
    return pair;
}

/* ---- what is cleared ---- */

/* What no frame has drawn is nothing to players, and one colour to programs that write whole
 * frames: whatever they chose where the first frame left the screen bare, else the background
 * colour. Where the first frame has a transparent colour, the transparency is part of the picture.
 */
/* The output's colour where the source's pixel x, y is; 0 where it has none. */
static uint32_t output_at(const struct view *v, const struct gif_canvas *s,
                          const struct gif_canvas *o, uint32_t x, uint32_t y) {
    const struct plan *p = v->plan;
    uint32_t color = 0;
    if (p->view == PLAN_SCALED) {
        x = (uint32_t)((uint64_t)x * o->width / s->width);
        y = (uint32_t)((uint64_t)y * o->height / s->height);
    } else if (p->view == PLAN_CROPPED) {
        x = x < p->left ? UINT32_MAX : x - p->left;
        y = y < p->top ? UINT32_MAX : y - p->top;
    }
    if (x < o->width && y < o->height)
        gif_canvas_colors(o, v->inks, x, y, 1, &color);
    return color;
}

static uint32_t cleared_as(const struct view *v, const struct gif_canvas *s,
                           const struct gif_canvas *o, const uint8_t *bytes) {
    for (uint32_t y = 0; y < s->height; y++) {
        const uint8_t *row = s->planes[0] + (size_t)y * s->width;
        const uint8_t *bare = memchr(row, 0, s->width);
        if (bare != NULL)
            return output_at(v, s, o, (uint32_t)(bare - row), y);
    }
    if ((bytes[10] & 0x80) == 0 || bytes[11] >= 2u << (bytes[10] & 7))
        return 0;
    const uint8_t *color = bytes + 13 + (size_t)bytes[11] * 3;
    return 0xFF000000u | (uint32_t)color[0] << 16 | (uint32_t)color[1] << 8 | color[2];
}

void view_learn_cleared(struct view *v, const struct gif_canvas *source,
                        const struct gif_canvas *output, const uint8_t *bytes, bool transparent) {
    v->cleared_as = transparent ? 0 : cleared_as(v, source, output, bytes);
}
