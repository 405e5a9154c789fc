#include "gif/scan.h"

static const char *const words[GIF_FAULT_CODES] = {
    [GIF_FAULT_NONE] = "no fault",
    [GIF_FAULT_EMPTY] = "the file is empty",
    [GIF_FAULT_SIGNATURE] = "the file does not begin with GIF87a or GIF89a",
    [GIF_FAULT_SCREEN] = "the logical screen is missing or of zero size",
    [GIF_FAULT_TABLE_CUT] = "the file ends inside a colour table",
    [GIF_FAULT_BLOCK_CUT] = "the file ends inside a block",
    [GIF_FAULT_UNKNOWN_BLOCK] = "there is no block of a known kind",
    [GIF_FAULT_FRAME_SIZE] = "width or height is zero",
    [GIF_FAULT_NO_COLOR_TABLE] = "there is no colour table for it",
    [GIF_FAULT_CODE_SIZE] = "the LZW minimum code size is not 2 to 8",
    [GIF_FAULT_DATA_CUT] = "the file ends inside its data",
    [GIF_FAULT_DATA_ENDS_EARLY] = "its data ends early",
    [GIF_FAULT_UNDEFINED_CODE] = "its data holds an undefined LZW code",
    [GIF_FAULT_INDEX_RANGE] = "a pixel lies beyond the colour table",
    [GIF_FAULT_NO_FRAMES] = "the file ends without a single frame",
    [GIF_FAULT_NO_TRAILER] = "the trailer is missing",
};

bool gif_fault_is_outline(enum gif_fault_code code) {
    switch (code) {
    case GIF_FAULT_EMPTY:
    case GIF_FAULT_SIGNATURE:
    case GIF_FAULT_SCREEN:
    case GIF_FAULT_TABLE_CUT:
    case GIF_FAULT_BLOCK_CUT:
    case GIF_FAULT_UNKNOWN_BLOCK:
    case GIF_FAULT_DATA_CUT:
    case GIF_FAULT_NO_FRAMES:
    case GIF_FAULT_NO_TRAILER:
        return true;
    default:
        return false;
    }
}

void gif_fault_describe(const struct gif_fault *f, struct text *t) {
    if (f->frame != SIZE_MAX)
        text_add(t, "frame %zu: ", f->frame);
    text_add(t, "%s", words[f->code]);
    if (f->pixels_missing > 0)
        text_add(t, ", %llu pixels missing", (unsigned long long)f->pixels_missing);
    if (f->code != GIF_FAULT_EMPTY && f->code != GIF_FAULT_NONE)
        text_add(t, " (byte %zu)", f->offset);
}
