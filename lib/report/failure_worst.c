/* Rooms: a panel's pixels · the place that differs most · pictures · words · the whole */
#include "report/failure_worst.h"

#include "command/drawn.h"
#include "command/png.h"
#include "judge/figures.h"
#include "report/failure_film.h"
#include "report/html.h"

#include <stdlib.h>

/* A panel's longest side, in pixels of the page: three stand beside each other on a wide page, and
 * one fits on a telephone. */
#define PANEL_SIDE 344u

/* The side of the part that is enlarged, eight pixels of the page a pixel; in whole tiles. */
#define TILE 8u
#define PART_SIDE (PANEL_SIDE / 8 / TILE * TILE)
#define PART_TILES (PART_SIDE / TILE)

/* Pictures enlarged as much as that need no part of their own. */
#define LARGE_ENOUGH 4u

struct worst {
    FILE *out;
    const char *id;
    struct line *l;
    const struct line_instant *at;
    const struct picture_pair *pair;
    struct picture_room *room;
    uint32_t width, height; /* what both have */
    uint32_t *source, *output, *levels, *tiles;
    bool failed;
};

/* ---- a panel's pixels ---- */

/* A row of both, as the judge compares them. */
static void read_row(const struct worst *w, uint32_t left, uint32_t y, uint32_t width,
                     uint32_t *source, uint32_t *output) {
    const struct picture_pair *p = w->pair;
    picture_pixels(&p->source, p->inks, left, y, width, source, w->room);
    picture_pixels(&p->output, p->inks, left, y, width, output, w->room);
    for (uint32_t x = 0; x < width; x++)
        if (source[x] == 0 && output[x] != 0)
            source[x] = p->cleared_as;
}

/* Three pictures of one size. */
struct panels {
    uint32_t width, height, *pixels[3];
};

static bool open_panels(struct panels *p, uint32_t width, uint32_t height) {
    *p = (struct panels){.width = width, .height = height};
    bool opened = true;
    for (int i = 0; i < 3; i++) {
        p->pixels[i] = calloc((size_t)width * height, sizeof **p->pixels);
        opened = opened && p->pixels[i] != NULL;
    }
    return opened;
}

static void close_panels(struct panels *p) {
    for (int i = 0; i < 3; i++)
        free(p->pixels[i]);
}

static void put_pixel(const struct panels *p, uint32_t x, uint32_t y, uint32_t source,
                      uint32_t output, uint32_t difference) {
    size_t at = (size_t)y * p->width + x;
    p->pixels[0][at] = drawn_pixel(source, x, y);
    p->pixels[1][at] = drawn_pixel(output, x, y);
    p->pixels[2][at] = difference == 0 ? drawn_marked(source, source) : drawn_heat(difference);
}

/* ---- the place that differs most ---- */

static void note_tiles(const struct worst *w, uint32_t y, const uint32_t *source,
                       const uint32_t *output) {
    uint32_t across = (w->width + TILE - 1) / TILE;
    uint32_t *row = w->tiles + (size_t)(y / TILE) * across;
    for (uint32_t x = 0; x < w->width; x++)
        row[x / TILE] += drawn_difference(source[x], output[x]);
}

static uint64_t sum_tiles(const struct worst *w, uint32_t left, uint32_t top) {
    uint32_t across = (w->width + TILE - 1) / TILE, down = (w->height + TILE - 1) / TILE;
    uint64_t sum = 0;
    for (uint32_t y = top; y < top + PART_TILES && y < down; y++)
        for (uint32_t x = left; x < left + PART_TILES && x < across; x++)
            sum += w->tiles[(size_t)y * across + x];
    return sum;
}

struct spot {
    uint32_t x, y;
};

/* The top left corner of the part with the most, in tiles. */
static struct spot find_tiles(const struct worst *w) {
    uint32_t across = (w->width + TILE - 1) / TILE, down = (w->height + TILE - 1) / TILE;
    uint64_t most = 0;
    struct spot found = {0, 0};
    for (uint32_t y = 0; y == 0 || y + PART_TILES <= down; y++)
        for (uint32_t x = 0; x == 0 || x + PART_TILES <= across; x++) {
            uint64_t sum = sum_tiles(w, x, y);
            if (sum > most)
                found = (struct spot){x, y};
            most = sum > most ? sum : most;
        }
    return found;
}

static uint32_t around(uint64_t middle, uint32_t side, uint32_t most) {
    uint32_t half = side / 2, at = middle > half ? (uint32_t)middle - half : 0;
    return most < side ? 0 : at + side > most ? most - side : at;
}

