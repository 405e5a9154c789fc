/* The container of a GIF, one frame at a time, from bytes in memory. Blocks come from giflib
 * (never DGifSlurp); what giflib does not check is checked here. Allocates with malloc(). */
#ifndef GIFVET_GIF_READER_H
#define GIFVET_GIF_READER_H

#include "gif/lzw.h"
#include "gif/scan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A frame as its header describes it (GIF89a sections 20 to 23). */
struct gif_frame {
    size_t number; /* from 0 */
    size_t offset; /* of the image separator, bytes */
    uint16_t left, top, width, height;
    bool interlaced, local_table;
    uint16_t delay_cs;
    uint8_t disposal;
    int transparent;       /* index, -1 = none */
    int colors;            /* entries of the table in effect, 0 = there is none */
    uint32_t palette[256]; /* 0xFFRRGGBB; what lies beyond the table is 0xFF000000 */
    uint8_t min_code_size;
    size_t data_offset; /* of the first sub-block */
};

struct gif_reader;

enum gif_step {
    GIF_FRAME,  /* *frame is filled; its data is decoded by gif_reader_decode() or passed over */
    GIF_END,    /* the trailer */
    GIF_BROKEN, /* nothing after this can be read; gif_reader_fault() says why */
    GIF_NO_MEMORY
};

/* Returns NULL without memory. The signature and the logical screen are read at once: a fault in
 * them makes the first gif_reader_next() GIF_BROKEN. bytes must stay until gif_reader_close(). */
struct gif_reader *gif_reader_open(const uint8_t *bytes, size_t n);
void gif_reader_close(struct gif_reader *r);

enum gif_step gif_reader_next(struct gif_reader *r, struct gif_frame *frame);

/* fault: the frame's own (GIF_FAULT_NONE: every index is there and inside the colour table). What
 * was decoded is there all the same: lzw.written pixels. */
struct gif_decoded {
    struct lzw_result lzw;
    struct gif_fault fault;
};

/* Decodes the data of the frame that gif_reader_next() has just given, as often as is wanted. inks:
 * 256 bytes, what is written for each index; NULL = the index itself. output lies LZW_OUTPUT_FRONT
 * into a buffer of width × height + LZW_OUTPUT_SLACK bytes. False without memory. */
bool gif_reader_decode(struct gif_reader *r, const struct gif_frame *frame, const uint8_t *inks,
                       uint8_t *output, struct gif_decoded *decoded);

/* Why gif_reader_next() said GIF_BROKEN. */
struct gif_fault gif_reader_fault(const struct gif_reader *r);

struct gif_screen {
    bool is_89a;
    uint32_t width, height;
    int64_t loops;   /* known only after the last frame, as struct gif_scan */
    size_t position; /* bytes read so far; after GIF_END: behind the trailer */
};
struct gif_screen gif_reader_screen(const struct gif_reader *r);

/* What the first 13 of n bytes say of it, position apart: nothing where they are too few or another
 * format's, whose bytes are no size. */
struct gif_screen gif_screen_of(const uint8_t *bytes, size_t n);

#endif
