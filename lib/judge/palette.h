/* Where the source's colours went in the output.
 *
 * Dithering and loss scatter a colour; a colour table that was shifted, permuted or swapped moves
 * all pixels of one colour to one other, although the right one is still there. */
#ifndef GIFVET_JUDGE_PALETTE_H
#define GIFVET_JUDGE_PALETTE_H

#include "judge/picture.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct palette_pair {
    uint32_t source, output;
    uint64_t pixels;
};

struct palette_moves {
    struct palette_pair *pairs; /* open addressing */
    size_t size, used;
    bool full; /* more pairs than are kept: nothing can be said */
    uint64_t pixels;
};

/* False without memory. */
bool palette_open(struct palette_moves *p);
void palette_close(struct palette_moves *p);

/* Counts the pixels of one pair of pictures; of large ones some rows, each for several, so that
 * about `most` pixels are looked at. */
void palette_add(struct palette_moves *p, const struct picture_pair *pair,
                 struct picture_room *room, uint32_t most);

/* The least mean squared error (over three channels) with which n colours (0 = transparent, not
 * counted) could be shown in those that the output uses anywhere: what too few colours explain. */
double palette_floor(const struct palette_moves *p, const uint32_t *colors, size_t n);

/* The mean squared error with which `used` pixels would be shown in the n colours that suit the
 * source best. False without memory. */
bool palette_expect(const struct palette_moves *p, size_t n, const uint32_t *pixels, size_t used,
                    double *error);

/* The share of all pixels whose colour moved as a whole although it is still used elsewhere, 0
 * to 1. *from and *to are the colours of the largest such move. */
double palette_misplaced(const struct palette_moves *p, uint32_t *from, uint32_t *to);

#endif
