/* What of two pictures is held against each other: all of both, the source's part that the output
 * was cropped to, or both reduced to cells of one size. */
#ifndef GIFVET_JUDGE_VIEW_H
#define GIFVET_JUDGE_VIEW_H

#include "judge/picture.h"
#include "judge/plan.h"

#include <stdbool.h>
#include <stdint.h>

struct view {
    const struct plan *plan;
    const struct gif_inks *inks;
    struct picture_room *room; /* as wide as the wider canvas */
    uint32_t cleared_as;       /* as struct picture_pair */
    uint32_t cells_wide, cells_high;
    uint32_t *cells[2]; /* PLAN_SCALED: source's, output's */
};

/* Canvases of these sizes are to be looked at. plan, inks and room stay the caller's. False without
 * memory; view_close() in either case. */
bool view_open(struct view *v, const struct plan *plan, const struct gif_inks *inks,
               struct picture_room *room, const struct gif_canvas *source,
               const struct gif_canvas *output);
void view_close(struct view *v);

/* Finds out what stands for pixels that no frame has drawn: while both canvases show the first pair
 * of the plan. bytes: the source's, whose head was read. transparent: its first frame has a
 * transparent colour. */
void view_learn_cleared(struct view *v, const struct gif_canvas *source,
                        const struct gif_canvas *output, const uint8_t *bytes, bool transparent);

/* The two pictures as they are to be compared: until either canvas or the view changes. */
struct picture_pair view_pair(struct view *v, const struct gif_canvas *source,
                              const struct gif_canvas *output);

#endif
