#include "judge/shift.h"

#define ENOUGH 1024u

static uint32_t least(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

void shift_add(struct shift *s, const struct picture_pair *p, struct picture_room *room) {
    uint32_t width = least(p->source.width, p->output.width);
    uint32_t height = least(p->source.height, p->output.height);
    if (width < 8 || height < 8)
        return;
    uint64_t inside = (uint64_t)(width - 2) * (height - 2);
    uint32_t step = (uint32_t)(inside / ENOUGH) + 1;
    step = least(step, (height - 2) / 4 + 1);
    /* Whole rows give runs of neighbours for the price of one; of long rows every fourth pixel. */
    uint32_t across = width > 256 ? 4 : 1;
    for (uint32_t y = 1 + step / 2; y + 1 < height; y += step) {
        const uint32_t *source[3];
        for (int k = 0; k < 3; k++)
            source[k] = picture_row(&p->source, p->inks, y - 1 + (uint32_t)k, room, k);
        const uint32_t *output = picture_row(&p->output, p->inks, y, room, 3);
        for (uint32_t x = 1; x + 1 < width; x += across) {
            for (uint32_t k = 0; k < 9; k++)
                s->error[k] += picture_squared(source[k / 3][x + k % 3 - 1], output[x]);
            s->pixels++;
        }
    }
}

double shift_error(const struct shift *s, int dx, int dy) {
    /* The output's pixel is the source's from there: it has moved the other way. */
    return s->pixels > 0 ? (double)s->error[(1 - dy) * 3 + 1 - dx] / 3 / (double)s->pixels : 0;
}

/* Where dithering has another phase, both neighbours fit better than the pixel itself: a picture
 * that is moved fits to one side only. */
bool shift_find(const struct shift *s, int *dx, int *dy) {
    uint64_t own = s->error[4];
    int best = 4;
    for (int k = 0; k < 9; k++)
        if (s->error[k] < s->error[best])
            best = k;
    if (s->pixels < 64 || own / s->pixels < 90 || s->error[best] * 4 > own * 3 ||
        s->error[8 - best] * 10 < own * 9)
        return false;
    *dx = 1 - best % 3;
    *dy = 1 - best / 3;
    return true;
}
