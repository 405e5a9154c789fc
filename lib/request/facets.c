/* The facets of a request, filled one by one by the parsers. */
#include "request/parse.h"

#include <stdlib.h>
#include <string.h>

void request_give_up(struct request *r) {
    r->understood = false;
    r->lossless = false;
    r->pictures_edited = true;
    r->colors.ask = REQUEST_UNCLEAR;
    r->frames.ask = REQUEST_UNCLEAR;
    r->timing.ask = REQUEST_UNCLEAR;
    r->canvas.ask = REQUEST_UNCLEAR;
    r->loops.ask = REQUEST_UNCLEAR;
}

void request_add_name(struct request *r, struct request_names *names, const char *name) {
    if (names->used % 16 == 0) {
        void *grown = realloc(names->at, (names->used + 16) * sizeof *names->at);
        if (grown == NULL) {
            request_give_up(r);
            return;
        }
        names->at = grown;
    }
    names->at[names->used++] = name;
}

/* A list of copies: each begins with a pointer to the next. */
void request_add_copy(struct request *r, struct request_names *names, const char *from, size_t n) {
    char *copy = malloc(sizeof(void *) + n + 1);
    if (copy == NULL) {
        request_give_up(r);
        return;
    }
    memcpy(copy, &r->copies, sizeof(void *));
    memcpy(copy + sizeof(void *), from, n);
    copy[sizeof(void *) + n] = '\0';
    r->copies = copy;
    request_add_name(r, names, copy + sizeof(void *));
}

void request_add_span(struct request *r, int64_t first, int64_t last, int64_t delay_cs) {
    struct request_frames *f = &r->frames;
    if (f->spans_used % 16 == 0) {
        void *grown = realloc(f->spans, (f->spans_used + 16) * sizeof *f->spans);
        if (grown == NULL) {
            request_give_up(r);
            return;
        }
        f->spans = grown;
    }
    f->spans[f->spans_used++] = (struct request_span){first, last, delay_cs};
    if (f->ask == REQUEST_NOT_ASKED)
        f->ask = REQUEST_ASKED;
}

void request_add_step(struct request *r, struct request_step step) {
    struct request_canvas *c = &r->canvas;
    if (c->steps_used == REQUEST_STEPS_MAX) {
        c->ask = REQUEST_UNCLEAR;
        return;
    }
    c->steps[c->steps_used++] = step;
    if (c->ask == REQUEST_NOT_ASKED)
        c->ask = REQUEST_ASKED;
}

void request_ask_colors(struct request *r, int64_t max, enum request_counting counting) {
    /* The smaller of two limits holds. */
    if (r->colors.ask == REQUEST_UNCLEAR || (r->colors.ask == REQUEST_ASKED && r->colors.max < max))
        return;
    r->colors = (struct request_colors){REQUEST_ASKED, max, counting, r->colors.scattered,
                                        r->colors.adaptive};
}

void request_ask_delay(struct request *r, int64_t delay_cs) {
    if (r->timing.ask == REQUEST_UNCLEAR)
        return;
    r->timing = (struct request_timing){
        .ask = REQUEST_ASKED, .kind = REQUEST_TIMING_DELAY, .delay_cs = delay_cs};
}

void request_ask_loops(struct request *r, int64_t count) {
    if (r->loops.ask != REQUEST_UNCLEAR)
        r->loops = (struct request_loops){REQUEST_ASKED, count};
}

void request_conclude(struct request *r, bool lossy, enum request_operation otherwise) {
    bool one = r->frames.ask == REQUEST_ASKED && r->frames.kind == REQUEST_FRAMES_ONE;
    r->operation = otherwise;
    if (r->operation == REQUEST_EXPLODE || one)
        r->operation = REQUEST_EXPLODE;
    else if (r->operation == REQUEST_MERGE)
        r->operation = REQUEST_MERGE;
    else if (r->frames.ask == REQUEST_ASKED)
        r->operation = REQUEST_FRAME_REDUCTION;
    else if (r->colors.ask == REQUEST_ASKED)
        r->operation = REQUEST_COLOR_REDUCTION;
    else if (r->canvas.ask != REQUEST_NOT_ASKED && r->understood)
        r->operation = REQUEST_RESIZE;
    else if (lossy)
        r->operation = REQUEST_LOSSY_COMPRESSION;
    else if (r->timing.ask == REQUEST_ASKED || r->loops.ask == REQUEST_ASKED)
        r->operation = REQUEST_TIMING;
    if (!r->understood && r->operation == REQUEST_OPTIMIZATION)
        r->operation = REQUEST_UNKNOWN;
}

bool request_number(const char *s, const char **end, int64_t *n) {
    bool negative = *s == '-';
    const char *p = s + (*s == '-' || *s == '+');
    int64_t value = 0;
    size_t digits = 0;
    for (; *p >= '0' && *p <= '9'; p++, digits++) {
        if (digits > 15)
            return false;
        value = value * 10 + (*p - '0');
    }
    if (digits == 0)
        return false;
    *n = negative ? -value : value;
    *end = p;
    return true;
}

bool request_decimal(const char *s, const char **end, double *x) {
    double value = 0, scale = 1;
    size_t digits = 0;
    const char *p = s + (*s == '-' || *s == '+');
    for (bool point = false; (*p >= '0' && *p <= '9') || (*p == '.' && !point); p++) {
        if (*p == '.') {
            point = true;
            continue;
        }
        if (++digits > 30)
            return false;
        value = value * 10 + (*p - '0');
        if (point)
            scale *= 10;
    }
    if (digits == 0)
        return false;
    *x = *s == '-' ? -(value / scale) : value / scale;
    *end = p;
    return true;
}

bool request_begins(const char *s, const char *prefix) {
    return strncmp(s, prefix, strlen(prefix)) == 0;
}
