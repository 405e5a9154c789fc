/* The pictures of one animation as a script can show them: small, several to a PNG below each
 * other, each as what changes against the one before. */
#ifndef GIFVET_REPORT_FAILURE_FILM_H
#define GIFVET_REPORT_FAILURE_FILM_H

#include "gif/player.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Pictures in one PNG; the first of each is whole, so any can be shown without the PNGs before. */
#define FILM_SHEET 16u

/* The longest side of a picture, pixels. */
#define FILM_SIDE 320u

/* Pictures of one film. */
#define FILM_MOST 160u

struct film {
    uint32_t width, height;    /* of its pictures; 0: it has none */
    char whole[FILM_MOST + 1]; /* '1': to be drawn on nothing, '0': over the picture before */
    size_t used;
    /* <img> elements, when film_end() has been called; free() */
    char *sheets;
    size_t sheets_used;
    FILE *out;
    uint32_t *now, *before, *sheet, *row; /* owned */
    size_t in_sheet, frames_shown;
    bool has_failed;
};

/* For pictures of a canvas of that size. film_end() and film_free() in either case. False without
 * memory. */
bool film_begin(struct film *f, uint32_t width, uint32_t height);

/* Adds what the player shows, unless it is what was added last; the picture's number in *number.
 * False without memory, and when there are FILM_MOST already. */
bool film_add(struct film *f, const struct gif_player *p, size_t *number);

bool film_end(struct film *f);
void film_free(struct film *f);

/* A size reduced so that its longer side is at most `most`. */
void film_fit(uint32_t most, uint32_t *width, uint32_t *height);

#endif
