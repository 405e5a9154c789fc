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

struct gif_canvas {
    uint32_t width, height;
    uint32_t *pixels; /* row by row; 0 = transparent, else 0xFFRRGGBB */
    /* What the last frame leaves to be done before the next. */
    struct gif_box last;
    uint8_t last_disposal; /* 0, 2 or 3 */
    uint32_t *saved;       /* for disposal 3: what was under the last frame, or NULL */
    /* Of the frame drawn last: */
    bool changed;         /* the picture differs visibly from the one before */
    struct gif_box dirty; /* where it differs; empty when it does not */
};

/* Bytes that a canvas of this size takes, without what disposal 3 needs; 0 = does not fit. */
size_t gif_canvas_bytes(uint32_t width, uint32_t height);

/* A transparent canvas; false without memory. */
bool gif_canvas_open(struct gif_canvas *c, uint32_t width, uint32_t height);
void gif_canvas_close(struct gif_canvas *c);

/* Disposes of the frame before and draws this one: the first `written` of its indices, in the order
 * of the data (interlaced frames in four passes, appendix E). False without memory. */
bool gif_canvas_draw(struct gif_canvas *c, const struct gif_frame *frame, const uint8_t *indices,
                     size_t written);

#endif
