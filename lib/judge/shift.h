/* Is the whole picture moved by a pixel? */
#ifndef GIFVET_JUDGE_SHIFT_H
#define GIFVET_JUDGE_SHIFT_H

#include "judge/picture.h"

#include <stdint.h>

struct shift {
    uint64_t error[9]; /* squared, by (dy + 1) × 3 + dx + 1; 4 = where it should be */
    uint64_t pixels;
};

/* Holds about a thousand of the output's pixels against the source's and their neighbours. */
void shift_add(struct shift *s, const struct picture_pair *p, struct picture_room *room);

/* Mean squared error when the picture is taken to be moved by dx, dy, -1 to 1. */
double shift_error(const struct shift *s, int dx, int dy);

/* By how much it is moved; false when it is where it should be, or nothing can be told. */
bool shift_find(const struct shift *s, int *dx, int *dy);

#endif
