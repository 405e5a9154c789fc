#include "command/pictures.h"

#include "command/drawn.h"
#include "command/png.h"
#include "gif/player.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define GAP 4u
#define BLACK UINT32_C(0xFF000000)

/* Pixels of a sheet that a person looks at; more than this nobody does. */
#define SHEET_MOST ((size_t)64 << 20)

struct sheet {
    uint32_t width, height, *pixels;
};

/* One canvas in one panel of the sheet; all colours of it also to colors[], which is as large as
 * the panel. */
static void put_panel(struct sheet *s, uint32_t left, const struct gif_player *p, uint32_t width,
                      uint32_t *colors) {
    const struct gif_canvas *c = &p->canvas;
    for (uint32_t y = 0; y < c->height; y++) {
        uint32_t *row = colors + (size_t)y * width;
        gif_canvas_colors(c, p->inks, 0, y, c->width, row);
        for (uint32_t x = 0; x < c->width; x++)
            s->pixels[(size_t)y * s->width + left + x] = drawn_pixel(row[x], x, y);
    }
}

static int write_sheet(const char *path, const struct gif_player *source,
                       const struct gif_player *output, struct error *e) {
    const struct gif_canvas *a = &source->canvas, *b = &output->canvas;
    uint32_t width = a->width > b->width ? a->width : b->width;
    uint32_t height = a->height > b->height ? a->height : b->height;
    struct sheet s = {.width = width * 3 + 2 * GAP, .height = height};
    size_t pixels = (size_t)width * height;
    int result = ENOMEM;
    uint32_t *colors = NULL;
    if (pixels <= SHEET_MOST) {
        s.pixels = malloc((size_t)s.width * height * sizeof *s.pixels);
        colors = calloc(pixels * 2, sizeof *colors);
    }
    if (s.pixels != NULL && colors != NULL) {
        for (size_t i = 0; i < (size_t)s.width * height; i++)
            s.pixels[i] = BLACK;
        put_panel(&s, 0, source, width, colors);
        put_panel(&s, width + GAP, output, width, colors + pixels);
        for (uint32_t y = 0; y < height; y++)
            for (uint32_t x = 0; x < width; x++)
                s.pixels[(size_t)y * s.width + 2 * (width + GAP) + x] = drawn_marked(
                    colors[(size_t)y * width + x], colors[pixels + (size_t)y * width + x]);
        result = png_write(path, s.width, s.height, s.pixels, e);
    } else {
        (void)error_set(e, ENOMEM, "%s: the pictures are too large", path);
    }
    free(s.pixels);
    free(colors);
    return result;
}

static int write_instant(const char *directory, struct judge_gif from, struct judge_gif to,
                         const struct judge_instant *i, struct error *e) {
    struct gif_inks inks;
    struct gif_player source = {0}, output = {0};
    char path[4096];
    int result = ENOMEM;
    if (i->source_frame == i->output_frame)
        text_print(path, sizeof path, "%s/frame-%05u.png", directory, i->output_frame);
    else /* what is left of an output that was cut short stands against many of the source */
        text_print(path, sizeof path, "%s/frame-%05u-of-%05u.png", directory, i->output_frame,
                   i->source_frame);
    if (gif_inks_open(&inks) && gif_player_open(&source, from.bytes, from.used, &inks, SIZE_MAX) &&
        gif_player_open(&output, to.bytes, to.used, &inks, SIZE_MAX) &&
        gif_player_seek(&source, i->source_frame) && gif_player_seek(&output, i->output_frame))
        result = write_sheet(path, &source, &output, e);
    else
        (void)error_set(e, ENOMEM, "%s: the frames cannot be played", path);
    if (result == 0)
        fprintf(stderr, "%s: frame %u of the source, frame %u of the output, difference\n", path,
                i->source_frame, i->output_frame);
    gif_player_close(&source);
    gif_player_close(&output);
    gif_inks_close(&inks);
    return result;
}

int pictures_write(const char *directory, struct judge_gif source, struct judge_gif output,
                   const struct judge_verdict *v, struct error *e) {
    if (mkdir(directory, 0777) != 0 && errno != EEXIST) {
        int code = errno;
        return error_set(e, code, "%s: %s", directory, strerror(code));
    }
    if (v->worst_used == 0)
        fprintf(stderr, "%s: no picture was found to differ, none is written\n", directory);
    for (size_t i = 0; i < v->worst_used; i++) {
        int result = write_instant(directory, source, output, &v->worst[i], e);
        if (result != 0)
            return result;
    }
    return 0;
}
