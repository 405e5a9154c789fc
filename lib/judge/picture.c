/* Rooms: room · rows · pixels · tiles · windows · the comparison · which of two */
#include "judge/picture.h"

#include <stdlib.h>
#include <string.h>

/* ---- room ---- */

#define TILE 16u

bool picture_room_open(struct picture_room *room, uint32_t width) {
    *room = (struct picture_room){.width = width, .tiles = calloc(width / TILE + 1, 8)};
    bool there = room->tiles != NULL;
    for (int i = 0; i < 4; i++) {
        room->rows[i] = malloc((size_t)width * sizeof **room->rows);
        there = there && room->rows[i] != NULL;
    }
    return there;
}

void picture_room_close(struct picture_room *room) {
    for (int i = 0; i < 4; i++)
        free(room->rows[i]);
    free(room->tiles);
    *room = (struct picture_room){0};
}

/* ---- rows ---- */

static uint32_t least(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

const uint32_t *picture_row(const struct picture_view *v, const struct gif_inks *inks, uint32_t y,
                            struct picture_room *room, int which) {
    if (v->canvas == NULL)
        return v->colors + (size_t)y * v->width;
    gif_canvas_colors(v->canvas, inks, v->left, v->top + y, least(v->width, room->width),
                      room->rows[which]);
    return room->rows[which];
}

void picture_pixels(const struct picture_view *v, const struct gif_inks *inks, uint32_t left,
                    uint32_t y, uint32_t width, uint32_t *to, struct picture_room *room) {
    if (v->canvas != NULL)
        gif_canvas_colors(v->canvas, inks, v->left + left, v->top + y, width, to);
    else
        memcpy(to, picture_row(v, inks, y, room, 0) + left, width * sizeof *to);
}

/* Without a look at colours: the same inks in both. */
static bool same_row(const struct picture_pair *p, uint32_t y, uint32_t width) {
    const struct picture_view *s = &p->source, *o = &p->output;
    return s->canvas != NULL && o->canvas != NULL && (s->left | s->top | o->left | o->top) == 0 &&
           gif_canvas_same_row(s->canvas, o->canvas, y, width);
}

/* The source's row with what is cleared, where the output shows anything there, painted as the
 * output paints it. */
static const uint32_t *paint_cleared(const uint32_t *source, const uint32_t *output,
                                     uint32_t cleared_as, uint32_t width, uint32_t *painted) {
    for (uint32_t x = 0; x < width; x++)
        painted[x] = source[x] == 0 && output[x] != 0 ? cleared_as : source[x];
    return painted;
}

/* ---- pixels ---- */

#define STRONG 64
#define ROUNDING 8

struct sums {
    uint64_t error; /* squared, over three channels */
    int64_t luma;   /* output less source, ITU-R BT.601, in 1/256 */
    uint64_t differs, strong, vanished, painted;
    bool beyond_rounding;
};

static int channel(uint32_t pixel, int shift) {
    return (int)(pixel >> shift & 255);
}

static int luma_of(int red, int green, int blue) {
    return 77 * red + 150 * green + 29 * blue;
}

static int luma(uint32_t pixel) {
    return luma_of(channel(pixel, 16), channel(pixel, 8), channel(pixel, 0));
}

/* The largest difference of a channel as well. */
static uint32_t squared(uint32_t a, uint32_t b, int *largest) {
    if (a == 0 || b == 0) {
        *largest = a == b ? 0 : 255;
        return a == b ? 0 : 3 * 255 * 255;
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

uint32_t picture_squared(uint32_t a, uint32_t b) {
    int ignored;
    return squared(a, b, &ignored);
}

bool picture_is_strong(uint32_t a, uint32_t b) {
    int largest;
    (void)squared(a, b, &largest);
    return largest >= STRONG;
}

static void add_pixel(struct sums *s, uint32_t source, uint32_t output) {
    int largest;
    if (source == output)
        return;
    s->error += squared(source, output, &largest);
    s->luma += luma(output) - luma(source);
    s->differs++;
    s->strong += largest >= STRONG;
    s->vanished += output == 0;
    s->painted += source == 0;
    s->beyond_rounding |= largest > ROUNDING;
}

/* ---- tiles ---- */

typedef uint8_t eight_bytes __attribute__((vector_size(8)));
typedef int16_t eight_words __attribute__((vector_size(16)));
typedef uint16_t eight_squares __attribute__((vector_size(16)));
typedef uint32_t four_pixels __attribute__((vector_size(16)));

/* The order of a pixel's bytes in memory. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
enum { RED = 1, GREEN = 2, BLUE = 3 };
#else
enum { RED = 2, GREEN = 1, BLUE = 0 };
#endif

static eight_words widened(const uint32_t *two_pixels) {
    eight_bytes bytes;
    memcpy(&bytes, two_pixels, sizeof bytes);
    return __builtin_convertvector(bytes, eight_words);
}

static four_pixels differing(const uint32_t *a, const uint32_t *b) {
    four_pixels x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x ^ y;
}

static uint32_t sum_of(four_pixels v) {
    return v[0] + v[1] + v[2] + v[3];
}

/* Sixteen pixels of one row; false when transparency differs among them, which the slow way looks
 * at. What fits into 16 bits: the square of a difference, and the sum of sixteen differences. */
static bool add_tile(struct sums *s, const uint32_t *source, const uint32_t *output) {
    four_pixels any = {0}, differs = {0}, strong = {0}, error = {0};
    eight_words moved = {0};
    eight_squares beyond = {0};
    for (unsigned i = 0; i < TILE; i += 4) {
        four_pixels x = differing(source + i, output + i);
        any |= x;
        differs -= (four_pixels)(x != 0);
        for (unsigned k = i; k < i + 4; k += 2) {
            eight_words d = widened(output + k) - widened(source + k);
            eight_squares squares = (eight_squares)d * (eight_squares)d;
            moved += d;
            four_pixels pairs = (four_pixels)squares;
            error += (pairs & 0xFFFF) + (pairs >> 16);
            beyond |= (eight_squares)(squares > ROUNDING * ROUNDING);
            /* Four channels of a pixel are two words here; of both each counts it once. */
            four_pixels far = (four_pixels)(squares & (eight_squares)(squares >= STRONG * STRONG));
            far |= __builtin_shufflevector(far, far, 1, 0, 3, 2);
            strong -= (four_pixels)(far != 0);
        }
    }
    if (((any[0] | any[1] | any[2] | any[3]) & 0xFF000000) != 0)
        return false;
    s->error += sum_of(error);
    s->differs += sum_of(differs);
    s->strong += sum_of(strong) / 2;
    s->luma += luma_of(moved[RED] + moved[RED + 4], moved[GREEN] + moved[GREEN + 4],
                       moved[BLUE] + moved[BLUE + 4]);
    four_pixels b = (four_pixels)beyond;
    s->beyond_rounding |= (b[0] | b[1] | b[2] | b[3]) != 0;
    return true;
}

/* One row; its tiles' errors go to those of the rows above. */
static void add_row(struct sums *s, const uint32_t *source, const uint32_t *output, uint32_t width,
                    uint64_t *tiles) {
    for (uint32_t x = 0; x < width; x += TILE) {
        uint64_t before = s->error;
        uint32_t n = least(TILE, width - x);
        if (n < TILE || !add_tile(s, source + x, output + x))
            for (uint32_t i = x; i < x + n; i++)
                add_pixel(s, source[i], output[i]);
        tiles[x / TILE] += s->error - before;
    }
}

/* From the first to the last pixel that differs. */
static struct gif_box around(const uint32_t *source, const uint32_t *output, uint32_t width,
                             uint32_t y) {
    uint32_t from = 0, to = width;
    while (from < width && source[from] == output[from])
        from++;
    while (to > from && source[to - 1] == output[to - 1])
        to--;
    return (struct gif_box){from, y, to, y + 1};
}

static uint64_t count_opaque(const uint32_t *pixels, uint32_t width) {
    uint64_t n = 0;
    for (uint32_t x = 0; x < width; x++)
        n += pixels[x] != 0;
    return n;
}

/* ---- windows ---- */

#define WINDOW 8u
#define WINDOWS_MOST 128u

/* SSIM of one window, with the usual constants (0.01 × 255)² and (0.03 × 255)². */
static double window(const struct picture_pair *p, struct picture_room *room, uint32_t left,
                     uint32_t top) {
    int64_t sum_s = 0, sum_o = 0, sum_ss = 0, sum_oo = 0, sum_so = 0;
    for (uint32_t y = top; y < top + WINDOW; y++) {
        uint32_t a[WINDOW], b[WINDOW];
        picture_pixels(&p->source, p->inks, left, y, WINDOW, a, room);
        picture_pixels(&p->output, p->inks, left, y, WINDOW, b, room);
        for (uint32_t x = 0; x < WINDOW; x++) {
            int u = luma(a[x]) >> 8, v = luma(b[x]) >> 8;
            sum_s += u;
            sum_o += v;
            sum_ss += u * u;
            sum_oo += v * v;
            sum_so += u * v;
        }
    }
    double mean_s = (double)sum_s / 64, mean_o = (double)sum_o / 64;
    double var_s = (double)sum_ss / 64 - mean_s * mean_s;
    double var_o = (double)sum_oo / 64 - mean_o * mean_o;
    double both = (double)sum_so / 64 - mean_s * mean_o;
    return (2 * mean_s * mean_o + 6.5025) * (2 * both + 58.5225) /
           ((mean_s * mean_s + mean_o * mean_o + 6.5025) * (var_s + var_o + 58.5225));
}

/* Windows outside the box are equal: 1. */
static double similarity(const struct picture_pair *p, struct picture_room *room,
                         const struct picture_measure *m, uint32_t width, uint32_t height) {
    uint32_t across = width / WINDOW, down = height / WINDOW;
    if (m->differs == 0)
        return 1;
    if (across == 0 || down == 0)
        return 1 - m->mse / 65025;
    uint32_t left = m->box.left / WINDOW, top = m->box.top / WINDOW;
    uint32_t right = least((m->box.right + WINDOW - 1) / WINDOW, across);
    uint32_t bottom = least((m->box.bottom + WINDOW - 1) / WINDOW, down);
    if (right <= left || bottom <= top)
        return 1 - m->mse / 65025;
    uint64_t inside = (uint64_t)(right - left) * (bottom - top), seen = 0;
    uint64_t step = inside / WINDOWS_MOST + 1;
    double lost = 0;
    for (uint64_t i = 0; i < inside; i += step, seen++)
        lost += 1 - window(p, room, (left + (uint32_t)(i % (right - left))) * WINDOW,
                           (top + (uint32_t)(i / (right - left))) * WINDOW);
    return 1 - lost / (double)seen * (double)inside / ((double)across * down);
}

/* ---- the comparison ---- */

/* Ends a band of tiles of which `rows` rows were looked at. */
static void take_tiles(struct picture_measure *m, uint64_t *tiles, uint32_t width, uint32_t rows) {
    for (uint32_t i = 0; i * TILE < width; i++) {
        double mse = (double)tiles[i] / 3 / least(TILE, width - i * TILE) / rows;
        if (mse > m->worst_tile)
            m->worst_tile = mse;
        tiles[i] = 0;
    }
}

struct picture_measure picture_compare(const struct picture_pair *p, struct picture_room *room,
                                       uint32_t first, uint32_t step) {
    uint32_t width = least(least(p->source.width, p->output.width), room->width);
    uint32_t height = least(p->source.height, p->output.height), band = UINT32_MAX, rows = 0;
    struct picture_measure m = {0};
    struct sums s = {0};
    for (uint32_t y = first; y < height; y += step) {
        if (y / TILE != band) {
            if (s.differs > 0 && rows > 0)
                take_tiles(&m, room->tiles, width, rows);
            band = y / TILE;
            rows = 0;
        }
        rows++;
        m.pixels += width;
        if (same_row(p, y, width))
            continue;
        const uint32_t *source = picture_row(&p->source, p->inks, y, room, 0);
        const uint32_t *output = picture_row(&p->output, p->inks, y, room, 1);
        if (p->cleared_as != 0)
            source = paint_cleared(source, output, p->cleared_as, width, room->rows[2]);
        struct gif_box box = around(source, output, width, y);
        if (gif_box_is_empty(box))
            continue;
        uint64_t strong = s.strong, vanished = s.vanished;
        add_row(&s, source, output, width, room->tiles);
        m.box = gif_box_union(m.box, box);
        if (s.vanished > vanished)
            m.opaque += count_opaque(source, width);
        if (s.strong > strong) {
            m.strong_top = strong == 0 ? y : m.strong_top;
            m.strong_bottom = y;
        }
    }
    if (rows > 0)
        take_tiles(&m, room->tiles, width, rows);
    m.differs = s.differs;
    m.strong = s.strong;
    m.vanished = s.vanished;
    m.painted = s.painted;
    m.is_rounding = !s.beyond_rounding;
    m.mse = m.pixels > 0 ? (double)s.error / 3 / (double)m.pixels : 0;
    m.bias = m.pixels > 0 ? (double)s.luma / 256 / (double)m.pixels : 0;
    m.ssim = similarity(p, room, &m, width, height);
    return m;
}

/* ---- which of two ---- */

/* Enough to tell, however large the box. */
#define PIXELS_ENOUGH 4096u

bool picture_shows_other(const struct picture_view *shown, const struct picture_view *own,
                         const struct picture_view *other, struct gif_box box,
                         const struct gif_inks *inks, struct picture_room *room) {
    uint64_t from_own = 0, from_other = 0, n = 0;
    uint32_t right = least(box.right, own->width), bottom = least(box.bottom, own->height);
    if (right <= box.left || bottom <= box.top)
        return false;
    uint64_t area = (uint64_t)(right - box.left) * (bottom - box.top);
    uint32_t step = (uint32_t)(area / PIXELS_ENOUGH) + 1;
    for (uint32_t y = box.top; y < bottom; y += step) {
        const uint32_t *a = picture_row(own, inks, y, room, 0);
        const uint32_t *b = picture_row(other, inks, y, room, 1);
        const uint32_t *c = picture_row(shown, inks, y, room, 2);
        for (uint32_t x = box.left; x < right; x++) {
            if (a[x] == b[x])
                continue;
            from_own += picture_squared(a[x], c[x]);
            from_other += picture_squared(b[x], c[x]);
            n++;
        }
    }
    return n >= 12 && from_own > 600 * n && from_other * 3 < from_own;
}
