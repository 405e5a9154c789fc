/* One GIF read from first to last byte: what it is, every frame's facts, and what is wrong with it.
 *
 * The container comes from giflib (from memory, never DGifSlurp), the LZW data from lzw.h, the
 * pictures from canvas.h; scanner.h does the same frame by frame. Nothing is repaired: the first
 * fault and the number of faults are kept, and what can still be read after a fault is read as
 * players read it. Pure: no files, no clock but the budget's, no globals. Memory comes from
 * malloc(); peak is the frame table, one canvas, and what disposal 3 needs, whatever the number of
 * frames. */
#ifndef GIFVET_GIF_SCAN_H
#define GIFVET_GIF_SCAN_H

#include "gif/inks.h"
#include "text/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How much may be spent. now_us is a monotonic clock in microseconds, asked only when deadline_us
 * is not 0; memory_bytes bounds the canvas, the frame table and the working buffers together. */
struct gif_budget {
    int64_t (*now_us)(void);
    int64_t deadline_us;
    size_t memory_bytes;
};

enum gif_fault_code {
    GIF_FAULT_NONE,
    GIF_FAULT_EMPTY,           /* no bytes at all */
    GIF_FAULT_SIGNATURE,       /* neither GIF87a nor GIF89a */
    GIF_FAULT_SCREEN,          /* no room for, or a zero-sized, logical screen */
    GIF_FAULT_TABLE_CUT,       /* a colour table goes on past the end of the file */
    GIF_FAULT_BLOCK_CUT,       /* an extension or a frame's header goes on past the end */
    GIF_FAULT_UNKNOWN_BLOCK,   /* an introducer that is none of 2C, 21, 3B */
    GIF_FAULT_FRAME_SIZE,      /* a frame of zero width or height */
    GIF_FAULT_NO_COLOR_TABLE,  /* neither a local nor a global table for a frame */
    GIF_FAULT_CODE_SIZE,       /* LZW minimum code size outside 2 to 8 */
    GIF_FAULT_DATA_CUT,        /* the file ends inside a frame's LZW sub-blocks */
    GIF_FAULT_DATA_ENDS_EARLY, /* sub-blocks or an end code end before width × height indices */
    GIF_FAULT_UNDEFINED_CODE,  /* a code that the stream has not defined yet */
    GIF_FAULT_INDEX_RANGE,     /* an index beyond the frame's colour table */
    GIF_FAULT_NO_FRAMES,       /* a trailer, and not one frame before it */
    GIF_FAULT_NO_TRAILER,      /* the file ends after a whole block, without 3B */
    GIF_FAULT_CODES            /* how many there are */
};

/* frame counts from 0; SIZE_MAX when the fault is not in a frame. offset is the byte in the file
 * where it was noticed. pixels_missing: of this frame, 0 when none. */
struct gif_fault {
    enum gif_fault_code code;
    size_t frame;
    size_t offset;
    uint64_t pixels_missing;
};

/* Does reading the blocks alone notice such a fault, as gif_scan_outline() does? The others show
 * only in a frame that is decoded. */
bool gif_fault_is_outline(enum gif_fault_code code);

/* Appends the fault in plain words with its numbers, as "frame 3 of 20: data ends 812 pixels early
 * at byte 40131". Frame numbers are shown counted from 0, as gifsicle does. */
void gif_fault_describe(const struct gif_fault *f, struct text *t);

enum gif_outcome {
    GIF_SCAN_DONE,    /* read to the end (faults or not) */
    GIF_SCAN_TIMEOUT, /* the deadline passed */
    GIF_SCAN_MEMORY   /* over memory_bytes, or malloc() failed */
};

struct gif_scan_frame {
    uint16_t left, top, width, height; /* as stored; may stick out of the screen */
    uint16_t delay_cs;                 /* as stored, 1/100 s, 0 without a control extension */
    uint8_t disposal;                  /* as stored, 0 to 7 */
    int16_t transparent;               /* index, -1 = none */
    bool interlaced;
    bool local_table;
    uint16_t colors_used;  /* distinct RGB triples among this frame's opaque on-screen pixels */
    bool changed;          /* the composited picture differs visibly from the one before (true for
                              frame 0): colour under full transparency does not count */
    uint64_t picture_hash; /* of the composited picture; equal pictures have equal hashes, also
                              across files of the same canvas size
                              that share their inks */
    bool damaged;          /* has a fault of its own */
};

struct gif_scan {
    size_t bytes;
    bool is_89a;
    uint32_t width, height; /* logical screen, pixels */
    int64_t loops;          /* NETSCAPE2.0 or ANIMEXTS1.0: 0 = for ever, n; -1 = no extension */
    size_t frames;          /* frames whose header was whole */
    struct gif_scan_frame *frame;   /* frames of them; owned by the scan */
    uint64_t raw_duration_cs;       /* sum of delays as stored */
    uint64_t effective_duration_cs; /* sum with 0 and 1 shown as 10 */
    uint32_t colors_union;          /* distinct RGB triples over all frames */
    uint32_t colors_largest_frame;  /* most of any one frame */
    bool trailer;
    size_t trailing_bytes;       /* after the trailer */
    uint64_t superfluous_pixels; /* LZW data beyond width × height, all frames */
    size_t faults;
    struct gif_fault fault; /* the first, by place in the file */
};

/* The delay that players show for a stored delay, both in 1/100 s: 0 and 1 become 10 (every
 * browser since 2010). */
uint32_t gif_effective_delay_cs(uint32_t delay_cs);

/* Reads bytes[0..n). On GIF_SCAN_DONE *s is filled; otherwise what was found until then is, and
 * gif_scan_free() must be called all the same. Reads nothing outside bytes. Files whose pictures
 * are to be compared share one set of inks; NULL = one of its own. */
enum gif_outcome gif_scan(const uint8_t *bytes, size_t n, const struct gif_budget *budget,
                          struct gif_inks *inks, struct gif_scan *s);

/* The same without looking into the frames' data: no picture, colour, nor fault of a frame's data
 * is known; sizes, numbers and delays are. Costs next to nothing. */
enum gif_outcome gif_scan_outline(const uint8_t *bytes, size_t n, const struct gif_budget *budget,
                                  struct gif_scan *s);

void gif_scan_free(struct gif_scan *s);

#endif
