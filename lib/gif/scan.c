/* Rooms: the whole file · the outline */
#include "gif/scan.h"

#include "gif/reader.h"
#include "gif/scanner.h"

#include <stdlib.h>

uint32_t gif_effective_delay_cs(uint32_t delay_cs) {
    return delay_cs <= 1 ? 10 : delay_cs;
}

void gif_scan_free(struct gif_scan *s) {
    free(s->frame);
    *s = (struct gif_scan){0};
}

/* ---- the whole file ---- */

enum gif_outcome gif_scan(const uint8_t *bytes, size_t n, const struct gif_budget *budget,
                          struct gif_inks *inks, struct gif_scan *scan) {
    struct gif_inks own = {0};
    struct gif_scanner s;
    if (inks == NULL && !gif_inks_open(&own)) {
        *scan = (struct gif_scan){.bytes = n, .loops = -1};
        return GIF_SCAN_MEMORY;
    }
    gif_scanner_open(&s, bytes, n, budget, inks != NULL ? inks : &own, scan);
    while (gif_scanner_next(&s)) {
    }
    gif_scanner_close(&s);
    gif_inks_close(&own);
    return s.outcome;
}

/* ---- the outline ---- */

static bool add_frame(struct gif_scan *s, const struct gif_frame *f, size_t *room) {
    if (s->frames == *room) {
        size_t more = *room == 0 ? 64 : *room;
        void *grown = realloc(s->frame, (*room + more) * sizeof *s->frame);
        if (grown == NULL)
            return false;
        s->frame = grown;
        *room += more;
    }
    s->frame[s->frames++] = gif_scan_frame_of(f);
    return true;
}

enum gif_outcome gif_scan_outline(const uint8_t *bytes, size_t n, const struct gif_budget *budget,
                                  struct gif_scan *s) {
    size_t room = 0;
    enum gif_outcome outcome = GIF_SCAN_DONE;
    *s = (struct gif_scan){.bytes = n, .loops = -1};
    struct gif_reader *r = gif_reader_open(bytes, n);
    struct gif_frame *f = malloc(sizeof *f);
    enum gif_step step = r != NULL && f != NULL ? GIF_FRAME : GIF_NO_MEMORY;
    while (step == GIF_FRAME && (step = gif_reader_next(r, f)) == GIF_FRAME) {
        if (room * sizeof *s->frame > budget->memory_bytes || !add_frame(s, f, &room))
            step = GIF_NO_MEMORY;
        else if (budget->deadline_us != 0 && budget->now_us() > budget->deadline_us)
            outcome = GIF_SCAN_TIMEOUT, step = GIF_END;
    }
    if (step == GIF_NO_MEMORY)
        outcome = GIF_SCAN_MEMORY;
    s->faults = step == GIF_BROKEN || (step == GIF_END && s->frames == 0);
    if (step == GIF_BROKEN)
        s->fault = gif_reader_fault(r);
    else if (s->faults > 0)
        s->fault = (struct gif_fault){.code = GIF_FAULT_NO_FRAMES, .frame = SIZE_MAX, .offset = n};
    if (r != NULL) {
        struct gif_screen screen = gif_reader_screen(r);
        s->width = screen.width;
        s->height = screen.height;
        s->loops = screen.loops;
    }
    free(f);
    gif_reader_close(r);
    return outcome;
}
