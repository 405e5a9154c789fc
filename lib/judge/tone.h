/* Do areas keep their colour?
 *
 * Dithering scatters colours and keeps the mean of an area; a lack of colours moves a pixel to the
 * nearest that there is. Wrong colours (a table that was shifted, swapped or darkened) do neither:
 * the means are off although the output has better colours. */
#ifndef GIFVET_JUDGE_TONE_H
#define GIFVET_JUDGE_TONE_H

#include "judge/palette.h"
#include "judge/picture.h"

#include <stddef.h>
#include <stdint.h>

/* Cells of 8 × 8 pixels that are looked at in one pair, and pixels that are kept of all. */
#define TONE_CELLS 48u
#define TONE_SAMPLES 2048u
#define TONE_STRONG 512u

struct tone {
    double error; /* sum over cells of the means' squared error, mean of three channels */
    size_t cells;
    uint32_t samples[TONE_SAMPLES]; /* colours of the source, some of every cell */
    size_t used;
    uint32_t strong[TONE_STRONG]; /* colours of the source where the output differs strongly */
    size_t strong_used;
};

/* Looks at cells spread over the picture, at what is drawn in both. */
void tone_add(struct tone *t, const struct picture_pair *p, struct picture_room *room);

/* Keeps colours of pixels that differ strongly, of the first and the last row that has any. */
void tone_add_strong(struct tone *t, const struct picture_pair *p, const struct picture_measure *m,
                     struct picture_room *room);

/* Mean squared error of the cells' means, 0 to 65025; 0 when none was seen. */
double tone_error(const struct tone *t);

/* The mean squared error with which the samples could be shown in the output's colours. Costs
 * samples × colours. */
double tone_floor(const struct tone *t, const struct palette_moves *moves);

/* The same of the pixels that differ strongly; 0 when there were none. */
double tone_strong_floor(const struct tone *t, const struct palette_moves *moves);

#endif