/* That of the part around their middle, in pixels. */
static struct spot find_part(const struct worst *w) {
    uint32_t across = (w->width + TILE - 1) / TILE, down = (w->height + TILE - 1) / TILE;
    struct spot from = find_tiles(w);
    uint64_t all = 0, sum_x = 0, sum_y = 0;
    for (uint32_t y = from.y; y < from.y + PART_TILES && y < down; y++)
        for (uint32_t x = from.x; x < from.x + PART_TILES && x < across; x++) {
            uint64_t weight = w->tiles[(size_t)y * across + x];
            all += weight;
            sum_x += weight * (x * TILE + TILE / 2);
            sum_y += weight * (y * TILE + TILE / 2);
        }
    all += all == 0;
    return (struct spot){around(sum_x / all, PART_SIDE, w->width),
                         around(sum_y / all, PART_SIDE, w->height)};
}

/* ---- pictures ---- */

static void put_image(struct worst *w, const struct panels *p, int which, uint32_t zoom,
                      const char *what) {
    size_t used;
    uint8_t *png = png_make(p->width, p->height, p->pixels[which], &used);
    w->failed |= png == NULL;
    if (png == NULL)
        return;
    fprintf(w->out,
            "<figure><img class=\"fp-pixels\" width=\"%u\" height=\"%u\" alt=\"%s at %.2f "
            "s\" src=\"data:image/png;base64,",
            p->width * zoom, p->height * zoom, what, (double)w->at->start_cs / 100);
    html_base64(w->out, png, used);
    fprintf(w->out, "\"><figcaption>%s</figcaption></figure>\n", what);
    free(png);
}

static void put_panels(struct worst *w, const struct panels *p, uint32_t zoom) {
    static const char *const what[] = {"Source", "Output", "Difference"};
    fputs("<div class=\"fp-panels\">\n", w->out);
    for (int i = 0; i < 3; i++)
        put_image(w, p, i, zoom, what[i]);
    fputs("</div>\n", w->out);
}

/* All of the picture, reduced where it is large: of the pixels that become one that one is shown
 * that differs most, else the first. */
static void put_overview(struct worst *w, uint32_t *zoom) {
    struct panels p;
    uint32_t width = w->width, height = w->height;
    film_fit(PANEL_SIDE, &width, &height);
    *zoom = PANEL_SIDE / (width > height ? width : height);
    bool opened = open_panels(&p, width, height);
    for (uint32_t y = 0; opened && y < w->height; y++) {
        uint32_t to_y = (uint32_t)((uint64_t)y * height / w->height);
        bool first = y == 0 || to_y != (uint32_t)((uint64_t)(y - 1) * height / w->height);
        if (first)
            for (uint32_t x = 0; x < width; x++)
                w->levels[x] = 0;
        read_row(w, 0, y, w->width, w->source, w->output);
        note_tiles(w, y, w->source, w->output);
        for (uint32_t x = 0, last = UINT32_MAX; x < w->width; x++) {
            uint32_t to_x = (uint32_t)((uint64_t)x * width / w->width);
            uint32_t d = drawn_difference(w->source[x], w->output[x]);
            bool larger = d > w->levels[to_x];
            if (larger)
                w->levels[to_x] = d;
            if ((first && to_x != last) || larger)
                put_pixel(&p, to_x, to_y, w->source[x], w->output[x], w->levels[to_x]);
            last = to_x;
        }
    }
    w->failed |= !opened;
    if (opened)
        put_panels(w, &p, *zoom);
    close_panels(&p);
}

static void put_part(struct worst *w) {
    struct panels p;
    struct spot part = find_part(w);
    uint32_t width = w->width - part.x < PART_SIDE ? w->width - part.x : PART_SIDE;
    uint32_t height = w->height - part.y < PART_SIDE ? w->height - part.y : PART_SIDE;
    bool opened = open_panels(&p, width, height);
    for (uint32_t y = 0; opened && y < height; y++) {
        read_row(w, part.x, part.y + y, width, w->source, w->output);
        for (uint32_t x = 0; x < width; x++)
            put_pixel(&p, x, y, w->source[x], w->output[x],
                      drawn_difference(w->source[x], w->output[x]));
    }
    w->failed |= !opened;
    if (opened) {
        fprintf(w->out,
                "<p class=\"fp-note\">Where it differs most, eight times as large: %u × %u pixels "
                "from %u, %u on</p>\n",
                width, height, part.x, part.y);
        put_panels(w, &p, PANEL_SIDE / PART_SIDE);
    }
    close_panels(&p);
}

/* ---- words ---- */

