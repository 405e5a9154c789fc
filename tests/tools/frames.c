/* frames FILE...: what gifvet sees in GIFs, and what giflib sees in the same bytes, for a script
 * that compares both with what others see. Lines of words, divided by tabs:
 *
 *   file    PATH WIDTH HEIGHT
 *   ours    LEFT TOP WIDTH HEIGHT DELAY DISPOSAL TRANSPARENT PICTURE FAULT WRITTEN
 *   giflib  LEFT TOP WIDTH HEIGHT DELAY DISPOSAL TRANSPARENT PICTURE STATUS SAME
 *   end     FAULT LOOPS
 *
 * PICTURE is the CRC of the screen after the frame as RGBA bytes, 0 0 0 0 where it is transparent.
 * giflib draws no pictures: its line has those of the plainest drawing that follows the rules, from
 * the WRITTEN first of giflib's indices. SAME is how many indices both agree on from the first on.
 *
 * frames -p FILE writes our pictures themselves, RGBA byte by byte, one after the other.
 *
 * Rooms: a file's bytes · our side · giflib's side · a file */
#include "crc.h"
#include "gif/player.h"

#include <gif_lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of one file, over all its frames: bombs are other tests' matter. */
#define MOST_PIXELS (UINT64_C(160) << 20)

/* ---- a file's bytes ---- */

struct bytes {
    uint8_t *bytes;
    size_t n, at;
};

static struct bytes read_file(const char *path) {
    struct bytes b = {0};
    FILE *f = fopen(path, "rb");
    if (f == NULL || fseek(f, 0, SEEK_END) != 0) {
        perror(path);
        exit(2);
    }
    b.n = (size_t)ftell(f);
    rewind(f);
    b.bytes = malloc(b.n + 1);
    if (b.bytes == NULL || fread(b.bytes, 1, b.n, f) != b.n) {
        perror(path);
        exit(2);
    }
    fclose(f);
    return b;
}

static void *room_for(size_t n) {
    void *room = calloc(n + 1, 1);
    if (room == NULL) {
        fprintf(stderr, "frames: no memory\n");
        exit(2);
    }
    return room;
}

/* ---- our side ---- */

static const char *const fault_names[GIF_FAULT_CODES] = {
    [GIF_FAULT_NONE] = "none",
    [GIF_FAULT_EMPTY] = "empty",
    [GIF_FAULT_SIGNATURE] = "signature",
    [GIF_FAULT_SCREEN] = "screen",
    [GIF_FAULT_TABLE_CUT] = "table_cut",
    [GIF_FAULT_BLOCK_CUT] = "block_cut",
    [GIF_FAULT_UNKNOWN_BLOCK] = "unknown_block",
    [GIF_FAULT_FRAME_SIZE] = "frame_size",
    [GIF_FAULT_NO_COLOR_TABLE] = "no_color_table",
    [GIF_FAULT_CODE_SIZE] = "code_size",
    [GIF_FAULT_DATA_CUT] = "data_cut",
    [GIF_FAULT_DATA_ENDS_EARLY] = "data_ends_early",
    [GIF_FAULT_UNDEFINED_CODE] = "undefined_code",
    [GIF_FAULT_INDEX_RANGE] = "index_range",
    [GIF_FAULT_NO_FRAMES] = "no_frames",
    [GIF_FAULT_NO_TRAILER] = "no_trailer",
};

/* The colours of row y: 0 where transparent, else 0xFFRRGGBB. All that is known here of how a
 * canvas keeps them. */
static void colors_of_row(const struct gif_player *p, uint32_t y, uint32_t *row) {
    gif_canvas_colors(&p->canvas, p->inks, 0, y, p->canvas.width, row);
}

/* The indices of the frame that the reader gave last, at *indices in *room. All that is known here
 * of how a frame is decoded. */
static void decode(struct gif_reader *r, const struct gif_frame *f, uint8_t **room,
                   uint8_t **indices, struct gif_decoded *d) {
    free(*room);
    *room = room_for((size_t)f->width * f->height + LZW_OUTPUT_SLACK);
    *indices = *room + LZW_OUTPUT_FRONT;
    if (!gif_reader_decode(r, f, NULL, *indices, d))
        exit(2);
}

/* ---- giflib's side ---- */

struct other {
    GifFileType *gif;
    struct bytes bytes;
    GraphicsControlBlock control;
    uint8_t *indices;
    bool decoded;
    /* What is shown, and what was before the last frame. */
    uint32_t width, height, *pixels, *before;
    uint32_t crc; /* of the pixels, but for what was drawn since */
    bool drawn;
    GifImageDesc last;
    int last_disposal;
};

static int give(GifFileType *gif, GifByteType *to, int n) {
    struct bytes *b = gif->UserData;
    size_t there = b->n - b->at < (size_t)n ? b->n - b->at : (size_t)n;
    memcpy(to, b->bytes + b->at, there);
    b->at += there;
    return (int)there;
}

