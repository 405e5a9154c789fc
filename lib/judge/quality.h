/* What the parts of the quality check share: the question, and what is usual in this output.
 *
 * quality.c asks, exact.c answers where nothing may be lost and where pictures are out of order,
 * overall.c and locally.c where something may. */
#ifndef GIFVET_JUDGE_QUALITY_H
#define GIFVET_JUDGE_QUALITY_H

#include "gif/player.h"
#include "judge/checks.h"
#include "judge/walk.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct quality {
    const struct judge_context *x;
    const struct walk *w;
    size_t compared; /* pairs that were measured, or are equal */
    /* Medians over all pairs. */
    double usual_mse, usual_strong, usual_bias;
    bool mild; /* quality_is_mild() */
};

/* May hardly anything be lost? gifsicle keeps colours that are few enough, and its --lossy moves
 * pixels by a little: of 300 outputs none had a pixel that differs strongly, nor an area of another
 * mean. The same is expected, where no loss was asked for, of an output that has the source's
 * colours, also of the pixels that differ strongly: whoever made it could have shown them. */
bool quality_is_mild(const struct quality *q);

/* Are there fewer colours than there were, by request? Then pictures that differed may have become
 * alike, or like another. */
bool quality_has_fewer_colors(const struct quality *q);

/* Median mean squared error that the request explains. */
double quality_limit(const struct quality *q);

double quality_strong(const struct walk_instant *i); /* share of the pixels */
const struct walk_instant *quality_worst(const struct quality *q);

/* Share of the pixels that were transparent and are opaque now, where that is most of the picture's
 * error; 0 else. For messages: it is a difference like any other. */
double quality_painted(const struct walk_instant *i);

/* When a frame begins, in seconds. */
double quality_seconds(const struct judge_film *film, uint32_t frame);

/* Does the output simply not have the colours for this picture? The source is played once more, by
 * `again` (zeroed at first, to be closed at last); instants are asked about in their order. Also
 * true when that cannot be found out, for lack of time or memory. */
bool quality_colors_explain(const struct quality *q, struct gif_player *again,
                            const struct walk_instant *i);

/* Each sets the outcome and returns false when it fails. */
bool quality_order(const struct quality *q, struct judge_result *r);
bool quality_exact(const struct quality *q, struct judge_result *r);
bool quality_overall(const struct quality *q, struct judge_result *r);
bool quality_locally(const struct quality *q, struct judge_result *r);

#endif
