/* One GIF read alone, in four ways that must agree: a walk over its blocks that is written here,
 * the reader with and without decoding, the outline, and the whole scan. */
#include "gif/reader.h"
#include "gif/scan.h"
#include "tests/fuzz/fuzz.h"

#define FRAMES_MOST 400u
#define MEMORY ((size_t)4 << 20)

/* ---- the blocks, as the format has them ---- */

struct walk {
    size_t frames;
    bool trailer, inside_data; /* ends with it; ends inside a frame's data */
    size_t end;
};

static bool skip_blocks(const uint8_t *bytes, size_t n, size_t *at) {
    while (*at < n && bytes[*at] != 0)
        *at += 1 + (size_t)bytes[*at];
    return ++*at <= n;
}

static size_t table_bytes(uint8_t packed) {
    return (packed & 0x80) != 0 ? (size_t)3 << ((packed & 7) + 1) : 0;
}

static struct walk walk(const uint8_t *bytes, size_t n) {
    struct walk w = {0};
    size_t at = n >= 13 ? 13 + table_bytes(bytes[10]) : n;
    while (at < n && !w.inside_data) {
        uint8_t introducer = bytes[at++];
        if (introducer == 0x21) {
            at++;
            if (at > n || !skip_blocks(bytes, n, &at))
                break;
        } else if (introducer == 0x2C && at + 9 <= n) {
            at += 9 + table_bytes(bytes[at + 8]) + 1;
            if (at > n)
                break;
            w.frames++;
            w.inside_data = !skip_blocks(bytes, n, &at);
        } else {
            w.trailer = introducer == 0x3B && w.frames > 0;
            break;
        }
    }
    w.end = at;
    return w;
}

/* ---- the reader ---- */

struct reading {
    size_t frames, faults;
    struct gif_fault first;
    uint64_t superfluous;
    enum gif_step step;
    struct gif_screen screen;
    struct gif_fault broken;
};

static void hold_fault(const struct gif_fault *f, size_t n, size_t frame) {
    HOLDS(f->code < GIF_FAULT_CODES);
    HOLDS(f->code == GIF_FAULT_NONE || (f->offset <= n && f->frame == frame));
}

static void hold_same_fault(const struct gif_fault *a, const struct gif_fault *b) {
    HOLDS(a->code == b->code && a->frame == b->frame);
    HOLDS(a->offset == b->offset && a->pixels_missing == b->pixels_missing);
}

static void decode(struct gif_reader *r, const struct gif_frame *f, size_t n,
                   struct reading *reading) {
    size_t pixels = (size_t)f->width * f->height;
    uint8_t *room = pixels <= MEMORY ? malloc(pixels + LZW_OUTPUT_SLACK) : NULL;
    struct gif_decoded d = {0};
    if (room == NULL)
        return;
    HOLDS(gif_reader_decode(r, f, NULL, room + LZW_OUTPUT_FRONT, &d));
    HOLDS(d.lzw.written <= pixels);
    HOLDS(d.fault.code != GIF_FAULT_NONE || d.lzw.written == pixels);
    hold_fault(&d.fault, n, f->number);
    reading->superfluous += d.lzw.superfluous;
    if (d.fault.code != GIF_FAULT_NONE && reading->faults++ == 0)
        reading->first = d.fault;
    free(room);
}

static struct reading read_all(const uint8_t *bytes, size_t n, bool decoding) {
    static struct gif_frame f;
    struct reading reading = {.step = GIF_FRAME};
    struct gif_reader *r = gif_reader_open(bytes, n);
    HOLDS(r != NULL);
    while (reading.frames < FRAMES_MOST && (reading.step = gif_reader_next(r, &f)) == GIF_FRAME) {
        HOLDS(f.number == reading.frames++);
        HOLDS(f.offset < f.data_offset && f.data_offset <= n);
        HOLDS(f.transparent >= -1 && f.transparent < 256);
        HOLDS(f.colors == 0 || (f.colors >= 2 && f.colors <= 256));
        if (decoding)
            decode(r, &f, n, &reading);
    }
    reading.screen = gif_reader_screen(r);
    reading.broken = gif_reader_fault(r);
    HOLDS(reading.screen.position <= n);
    HOLDS(reading.step != GIF_NO_MEMORY);
    HOLDS((reading.step == GIF_BROKEN) == (reading.broken.code != GIF_FAULT_NONE) ||
          reading.step == GIF_FRAME);
    if (reading.step == GIF_BROKEN)
        hold_fault(&reading.broken, n, SIZE_MAX);
    gif_reader_close(r);
    return reading;
}