static void open_other(struct other *o, struct bytes b, struct gif_screen s) {
    int error;
    *o = (struct other){.bytes = b, .width = s.width, .height = s.height, .drawn = true};
    o->gif = DGifOpen(&o->bytes, give, &error);
    o->pixels = room_for((size_t)s.width * s.height * 4);
    o->before = room_for((size_t)s.width * s.height * 4);
}

static void close_other(struct other *o) {
    int error;
    if (o->gif != NULL)
        DGifCloseFile(o->gif, &error);
    free(o->indices);
    free(o->pixels);
    free(o->before);
}

static bool pass_extension(struct other *o) {
    GifByteType *block;
    int code, result = DGifGetExtension(o->gif, &code, &block);
    bool control = result == GIF_OK && code == GRAPHICS_EXT_FUNC_CODE;
    while (result == GIF_OK && block != NULL) {
        if (control)
            DGifExtensionToGCB(block[0], block + 1, &o->control);
        control = false;
        result = DGifGetExtensionNext(o->gif, &block);
    }
    return result == GIF_OK;
}

/* The next frame's header and indices; false where giflib finds none. */
static bool next_of_other(struct other *o) {
    GifRecordType type = EXTENSION_RECORD_TYPE;
    o->decoded = false;
    o->control = (GraphicsControlBlock){.TransparentColor = NO_TRANSPARENT_COLOR};
    while (type == EXTENSION_RECORD_TYPE) {
        if (o->gif == NULL || DGifGetRecordType(o->gif, &type) != GIF_OK)
            return false;
        if (type == EXTENSION_RECORD_TYPE && !pass_extension(o))
            return false;
    }
    if (type != IMAGE_DESC_RECORD_TYPE)
        return false;
    o->decoded = DGifGetImageHeader(o->gif) == GIF_OK;
    size_t pixels = (size_t)o->gif->Image.Width * (size_t)o->gif->Image.Height;
    free(o->indices);
    o->indices = room_for(pixels);
    o->decoded = o->decoded && DGifGetLine(o->gif, o->indices, (int)pixels) == GIF_OK;
    return true;
}

static void draw_index(struct other *o, uint32_t x, uint32_t y, uint8_t index) {
    const GifImageDesc *d = &o->gif->Image;
    const ColorMapObject *map = d->ColorMap != NULL ? d->ColorMap : o->gif->SColorMap;
    x += (uint32_t)d->Left;
    y += (uint32_t)d->Top;
    if (x >= o->width || y >= o->height || index == o->control.TransparentColor)
        return;
    GifColorType c = {0};
    if (map != NULL && index < map->ColorCount)
        c = map->Colors[index];
    o->drawn = true;
    o->pixels[(size_t)y * o->width + x] =
        UINT32_C(0xFF000000) | (uint32_t)c.Red << 16 | (uint32_t)c.Green << 8 | c.Blue;
}

static void dispose(struct other *o) {
    size_t bytes = (size_t)o->width * o->height * 4;
    for (uint32_t y = 0; o->last_disposal == DISPOSE_BACKGROUND && y < o->height; y++)
        for (uint32_t x = 0; x < o->width; x++)
            if (x - (uint32_t)o->last.Left < (uint32_t)o->last.Width &&
                y - (uint32_t)o->last.Top < (uint32_t)o->last.Height)
                o->pixels[(size_t)y * o->width + x] = 0;
    if (o->last_disposal == DISPOSE_PREVIOUS)
        memcpy(o->pixels, o->before, bytes);
    if (o->last_disposal >= DISPOSE_BACKGROUND)
        o->drawn = true;
    o->last = o->gif->Image;
    o->last_disposal = o->control.DisposalMode;
    if (o->last_disposal == DISPOSE_PREVIOUS)
        memcpy(o->before, o->pixels, bytes);
}

