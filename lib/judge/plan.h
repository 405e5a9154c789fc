/* Which picture of the source each picture of the output is to be held against.
 *
 * Asked or not, an output picture should be the source's picture at the time at which the output
 * shows it first, or the frame that the command selected. */
#ifndef GIFVET_JUDGE_PLAN_H
#define GIFVET_JUDGE_PLAN_H

#include "judge/checks.h"

struct plan_pair {
    uint32_t output, source; /* frame numbers; neither ever falls */
};

/* How the pictures lie over each other. */
enum plan_view {
    PLAN_AS_THEY_ARE,
    PLAN_SCALED, /* the request scales: both are reduced to one size */
    PLAN_CROPPED /* the output is the source's part from left, top on */
};

/* Scaled pictures are compared in cells: what a method of scaling does to a pixel, or to a line of
 * them, is its own affair. At least so many pixels of the smaller picture wide and high, at most so
 * many across and down. */
#define PLAN_CELL_PIXELS 8u
#define PLAN_CELLS_MOST 64u

struct plan {
    struct plan_pair *pairs; /* owned */
    size_t used;
    const char *none; /* why nothing can be compared, or NULL */
    enum plan_view view;
    uint32_t left, top; /* PLAN_CROPPED: pixels */
};

/* From films whose pictures need not be known yet. False without memory. */
bool plan_make(const struct judge_context *x, struct plan *plan);
void plan_free(struct plan *plan);

/* The frame of the source that shows exactly this picture, nearest to `around`; -1 = none. */
int64_t plan_find_picture(const struct judge_film *source, uint64_t picture, uint32_t around);

#endif
