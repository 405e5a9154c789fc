/* An animation played from its bytes, one shown picture at a time: reader, decoder and canvas. */
#ifndef GIFVET_GIF_PLAYER_H
#define GIFVET_GIF_PLAYER_H

#include "gif/canvas.h"
#include "gif/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gif_player {
    struct gif_reader *reader;
    struct gif_canvas canvas; /* the picture shown now */
    struct gif_frame *frame;  /* the frame drawn last */
    uint8_t *room;            /* for the indices of a frame, as the decoder wants it */
    size_t room_size;
    size_t shown; /* frames drawn so far; the picture is that of frame shown - 1 */
};

/* False without memory, or when there is no canvas to draw on. bytes stay the caller's. */
bool gif_player_open(struct gif_player *p, const uint8_t *bytes, size_t n);
void gif_player_close(struct gif_player *p);

/* Draws the next frame; false at the end, where the file breaks off, or without memory. */
bool gif_player_next(struct gif_player *p);

/* Plays on until frame `number` (from 0) is shown; false when it never is. */
bool gif_player_seek(struct gif_player *p, size_t number);

#endif
