/* Rooms: boxes · opening · rows · disposal · one frame · reading */
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
    struct gif_box b = {least(f->left, c->width), least(f->top, c->height),
                        least((uint32_t)f->left + f->width, c->width),
                        least((uint32_t)f->top + f->height, c->height)};
    if (gif_box_is_empty(b))
        b = (struct gif_box){0};
    return b;
}

static bool has_row(struct gif_box b, uint32_t y) {
    return y >= b.top && y < b.bottom && b.left < b.right;
}

static size_t area(struct gif_box b) {
    return (size_t)(b.right - b.left) * (b.bottom - b.top);
}

/* ---- opening ---- */

bool gif_canvas_open(struct gif_canvas *c, uint32_t width, uint32_t height) {
    *c = (struct gif_canvas){.width = width, .height = height};
    c->planes[0] = calloc((size_t)width * height, 1);
    c->row = malloc((size_t)width * GIF_PLANES);
    if (c->planes[0] != NULL && c->row != NULL)
        return true;
    gif_canvas_close(c);
    return false;
}

static void drop_saved(struct gif_canvas *c) {
    for (int p = 0; p < GIF_PLANES; p++) {
        free(c->saved[p]);
        c->saved[p] = NULL;
    }
}

void gif_canvas_close(struct gif_canvas *c) {
    drop_saved(c);
    for (int p = 0; p < GIF_PLANES; p++)
        free(c->planes[p]);
    free(c->row);
    *c = (struct gif_canvas){0};
}

/* Planes are made when they are first needed. */
static bool make_planes(struct gif_canvas *c, const uint8_t *const needed[GIF_PLANES]) {
    for (int p = 0; p < GIF_PLANES; p++) {
        if (c->planes[p] != NULL || needed[p] == NULL)
            continue;
        c->planes[p] = calloc((size_t)c->width * c->height, 1);
        if (c->planes[p] == NULL)
            return false;
    }
    return true;
}

/* ---- rows ---- */

/* Sixteen pixels at a time; every processor that this runs on has registers for it. */
typedef uint8_t sixteen __attribute__((vector_size(16)));

static sixteen load(const uint8_t *from) {
    sixteen v;
    memcpy(&v, from, sizeof v);
    return v;
}

/* Draws n pixels of one plane: where `drawn` (the frame's lowest plane) is 0, what is there stays.
 * Returns whether anything changed. */
static bool draw_over(uint8_t *to, const uint8_t *from, const uint8_t *drawn, size_t n) {
    sixteen changed = {0};
    uint8_t rest = 0;
    size_t x = 0;
    for (; x + 16 <= n; x += 16) {
        sixteen old = load(to + x), kept = (sixteen)(load(drawn + x) == 0);
        sixteen now = (load(from + x) & ~kept) | (old & kept);
        changed |= now ^ old;
        memcpy(to + x, &now, sizeof now);
    }
    for (; x < n; x++) {
        uint8_t now = drawn[x] != 0 ? from[x] : to[x];
        rest |= now ^ to[x];
        to[x] = now;
    }
    uint64_t halves[2];
    memcpy(halves, &changed, sizeof halves);
    return (halves[0] | halves[1] | rest) != 0;
}

/* The same where every pixel is drawn. */
static bool replace(uint8_t *to, const uint8_t *from, size_t n) {
    if (memcmp(to, from, n) == 0)
        return false;
    memcpy(to, from, n);
    return true;
}

/* The same from a plane of zeros. */
static bool wipe(uint8_t *to, const uint8_t *drawn, size_t n) {
    bool changed = false;
    for (size_t x = 0; x < n; x++)
        if (drawn[x] != 0 && to[x] != 0) {
            to[x] = 0;
            changed = true;
        }
    return changed;
}

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

/* One frame being drawn. */
struct work {
    struct gif_canvas *canvas;
    const struct gif_frame *frame;
    const struct gif_drawing *drawing;
    struct gif_box box; /* of the frame, clipped */
    uint8_t *save[GIF_PLANES];
};

/* Row y of a plane of the canvas, from x on. */
static uint8_t *at(const struct gif_canvas *c, int plane, uint32_t x, uint32_t y) {
    return c->planes[plane] + (size_t)y * c->width + x;
}

static bool draw_row(const struct work *w, uint32_t y) {
    const struct gif_drawing *d = w->drawing;
    size_t start = row_in_data(w->frame, y - w->box.top) * w->frame->width;
    size_t n = w->box.right - w->box.left;
    bool changed = false;
    if (start >= d->written)
        return false;
    n = d->written - start < n ? d->written - start : n;
    for (int p = GIF_PLANES; p-- > 0;) {
        if (w->canvas->planes[p] == NULL)
            continue;
        uint8_t *to = at(w->canvas, p, w->box.left, y);
        const uint8_t *from = d->planes[p] != NULL ? d->planes[p] + start : NULL;
        if (from == NULL)
            changed |= wipe(to, d->planes[0] + start, n);
        else if (d->opaque)
            changed |= replace(to, from, n);
        else
            changed |= draw_over(to, from, d->planes[0] + start, n);
    }
    return changed;
}

/* ---- disposal ---- */

/* Takes the frame before out of row y. */
static void dispose_row(const struct gif_canvas *c, uint32_t y) {
    struct gif_box b = c->last;
    size_t n = b.right - b.left;
    for (int p = 0; p < GIF_PLANES; p++) {
        if (c->planes[p] == NULL)
            continue;
        if (c->last_disposal == 3 && c->saved[p] != NULL)
            memcpy(at(c, p, b.left, y), c->saved[p] + (size_t)(y - b.top) * n, n);
        else
            memset(at(c, p, b.left, y), 0, n);
    }
}