static void put_stop(FILE *out, uint32_t level) {
    fprintf(out, "<stop offset=\"%.3f\" stop-color=\"#%06x\"/>", (double)level / 255,
            drawn_heat(level) & 0xFFFFFF);
}

static void put_legend(FILE *out, const char *id) {
    fputs("<p class=\"fp-legend\"><span class=\"fp-equal\"></span> equal: the source, dark; "
          "<span class=\"fp-nowrap\">1 <svg width=\"120\" height=\"12\" role=\"img\" "
          "aria-label=\"from dark red over red to orange\"><defs><linearGradient id=\"",
          out);
    fprintf(out, "%s-heat\">", id);
    put_stop(out, 1);
    put_stop(out, 127);
    put_stop(out, 159);
    put_stop(out, 255);
    fprintf(out,
            "</linearGradient></defs><rect width=\"120\" height=\"12\" fill=\"url(#%s-heat)\"/>"
            "</svg> 255</span> levels: the largest difference of the three channels</p>\n",
            id);
}

static void put_space(const struct worst *w) {
    const struct plan *p = &w->l->plan;
    const struct gif_scan *s = &w->l->source.scan, *o = &w->l->output.scan;
    if (p->view == PLAN_SCALED)
        fprintf(w->out,
                "<p class=\"fp-note\">The request scales %u × %u to %u × %u pixels: both are "
                "compared in %u × %u cells, each the mean of its pixels</p>\n",
                s->width, s->height, o->width, o->height, w->width, w->height);
    else if (p->view == PLAN_CROPPED)
        fprintf(w->out,
                "<p class=\"fp-note\">The request crops: shown of the source is the part from %u, "
                "%u on</p>\n",
                p->left, p->top);
    else if (s->width != o->width || s->height != o->height)
        fprintf(w->out,
                "<p class=\"fp-note\">The canvas is %u × %u pixels, in the source %u × %u: what "
                "both have is compared</p>\n",
                o->width, o->height, s->width, s->height);
}

static void put_figures(const struct worst *w) {
    const struct line_instant *i = w->at;
    fprintf(w->out,
            "<h4>Worst instant: %.2f s, frame %u of the source, frame %u of the output</h4>\n",
            (double)i->start_cs / 100, i->source, i->output);
    fprintf(w->out,
            "<p><strong>%.1f %%</strong> of the %s differ, mean squared error <strong>%.1f</strong>"
            " (%.1f levels, PSNR %.1f dB)%s</p>\n",
            100.0 * (double)i->different / (double)i->pixels,
            w->l->plan.view == PLAN_SCALED ? "cells" : "pixels", i->mse, line_levels(i),
            figures_psnr(i->mse),
            i->elsewhen ? "; the output shows the source’s picture of another time" : "");
}

/* ---- the whole ---- */

static bool open_worst(struct worst *w) {
    const struct picture_view *s = &w->pair->source, *o = &w->pair->output;
    w->width = s->width < o->width ? s->width : o->width;
    w->height = s->height < o->height ? s->height : o->height;
    size_t tiles = (size_t)((w->width + TILE - 1) / TILE) * ((w->height + TILE - 1) / TILE);
    w->source = calloc((size_t)w->width + 1, sizeof *w->source);
    w->output = calloc((size_t)w->width + 1, sizeof *w->output);
    w->levels = calloc(PANEL_SIDE, sizeof *w->levels);
    w->tiles = calloc(tiles + 1, sizeof *w->tiles);
    return w->width > 0 && w->height > 0 && w->source != NULL && w->output != NULL &&
           w->levels != NULL && w->tiles != NULL;
}

static bool draw(void *context, const struct line_shown *shown) {
    struct worst *w = context;
    struct picture_pair pair =
        view_pair(shown->view, &shown->source->canvas, &shown->output->canvas);
    uint32_t zoom;
    w->pair = &pair;
    w->room = shown->view->room;
    w->failed = !open_worst(w);
    if (!w->failed) {
        fputs("<div class=\"fp-worst\">\n", w->out);
        put_figures(w);
        put_space(w);
        put_overview(w, &zoom);
        if (!w->failed && zoom < LARGE_ENOUGH)
            put_part(w);
        put_legend(w->out, w->id);
        fputs("</div>\n", w->out);
    }
    free(w->source);
    free(w->output);
    free(w->levels);
    free(w->tiles);
    return !w->failed;
}

bool worst_write(FILE *out, struct line *l, const char *id) {
    if (l->worst == SIZE_MAX)
        return true;
    struct worst w = {.out = out, .id = id, .l = l, .at = &l->instants[l->worst]};
    return line_play(l, &l->worst, 1, draw, &w);
}