static void hold_as_walked(const struct reading *r, const struct walk *w) {
    enum gif_fault_code code = r->broken.code;
    if (r->step == GIF_FRAME || (code >= GIF_FAULT_EMPTY && code <= GIF_FAULT_TABLE_CUT))
        return;
    HOLDS(r->frames == w->frames);
    HOLDS((r->step == GIF_END) == w->trailer);
    HOLDS(r->step != GIF_END || r->screen.position == w->end);
    HOLDS((code == GIF_FAULT_DATA_CUT) == w->inside_data);
}

/* ---- the scans ---- */

static int64_t ticks;

static int64_t tick(void) {
    return ticks++;
}

static void hold_same_frame(const struct gif_scan_frame *a, const struct gif_scan_frame *b) {
    HOLDS(a->left == b->left && a->top == b->top);
    HOLDS(a->width == b->width && a->height == b->height);
    HOLDS(a->delay_cs == b->delay_cs && a->disposal == b->disposal);
    HOLDS(a->transparent == b->transparent && a->interlaced == b->interlaced);
    HOLDS(a->local_table == b->local_table);
}

static void hold_whole(const struct gif_scan *s, const struct reading *r) {
    uint64_t raw = 0, shown = 0;
    size_t damaged = 0;
    for (size_t i = 0; i < s->frames; i++) {
        raw += s->frame[i].delay_cs;
        shown += gif_effective_delay_cs(s->frame[i].delay_cs);
        damaged += s->frame[i].damaged;
        HOLDS(s->frame[i].colors_used <= 256 && s->frame[i].colors_used <= s->colors_union);
        /* A picture that did not change has the hash of the one before. */
        HOLDS(i == 0 || s->frame[i].changed ||
              s->frame[i].picture_hash == s->frame[i - 1].picture_hash);
    }
    HOLDS(s->raw_duration_cs == raw && s->effective_duration_cs == shown);
    HOLDS(s->colors_largest_frame <= 256 && s->colors_largest_frame <= s->colors_union);
    HOLDS(s->trailer == (r->step == GIF_END));
    HOLDS(!s->trailer || s->trailing_bytes == s->bytes - r->screen.position);
    HOLDS(s->superfluous_pixels == r->superfluous);
    HOLDS(damaged == r->faults && s->faults >= damaged && s->faults <= damaged + 1);
    HOLDS((s->faults == 0) == (r->faults == 0 && r->step == GIF_END));
    if (r->faults > 0)
        hold_same_fault(&s->fault, &r->first);
    else if (s->faults > 0)
        hold_same_fault(&s->fault, &r->broken);
    HOLDS(s->faults == 0 || s->fault.code != GIF_FAULT_NONE);
}

static void scan(const uint8_t *bytes, size_t n, const struct reading *r) {
    const struct gif_budget all = {.memory_bytes = MEMORY};
    const struct gif_budget some = {
        .now_us = tick, .deadline_us = FRAMES_MOST, .memory_bytes = MEMORY};
    struct gif_scan outline, whole;
    char words[256];
    struct text t = text_over(words, sizeof words);
    ticks = 1;
    enum gif_outcome a = gif_scan_outline(bytes, n, &all, &outline);
    enum gif_outcome b = gif_scan(bytes, n, &some, NULL, &whole);
    HOLDS(a != GIF_SCAN_TIMEOUT);
    HOLDS(whole.frames <= FRAMES_MOST && (a != GIF_SCAN_DONE || whole.frames <= outline.frames));
    for (size_t i = 0; i < whole.frames && i < outline.frames; i++)
        hold_same_frame(&outline.frame[i], &whole.frame[i]);
    if (a == GIF_SCAN_DONE && b == GIF_SCAN_DONE) {
        HOLDS(outline.width == whole.width && outline.height == whole.height);
        HOLDS(outline.frames == whole.frames && outline.loops == whole.loops);
        if (r->step != GIF_FRAME)
            hold_whole(&whole, r);
    }
    if (whole.faults > 0) {
        gif_fault_describe(&whole.fault, &t);
        HOLDS(t.used > 0 && !t.cut);
    }
    gif_scan_free(&outline);
    gif_scan_free(&whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    uint8_t *bytes = fuzz_copy(data, n);
    struct walk w = walk(bytes, n);
    struct reading passed = read_all(bytes, n, false), decoded = read_all(bytes, n, true);
    HOLDS(passed.frames == decoded.frames && passed.step == decoded.step);
    /* Before the frame that is one too many, what is not decoded has not been passed over yet. */
    if (passed.step != GIF_FRAME) {
        HOLDS(passed.screen.position == decoded.screen.position);
        hold_same_fault(&passed.broken, &decoded.broken);
    }
    HOLDS(passed.screen.loops == decoded.screen.loops);
    hold_as_walked(&passed, &w);
    scan(bytes, n, &decoded);
    free(bytes);
    return 0;
}
