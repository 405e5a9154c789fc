/* Two pictures of the same size, measured against each other. */
#ifndef GIFVET_JUDGE_PICTURE_H
#define GIFVET_JUDGE_PICTURE_H

#include "gif/canvas.h"

#include <stdbool.h>
#include <stdint.h>

/* Pixels are 0 (transparent) or 0xFFRRGGBB. A pixel that is transparent in one picture only counts
 * as wholly different. */
struct picture_measure {
    uint64_t pixels;    /* compared */
    uint64_t differs;   /* not equal */
    int largest;        /* difference in any channel, levels; 255: only one is transparent */
    uint64_t strong;    /* differ so that anybody sees it: 64 levels or more in some channel */
    double mse;         /* mean squared error over the three channels, 0 to 65025 */
    double ssim;        /* structural similarity of luma over 8 × 8 windows (Wang et al. 2004) */
    double bias;        /* mean luma of the output less that of the source, levels */
    double worst_tile;  /* the largest mean squared error of a 16 × 16 tile */
    struct gif_box box; /* around what differs */
    uint32_t strong_top, strong_bottom; /* rows between which the strong differences lie */
};

/* What counts as equal although it is not: what no frame has drawn, or disposal 2 has cleared, may
 * be painted in one colour. 0 = nothing. */
struct picture_tolerance {
    uint32_t cleared_as;
};

/* Compares the common part of both. Equal rows cost a comparison of memory. */
struct picture_measure picture_compare(const struct gif_canvas *source,
                                       const struct gif_canvas *output,
                                       struct picture_tolerance tolerance);

/* Over the pixels in which `own` and `other` (two pictures of the source) differ: is the output
 * much nearer to the other? Then it shows that one. */
bool picture_shows_other(const struct gif_canvas *output, const uint32_t *own,
                         const uint32_t *other);

#endif
