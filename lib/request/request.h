/* What a command line asked a compressor to do to a GIF.
 *
 * One table per compressor (gifsicle_options.c, magick_options.c, ffmpeg.c, …) turns its options
 * into facets: colours, frames, timing, canvas, loops. A facet that the command line does not touch
 * is REQUEST_NOT_ASKED; one that it touches in a way that cannot be derived is REQUEST_UNCLEAR, and
 * then the checks over that facet are not applicable: a wrong guess would be a false alarm. */
#ifndef GIFVET_REQUEST_REQUEST_H
#define GIFVET_REQUEST_REQUEST_H

#include "text/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum request_operation {
    REQUEST_UNKNOWN,           /* nothing known: pictures may be lossy, numbers as before */
    REQUEST_OPTIMIZATION,      /* re-encode, lose nothing visible */
    REQUEST_COLOR_REDUCTION,   /* fewer colours */
    REQUEST_FRAME_REDUCTION,   /* fewer frames: selection, ratio, rate */
    REQUEST_LOSSY_COMPRESSION, /* pictures may differ a little */
    REQUEST_RESIZE,            /* canvas changes: resize, crop, rotate */
    REQUEST_EXPLODE,           /* one file a frame */
    REQUEST_MERGE,             /* several sources into one output */
    REQUEST_TIMING,            /* delays, speed or loops only */
    REQUEST_CONVERSION,        /* decoded and written anew by a program that requantises */
    REQUEST_OPERATIONS         /* how many there are */
};

enum request_ask { REQUEST_NOT_ASKED, REQUEST_ASKED, REQUEST_UNCLEAR };

/* How asked colours are counted: over the whole file, or in the frame that has most. */
enum request_counting { REQUEST_COUNT_UNION, REQUEST_COUNT_LARGEST_FRAME };

struct request_colors {
    enum request_ask ask;
    int64_t max; /* colours, 1 to 256; the transparent index is no colour */
    enum request_counting counting;
    bool scattered; /* by a dithering that is known to miss colours (gifsicle's) */
    bool adaptive;  /* not asked for, but the table is made from the pictures (palettegen) */
};

/* A run of selected frames, both ends included, counted from 0; negative numbers count from the
 * end (-1 is the last frame). first > last (after resolving) selects backwards, as gifsicle does.
 * delay_cs is the delay that every frame of the run gets, in 1/100 s, or -1 to keep its own. */
struct request_span {
    int64_t first, last;
    int64_t delay_cs;
};

enum request_frames_kind {
    REQUEST_FRAMES_RATIO,     /* ratio: share of the source's frames, over 0 to 1 */
    REQUEST_FRAMES_SELECTION, /* spans: these frames, in this order */
    REQUEST_FRAMES_DELETION,  /* spans: all but these */
    REQUEST_FRAMES_EVERY,     /* every: each n-th frame, starting with the first */
    REQUEST_FRAMES_RATE,      /* fps: resampled to this many frames a second */
    REQUEST_FRAMES_ONE,       /* a single picture of the source's frames: explode, vips' default */
    REQUEST_FRAMES_FIRST      /* every: at most the first n frames */
};

struct request_frames {
    enum request_ask ask;
    enum request_frames_kind kind;
    double ratio;
    double fps;
    int64_t every;
    struct request_span *spans; /* owned by the request */
    size_t spans_used;
    bool keeps_delays; /* kept frames keep their own delays, so the total shrinks; else the total
                          stays */
};

enum request_timing_kind {
    REQUEST_TIMING_DELAY, /* every frame is shown delay_cs (already includes spans' delays when
                             all are the same) */
    REQUEST_TIMING_SPEED, /* the total is multiplied by factor (0.5 = twice as fast) */
    REQUEST_TIMING_SPANS  /* the delays stand in frames.spans */
};

struct request_timing {
    enum request_ask ask;
    enum request_timing_kind kind;
    int64_t delay_cs;
    double factor;
};

enum request_step_kind {
    REQUEST_STEP_EXACT,  /* to width × height; 0 = keep the aspect from the other */
    REQUEST_STEP_SCALE,  /* by x (width) and y (height) */
    REQUEST_STEP_FIT,    /* into width × height, aspect kept, never enlarged; 0 = no bound */
    REQUEST_STEP_WITHIN, /* into width × height, aspect kept, enlarged too (ImageMagick's WxH) */
    REQUEST_STEP_COVER,  /* to cover width × height, aspect kept */
    REQUEST_STEP_CROP,   /* to width × height at left, top; 0 or less = up to that far from the
                            right or bottom edge */
    REQUEST_STEP_TURN,   /* by turns × 90° clockwise */
    REQUEST_STEP_SCREEN  /* the logical screen becomes width × height, pictures stay */
};

struct request_step {
    enum request_step_kind kind;
    int64_t width, height, left, top;
    double x, y;
    int turns;
};

#define REQUEST_STEPS_MAX 4

/* What happens to the canvas, in order. Flips are asked without a step: the canvas is kept. More
 * than REQUEST_STEPS_MAX steps are unclear. */
struct request_canvas {
    enum request_ask ask;
    struct request_step steps[REQUEST_STEPS_MAX];
    size_t steps_used;
    bool flipped; /* mirrored: sizes stay, pictures do not */
};

struct request_loops {
    enum request_ask ask;
    int64_t count; /* 0 = for ever, -1 = no loop extension, n = the number stored */
};

/* Names are pointers into the argument vector that was parsed (the caller keeps it) or into the
 * request's own copies. */
struct request_names {
    const char **at; /* owned by the request */
    size_t used;
};

struct request {
    const char *program; /* the table's name ("gifsicle", "magick", …), "" when not known */
    enum request_operation operation;
    bool understood;      /* every word of the command line was understood */
    bool lossless;        /* the visible picture of every kept frame is promised unchanged */
    bool pictures_edited; /* pictures change on purpose in a way not described here (drawing,
                             colour change, flips, blur): they cannot be compared */
    struct request_colors colors;
    struct request_frames frames;
    struct request_timing timing;
    struct request_canvas canvas;
    struct request_loops loops;
    struct request_names inputs;      /* files it reads as pictures, in order */
    struct request_names outputs;     /* files it writes, where the command line names them */
    struct request_names not_sources; /* GIFs read for something else: palettes, masks */
    void *copies;                     /* owned: names that stand in argv only as a part of a word */
};

/* Reads a command line (argv[0] is the program's path or name). Never fails: an unknown program
 * or option gives less knowledge. The names point into argv; the rest is allocated with malloc()
 * and freed by request_free(). Not signal-safe outside the preload object (it allocates). */
struct request request_parse(size_t argc, const char *const argv[]);

/* The request that asks for nothing and promises nothing. */
struct request request_none(void);

void request_free(struct request *r);

/* What the environment or the configuration says over the command line. NULL and 0 = not given:
 * operation by name ("frame_reduction", …), ratio over 0 to 1, colors 1 to 256. Returns 0, or
 * EINVAL with e naming the value that is wrong (r is then unchanged). */
int request_override(struct request *r, const char *operation, double ratio, int64_t colors,
                     struct error *e);

/* The name of an operation, as records and the environment have it ("frame_reduction"). */
const char *request_operation_name(enum request_operation o);

/* Splits line on blanks; '…' and "…" are honoured, a backslash quotes the next character outside
 * '…', # is an ordinary character. Returns a NULL-terminated vector of *argc words in one
 * malloc()ed block (free() it), or NULL with e filled: EINVAL for an unclosed quote, ENOMEM. */
char **request_split(const char *line, size_t *argc, struct error *e);

#endif
