/* gif/lzw.h with giflib's decoder behind it, to measure the same judgement with it: the data goes
 * back into sub-blocks of a GIF of one frame in memory. Linked in the place of lib/gif/lzw.c. */
#include "gif/lzw.h"

#include <gif_lib.h>
#include <string.h>

struct joined {
    const struct lzw_frame *frame;
    uint8_t head[24]; /* up to the code size */
    size_t head_used, data_used, block_left;
    bool ended;
};

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

static int give(GifFileType *gif, GifByteType *to, int wanted) {
    struct joined *j = gif->UserData;
    size_t n = (size_t)wanted, part;
    for (size_t done = 0; done < n; done += part) {
        if (j->head_used < sizeof j->head) {
            part = least(n - done, sizeof j->head - j->head_used);
            memcpy(to + done, j->head + j->head_used, part);
            j->head_used += part;
        } else if (j->block_left > 0) {
            part = least(n - done, j->block_left);
            memcpy(to + done, j->frame->data + j->data_used, part);
            j->data_used += part;
            j->block_left -= part;
        } else {
            part = 1;
            j->block_left = least(255, j->frame->data_used - j->data_used);
            to[done] = j->ended ? ';' : (uint8_t)j->block_left;
            j->ended |= j->block_left == 0;
        }
    }
    return wanted;
}

/* The real width is not known here, and giflib only needs a frame that is large enough. */
static void fill_head(struct joined *j) {
    size_t width = least(j->frame->pixels, 65535);
    size_t height = width > 0 ? (j->frame->pixels + width - 1) / width : 0;
    const uint8_t w[2] = {(uint8_t)width, (uint8_t)(width >> 8)};
    const uint8_t h[2] = {(uint8_t)height, (uint8_t)(height >> 8)};
    const uint8_t head[sizeof j->head] = {
        'G', 'I', 'F', '8', '9', 'a', w[0], w[1], h[0], h[1], 0, 0,
        0,   ',', 0,   0,   0,   0,   w[0], w[1], h[0], h[1], 0, (uint8_t)j->frame->min_code_size};
    memcpy(j->head, head, sizeof head);
}

struct lzw_result lzw_decode(const struct lzw_frame *f) {
    struct lzw_result r = {.status = LZW_ENDS_EARLY, .at = f->data_used};
    struct joined j = {.frame = f};
    int error;
    GifRecordType type;
    if (f->min_code_size < 2 || f->min_code_size > 8) {
        r.status = LZW_CODE_SIZE;
        return r;
    }
    fill_head(&j);
    GifFileType *gif = DGifOpen(&j, give, &error);
    if (gif == NULL)
        return r;
    if (DGifGetRecordType(gif, &type) == GIF_OK && DGifGetImageHeader(gif) == GIF_OK &&
        DGifGetLine(gif, f->output, (int)f->pixels) == GIF_OK) {
        r.status = LZW_DONE;
        r.written = f->pixels;
    }
    DGifCloseFile(gif, &error);
    for (size_t i = 0; i < r.written; i++) {
        r.used[f->output[i]] = true;
        if (f->inks != NULL)
            f->output[i] = f->inks[f->output[i]];
    }
    return r;
}
