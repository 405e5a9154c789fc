/* Rooms: budget · colours of a frame · hash of the picture · one frame · the file */
#include "gif/scan.h"

#include "gif/canvas.h"
#include "gif/colors.h"
#include "gif/reader.h"

#include <stdlib.h>
#include <string.h>

struct scanner {
    const struct gif_budget *budget;
    struct gif_scan *scan;
    struct gif_reader *reader;
    struct gif_canvas canvas;
    struct gif_colors colors;
    uint8_t *room; /* for the indices of a frame, as the decoder wants it */
    size_t room_size;
    size_t frames_size;
    uint64_t *row_hashes;
    uint64_t picture_hash;
    size_t memory; /* allocated so far */
};

/* ---- budget ---- */

uint32_t gif_effective_delay_cs(uint32_t delay_cs) {
    return delay_cs <= 1 ? 10 : delay_cs;
}

static bool is_late(const struct gif_budget *b) {
    return b->deadline_us != 0 && b->now_us() > b->deadline_us;
}

/* Asked before every allocation whose size the file decides. */
static bool may_take(struct scanner *s, size_t bytes) {
    if (bytes > s->budget->memory_bytes || s->memory > s->budget->memory_bytes - bytes)
        return false;
    s->memory += bytes;
    return true;
}

/* ---- colours of a frame ---- */

/* Which indices are seen: all that were written, unless a part of the frame lies off the screen. */
static void seen_indices(const struct scanner *s, const struct gif_frame *f,
                         const struct lzw_result *lzw, bool seen[256]) {
    uint32_t right = (uint32_t)f->left + f->width, bottom = (uint32_t)f->top + f->height;
    if (right <= s->scan->width && bottom <= s->scan->height) {
        memcpy(seen, lzw->used, 256 * sizeof *seen);
        return;
    }
    memset(seen, 0, 256 * sizeof *seen);
    /* The order of interlaced rows does not matter for a frame that is cut at the sides only; cut
     * at the bottom it does, and then all rows count: too many colours, never too few. */
    bool all_rows = f->interlaced && bottom > s->scan->height;
    for (uint32_t y = 0; y < f->height && (all_rows || f->top + y < s->scan->height); y++)
        for (uint32_t x = 0; x < f->width && f->left + x < s->scan->width; x++) {
            size_t at = (size_t)y * f->width + x;
            if (at < lzw->written)
                seen[s->room[LZW_OUTPUT_FRONT + at]] = true;
        }
}

static bool count_colors(struct scanner *s, const struct gif_frame *f, const struct lzw_result *lzw,
                         struct gif_scan_frame *out) {
    bool seen[256];
    uint32_t distinct[256] = {0};
    unsigned used = 0;
    seen_indices(s, f, lzw, seen);
    for (int i = 0; i < 256; i++) {
        if (!seen[i] || i == f->transparent)
            continue;
        bool is_new = true;
        for (unsigned k = 0; k < used && is_new; k++)
            is_new = distinct[k] != f->palette[i];
        if (!is_new)
            continue;
        distinct[used++] = f->palette[i];
        if (!gif_colors_add(&s->colors, f->palette[i]))
            return false;
    }
    out->colors_used = (uint16_t)used;
    if (used > s->scan->colors_largest_frame)
        s->scan->colors_largest_frame = used;
    return true;
}

/* ---- hash of the picture ---- */

/* Four lanes, so that the multiplications of neighbours overlap; pairs of pixels at a time. */
static uint64_t hash_row(const uint32_t *row, uint32_t width, uint32_t y) {
    const uint64_t k = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t lanes[4] = {y + 1, k, k * 3, k * 5};
    uint32_t x = 0;
    for (; x + 8 <= width; x += 8)
        for (int lane = 0; lane < 4; lane++) {
            uint64_t pair;
            memcpy(&pair, row + x + 2 * lane, sizeof pair);
            lanes[lane] = (lanes[lane] ^ pair) * k;
            lanes[lane] ^= lanes[lane] >> 32;
        }
    for (; x < width; x++) {
        lanes[x & 3] = (lanes[x & 3] ^ row[x]) * k;
        lanes[x & 3] ^= lanes[x & 3] >> 32;
    }
    uint64_t hash = y;
    for (int lane = 0; lane < 4; lane++) {
        hash = (hash ^ lanes[lane]) * k;
        hash ^= hash >> 29;
    }
    return hash;
}

/* The sum over the rows' hashes: only rows that changed are hashed again. */
static void hash_picture(struct scanner *s) {
    const struct gif_canvas *c = &s->canvas;
    for (uint32_t y = c->dirty.top; y < c->dirty.bottom; y++) {
        uint64_t hash = hash_row(c->pixels + (size_t)y * c->width, c->width, y);
        s->picture_hash += hash - s->row_hashes[y];
        s->row_hashes[y] = hash;
    }
}

/* ---- one frame ---- */

static void note_fault(struct gif_scan *s, const struct gif_fault *f) {
    if (s->faults++ == 0)
        s->fault = *f;
}

/* Room for one frame more in the table, and for its indices. */
static bool make_room(struct scanner *s, const struct gif_frame *f) {
    size_t pixels = (size_t)f->width * f->height + LZW_OUTPUT_SLACK;
    if (pixels > s->room_size) {
        if (!may_take(s, pixels - s->room_size))
            return false;
        free(s->room);
        s->room = malloc(pixels);
        s->room_size = s->room != NULL ? pixels : 0;
        if (s->room == NULL)
            return false;
    }
    if (s->scan->frames < s->frames_size)
        return true;
    size_t more = s->frames_size == 0 ? 64 : s->frames_size;
    if (!may_take(s, more * sizeof *s->scan->frame))
        return false;
    void *grown = realloc(s->scan->frame, (s->frames_size + more) * sizeof *s->scan->frame);
    if (grown == NULL)
        return false;
    s->scan->frame = grown;
    s->frames_size += more;
    return true;
}

