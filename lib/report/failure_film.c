/* Rooms: reducing · differences · sheets · the film */
#include "report/failure_film.h"

#include "command/png.h"
#include "report/html.h"

#include <stdlib.h>
#include <string.h>

/* ---- reducing ---- */

void film_fit(uint32_t most, uint32_t *width, uint32_t *height) {
    uint32_t longer = *width > *height ? *width : *height;
    if (longer <= most)
        return;
    *width = (uint32_t)((uint64_t)*width * most / longer);
    *height = (uint32_t)((uint64_t)*height * most / longer);
    *width += *width == 0;
    *height += *height == 0;
}

struct sum {
    uint32_t red, green, blue, opaque, pixels;
};

static void add_pixel(struct sum *s, uint32_t color) {
    s->pixels++;
    s->opaque += color >> 31;
    s->red += color >> 16 & 255;
    s->green += color >> 8 & 255;
    s->blue += color & 255;
}

/* Means have colours of their own, too many for a palette; in steps of eight levels they are few
 * enough to compress, and look the same. */
static uint32_t mean_of(const struct sum *s) {
    if (s->opaque == 0 || s->opaque * 2 < s->pixels)
        return 0;
    uint32_t red = s->red / s->opaque, green = s->green / s->opaque, blue = s->blue / s->opaque;
    uint32_t color = (red << 16 | green << 8 | blue) & 0xF8F8F8;
    return UINT32_C(0xFF000000) | color | (color >> 5 & 0x070707);
}

/* Of a large block a few rows and columns stand for all. */
static uint32_t mean_at(const struct film *f, const struct gif_player *p, uint32_t x, uint32_t y) {
    const struct gif_canvas *c = &p->canvas;
    uint32_t left = (uint32_t)((uint64_t)x * c->width / f->width);
    uint32_t right = (uint32_t)((uint64_t)(x + 1) * c->width / f->width);
    uint32_t top = (uint32_t)((uint64_t)y * c->height / f->height);
    uint32_t bottom = (uint32_t)((uint64_t)(y + 1) * c->height / f->height);
    uint32_t step_y = (bottom - top + 3) / 4, step_x = (right - left + 3) / 4;
    struct sum s = {0};
    for (uint32_t row = top; row < bottom; row += step_y) {
        gif_canvas_colors(c, p->inks, left, row, right - left, f->row);
        for (uint32_t i = 0; i < right - left; i += step_x)
            add_pixel(&s, f->row[i]);
    }
    return mean_of(&s);
}

static void look_at(struct film *f, const struct gif_player *p) {
    for (uint32_t y = 0; y < f->height; y++) {
        uint32_t *to = f->now + (size_t)y * f->width;
        if (p->canvas.width == f->width)
            gif_canvas_colors(&p->canvas, p->inks, 0, y, f->width, to);
        else
            for (uint32_t x = 0; x < f->width; x++)
                to[x] = mean_at(f, p, x, y);
    }
}

/* ---- differences ---- */

/* Drawing over the picture before can make no pixel transparent. */
static bool can_be_drawn_over(const struct film *f, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (f->now[i] == 0 && f->before[i] != 0)
            return false;
    return true;
}

static void put_picture(struct film *f, bool whole) {
    size_t n = (size_t)f->width * f->height;
    uint32_t *to = f->sheet + n * f->in_sheet;
    for (size_t i = 0; i < n; i++)
        to[i] = !whole && f->now[i] == f->before[i] ? 0 : f->now[i];
}

/* ---- sheets ---- */

static void put_sheet(struct film *f) {
    size_t used;
    uint8_t *png = png_make(f->width, f->height * (uint32_t)f->in_sheet, f->sheet, &used);
    f->in_sheet = 0;
    f->has_failed |= png == NULL;
    if (png == NULL)
        return;
    fputs("<img alt=\"\" src=\"data:image/png;base64,", f->out);
    html_base64(f->out, png, used);
    fputs("\">", f->out);
    free(png);
}

/* ---- the film ---- */

bool film_begin(struct film *f, uint32_t width, uint32_t height) {
    *f = (struct film){.width = width, .height = height};
    film_fit(FILM_SIDE, &f->width, &f->height);
    size_t n = (size_t)f->width * f->height;
    f->out = open_memstream(&f->sheets, &f->sheets_used);
    f->now = calloc(n, sizeof *f->now);
    f->before = calloc(n, sizeof *f->before);
    f->sheet = calloc(n * FILM_SHEET, sizeof *f->sheet);
    f->row = calloc(width, sizeof *f->row);
    f->has_failed =
        f->out == NULL || f->now == NULL || f->before == NULL || f->sheet == NULL || f->row == NULL;
    return !f->has_failed;
}

bool film_add(struct film *f, const struct gif_player *p, size_t *number) {
    if (f->has_failed || (f->used > 0 && f->frames_shown == p->shown)) {
        *number = f->used - 1;
        return !f->has_failed;
    }
    if (f->used == FILM_MOST)
        return false;
    look_at(f, p);
    bool whole = f->in_sheet == 0 || !can_be_drawn_over(f, (size_t)f->width * f->height);
    put_picture(f, whole);
    uint32_t *now = f->now;
    f->now = f->before;
    f->before = now;
    f->frames_shown = p->shown;
    *number = f->used;
    f->whole[f->used++] = whole ? '1' : '0';
    if (++f->in_sheet == FILM_SHEET)
        put_sheet(f);
    return !f->has_failed;
}

bool film_end(struct film *f) {
    if (!f->has_failed && f->in_sheet > 0)
        put_sheet(f);
    if (f->out != NULL && fclose(f->out) != 0)
        f->has_failed = true;
    f->out = NULL;
    return !f->has_failed;
}

void film_free(struct film *f) {
    free(f->sheets);
    free(f->now);
    free(f->before);
    free(f->sheet);
    free(f->row);
}
