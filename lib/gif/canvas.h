/* The logical screen of an animation, as players show it.
 *
 * Frames are placed at left, top and clipped to the screen; the transparent index leaves what is
 * there; disposal 0 and 1 (and 4 to 7) keep, 2 clears the frame's rectangle to transparent, 3
 * restores what was before the frame. The screen starts transparent; the background colour is
 * ignored, as players ignore it. (GIF89a sections 18, 20, 23; judging as browsers do.)
 *
 * A frame's disposal and the next frame are drawn in one pass over the rows that either touches, so
 * the cost is linear in what changes, and the picture before need not be kept to know what did. */
#ifndef GIFVET_GIF_CANVAS_H
#define GIFVET_GIF_CANVAS_H

#include "gif/inks.h"
#include "gif/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* left, top included, right, bottom not; empty when right <= left. */
struct gif_box {
    uint32_t left, top, right, bottom;
};

static inline bool gif_box_is_empty(struct gif_box b) {
    return b.right <= b.left || b.bottom <= b.top;
}

/* The smallest box around both. */
struct gif_box gif_box_union(struct gif_box a, struct gif_box b);

/* A pixel's ink, byte by byte: the lowest in the first plane. Few animations have more than 255
 * colours, so the others are mostly not there: NULL stands for zeros. */
#define GIF_PLANES 3

struct gif_canvas {
    uint32_t width, height;
    uint8_t *planes[GIF_PLANES]; /* row by row */
    /* What the last frame leaves to be done before the next. */
    struct gif_box last;
    uint8_t last_disposal;      /* 0, 2 or 3 */
    uint8_t *saved[GIF_PLANES]; /* for disposal 3: what was under the last frame, or NULL */
    uint8_t *row;               /* one row of all planes: how it was before */
    /* Of the frame drawn last: */
    bool changed;         /* the picture differs visibly from the one before */
    struct gif_box dirty; /* where it differs; empty when it does not */
};

/* A transparent canvas; false without memory. */
bool gif_canvas_open(struct gif_canvas *c, uint32_t width, uint32_t height);
void gif_canvas_close(struct gif_canvas *c);

/* The inks of a frame, in the order of its data (interlaced frames in four passes, appendix E);
 * `written` of them are there. */
struct gif_drawing {
    const uint8_t *planes[GIF_PLANES]; /* NULL: zeros; never the first */
    size_t written;
    bool opaque; /* no ink is 0 */
};

/* Disposes of the frame before and draws this one. False without memory. */
bool gif_canvas_draw(struct gif_canvas *c, const struct gif_frame *frame,
                     const struct gif_drawing *drawing);

/* width pixels from left, y on in colours: 0xFFRRGGBB, 0 = transparent. */
void gif_canvas_colors(const struct gif_canvas *c, const struct gif_inks *inks, uint32_t left,
                       uint32_t y, uint32_t width, uint32_t *colors);

/* Width inks of row y, from left on. */
void gif_canvas_inks(const struct gif_canvas *c, uint32_t left, uint32_t y, uint32_t width,
                     uint32_t *inks);

/* Have both the same colours in the first `width` pixels of row y? */
bool gif_canvas_same_row(const struct gif_canvas *a, const struct gif_canvas *b, uint32_t y,
                         uint32_t width);

/* Makes `to`, an open canvas of the same size, show the same. False without memory. */
bool gif_canvas_copy(struct gif_canvas *to, const struct gif_canvas *from);

#endif
