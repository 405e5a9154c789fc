/* Two pictures measured against each other.
 *
 * Pixels are 0 (transparent) or 0xFFRRGGBB. A pixel that is transparent in one picture only counts
 * as wholly different. */
#ifndef GIFVET_JUDGE_PICTURE_H
#define GIFVET_JUDGE_PICTURE_H

#include "gif/canvas.h"
#include "gif/inks.h"

#include <stdbool.h>
#include <stdint.h>

/* What is looked at: a part of a canvas, or colours of its own, row by row. */
struct picture_view {
    uint32_t width, height;
    const struct gif_canvas *canvas; /* from left, top on; NULL: colors */
    uint32_t left, top;
    const uint32_t *colors;
};

struct picture_pair {
    struct picture_view source, output; /* what both have is compared, from the top left corner */
    const struct gif_inks *inks;
    /* What no frame has drawn, or disposal 2 has cleared, may be painted in this colour; 0 = none
     */
    uint32_t cleared_as;
};

/* Buffers for one comparison at a time. */
struct picture_room {
    uint32_t *rows[4];
    uint64_t *tiles;
    uint32_t width; /* pixels that a row may have */
};

bool picture_room_open(struct picture_room *room, uint32_t width);
void picture_room_close(struct picture_room *room);

struct picture_measure {
    uint64_t pixels;   /* compared */
    uint64_t differs;  /* not equal */
    uint64_t strong;   /* differ so that anybody sees it: 64 levels or more in some channel */
    uint64_t vanished; /* opaque in the source, transparent in the output */
    uint64_t opaque;   /* in the source, in the rows in which any vanished */
    uint64_t painted;  /* transparent in the source, opaque in the output */
    bool is_rounding;  /* no channel differs by more than 8 levels */
    double mse;        /* mean squared error over the three channels, 0 to 65025 */
    double ssim; /* structural similarity of luma over 8 × 8 windows (Wang et al. 2004), of at
                    most 128 windows spread over the box */
    double bias; /* mean luma of the output less that of the source, levels */
    double worst_tile;                  /* the largest mean squared error of a 16 × 16 tile */
    struct gif_box box;                 /* around what differs */
    uint32_t strong_top, strong_bottom; /* rows between which the strong differences lie */
};

/* Compares the row `first` and every step-th after it. Equal rows cost a comparison of memory. */
struct picture_measure picture_compare(const struct picture_pair *p, struct picture_room *room,
                                       uint32_t first, uint32_t step);

/* Squared error over three channels; a transparent pixel against an opaque one is as wrong as black
 * against white. */
uint32_t picture_squared(uint32_t a, uint32_t b);

/* Do two pixels differ so that anybody sees it? */
bool picture_is_strong(uint32_t a, uint32_t b);

/* A row of a view in colours, in room->rows[which] or where it stands. */
const uint32_t *picture_row(const struct picture_view *v, const struct gif_inks *inks, uint32_t y,
                            struct picture_room *room, int which);

/* `width` pixels of row y from left on. */
void picture_pixels(const struct picture_view *v, const struct gif_inks *inks, uint32_t left,
                    uint32_t y, uint32_t width, uint32_t *to, struct picture_room *room);

/* Over the pixels in which `own` and `other` (two pictures of the same animation) differ within the
 * box: is `shown` much nearer to the other? Then it shows that one. All three are of one size. */
bool picture_shows_other(const struct picture_view *shown, const struct picture_view *own,
                         const struct picture_view *other, struct gif_box box,
                         const struct gif_inks *inks, struct picture_room *room);

#endif
