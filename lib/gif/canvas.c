/* Rooms: boxes · opening · rows · one frame */
#include "gif/canvas.h"

#include <stdlib.h>
#include <string.h>

/* ---- boxes ---- */

static uint32_t least(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

static uint32_t most(uint32_t a, uint32_t b) {
    return a > b ? a : b;
}

struct gif_box gif_box_union(struct gif_box a, struct gif_box b) {
    if (gif_box_is_empty(a))
        return b;
    if (gif_box_is_empty(b))
        return a;
    return (struct gif_box){least(a.left, b.left), least(a.top, b.top), most(a.right, b.right),
                            most(a.bottom, b.bottom)};
}

static struct gif_box clipped(const struct gif_canvas *c, const struct gif_frame *f) {
    return (struct gif_box){least(f->left, c->width), least(f->top, c->height),
                            least((uint32_t)f->left + f->width, c->width),
                            least((uint32_t)f->top + f->height, c->height)};
}

static bool has_row(struct gif_box b, uint32_t y) {
    return y >= b.top && y < b.bottom && b.left < b.right;
}

/* ---- opening ---- */

size_t gif_canvas_bytes(uint32_t width, uint32_t height) {
    size_t pixels;
    if (__builtin_mul_overflow((size_t)width, (size_t)height, &pixels) ||
        pixels > SIZE_MAX / 2 / sizeof(uint32_t))
        return 0;
    return pixels * sizeof(uint32_t);
}

bool gif_canvas_open(struct gif_canvas *c, uint32_t width, uint32_t height) {
    *c = (struct gif_canvas){.width = width, .height = height};
    if (gif_canvas_bytes(width, height) == 0)
        return false;
    c->pixels = calloc((size_t)width * height, sizeof *c->pixels);
    return c->pixels != NULL;
}

void gif_canvas_close(struct gif_canvas *c) {
    free(c->pixels);
    free(c->saved);
    *c = (struct gif_canvas){0};
}

/* ---- rows ---- */

/* Where the row y of an interlaced frame stands in the data: every 8th from 0, every 8th from 4,
 * every 4th from 2, every 2nd from 1 (appendix E). */
static size_t row_in_data(const struct gif_frame *f, uint32_t y) {
    if (!f->interlaced)
        return y;
    size_t h = f->height, eighths = (h + 7) / 8;
    if (y % 8 == 0)
        return y / 8;
    if (y % 8 == 4)
        return eighths + y / 8;
    if (y % 4 == 2)
        return eighths + (h + 3) / 8 + y / 4;
    return eighths + (h + 3) / 8 + (h + 1) / 4 + y / 2;
}

struct drawing {
    struct gif_canvas *canvas;
    const struct gif_frame *frame;
    struct gif_box box;   /* of the frame, clipped */
    uint32_t colors[256]; /* the palette; 0 at the transparent index */
    const uint8_t *indices;
    size_t written;
    uint32_t *save; /* NULL, or where what is under the frame goes */
};

/* The frame's indices for row y of the screen from its left edge; *there of them were decoded. */
static const uint8_t *indices_of(const struct drawing *d, uint32_t y, size_t *there) {
    size_t start = row_in_data(d->frame, y - d->frame->top) * d->frame->width;
    size_t width = d->box.right - d->box.left;
    *there = 0;
    if (start < d->written)
        *there = d->written - start < width ? d->written - start : width;
    return d->indices + start;
}

/* Widens the dirty box by what changed in row y between x and x + n. */
static void note(struct gif_box *dirty, uint32_t y, uint32_t from, uint32_t to) {
    *dirty = gif_box_union(*dirty, (struct gif_box){from, y, to, y + 1});
}

/* Opaque pixels of one row over what stands there. Returns with *from and *to the ends of what
 * changed (from >= to: nothing did). */
static void draw_over(uint32_t *row, const uint8_t *indices, size_t n, const uint32_t *colors,
                      uint32_t *from, uint32_t *to) {
    uint32_t differs = 0;
    for (size_t x = 0; x < n; x++) {
        uint32_t color = colors[indices[x]], old = row[x];
        color = color != 0 ? color : old;
        differs |= color ^ old;
        row[x] = color;
    }
    *from = differs != 0 ? 0 : (uint32_t)n;
    *to = differs != 0 ? (uint32_t)n : 0;
}

/* A row that the frame before must be taken out of: what was shown is compared with what will be.
 */
static void dispose_and_draw(struct drawing *d, uint32_t y, struct gif_box *dirty) {
    struct gif_canvas *c = d->canvas;
    struct gif_box last = c->last;
    uint32_t *row = c->pixels + (size_t)y * c->width;
    const uint32_t *base = NULL;
    if (c->last_disposal == 3 && c->saved != NULL)
        base = c->saved + (size_t)(y - last.top) * (last.right - last.left);
    bool drawn = has_row(d->box, y);
    size_t there = 0;
    const uint8_t *indices = drawn ? indices_of(d, y, &there) : NULL;
    uint32_t left = drawn ? least(last.left, d->box.left) : last.left;
    uint32_t right = drawn ? most(last.right, d->box.right) : last.right;
    uint32_t *save = drawn && d->save != NULL
                         ? d->save + (size_t)(y - d->box.top) * (d->box.right - d->box.left)
                         : NULL;
    uint32_t from = right, to = left;
    for (uint32_t x = left; x < right; x++) {
        uint32_t old = row[x], now = old;
        if (x >= last.left && x < last.right)
            now = base != NULL ? base[x - last.left] : 0;
        if (drawn && x >= d->box.left && x < d->box.right) {
            size_t i = x - d->box.left;
            if (save != NULL)
                save[i] = now;
            uint32_t color = i < there ? d->colors[indices[i]] : 0;
            now = color != 0 ? color : now;
        }
        if (now != old) {
            row[x] = now;
            from = least(from, x);
            to = x + 1;
        }
    }
    if (from < to)
        note(dirty, y, from, to);
}

static void draw_row(struct drawing *d, uint32_t y, struct gif_box *dirty) {
    size_t there, width = d->box.right - d->box.left;
    uint32_t *row = d->canvas->pixels + (size_t)y * d->canvas->width + d->box.left;
    const uint8_t *indices = indices_of(d, y, &there);
    if (d->save != NULL)
        memcpy(d->save + (size_t)(y - d->box.top) * width, row, width * sizeof *row);
    uint32_t from, to;
    draw_over(row, indices, there, d->colors, &from, &to);
    if (from < to)
        note(dirty, y, d->box.left + from, d->box.left + to);
}

/* ---- one frame ---- */

static bool prepare_save(struct drawing *d) {
    size_t bytes =
        (size_t)(d->box.right - d->box.left) * (d->box.bottom - d->box.top) * sizeof(uint32_t);
    if (d->frame->disposal != 3 || gif_box_is_empty(d->box))
        return true;
    d->save = malloc(bytes);
    return d->save != NULL;
}

bool gif_canvas_draw(struct gif_canvas *c, const struct gif_frame *f, const uint8_t *indices,
                     size_t written) {
    struct drawing d = {
        .canvas = c, .frame = f, .box = clipped(c, f), .indices = indices, .written = written};
    if (gif_box_is_empty(d.box))
        d.box = (struct gif_box){0};
    memcpy(d.colors, f->palette, sizeof d.colors);
    if (f->transparent >= 0)
        d.colors[f->transparent] = 0;
    if (!prepare_save(&d))
        return false;
    struct gif_box old = c->last_disposal != 0 ? c->last : (struct gif_box){0};
    struct gif_box all = gif_box_union(old, d.box);
    c->dirty = (struct gif_box){0};
    for (uint32_t y = all.top; y < all.bottom; y++) {
        if (has_row(old, y))
            dispose_and_draw(&d, y, &c->dirty);
        else if (has_row(d.box, y))
            draw_row(&d, y, &c->dirty);
    }
    c->changed = !gif_box_is_empty(c->dirty);
    free(c->saved);
    c->saved = d.save;
    c->last = d.box;
    c->last_disposal = f->disposal == 2 || f->disposal == 3 ? f->disposal : 0;
    return true;
}