static bool scan_frame(struct scanner *s, const struct gif_frame *f) {
    struct gif_decoded decoded;
    if (!make_room(s, f) ||
        !gif_reader_decode(s->reader, f, s->room + LZW_OUTPUT_FRONT, &decoded) ||
        !gif_canvas_draw(&s->canvas, f, s->room + LZW_OUTPUT_FRONT, decoded.lzw.written))
        return false;
    struct gif_scan *scan = s->scan;
    struct gif_scan_frame *out = &scan->frame[scan->frames];
    *out = (struct gif_scan_frame){
        .left = f->left,
        .top = f->top,
        .width = f->width,
        .height = f->height,
        .delay_cs = f->delay_cs,
        .disposal = f->disposal,
        .transparent = (int16_t)f->transparent,
        .interlaced = f->interlaced,
        .local_table = f->local_table,
        .changed = s->canvas.changed || scan->frames == 0,
        .damaged = decoded.fault.code != GIF_FAULT_NONE,
    };
    if (!count_colors(s, f, &decoded.lzw, out))
        return false;
    hash_picture(s);
    out->picture_hash = s->picture_hash;
    scan->raw_duration_cs += f->delay_cs;
    scan->effective_duration_cs += gif_effective_delay_cs(f->delay_cs);
    scan->superfluous_pixels += decoded.lzw.superfluous;
    if (out->damaged)
        note_fault(scan, &decoded.fault);
    scan->frames++;
    return true;
}

/* ---- the file ---- */

/* A file that ends inside a frame's data was told with the frame. */
static bool is_told(const struct gif_scan *s, const struct gif_fault *f) {
    return f->code == GIF_FAULT_DATA_CUT && s->frames > 0 && s->frame[s->frames - 1].damaged;
}

static enum gif_outcome scan_frames(struct scanner *s) {
    struct gif_frame *frame = malloc(sizeof *frame);
    enum gif_outcome outcome = frame != NULL ? GIF_SCAN_DONE : GIF_SCAN_MEMORY;
    while (outcome == GIF_SCAN_DONE) {
        if (is_late(s->budget)) {
            outcome = GIF_SCAN_TIMEOUT;
            break;
        }
        enum gif_step step = gif_reader_next(s->reader, frame);
        if (step == GIF_END)
            break;
        if (step == GIF_NO_MEMORY) {
            outcome = GIF_SCAN_MEMORY;
        } else if (step == GIF_BROKEN) {
            struct gif_fault fault = gif_reader_fault(s->reader);
            if (!is_told(s->scan, &fault))
                note_fault(s->scan, &fault);
            break;
        } else if (!scan_frame(s, frame)) {
            outcome = GIF_SCAN_MEMORY;
        }
    }
    free(frame);
    return outcome;
}

static bool open_canvas(struct scanner *s) {
    struct gif_scan *scan = s->scan;
    size_t canvas = gif_canvas_bytes(scan->width, scan->height);
    if (canvas == 0 || !may_take(s, canvas) || !may_take(s, scan->height * sizeof *s->row_hashes) ||
        !gif_canvas_open(&s->canvas, scan->width, scan->height))
        return false;
    s->row_hashes = calloc(scan->height, sizeof *s->row_hashes);
    return s->row_hashes != NULL && gif_colors_open(&s->colors);
}

static enum gif_outcome scan_file(struct scanner *s, size_t n) {
    struct gif_fault fault = gif_reader_fault(s->reader);
    struct gif_screen screen = gif_reader_screen(s->reader);
    s->scan->is_89a = screen.is_89a;
    s->scan->width = screen.width;
    s->scan->height = screen.height;
    if (fault.code != GIF_FAULT_NONE) {
        note_fault(s->scan, &fault);
        return GIF_SCAN_DONE;
    }
    if (!open_canvas(s))
        return GIF_SCAN_MEMORY;
    enum gif_outcome outcome = scan_frames(s);
    screen = gif_reader_screen(s->reader);
    s->scan->loops = screen.loops;
    s->scan->colors_union = s->colors.used;
    s->scan->trailer =
        outcome == GIF_SCAN_DONE && gif_reader_fault(s->reader).code == GIF_FAULT_NONE;
    if (s->scan->trailer)
        s->scan->trailing_bytes = n - screen.position;
    return outcome;
}

enum gif_outcome gif_scan(const uint8_t *bytes, size_t n, const struct gif_budget *budget,
                          struct gif_scan *scan) {
    *scan = (struct gif_scan){.bytes = n, .loops = -1};
    struct scanner s = {.budget = budget, .scan = scan};
    s.reader = gif_reader_open(bytes, n);
    enum gif_outcome outcome = s.reader != NULL ? scan_file(&s, n) : GIF_SCAN_MEMORY;
    gif_reader_close(s.reader);
    gif_canvas_close(&s.canvas);
    gif_colors_close(&s.colors);
    free(s.room);
    free(s.row_hashes);
    return outcome;
}

void gif_scan_free(struct gif_scan *s) {
    free(s->frame);
    *s = (struct gif_scan){0};
}