static void save_row(const struct work *w, uint32_t y) {
    size_t n = w->box.right - w->box.left;
    for (int p = 0; p < GIF_PLANES; p++)
        if (w->save[p] != NULL)
            memcpy(w->save[p] + (size_t)(y - w->box.top) * n, at(w->canvas, p, w->box.left, y), n);
}

static bool prepare_save(struct work *w) {
    if (w->frame->disposal != 3)
        return true;
    for (int p = 0; p < GIF_PLANES; p++) {
        if (w->canvas->planes[p] == NULL || gif_box_is_empty(w->box))
            continue;
        w->save[p] = malloc(area(w->box));
        if (w->save[p] == NULL)
            return false;
    }
    return true;
}

/* ---- one frame ---- */

/* A row that the frame before must be taken out of: what was shown is compared with what is. */
static bool dispose_and_draw(const struct work *w, struct gif_box all, uint32_t y) {
    const struct gif_canvas *c = w->canvas;
    size_t n = all.right - all.left;
    bool changed = false;
    for (int p = 0; p < GIF_PLANES; p++)
        if (c->planes[p] != NULL)
            memcpy(c->row + (size_t)p * c->width, at(c, p, all.left, y), n);
    dispose_row(c, y);
    if (has_row(w->box, y)) {
        save_row(w, y);
        (void)draw_row(w, y);
    }
    for (int p = 0; p < GIF_PLANES && !changed; p++)
        changed = c->planes[p] != NULL &&
                  memcmp(c->row + (size_t)p * c->width, at(c, p, all.left, y), n) != 0;
    return changed;
}

bool gif_canvas_draw(struct gif_canvas *c, const struct gif_frame *f,
                     const struct gif_drawing *drawing) {
    struct work w = {.canvas = c, .frame = f, .drawing = drawing, .box = clipped(c, f)};
    if (!make_planes(c, drawing->planes) || !prepare_save(&w)) {
        for (int p = 0; p < GIF_PLANES; p++)
            free(w.save[p]);
        return false;
    }
    struct gif_box old = c->last_disposal != 0 ? c->last : (struct gif_box){0};
    struct gif_box all = gif_box_union(old, w.box);
    uint32_t top = all.bottom, bottom = all.top; /* of what changed */
    for (uint32_t y = all.top; y < all.bottom; y++) {
        bool changed = false;
        if (has_row(old, y)) {
            changed = dispose_and_draw(&w, all, y);
        } else if (has_row(w.box, y)) {
            save_row(&w, y);
            changed = draw_row(&w, y);
        }
        if (changed) {
            top = least(top, y);
            bottom = y + 1;
        }
    }
    c->changed = top < bottom;
    c->dirty = (struct gif_box){0};
    if (c->changed)
        c->dirty = (struct gif_box){all.left, top, all.right, bottom};
    drop_saved(c);
    memcpy(c->saved, w.save, sizeof c->saved);
    c->last = w.box;
    c->last_disposal = f->disposal == 2 || f->disposal == 3 ? f->disposal : 0;
    return true;
}

/* ---- reading ---- */

void gif_canvas_inks(const struct gif_canvas *c, uint32_t left, uint32_t y, uint32_t width,
                     uint32_t *inks) {
    const uint8_t *low = at(c, 0, left, y);
    for (uint32_t x = 0; x < width; x++)
        inks[x] = low[x];
    for (int p = 1; p < GIF_PLANES; p++) {
        if (c->planes[p] == NULL)
            continue;
        const uint8_t *bytes = at(c, p, left, y);
        for (uint32_t x = 0; x < width; x++)
            inks[x] |= (uint32_t)bytes[x] << 8 * p;
    }
}

void gif_canvas_colors(const struct gif_canvas *c, const struct gif_inks *inks, uint32_t left,
                       uint32_t y, uint32_t width, uint32_t *colors) {
    if (c->planes[1] == NULL && c->planes[2] == NULL) {
        const uint8_t *low = at(c, 0, left, y);
        for (uint32_t x = 0; x < width; x++)
            colors[x] = inks->colors[low[x]];
        return;
    }
    if (c->planes[2] == NULL) {
        const uint8_t *low = at(c, 0, left, y), *high = at(c, 1, left, y);
        for (uint32_t x = 0; x < width; x++)
            colors[x] = inks->colors[low[x] | (uint32_t)high[x] << 8];
        return;
    }
    gif_canvas_inks(c, left, y, width, colors);
    for (uint32_t x = 0; x < width; x++)
        colors[x] = inks->colors[colors[x]];
}

static bool is_zero(const uint8_t *bytes, size_t n) {
    return n == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, n - 1) == 0);
}

bool gif_canvas_same_row(const struct gif_canvas *a, const struct gif_canvas *b, uint32_t y,
                         uint32_t width) {
    for (int p = 0; p < GIF_PLANES; p++) {
        const uint8_t *in_a = a->planes[p] != NULL ? at(a, p, 0, y) : NULL;
        const uint8_t *in_b = b->planes[p] != NULL ? at(b, p, 0, y) : NULL;
        if (in_a != NULL && in_b != NULL ? memcmp(in_a, in_b, width) != 0
                                         : (in_a != NULL && !is_zero(in_a, width)) ||
                                               (in_b != NULL && !is_zero(in_b, width)))
            return false;
    }
    return true;
}

bool gif_canvas_copy(struct gif_canvas *to, const struct gif_canvas *from) {
    size_t n = (size_t)from->width * from->height;
    if (!make_planes(to, (const uint8_t *const *)from->planes))
        return false;
    for (int p = 0; p < GIF_PLANES; p++) {
        if (from->planes[p] != NULL)
            memcpy(to->planes[p], from->planes[p], n);
        else if (to->planes[p] != NULL)
            memset(to->planes[p], 0, n);
    }
    return true;
}
