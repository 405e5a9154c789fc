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

double tone_error(const struct tone *t) {
    return t->cells > 0 ? t->error / (double)t->cells : 0;
}

double tone_floor(const struct tone *t, const struct palette_moves *moves) {
    return palette_floor(moves, t->samples, t->used);
}
