#include "judge/palette.h"

#include "judge/quantise.h"

#include <stdlib.h>

#define FIRST_SIZE ((size_t)1 << 9)
#define MOST ((size_t)1 << 14)

bool palette_open(struct palette_moves *p) {
    *p = (struct palette_moves){.size = FIRST_SIZE};
    p->pairs = calloc(p->size, sizeof *p->pairs);
    return p->pairs != NULL;
}

void palette_close(struct palette_moves *p) {
    free(p->pairs);
    *p = (struct palette_moves){0};
}

static struct palette_pair *find(struct palette_moves *p, uint32_t source, uint32_t output) {
    uint64_t key = ((uint64_t)source << 32 | output) * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(key >> 40) & (p->size - 1);
    while (p->pairs[at].pixels != 0 &&
           (p->pairs[at].source != source || p->pairs[at].output != output))
        at = (at + 1) & (p->size - 1);
    return &p->pairs[at];
}

/* Twice the size; false when there are too many pairs, or no memory: then nothing can be said. */
static bool grow(struct palette_moves *p) {
    struct palette_moves larger = {.size = p->size * 2, .used = p->used, .pixels = p->pixels};
    if (p->used < MOST)
        larger.pairs = calloc(larger.size, sizeof *larger.pairs);
    p->full = larger.pairs == NULL;
    if (p->full)
        return false;
    for (size_t i = 0; i < p->size; i++)
        if (p->pairs[i].pixels != 0)
            *find(&larger, p->pairs[i].source, p->pairs[i].output) = p->pairs[i];
    palette_close(p);
    *p = larger;
    return true;
}

static void add(struct palette_moves *p, uint32_t source, uint32_t output, uint64_t pixels) {
    struct palette_pair *pair = find(p, source, output);
    if (pair->pixels == 0) {
        if (p->used * 2 >= p->size) {
            if (!grow(p))
                return;
            pair = find(p, source, output);
        }
        *pair = (struct palette_pair){source, output, 0};
        p->used++;
    }
    pair->pixels += pixels;
    p->pixels += pixels;
}

void palette_add(struct palette_moves *p, const struct picture_pair *pair,
                 struct picture_room *room, uint32_t most) {
    const struct picture_view *source = &pair->source, *output = &pair->output;
    uint32_t width = source->width < output->width ? source->width : output->width;
    uint32_t height = source->height < output->height ? source->height : output->height;
    uint32_t step = (uint32_t)((uint64_t)width * height / most) + 1;
    step = step < height ? step : height;
    for (uint32_t y = step / 2; y < height && !p->full; y += step) {
        const uint32_t *s = picture_row(source, pair->inks, y, room, 0);
        const uint32_t *o = picture_row(output, pair->inks, y, room, 1);
        for (uint32_t x = 0; x < width;) {
            uint32_t run = 1;
            while (x + run < width && s[x + run] == s[x] && o[x + run] == o[x])
                run++;
            if (s[x] != 0 && o[x] != 0)
                add(p, s[x], o[x], (uint64_t)run * step);
            x += run;
        }
    }
}

static int by_source(const struct palette_pair *a, const struct palette_pair *b) {
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    return a->pixels > b->pixels ? -1 : a->pixels < b->pixels;
}

/* Heapsort: the C library's qsort() may allocate. */
static void sift(struct palette_pair *a, size_t root, size_t n) {
    for (;;) {
        size_t child = root * 2 + 1;
        if (child >= n)
            return;
        if (child + 1 < n && by_source(&a[child], &a[child + 1]) < 0)
            child++;
        if (by_source(&a[root], &a[child]) >= 0)
            return;
        struct palette_pair t = a[root];
        a[root] = a[child];
        a[child] = t;
        root = child;
    }
}

static void sort(struct palette_pair *a, size_t n) {
    for (size_t i = n / 2; i-- > 0;)
        sift(a, i, n);
    for (size_t i = n; i-- > 1;) {
        struct palette_pair t = a[0];
        a[0] = a[i];
        a[i] = t;
        sift(a, 0, i);
    }
}

static bool is_near(uint32_t a, uint32_t b) {
    int sum = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
        int d = (int)(a >> shift & 255) - (int)(b >> shift & 255);
        sum += d * d;
    }
    return sum < 12;
}

/* Is colour c used anywhere in the output, by pixels worth speaking of? */
static bool is_used(const struct palette_pair *list, size_t n, uint32_t color, uint64_t least) {
    uint64_t pixels = 0;
    for (size_t i = 0; i < n; i++)
        if (list[i].output == color)
            pixels += list[i].pixels;
    return pixels >= least;
}

