/* An animation played from its bytes, one frame at a time: reader, decoder and canvas.
 *
 * Colours become inks when they are first drawn, so that a table's unused entries cost nothing. */
#ifndef GIFVET_GIF_PLAYER_H
#define GIFVET_GIF_PLAYER_H

#include "gif/canvas.h"
#include "gif/inks.h"
#include "gif/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gif_player {
    struct gif_reader *reader;
    struct gif_inks *inks;    /* the caller's; shared by all files of one judgement */
    struct gif_canvas canvas; /* the picture shown now */
    struct gif_frame *frame;  /* the frame drawn last */
    struct gif_decoded decoded;
    /* Of that frame: the ink of each index (0 = transparent, or not used), and the inks of its
     * pixels in the order of its data, byte by byte; planes beyond `planes` are all zero. */
    uint32_t ink[256];
    /* The inks of a whole colour table as far as they are known, and that table. */
    uint32_t known[256], table[256];
    bool has_table;
    uint8_t *room[GIF_PLANES];
    size_t room_size[GIF_PLANES];
    int planes;
    size_t memory_bytes; /* what canvas and room may take together */
    size_t shown;        /* frames drawn so far; the picture is that of frame shown - 1 */
};

/* False without memory, when canvas and frames would take more than memory_bytes, or when there is
 * no canvas to draw on. bytes and inks stay the caller's. */
bool gif_player_open(struct gif_player *p, const uint8_t *bytes, size_t n, struct gif_inks *inks,
                     size_t memory_bytes);
void gif_player_close(struct gif_player *p);

/* Draws the next frame. GIF_NO_MEMORY also when the files have more colours than can be told apart,
 * or when memory_bytes would not do. */
enum gif_step gif_player_next(struct gif_player *p);

/* Plays on until frame `number` (from 0) is shown; false when it never is. */
bool gif_player_seek(struct gif_player *p, size_t number);

/* What was decoded of plane `plane` of the frame drawn last; NULL = zeros. */
const uint8_t *gif_player_plane(const struct gif_player *p, int plane);

#endif
