#include "gif/player.h"

#include <stdlib.h>

bool gif_player_open(struct gif_player *p, const uint8_t *bytes, size_t n) {
    *p = (struct gif_player){.reader = gif_reader_open(bytes, n)};
    p->frame = malloc(sizeof *p->frame);
    if (p->reader != NULL && p->frame != NULL &&
        gif_reader_fault(p->reader).code == GIF_FAULT_NONE) {
        struct gif_screen s = gif_reader_screen(p->reader);
        if (gif_canvas_open(&p->canvas, s.width, s.height))
            return true;
    }
    gif_player_close(p);
    return false;
}

void gif_player_close(struct gif_player *p) {
    gif_reader_close(p->reader);
    gif_canvas_close(&p->canvas);
    free(p->frame);
    free(p->room);
    *p = (struct gif_player){0};
}

static bool make_room(struct gif_player *p) {
    size_t need = (size_t)p->frame->width * p->frame->height + LZW_OUTPUT_SLACK;
    if (need <= p->room_size)
        return true;
    free(p->room);
    p->room = malloc(need);
    p->room_size = p->room != NULL ? need : 0;
    return p->room != NULL;
}

bool gif_player_next(struct gif_player *p) {
    struct gif_decoded decoded;
    if (gif_reader_next(p->reader, p->frame) != GIF_FRAME || !make_room(p) ||
        !gif_reader_decode(p->reader, p->frame, p->room + LZW_OUTPUT_FRONT, &decoded) ||
        !gif_canvas_draw(&p->canvas, p->frame, p->room + LZW_OUTPUT_FRONT, decoded.lzw.written))
        return false;
    p->shown++;
    return true;
}

bool gif_player_seek(struct gif_player *p, size_t number) {
    while (p->shown <= number)
        if (!gif_player_next(p))
            return false;
    return true;
}