/* All pairs, sorted by source. */
static size_t list_pairs(const struct palette_moves *p, struct palette_pair *list) {
    size_t n = 0;
    for (size_t i = 0; i < p->size; i++)
        if (p->pairs[i].pixels != 0)
            list[n++] = p->pairs[i];
    sort(list, n);
    return n;
}

double palette_misplaced(const struct palette_moves *p, uint32_t *from, uint32_t *to) {
    struct palette_pair *list = malloc((p->used + 1) * sizeof *list);
    uint64_t misplaced = 0, largest = 0;
    if (list == NULL || p->full || p->pixels == 0) {
        free(list);
        return 0;
    }
    size_t n = list_pairs(p, list);
    for (size_t i = 0; i < n;) {
        uint64_t all = 0;
        size_t end = i;
        for (; end < n && list[end].source == list[i].source; end++)
            all += list[end].pixels;
        bool moved = list[i].output != list[i].source && list[i].pixels * 100 >= all * 97 &&
                     all * 2000 > p->pixels && !is_near(list[i].output, list[i].source);
        if (moved && is_used(list, n, list[i].source, all / 20 + 1)) {
            misplaced += all;
            if (all > largest) {
                largest = all;
                *from = list[i].source;
                *to = list[i].output;
            }
        }
        i = end;
    }
    free(list);
    return (double)misplaced / (double)p->pixels;
}

/* The colours that the output uses, each once; at most COLORS of them. */
enum { COLORS = 1024, SLOTS = 4 * COLORS };

static size_t list_outputs(const struct palette_moves *p, uint32_t *colors) {
    uint32_t seen[SLOTS] = {0};
    size_t n = 0;
    for (size_t i = 0; i < p->size && n < COLORS; i++) {
        uint32_t color = p->pairs[i].output;
        size_t at = (color * UINT32_C(0x9E3779B1)) >> 8 & (SLOTS - 1);
        if (p->pairs[i].pixels == 0)
            continue;
        while (seen[at] != 0 && seen[at] != color)
            at = (at + 1) & (SLOTS - 1);
        if (seen[at] == 0)
            seen[at] = colors[n++] = color;
    }
    return n;
}

static uint32_t nearest(const uint32_t *colors, size_t n, uint32_t color) {
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        int r = (int)(color >> 16 & 255) - (int)(colors[i] >> 16 & 255);
        int g = (int)(color >> 8 & 255) - (int)(colors[i] >> 8 & 255);
        int b = (int)(color & 255) - (int)(colors[i] & 255);
        uint32_t error = (uint32_t)(r * r + g * g + b * b);
        least = error < least ? error : least;
    }
    return least;
}

/* Mean squared error over three channels with which n pixels could be shown in some colours;
 * transparent ones do not count. */
static double error_in(const uint32_t *colors, size_t used, const uint32_t *pixels, size_t n) {
    uint64_t sum = 0, seen = 0;
    for (size_t i = 0; used > 0 && i < n; i++) {
        if (pixels[i] == 0)
            continue;
        sum += nearest(colors, used, pixels[i]);
        seen++;
    }
    return seen > 0 ? (double)sum / 3 / (double)seen : 0;
}

double palette_floor(const struct palette_moves *p, const uint32_t *colors, size_t n) {
    uint32_t *outputs = malloc(COLORS * sizeof *outputs);
    size_t used = outputs != NULL ? list_outputs(p, outputs) : 0;
    double error = error_in(outputs, used, colors, n);
    free(outputs);
    return error;
}

/* Of a list sorted by source: each colour once, with all its pixels. */
static size_t list_sources(const struct palette_pair *list, size_t n, struct quantise_color *to) {
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        if (used == 0 || to[used - 1].color != list[i].source)
            to[used++] = (struct quantise_color){list[i].source, 0};
        to[used - 1].pixels += list[i].pixels;
    }
    return used;
}

bool palette_expect(const struct palette_moves *p, size_t n, const uint32_t *pixels, size_t used,
                    double *error) {
    struct palette_pair *list = malloc((p->used + 1) * sizeof *list);
    struct quantise_color *sources = malloc((p->used + 1) * sizeof *sources);
    uint32_t *means = malloc((n + 1) * sizeof *means);
    bool made = list != NULL && sources != NULL && means != NULL;
    if (made) {
        size_t colors = list_sources(list, list_pairs(p, list), sources);
        *error = error_in(means, quantise(sources, colors, n, means), pixels, used);
    }
    free(list);
    free(sources);
    free(means);
    return made;
}