/* The frame over the screen: the first `written` of its indices. */
static void draw_other(struct other *o, size_t written) {
    static const uint32_t start[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
    const GifImageDesc *d = &o->gif->Image;
    uint32_t width = (uint32_t)d->Width, height = (uint32_t)d->Height;
    size_t at = 0;
    dispose(o);
    for (int pass = 0; pass < (d->Interlace ? 4 : 1); pass++)
        for (uint32_t y = d->Interlace ? start[pass] : 0; y < height;
             y += d->Interlace ? step[pass] : 1)
            for (uint32_t x = 0; x < width && at < written; x++, at++)
                draw_index(o, x, y, o->indices[at]);
}

static uint32_t picture_of_other(struct other *o) {
    if (o->drawn)
        o->crc = crc_of_colors(0, o->pixels, (size_t)o->width * o->height);
    o->drawn = false;
    return o->crc;
}

/* ---- a file ---- */

/* The CRC of our picture. It is the other's as long as both are the same, which is cheaper to find
 * out. */
static uint32_t our_picture(const struct gif_player *p, struct other *o) {
    static uint32_t row[65536];
    uint32_t crc = 0, same = 0;
    for (; same < o->height; same++) {
        colors_of_row(p, same, row);
        if (memcmp(row, o->pixels + (size_t)same * o->width, o->width * sizeof *row) != 0)
            break;
    }
    if (same == o->height)
        return picture_of_other(o);
    for (uint32_t y = 0; y < o->height; y++) {
        colors_of_row(p, y, row);
        crc = crc_of_colors(crc, row, o->width);
    }
    return crc;
}

static void show_other(struct other *o, const uint8_t *indices, size_t written) {
    const GifImageDesc *d = &o->gif->Image;
    size_t same = 0, pixels = (size_t)d->Width * (size_t)d->Height;
    while (same < written && same < pixels && indices[same] == o->indices[same])
        same++;
    printf("giflib\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%08x\t%s\t%zu\n", d->Left, d->Top, d->Width,
           d->Height, o->control.DelayTime, o->control.DisposalMode, o->control.TransparentColor,
           picture_of_other(o), o->decoded ? "ok" : "error", same);
}

static void show_frame(const struct gif_frame *f, const struct gif_player *p,
                       const struct gif_decoded *d, const uint8_t *indices, struct other *o) {
    bool found = next_of_other(o);
    if (found)
        draw_other(o, d->lzw.written);
    printf("ours\t%u\t%u\t%u\t%u\t%u\t%u\t%d\t%08x\t%s\t%zu\n", f->left, f->top, f->width,
           f->height, f->delay_cs, f->disposal, f->transparent, our_picture(p, o),
           fault_names[d->fault.code], d->lzw.written);
    if (found)
        show_other(o, indices, d->lzw.written);
    else
        printf("giflib\tnone\n");
}

/* How it ended. */
static const char *show_frames(struct gif_reader *r, struct bytes b) {
    static struct gif_frame frame;
    struct gif_screen s = gif_reader_screen(r);
    struct gif_decoded d;
    struct gif_inks inks;
    struct gif_player p;
    struct other o;
    uint8_t *room = NULL, *indices;
    uint64_t screen = (uint64_t)s.width * s.height, all = 0;
    if (!gif_inks_open(&inks))
        exit(2);
    if (screen > MOST_PIXELS / 6 || !gif_player_open(&p, b.bytes, b.n, &inks, SIZE_MAX)) {
        gif_inks_close(&inks);
        return "too_large";
    }
    open_other(&o, b, s);
    while (gif_reader_next(r, &frame) == GIF_FRAME) {
        all += screen + (uint64_t)frame.width * frame.height;
        if (all > MOST_PIXELS)
            break;
        decode(r, &frame, &room, &indices, &d);
        if (gif_player_next(&p) != GIF_FRAME)
            exit(2);
        show_frame(&frame, &p, &d, indices, &o);
        /* Where it gave up it may stand anywhere: it goes on behind the frame's data. */
        if (!o.decoded)
            o.bytes.at = gif_reader_screen(r).position;
    }
    free(room);
    close_other(&o);
    gif_player_close(&p);
    gif_inks_close(&inks);
    return all > MOST_PIXELS ? "too_large" : fault_names[gif_reader_fault(r).code];
}

static void show_file(const char *path, struct gif_reader *r, struct bytes b) {
    struct gif_screen s = gif_reader_screen(r);
    const char *end = fault_names[gif_reader_fault(r).code];
    printf("file\t%s\t%u\t%u\n", path, s.width, s.height);
    if (gif_reader_fault(r).code == GIF_FAULT_NONE)
        end = show_frames(r, b);
    printf("end\t%s\t%lld\n", end, (long long)gif_reader_screen(r).loops);
}

static void write_pictures(struct gif_screen s, struct bytes b) {
    static uint32_t row[65536];
    struct gif_inks inks;
    struct gif_player p;
    if (!gif_inks_open(&inks) || !gif_player_open(&p, b.bytes, b.n, &inks, SIZE_MAX))
        return;
    while (gif_player_next(&p) == GIF_FRAME)
        for (uint32_t y = 0; y < s.height; y++) {
            colors_of_row(&p, y, row);
            for (uint32_t x = 0; x < s.width; x++) {
                putchar(row[x] >> 16 & 255);
                putchar(row[x] >> 8 & 255);
                putchar(row[x] & 255);
                putchar((int)(row[x] >> 24));
            }
        }
    gif_player_close(&p);
    gif_inks_close(&inks);
}

int main(int argc, char **argv) {
    bool pictures = argc == 3 && strcmp(argv[1], "-p") == 0;
    for (int i = pictures ? 2 : 1; i < argc; i++) {
        struct bytes b = read_file(argv[i]);
        struct gif_reader *r = gif_reader_open(b.bytes, b.n);
        if (r == NULL)
            return 2;
        if (pictures)
            write_pictures(gif_reader_screen(r), b);
        else
            show_file(argv[i], r, b);
        gif_reader_close(r);
        free(b.bytes);
    }
    return 0;
}
