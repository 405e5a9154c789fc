/* One GIF read frame by frame: played, and every frame's facts and faults written down (scan.h). */
#ifndef GIFVET_GIF_SCANNER_H
#define GIFVET_GIF_SCANNER_H

#include "gif/player.h"
#include "gif/scan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gif_scanner {
    struct gif_player player; /* its canvas shows the frame read last */
    struct gif_scan *scan;    /* the caller's */
    enum gif_outcome outcome; /* why gif_scanner_next() ended */
    bool ended;
    const struct gif_budget *budget;
    size_t frames_size;   /* of scan->frame */
    uint64_t *row_hashes; /* of the picture, and their sum */
    uint64_t picture_hash;
    uint32_t *drawn; /* by ink: 1 + the last frame that showed it, 0 = none has */
    size_t drawn_size;
};

/* Begins to fill *scan. What is wrong is told by gif_scanner_next(). bytes, budget, inks and scan
 * stay the caller's. */
void gif_scanner_open(struct gif_scanner *s, const uint8_t *bytes, size_t n,
                      const struct gif_budget *budget, struct gif_inks *inks,
                      struct gif_scan *scan);

/* Reads and draws one frame more. False at the end, whole or not, or when the budget is used up:
 * outcome says which, and *scan is filled. */
bool gif_scanner_next(struct gif_scanner *s);

/* Reads on until `number` (from 0) is shown; false when it never is. */
bool gif_scanner_seek(struct gif_scanner *s, size_t number);

void gif_scanner_close(struct gif_scanner *s);

/* What a frame's header says of it. */
struct gif_scan_frame gif_scan_frame_of(const struct gif_frame *f);

#endif
