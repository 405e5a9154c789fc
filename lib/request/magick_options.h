/* The options of ImageMagick 6 and 7 and GraphicsMagick: what each is called, takes and asks for.
 */
#ifndef GIFVET_REQUEST_MAGICK_OPTIONS_H
#define GIFVET_REQUEST_MAGICK_OPTIONS_H

enum magick_id {
    MAGICK_HARMLESS,
    MAGICK_COLORS,
    MAGICK_COLORMAP,
    MAGICK_COLORS_UNCLEAR,
    MAGICK_EDITS,
    MAGICK_DELETE,
    MAGICK_FRAMES_UNCLEAR,
    MAGICK_LAYERS,
    MAGICK_RESIZE,
    MAGICK_CROP,
    MAGICK_ROTATE,
    MAGICK_CANVAS_UNCLEAR,
    MAGICK_FLIP,
    MAGICK_DELAY,
    MAGICK_SET,
    MAGICK_LOOP,
    MAGICK_ADJOIN,
    MAGICK_NO_ADJOIN,
    MAGICK_FUZZ,
    MAGICK_WRITE,
    MAGICK_PATH
};

struct magick_option {
    const char *name; /* with its sign */
    int values;
    enum magick_id id;
};

/* An option by its whole word, NULL when there is none. */
const struct magick_option *magick_option_find(const char *word);

#endif
