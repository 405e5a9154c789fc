/* What error must be expected from n colours: the source's own colours cut down to n. */
#ifndef GIFVET_JUDGE_QUANTISE_H
#define GIFVET_JUDGE_QUANTISE_H

#include "judge/palette.h"

#include <stddef.h>
#include <stdint.h>

/* A colour of the source, and how many pixels have it. */
struct quantise_color {
    uint32_t color;
    uint64_t pixels;
};

/* Cuts `used` colours (of which the order is changed) into at most n boxes, each time the one with
 * the largest sum of squared errors, at its mean, along the channel that varies most (Wan, Wong,
 * Prusinkiewicz 1988), and writes their means to means[0..n). Returns how many there are. */
size_t quantise(struct quantise_color *colors, size_t used, size_t n, uint32_t *means);

#endif
