/* The options of gifsicle 1.9x: what each is called, takes and asks for. */
#ifndef GIFVET_REQUEST_GIFSICLE_OPTIONS_H
#define GIFVET_REQUEST_GIFSICLE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum gifsicle_id {
    GIFSICLE_HARMLESS, /* changes neither pictures nor times */
    GIFSICLE_DITHER,
    GIFSICLE_COLORS,
    GIFSICLE_COLORMAP,
    GIFSICLE_EDITS, /* changes pictures in a way not described */
    GIFSICLE_LOSSY,
    GIFSICLE_DELETE,
    GIFSICLE_REPLACE,
    GIFSICLE_MERGE,
    GIFSICLE_EXPLODE,
    GIFSICLE_BATCH,
    GIFSICLE_RESIZE,
    GIFSICLE_RESIZE_WIDTH,
    GIFSICLE_RESIZE_HEIGHT,
    GIFSICLE_RESIZE_FIT,
    GIFSICLE_RESIZE_TOUCH,
    GIFSICLE_RESIZE_GEOMETRY,
    GIFSICLE_SCALE,
    GIFSICLE_CROP,
    GIFSICLE_CANVAS_UNCLEAR,
    GIFSICLE_SCREEN,
    GIFSICLE_TURN_90,
    GIFSICLE_TURN_180,
    GIFSICLE_TURN_270,
    GIFSICLE_FLIP,
    GIFSICLE_DELAY,
    GIFSICLE_LOOPS,
    GIFSICLE_OUTPUT,
    GIFSICLE_NO_GIF /* --info and the like */
};

enum gifsicle_takes { GIFSICLE_NOTHING, GIFSICLE_VALUE, GIFSICLE_TWO_VALUES, GIFSICLE_OPTIONAL };

struct gifsicle_option {
    const char *name; /* long name, or "" */
    char letter;      /* short name, or 0 */
    enum gifsicle_takes takes;
    enum gifsicle_id id;
};

/* An option by its long name, of which n bytes are given; NULL when none or several begin so. */
const struct gifsicle_option *gifsicle_option_long(const char *name, size_t n);

/* An option by its letter, NULL when there is none. */
const struct gifsicle_option *gifsicle_option_short(char letter);

/* Is there a value, attached or in the next word? */
bool gifsicle_option_needs_value(const struct gifsicle_option *o);

#endif
