#include "request/gifsicle_options.h"

#include <string.h>

static const struct gifsicle_option options[] = {
    {"merge", 'm', GIFSICLE_NOTHING, GIFSICLE_MERGE},
    {"batch", 'b', GIFSICLE_NOTHING, GIFSICLE_BATCH},
    {"explode", 'e', GIFSICLE_NOTHING, GIFSICLE_EXPLODE},
    {"explode-by-name", 'E', GIFSICLE_NOTHING, GIFSICLE_EXPLODE},
    {"append", 0, GIFSICLE_NOTHING, GIFSICLE_REPLACE},
    {"insert-before", 0, GIFSICLE_VALUE, GIFSICLE_REPLACE},
    {"replace", 0, GIFSICLE_VALUE, GIFSICLE_REPLACE},
    {"delete", 0, GIFSICLE_VALUE, GIFSICLE_DELETE},
    {"done", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"colors", 'k', GIFSICLE_VALUE, GIFSICLE_COLORS},
    {"num-colors", 0, GIFSICLE_VALUE, GIFSICLE_COLORS},
    {"use-colormap", 0, GIFSICLE_VALUE, GIFSICLE_COLORMAP},
    {"gray", 0, GIFSICLE_NOTHING, GIFSICLE_EDITS},
    {"grayscale", 0, GIFSICLE_NOTHING, GIFSICLE_EDITS},
    {"change-color", 0, GIFSICLE_TWO_VALUES, GIFSICLE_EDITS},
    {"transform-colormap", 0, GIFSICLE_VALUE, GIFSICLE_EDITS},
    {"color-method", 0, GIFSICLE_VALUE, GIFSICLE_HARMLESS},
    {"dither", 'f', GIFSICLE_OPTIONAL, GIFSICLE_DITHER},
    {"gamma", 0, GIFSICLE_VALUE, GIFSICLE_HARMLESS},
    {"lossy", 0, GIFSICLE_OPTIONAL, GIFSICLE_LOSSY},
    {"resize", 0, GIFSICLE_VALUE, GIFSICLE_RESIZE},
    {"resize-width", 0, GIFSICLE_VALUE, GIFSICLE_RESIZE_WIDTH},
    {"resize-height", 0, GIFSICLE_VALUE, GIFSICLE_RESIZE_HEIGHT},
    {"resize-fit", 0, GIFSICLE_VALUE, GIFSICLE_RESIZE_FIT},
    {"resize-touch", 0, GIFSICLE_VALUE, GIFSICLE_RESIZE_TOUCH},
    {"resize-geometry", 0, GIFSICLE_VALUE, GIFSICLE_RESIZE_GEOMETRY},
    {"resize-fit-width", 0, GIFSICLE_VALUE, GIFSICLE_CANVAS_UNCLEAR},
    {"resize-fit-height", 0, GIFSICLE_VALUE, GIFSICLE_CANVAS_UNCLEAR},
    {"resize-touch-width", 0, GIFSICLE_VALUE, GIFSICLE_CANVAS_UNCLEAR},
    {"resize-touch-height", 0, GIFSICLE_VALUE, GIFSICLE_CANVAS_UNCLEAR},
    {"resize-method", 0, GIFSICLE_VALUE, GIFSICLE_HARMLESS},
    {"resize-colors", 0, GIFSICLE_VALUE, GIFSICLE_HARMLESS},
    {"scale", 0, GIFSICLE_VALUE, GIFSICLE_SCALE},
    {"crop", 0, GIFSICLE_VALUE, GIFSICLE_CROP},
    {"clip", 0, GIFSICLE_VALUE, GIFSICLE_CROP},
    {"crop-transparency", 0, GIFSICLE_NOTHING, GIFSICLE_CANVAS_UNCLEAR},
    {"logical-screen", 'S', GIFSICLE_VALUE, GIFSICLE_SCREEN},
    {"screen", 0, GIFSICLE_VALUE, GIFSICLE_SCREEN},
    {"position", 'p', GIFSICLE_VALUE, GIFSICLE_CANVAS_UNCLEAR},
    {"rotate-90", 0, GIFSICLE_NOTHING, GIFSICLE_TURN_90},
    {"rotate-180", 0, GIFSICLE_NOTHING, GIFSICLE_TURN_180},
    {"rotate-270", 0, GIFSICLE_NOTHING, GIFSICLE_TURN_270},
    {"flip-horizontal", 0, GIFSICLE_NOTHING, GIFSICLE_FLIP},
    {"flip-vertical", 0, GIFSICLE_NOTHING, GIFSICLE_FLIP},
    {"hflip", 0, GIFSICLE_NOTHING, GIFSICLE_FLIP},
    {"vflip", 0, GIFSICLE_NOTHING, GIFSICLE_FLIP},
    {"delay", 'd', GIFSICLE_VALUE, GIFSICLE_DELAY},
    {"loopcount", 'l', GIFSICLE_OPTIONAL, GIFSICLE_LOOPS},
    {"transparent", 't', GIFSICLE_VALUE, GIFSICLE_EDITS},
    {"background", 'B', GIFSICLE_VALUE, GIFSICLE_HARMLESS},
    {"disposal", 'D', GIFSICLE_VALUE, GIFSICLE_EDITS},
    {"optimize", 'O', GIFSICLE_OPTIONAL, GIFSICLE_HARMLESS},
    {"unoptimize", 'U', GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"careful", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"interlace", 'i', GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"name", 'n', GIFSICLE_VALUE, GIFSICLE_HARMLESS},
    {"comment", 'c', GIFSICLE_VALUE, GIFSICLE_HARMLESS},
    {"extension", 'x', GIFSICLE_TWO_VALUES, GIFSICLE_HARMLESS},
    {"app-extension", 0, GIFSICLE_TWO_VALUES, GIFSICLE_HARMLESS},
    {"names", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"comments", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"extensions", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"threads", 'j', GIFSICLE_OPTIONAL, GIFSICLE_HARMLESS},
    {"output", 'o', GIFSICLE_VALUE, GIFSICLE_OUTPUT},
    {"conserve-memory", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"multifile", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"nextfile", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"ignore-errors", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"warnings", 'w', GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"verbose", 'V', GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"quiet", 'q', GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"no-ignore-errors", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"info", 'I', GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"color-info", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"cinfo", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"extension-info", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"xinfo", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"size-info", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"sinfo", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"help", 'h', GIFSICLE_NOTHING, GIFSICLE_NO_GIF},
    {"version", 0, GIFSICLE_NOTHING, GIFSICLE_NO_GIF},
    {"same-delay", 0, GIFSICLE_NOTHING, GIFSICLE_DELAY},
    {"same-loopcount", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"same-colors", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
    {"same-optimize", 0, GIFSICLE_NOTHING, GIFSICLE_HARMLESS},
};

const struct gifsicle_option *gifsicle_option_long(const char *name, size_t n) {
    const struct gifsicle_option *found = NULL;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (strncmp(options[i].name, name, n) != 0 || n == 0)
            continue;
        if (options[i].name[n] == '\0')
            return &options[i];
        if (found != NULL && found->id != options[i].id)
            return NULL;
        found = &options[i];
    }
    return found;
}

const struct gifsicle_option *gifsicle_option_short(char letter) {
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (options[i].letter != 0 && options[i].letter == letter)
            return &options[i];
    return NULL;
}

bool gifsicle_option_needs_value(const struct gifsicle_option *o) {
    return o->takes == GIFSICLE_VALUE || o->takes == GIFSICLE_TWO_VALUES;
}
