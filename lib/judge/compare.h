/* Two films side by side: the output's and the expected one. */
#ifndef GIFVET_JUDGE_COMPARE_H
#define GIFVET_JUDGE_COMPARE_H

#include "judge/checks.h"

/* Are the pictures comparable bit by bit? True when most pictures of the output occur in the source
 * as they are: then a picture that is missing was lost, not changed. */
bool compare_is_exact(const struct judge_context *x);

/* Does every shot of the output begin when one of the expected film does, and do both end together?
 * *stray is the first that does not. */
bool compare_times_fit(const struct judge_context *x, size_t *stray);

/* How far the output's shots are from where they should begin. */
struct compare_drift {
    uint64_t most_cs; /* the largest distance */
    size_t at;        /* the output's shot with it */
    size_t wanted;    /* the expected shot it was held against */
    size_t kept, of;  /* shots within the grid, and all that were compared */
};

/* Shot by shot when both have the same number; else each against the nearest beginning, and, when
 * the pictures are exact, each expected change against the output's too. */
struct compare_drift compare_drift(const struct judge_context *x, uint64_t grid_cs);

#endif
