/* Rooms: budget · colours of a frame · hash of the picture · one frame · the file */
#include "gif/scanner.h"

#include "gif/hash.h"

#include <stdlib.h>
#include <string.h>

/* ---- budget ---- */

static bool is_late(const struct gif_budget *b) {
    return b->deadline_us != 0 && b->now_us() > b->deadline_us;
}

static bool end(struct gif_scanner *s, enum gif_outcome outcome) {
    s->ended = true;
    s->outcome = outcome;
    return false;
}

/* ---- colours of a frame ---- */

static bool make_stamps(struct gif_scanner *s) {
    size_t size = s->player.inks->size;
    if (s->drawn_size >= size)
        return true;
    uint32_t *grown = realloc(s->drawn, size * sizeof *grown);
    if (grown == NULL)
        return false;
    memset(grown + s->drawn_size, 0, (size - s->drawn_size) * sizeof *grown);
    s->drawn = grown;
    s->drawn_size = size;
    return true;
}

static void note_ink(struct gif_scanner *s, uint32_t ink, uint32_t *distinct) {
    uint32_t stamp = (uint32_t)s->scan->frames + 1;
    if (ink == 0 || s->drawn[ink] == stamp)
        return;
    s->scan->colors_union += s->drawn[ink] == 0;
    s->drawn[ink] = stamp;
    ++*distinct;
}

/* Of a frame that sticks out of the screen only what is seen counts. The order of interlaced rows
 * does not matter where it is cut at the sides only; cut at the bottom it does, and then all rows
 * count: too many colours, never too few. */
static void note_seen_part(struct gif_scanner *s, uint32_t *distinct) {
    const struct gif_player *p = &s->player;
    const struct gif_frame *f = p->frame;
    uint32_t bottom = (uint32_t)f->top + f->height, width = p->canvas.width,
             height = p->canvas.height;
    bool all_rows = f->interlaced && bottom > height;
    for (uint32_t y = 0; y < f->height && (all_rows || f->top + y < height); y++)
        for (uint32_t x = 0; x < f->width && f->left + x < width; x++) {
            size_t at = (size_t)y * f->width + x;
            uint32_t ink = 0;
            for (int i = 0; i < p->planes && at < p->decoded.lzw.written; i++)
                ink |= (uint32_t)gif_player_plane(p, i)[at] << 8 * i;
            note_ink(s, ink, distinct);
        }
}

/* Returns how many different colours the frame shows. */
static uint32_t count_colors(struct gif_scanner *s) {
    const struct gif_player *p = &s->player;
    const struct gif_frame *f = p->frame;
    uint32_t distinct = 0;
    if ((uint32_t)f->left + f->width > p->canvas.width ||
        (uint32_t)f->top + f->height > p->canvas.height)
        note_seen_part(s, &distinct);
    else
        for (int i = 0; i < 256; i++)
            if (p->decoded.lzw.used[i])
                note_ink(s, p->ink[i], &distinct);
    if (distinct > s->scan->colors_largest_frame)
        s->scan->colors_largest_frame = distinct;
    return distinct;
}

/* ---- hash of the picture ---- */

/* A plane that is not there is a plane of zeros: rows of zeros add nothing. */
static uint64_t hash_row(const struct gif_canvas *c, uint32_t y) {
    uint64_t sum = 0;
    for (int p = 0; p < GIF_PLANES; p++) {
        if (c->planes[p] == NULL)
            continue;
        const uint8_t *row = c->planes[p] + (size_t)y * c->width;
        if (row[0] == 0 && memcmp(row, row + 1, c->width - 1) == 0)
            continue;
        sum += gif_hash(row, c->width, (uint64_t)y * GIF_PLANES + (uint64_t)p);
    }
    return sum;
}

/* The sum over the rows' hashes: only rows that changed are hashed again. */
static void hash_picture(struct gif_scanner *s) {
    const struct gif_canvas *c = &s->player.canvas;
    for (uint32_t y = c->dirty.top; y < c->dirty.bottom; y++) {
        uint64_t hash = hash_row(c, y);
        s->picture_hash += hash - s->row_hashes[y];
        s->row_hashes[y] = hash;
    }
}

/* ---- one frame ---- */

static void note_fault(struct gif_scan *s, const struct gif_fault *f) {
    if (s->faults++ == 0)
        s->fault = *f;
}

static bool make_room(struct gif_scanner *s) {
    if (s->scan->frames < s->frames_size)
        return true;
    size_t room = s->frames_size == 0 ? 64 : s->frames_size * 2;
    if (room > s->budget->memory_bytes / sizeof *s->scan->frame)
        return false;
    void *grown = realloc(s->scan->frame, room * sizeof *s->scan->frame);
    if (grown == NULL)
        return false;
    s->scan->frame = grown;
    s->frames_size = room;
    return true;
}

