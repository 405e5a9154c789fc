/* The output of a failure and its source along one clock: what each shows at every instant at which
 * either changes, and by how much that differs. */
#ifndef GIFVET_REPORT_FAILURE_LINE_H
#define GIFVET_REPORT_FAILURE_LINE_H

#include "gif/player.h"
#include "gif/scan.h"
#include "judge/judge.h"
#include "judge/plan.h"
#include "judge/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE_NO_FRAME UINT32_MAX

struct line_instant {
    uint64_t start_cs;
    uint32_t source, output; /* the frames shown; LINE_NO_FRAME: none */
    bool measured, differs;
    bool elsewhen;              /* what the output shows is the source's picture of another time */
    uint64_t pixels, different; /* compared, and not equal among them */
    double mse;                 /* as struct picture_measure */
};

struct line_file {
    struct judge_gif gif;
    struct gif_scan scan;     /* frames as far as time and memory went; owned */
    enum gif_outcome outcome; /* whether that was all */
    bool cut;                 /* more than LINE_FRAMES_MOST: the others are left out */
    uint64_t end_cs;          /* on the line's clock */
};

/* More frames than that nobody looks through, and their lists would take much memory. */
#define LINE_FRAMES_MOST ((size_t)20000)

struct line {
    struct gif_budget budget;
    struct line_file source, output; /* source: no bytes where there was none */
    struct gif_inks inks;            /* of both; owned */
    struct plan plan;                /* owned */
    struct line_instant *instants;   /* owned, in order of time */
    size_t used;
    uint64_t total_cs;
    const char *uncompared;    /* why pictures are not held against each other, or NULL */
    bool paced;                /* the source is shown at the pace of the output */
    size_t differ, unmeasured; /* instants */
    size_t worst;              /* instant; SIZE_MAX: none differs */
};

/* Reads and measures a pair. sources: as they were judged; the first is shown. What is pointed to
 * stays the caller's until line_close(), which is called in either case. False without memory. */
bool line_open(struct line *l, const struct judge_case *c, const struct gif_budget *budget);
void line_close(struct line *l);

/* Is the time that all of this may take used up? */
bool line_is_late(const struct line *l);

/* What both show at one instant; NULL: no frame. view lays them over each other where the line has
 * a plan. */
struct line_shown {
    size_t instant;
    const struct gif_player *source, *output;
    struct view *view;
};

/* Plays both through chosen instants (in order; NULL: all) and calls look at each; false where that
 * says so, or without memory. */
typedef bool line_look(void *context, const struct line_shown *shown);
bool line_play(struct line *l, const size_t *chosen, size_t used, line_look *look, void *context);

/* The root of the mean squared error: levels, 0 to 255. */
double line_levels(const struct line_instant *i);

#endif
