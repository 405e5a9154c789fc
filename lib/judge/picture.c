/* Rooms: pixels · one row · windows · the comparison · which of two */
#include "judge/picture.h"

#include <string.h>

/* ---- pixels ---- */

#define STRONG 64

static int channel(uint32_t pixel, int shift) {
    return (int)(pixel >> shift & 255);
}

/* Squared error over three channels; a transparent pixel against an opaque one is as wrong as black
 * against white. */
static uint32_t squared(uint32_t a, uint32_t b, int *largest) {
    if (a == 0 || b == 0) {
        *largest = 255;
        return 3 * 255 * 255;
    }
    uint32_t sum = 0;
    *largest = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
        int d = channel(a, shift) - channel(b, shift);
        d = d < 0 ? -d : d;
        sum += (uint32_t)(d * d);
        *largest = d > *largest ? d : *largest;
    }
    return sum;
}

/* ITU-R BT.601, in 1/256. */
static int luma(uint32_t pixel) {
    return (77 * channel(pixel, 16) + 150 * channel(pixel, 8) + 29 * channel(pixel, 0)) >> 8;
}

/* ---- one row ---- */

struct comparing {
    struct picture_measure m;
    struct picture_tolerance tolerance;
    uint64_t sum;      /* of squared errors */
    int64_t luma_diff; /* output less source */
    uint32_t width, height;
};

static bool is_equal(const struct comparing *c, uint32_t source, uint32_t output) {
    return source == output ||
           (source == 0 && c->tolerance.cleared_as != 0 && output == c->tolerance.cleared_as);
}

static void compare_row(struct comparing *c, const uint32_t *source, const uint32_t *output,
                        uint32_t y, uint64_t *tiles) {
    uint32_t from = c->width, to = 0;
    for (uint32_t x = 0; x < c->width; x++) {
        int largest;
        if (is_equal(c, source[x], output[x]))
            continue;
        uint32_t error = squared(source[x], output[x], &largest);
        c->sum += error;
        tiles[x / 16] += error;
        c->luma_diff += luma(output[x]) - luma(source[x]);
        c->m.differs++;
        c->m.largest = largest > c->m.largest ? largest : c->m.largest;
        if (largest >= STRONG) {
            if (c->m.strong++ == 0)
                c->m.strong_top = y;
            c->m.strong_bottom = y;
        }
        from = from < x ? from : x;
        to = x + 1;
    }
    if (from < to)
        c->m.box = gif_box_union(c->m.box, (struct gif_box){from, y, to, y + 1});
}

/* ---- windows ---- */

/* SSIM of one 8 × 8 window, with the usual constants (0.01 × 255)² and (0.03 × 255)². */
static double window(const struct gif_canvas *s, const struct gif_canvas *o, uint32_t left,
                     uint32_t top) {
    double sum_s = 0, sum_o = 0, sum_ss = 0, sum_oo = 0, sum_so = 0;
    for (uint32_t y = top; y < top + 8; y++)
        for (uint32_t x = left; x < left + 8; x++) {
            double a = luma(s->pixels[(size_t)y * s->width + x]);
            double b = luma(o->pixels[(size_t)y * o->width + x]);
            sum_s += a;
            sum_o += b;
            sum_ss += a * a;
            sum_oo += b * b;
            sum_so += a * b;
        }
    double mean_s = sum_s / 64, mean_o = sum_o / 64;
    double var_s = sum_ss / 64 - mean_s * mean_s, var_o = sum_oo / 64 - mean_o * mean_o;
    double both = sum_so / 64 - mean_s * mean_o;
    return (2 * mean_s * mean_o + 6.5025) * (2 * both + 58.5225) /
           ((mean_s * mean_s + mean_o * mean_o + 6.5025) * (var_s + var_o + 58.5225));
}

/* Windows outside the box are equal: 1. */
static double similarity(const struct comparing *c, const struct gif_canvas *s,
                         const struct gif_canvas *o) {
    uint32_t across = c->width / 8, down = c->height / 8;
    if (across == 0 || down == 0)
        return c->m.differs == 0 ? 1 : 1 - c->m.mse / 65025;
    double lost = 0;
    struct gif_box b = c->m.box;
    for (uint32_t y = b.top / 8; y < down && y * 8 < b.bottom; y++)
        for (uint32_t x = b.left / 8; x < across && x * 8 < b.right; x++)
            lost += 1 - window(s, o, x * 8, y * 8);
    return 1 - lost / ((double)across * down);
}

/* ---- the comparison ---- */

static void take_tiles(struct comparing *c, uint64_t *tiles, size_t n, uint32_t rows) {
    for (size_t i = 0; i < n; i++) {
        uint32_t width = c->width - (uint32_t)i * 16 < 16 ? c->width - (uint32_t)i * 16 : 16;
        double mse = (double)tiles[i] / 3 / width / rows;
        if (mse > c->m.worst_tile)
            c->m.worst_tile = mse;
    }
    memset(tiles, 0, n * sizeof *tiles);
}

struct picture_measure picture_compare(const struct gif_canvas *source,
                                       const struct gif_canvas *output,
                                       struct picture_tolerance tolerance) {
    struct comparing c = {.tolerance = tolerance};
    c.width = source->width < output->width ? source->width : output->width;
    c.height = source->height < output->height ? source->height : output->height;
    uint64_t tiles[4096] = {0}; /* 65,536 pixels in tiles of 16 */
    size_t across = (c.width + 15) / 16;
    bool any = false;
    for (uint32_t y = 0; y < c.height; y++) {
        const uint32_t *s = source->pixels + (size_t)y * source->width;
        const uint32_t *o = output->pixels + (size_t)y * output->width;
        if (memcmp(s, o, c.width * sizeof *s) != 0) {
            compare_row(&c, s, o, y, tiles);
            any = true;
        }
        if ((y % 16 == 15 || y + 1 == c.height) && any) {
            take_tiles(&c, tiles, across, y % 16 + 1);
            any = false;
        }
    }
    c.m.pixels = (uint64_t)c.width * c.height;
    c.m.mse = (double)c.sum / 3 / (double)c.m.pixels;
    c.m.bias = (double)c.luma_diff / (double)c.m.pixels;
    c.m.ssim = similarity(&c, source, output);
    return c.m;
}

/* ---- which of two ---- */

bool picture_shows_other(const struct gif_canvas *output, const uint32_t *own,
                         const uint32_t *other) {
    uint64_t from_own = 0, from_other = 0, n = 0;
    size_t pixels = (size_t)output->width * output->height;
    for (size_t i = 0; i < pixels; i++) {
        int ignored;
        if (own[i] == other[i])
            continue;
        from_own += own[i] == output->pixels[i] ? 0 : squared(own[i], output->pixels[i], &ignored);
        from_other +=
            other[i] == output->pixels[i] ? 0 : squared(other[i], output->pixels[i], &ignored);
        n++;
    }
    return n >= 12 && from_own / n > 600 && from_other * 5 < from_own;
}
