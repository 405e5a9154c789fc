/* Both animations played side by side along the plan, once, and measured where they differ.
 *
 * The walk reads the files as it goes: what it leaves in the scans is what gif_scan() would. */
#ifndef GIFVET_JUDGE_WALK_H
#define GIFVET_JUDGE_WALK_H

#include "gif/scanner.h"
#include "judge/checks.h"
#include "judge/palette.h"
#include "judge/picture.h"
#include "judge/plan.h"
#include "judge/shift.h"
#include "judge/tone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A pair of pictures that differ. */
struct walk_instant {
    struct plan_pair pair;
    struct picture_measure m;
};

struct walk {
    struct plan plan; /* owned */
    struct palette_moves moves;
    struct tone tone;              /* of some of the pairs that differ, */
    struct shift shift;            /* as this */
    struct walk_instant *instants; /* owned; in the order of the plan */
    size_t used;
    size_t walked;   /* pairs that were played */
    size_t left_out; /* of those that differ: not measured (max_instants, time) */
    /* A picture that shows its neighbour instead: the pair, and the source frame that it shows. */
    bool displaced;
    struct plan_pair displaced_pair;
    uint32_t displaced_to;
    struct gif_box displaced_box; /* where the two pictures of the source differ */
    bool no_memory;
};

/* What is walked over. x: films and request, from outlines. Both scanners are open. */
struct walk_ground {
    const struct judge_context *x;
    struct gif_scanner *source, *output;
    struct gif_inks *inks;
};

/* Takes the plan over. Stops early where a scanner does. */
void walk_run(struct walk *w, struct plan *plan, const struct walk_ground *ground);
void walk_free(struct walk *w);

#endif