struct gif_scan_frame gif_scan_frame_of(const struct gif_frame *f) {
    return (struct gif_scan_frame){
        .left = f->left,
        .top = f->top,
        .width = f->width,
        .height = f->height,
        .delay_cs = f->delay_cs,
        .disposal = f->disposal,
        .transparent = (int16_t)f->transparent,
        .interlaced = f->interlaced,
        .local_table = f->local_table,
    };
}

static bool note_frame(struct gif_scanner *s) {
    const struct gif_player *p = &s->player;
    struct gif_scan *scan = s->scan;
    if (!make_room(s) || !make_stamps(s))
        return end(s, GIF_SCAN_MEMORY);
    struct gif_scan_frame *out = &scan->frame[scan->frames];
    *out = gif_scan_frame_of(p->frame);
    out->changed = p->canvas.changed || scan->frames == 0;
    out->damaged = p->decoded.fault.code != GIF_FAULT_NONE;
    out->colors_used = (uint16_t)count_colors(s);
    hash_picture(s);
    out->picture_hash = s->picture_hash;
    scan->raw_duration_cs += p->frame->delay_cs;
    scan->effective_duration_cs += gif_effective_delay_cs(p->frame->delay_cs);
    scan->superfluous_pixels += p->decoded.lzw.superfluous;
    if (out->damaged)
        note_fault(scan, &p->decoded.fault);
    scan->frames++;
    return true;
}

/* ---- the file ---- */

/* A file that ends inside a frame's data was told with the frame. */
static bool is_told(const struct gif_scan *s, const struct gif_fault *f) {
    return f->code == GIF_FAULT_DATA_CUT && s->frames > 0 && s->frame[s->frames - 1].damaged;
}

static bool finish(struct gif_scanner *s, enum gif_step step) {
    struct gif_screen screen = gif_reader_screen(s->player.reader);
    struct gif_scan *scan = s->scan;
    scan->loops = screen.loops;
    if (step == GIF_NO_MEMORY)
        return end(s, GIF_SCAN_MEMORY);
    if (step == GIF_BROKEN) {
        struct gif_fault fault = gif_reader_fault(s->player.reader);
        if (!is_told(scan, &fault))
            note_fault(scan, &fault);
    } else {
        scan->trailer = true;
        scan->trailing_bytes = scan->bytes - screen.position;
    }
    return end(s, GIF_SCAN_DONE);
}

/* A head that cannot be read is a fault of the file; without one the memory was not there. */
static void open_failed(struct gif_scanner *s, const uint8_t *bytes, size_t n) {
    struct gif_reader *r = gif_reader_open(bytes, n);
    struct gif_fault fault = {0};
    if (r != NULL)
        fault = gif_reader_fault(r);
    gif_reader_close(r);
    if (fault.code != GIF_FAULT_NONE)
        note_fault(s->scan, &fault);
    (void)end(s, fault.code != GIF_FAULT_NONE ? GIF_SCAN_DONE : GIF_SCAN_MEMORY);
}

static void note_screen(struct gif_scan *scan, const uint8_t *bytes, size_t n) {
    struct gif_screen screen = gif_screen_of(bytes, n);
    scan->is_89a = screen.is_89a;
    scan->width = screen.width;
    scan->height = screen.height;
}

void gif_scanner_open(struct gif_scanner *s, const uint8_t *bytes, size_t n,
                      const struct gif_budget *budget, struct gif_inks *inks,
                      struct gif_scan *scan) {
    *scan = (struct gif_scan){.bytes = n, .loops = -1};
    *s = (struct gif_scanner){.scan = scan, .budget = budget};
    note_screen(scan, bytes, n);
    if (!gif_player_open(&s->player, bytes, n, inks, budget->memory_bytes)) {
        open_failed(s, bytes, n);
        return;
    }
    s->row_hashes = calloc(scan->height, sizeof *s->row_hashes);
    if (s->row_hashes == NULL)
        (void)end(s, GIF_SCAN_MEMORY);
}

bool gif_scanner_next(struct gif_scanner *s) {
    if (s->ended)
        return false;
    if (is_late(s->budget))
        return end(s, GIF_SCAN_TIMEOUT);
    enum gif_step step = gif_player_next(&s->player);
    return step == GIF_FRAME ? note_frame(s) : finish(s, step);
}

bool gif_scanner_seek(struct gif_scanner *s, size_t number) {
    while (s->scan->frames <= number)
        if (!gif_scanner_next(s))
            return false;
    return true;
}

void gif_scanner_close(struct gif_scanner *s) {
    gif_player_close(&s->player);
    free(s->row_hashes);
    free(s->drawn);
    s->row_hashes = NULL;
    s->drawn = NULL;
}
