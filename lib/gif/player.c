/* Rooms: opening · the inks of a frame · decoding · playing */
#include "gif/player.h"

#include <stdlib.h>
#include <string.h>

/* ---- opening ---- */

/* Canvas and room with that many planes, disposal 3 included, over one frame of `pixels`. */
static bool fits(const struct gif_player *p, size_t width, size_t height, size_t pixels,
                 int planes) {
    return (size_t)planes * (width * height * 2 + pixels + LZW_OUTPUT_SLACK) <= p->memory_bytes;
}

bool gif_player_open(struct gif_player *p, const uint8_t *bytes, size_t n, struct gif_inks *inks,
                     size_t memory_bytes) {
    *p = (struct gif_player){
        .reader = gif_reader_open(bytes, n), .inks = inks, .memory_bytes = memory_bytes};
    p->frame = malloc(sizeof *p->frame);
    if (p->reader != NULL && p->frame != NULL &&
        gif_reader_fault(p->reader).code == GIF_FAULT_NONE) {
        struct gif_screen s = gif_reader_screen(p->reader);
        if (fits(p, s.width, s.height, 0, 1) && gif_canvas_open(&p->canvas, s.width, s.height))
            return true;
    }
    gif_player_close(p);
    return false;
}

void gif_player_close(struct gif_player *p) {
    gif_reader_close(p->reader);
    gif_canvas_close(&p->canvas);
    free(p->frame);
    for (int i = 0; i < GIF_PLANES; i++)
        free(p->room[i]);
    *p = (struct gif_player){0};
}

/* ---- the inks of a frame ---- */

/* Most frames have the table of the one before. What other files have added to the inks meanwhile
 * is looked up when it is drawn. */
static void look_up(struct gif_player *p) {
    const struct gif_frame *f = p->frame;
    if (!p->has_table || memcmp(p->table, f->palette, sizeof p->table) != 0) {
        memcpy(p->table, f->palette, sizeof p->table);
        p->has_table = true;
        for (int i = 0; i < 256; i++)
            p->known[i] = gif_inks_find(p->inks, f->palette[i]);
    }
    memcpy(p->ink, p->known, sizeof p->ink);
    if (f->transparent >= 0)
        p->ink[f->transparent] = 0;
}

/* Which of a table's colours are drawn is known only when the frame has been decoded. Until then
 * the others get inks that are free, as long as there are any of one byte. */
static void suppose(struct gif_player *p) {
    const struct gif_frame *f = p->frame;
    uint32_t ink = p->inks->next;
    for (int i = 0; i < f->colors; i++) {
        if (p->known[i] != 0 || i == f->transparent)
            continue;
        ink = gif_inks_free(p->inks, ink);
        if (ink > 0xFF)
            return;
        p->ink[i] = ink++;
    }
}

static bool is_any_new(const struct gif_player *p) {
    bool any = false;
    for (int i = 0; i < 256; i++)
        any |= p->decoded.lzw.used[i] & (p->known[i] == 0);
    return any;
}

/* The colours that are drawn for the first time get their inks; *again says whether some got others
 * than was supposed, so that the frame has to be decoded again. */
static bool settle(struct gif_player *p, bool *again) {
    const struct gif_frame *f = p->frame;
    *again = false;
    if (!is_any_new(p))
        return true;
    for (int i = 0; i < 256; i++) {
        if (p->known[i] != 0 || i == f->transparent)
            continue;
        uint32_t supposed = p->ink[i];
        p->ink[i] = 0;
        if (!p->decoded.lzw.used[i])
            continue;
        if (supposed == 0 || !gif_inks_give(p->inks, f->palette[i], supposed)) {
            supposed = gif_inks_take(p->inks, f->palette[i]);
            *again = true;
        }
        p->ink[i] = p->known[i] = supposed;
        if (supposed == 0)
            return false;
    }
    return true;
}

static int planes_of(const struct gif_player *p) {
    uint32_t all = 0;
    for (int i = 0; i < 256; i++)
        all |= p->ink[i];
    if (all <= 0xFF)
        return 1;
    all = 0;
    for (int i = 0; i < 256; i++)
        if (p->decoded.lzw.used[i])
            all |= p->ink[i];
    return all > 0xFFFF ? 3 : all > 0xFF ? 2 : 1;
}

/* ---- decoding ---- */

static bool make_room(struct gif_player *p, int plane) {
    size_t pixels = (size_t)p->frame->width * p->frame->height, need = pixels + LZW_OUTPUT_SLACK;
    if (!fits(p, p->canvas.width, p->canvas.height, pixels, plane + 1))
        return false;
    if (need <= p->room_size[plane])
        return true;
    free(p->room[plane]);
    p->room[plane] = malloc(need);
    p->room_size[plane] = p->room[plane] != NULL ? need : 0;
    return p->room[plane] != NULL;
}

static bool decode_plane(struct gif_player *p, int plane) {
    uint8_t bytes[256];
    for (int i = 0; i < 256; i++)
        bytes[i] = (uint8_t)(p->ink[i] >> 8 * plane);
    return make_room(p, plane) && gif_reader_decode(p->reader, p->frame, bytes,
                                                    p->room[plane] + LZW_OUTPUT_FRONT, &p->decoded);
}

static bool decode(struct gif_player *p) {
    bool again;
    look_up(p);
    suppose(p);
    if (!decode_plane(p, 0) || !settle(p, &again) || (again && !decode_plane(p, 0)))
        return false;
    p->planes = planes_of(p);
    for (int plane = 1; plane < p->planes; plane++)
        if (!decode_plane(p, plane))
            return false;
    return true;
}

const uint8_t *gif_player_plane(const struct gif_player *p, int plane) {
    return plane < p->planes ? p->room[plane] + LZW_OUTPUT_FRONT : NULL;
}

/* ---- playing ---- */

static bool has_gaps(const struct gif_player *p) {
    int t = p->frame->transparent;
    return t >= 0 && p->decoded.lzw.used[t];
}

enum gif_step gif_player_next(struct gif_player *p) {
    enum gif_step step = gif_reader_next(p->reader, p->frame);
    if (step != GIF_FRAME)
        return step;
    if (!decode(p))
        return GIF_NO_MEMORY;
    struct gif_drawing drawing = {.written = p->decoded.lzw.written, .opaque = !has_gaps(p)};
    for (int plane = 0; plane < GIF_PLANES; plane++)
        drawing.planes[plane] = gif_player_plane(p, plane);
    if (!gif_canvas_draw(&p->canvas, p->frame, &drawing))
        return GIF_NO_MEMORY;
    p->shown++;
    return GIF_FRAME;
}

bool gif_player_seek(struct gif_player *p, size_t number) {
    while (p->shown <= number)
        if (gif_player_next(p) != GIF_FRAME)
            return false;
    return true;
}
