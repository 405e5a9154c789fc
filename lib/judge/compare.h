/* Two films side by side: the output's and the expected one. */
#ifndef GIFVET_JUDGE_COMPARE_H
#define GIFVET_JUDGE_COMPARE_H

#include "judge/checks.h"

/* How the output's pictures relate to the expected ones: by their hashes, in order, a picture that
 * repeats the one before counted once. */
enum compare_order {
    COMPARE_SAME,  /* the same pictures in the same order */
    COMPARE_FEWER, /* the same, with some left out */
    COMPARE_OTHER  /* other pictures: coarser, of another size, damaged */
};

/* *missing is the first expected shot that is left out (COMPARE_FEWER), else as many as there are.
 */
enum compare_order compare_pictures(const struct judge_context *x, size_t *missing);

/* Tools that merge frames add up delays as they are stored, so that players, who show 0 and 1 as
 * 10, show the sum for a shorter time than the parts. Can the output's fewer frames be of that
 * kind? */
bool compare_may_add_stored(const struct judge_context *x);

/* The same case on delays as they are stored. */
struct judge_context compare_as_stored(const struct judge_context *x);

/* May the request itself make different pictures alike (fewer colours, loss, a smaller size), so
 * that a tool merges them? */
bool compare_may_merge(const struct judge_context *x);

/* Are pictures left as they are, so that one that is missing was dropped, not changed? True when
 * the request promises it or most pictures of the output occur among the expected ones. */
bool compare_is_exact(const struct judge_context *x);

/* Does every picture of the output begin when an expected one does, to a step of the grid? *stray
 * is the first output shot that does not, else as many as there are. */
bool compare_times_fit(const struct judge_context *x, size_t *stray);

/* Do the totals differ by a whole frame or more: was a frame's time lost or added with it? */
bool compare_time_went(const struct judge_context *x);

/* How far the output's shots are from where they should begin. */
struct compare_drift {
    uint64_t most_cs;     /* the largest distance of beginnings */
    size_t at, wanted;    /* the shots that it was measured between */
    size_t kept, of;      /* beginnings within the grid, and all that were compared */
    uint64_t hold_off_cs; /* the largest difference of how long one is shown; 0 where shots have no
                             counterpart */
    size_t hold_at, hold_wanted;
};

/* Picture by picture when they are the same; shot by shot when there are as many; else each change
 * of picture against the nearest beginning, in both directions unless pictures may have been
 * merged.
 */
struct compare_drift compare_drift(const struct judge_context *x, uint64_t grid_cs);

/* When shot i begins; the total for i = used. */
uint64_t compare_begin_cs(const struct judge_film *film, size_t i);

#endif
