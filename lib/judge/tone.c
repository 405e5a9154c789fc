#include "judge/tone.h"

#include <stdlib.h>

#define CELL 8u
#define LEAST 16 /* pixels that are an area */

/* Sums over the pixels that are drawn in both. */
struct area {
    int64_t moved[3]; /* the output's channels less the source's */
    int64_t pixels;
};

static void add_row(struct area *a, const uint32_t *source, const uint32_t *output) {
    for (uint32_t x = 0; x < CELL; x++) {
        if (source[x] == 0 || output[x] == 0)
            continue;
        for (int c = 0; c < 3; c++)
            a->moved[c] += (int64_t)(output[x] >> 8 * c & 255) - (source[x] >> 8 * c & 255);
        a->pixels++;
    }
}

/* One cell of both pictures. */
static void look(struct tone *t, const struct picture_pair *p, struct picture_room *room,
                 uint32_t left, uint32_t top) {
    struct area area = {0};
    uint32_t kept[2] = {0};
    for (uint32_t y = 0; y < CELL; y++) {
        uint32_t a[CELL], b[CELL];
        picture_pixels(&p->source, p->inks, left, top + y, CELL, a, room);
        picture_pixels(&p->output, p->inks, left, top + y, CELL, b, room);
        add_row(&area, a, b);
        if (y % 4 == 1)
            kept[y / 4] = a[1 + (y & 4)];
    }
    if (area.pixels < LEAST)
        return;
    int64_t sum = 0;
    for (int c = 0; c < 3; c++)
        sum += area.moved[c] * area.moved[c];
    t->error += (double)sum / 3 / (double)(area.pixels * area.pixels);
    t->cells++;
    for (int i = 0; i < 2 && t->used < TONE_SAMPLES; i++)
        t->samples[t->used++] = kept[i];
}

void tone_add(struct tone *t, const struct picture_pair *p, struct picture_room *room) {
    const struct picture_view *s = &p->source, *o = &p->output;
    uint32_t across = (s->width < o->width ? s->width : o->width) / CELL;
    uint32_t down = (s->height < o->height ? s->height : o->height) / CELL;
    uint64_t all = (uint64_t)across * down, step = all / TONE_CELLS + 1;
    /* A step that shares no factor with the width visits every column. */
    while (across > 1 && step > 1 && (step % across == 0 || across % step == 0))
        step++;
    for (uint64_t i = step / 2; i < all; i += step)
        look(t, p, room, (uint32_t)(i % across) * CELL, (uint32_t)(i / across) * CELL);
}

static void keep_strong(struct tone *t, const uint32_t *source, const uint32_t *output,
                        uint32_t width) {
    /* Some of every picture, not all of the first. */
    size_t most = t->strong_used + TONE_STRONG / 32;
    for (uint32_t x = 0; x < width && t->strong_used < most && t->strong_used < TONE_STRONG; x++)
        if (source[x] != 0 && picture_is_strong(source[x], output[x]))
            t->strong[t->strong_used++] = source[x];
}

void tone_add_strong(struct tone *t, const struct picture_pair *p, const struct picture_measure *m,
                     struct picture_room *room) {
    uint32_t width = p->source.width < p->output.width ? p->source.width : p->output.width;
    const uint32_t rows[] = {m->strong_top, m->strong_bottom};
    for (int i = 0; m->strong > 0 && i < 2; i++)
        keep_strong(t, picture_row(&p->source, p->inks, rows[i], room, 0),
                    picture_row(&p->output, p->inks, rows[i], room, 1), width);
}

double tone_strong_floor(const struct tone *t, const struct palette_moves *moves) {
    return palette_floor(moves, t->strong, t->strong_used);
}

double tone_error(const struct tone *t) {
    return t->cells > 0 ? t->error / (double)t->cells : 0;
}

double tone_floor(const struct tone *t, const struct palette_moves *moves) {
    return palette_floor(moves, t->samples, t->used);
}
