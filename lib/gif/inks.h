/* Colours by number, so that a picture is a byte a pixel.
 *
 * All files of one judgement share one numbering: equal inks mean equal colours, in either file.
 * Ink 0 is no colour: transparent, or drawn by no frame. The others never have a zero for their low
 * byte, so that the low byte alone tells whether a pixel is drawn. */
#ifndef GIFVET_GIF_INKS_H
#define GIFVET_GIF_INKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* At most this many colours; no pair that a person looks at has more. */
#define GIF_INKS_MOST ((uint32_t)1 << 20)

struct gif_inks {
    uint32_t *colors; /* by ink: 0xFFRRGGBB; 0 for ink 0 and for those that are not given */
    uint32_t next;    /* no ink below this is free */
    uint32_t used;
    uint32_t *slots; /* inks by colour, 0 = free */
    size_t size;     /* of both */
};

/* False without memory. */
bool gif_inks_open(struct gif_inks *inks);
void gif_inks_close(struct gif_inks *inks);

/* The ink of an opaque colour (0xFFRRGGBB); 0 when it has none yet. */
uint32_t gif_inks_find(const struct gif_inks *inks, uint32_t color);

/* The same, giving it one; 0 without memory, or when there are too many. */
uint32_t gif_inks_take(struct gif_inks *inks, uint32_t color);

/* The first free ink from `from` on, for gif_inks_give(). */
uint32_t gif_inks_free(const struct gif_inks *inks, uint32_t from);

/* Gives a colour this free ink, at most 255. False when the colour has another one already, and
 * without memory. */
bool gif_inks_give(struct gif_inks *inks, uint32_t color, uint32_t ink);

#endif
