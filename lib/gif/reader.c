/* Rooms: bytes for giflib · opening · extensions · frames · data */
#include "gif/reader.h"

#include <gif_lib.h>
#include <stdlib.h>
#include <string.h>

struct gif_reader {
    const uint8_t *bytes;
    size_t size, position;
    bool cut; /* giflib wanted bytes beyond the end */
    GifFileType *gif;
    struct gif_fault fault; /* of the container; frame = SIZE_MAX */
    size_t frames;
    int64_t loops;
    bool data_waits; /* the last frame's sub-blocks have not been read */
    /* The graphic control extension that stands before the next frame (section 23). */
    uint16_t delay_cs;
    uint8_t disposal;
    int transparent;
    /* Sub-blocks of one frame, joined. */
    uint8_t *data;
    size_t data_size, data_used;
};

/* ---- bytes for giflib ---- */

static int give_bytes(GifFileType *gif, GifByteType *to, int wanted) {
    struct gif_reader *r = gif->UserData;
    size_t n = wanted > 0 ? (size_t)wanted : 0, there = r->size - r->position;
    if (n > there) {
        n = there;
        r->cut = true;
    }
    memcpy(to, r->bytes + r->position, n);
    r->position += n;
    return (int)n;
}

/* ---- opening ---- */

static enum gif_fault_code check_head(const uint8_t *bytes, size_t n) {
    if (n == 0)
        return GIF_FAULT_EMPTY;
    if (n < 6 || (memcmp(bytes, "GIF87a", 6) != 0 && memcmp(bytes, "GIF89a", 6) != 0))
        return GIF_FAULT_SIGNATURE;
    if (n < 13)
        return GIF_FAULT_SCREEN;
    if ((bytes[6] | bytes[7]) == 0 || (bytes[8] | bytes[9]) == 0)
        return GIF_FAULT_SCREEN;
    /* Section 18: the packed field's high bit says that a table of 2^(n+1) entries follows. */
    size_t table = (bytes[10] & 0x80) != 0 ? (size_t)3 << ((bytes[10] & 7) + 1) : 0;
    return 13 + table > n ? GIF_FAULT_TABLE_CUT : GIF_FAULT_NONE;
}

struct gif_reader *gif_reader_open(const uint8_t *bytes, size_t n) {
    struct gif_reader *r = calloc(1, sizeof *r);
    if (r == NULL)
        return NULL;
    r->bytes = bytes;
    r->size = n;
    r->loops = -1;
    r->transparent = -1;
    r->fault.frame = SIZE_MAX;
    r->fault.code = check_head(bytes, n);
    if (r->fault.code != GIF_FAULT_NONE)
        return r;
    int error;
    r->gif = DGifOpen(r, give_bytes, &error);
    /* The head is whole, so giflib can only have run out of memory. */
    if (r->gif == NULL) {
        free(r);
        return NULL;
    }
    return r;
}

void gif_reader_close(struct gif_reader *r) {
    int error;
    if (r == NULL)
        return;
    if (r->gif != NULL)
        (void)DGifCloseFile(r->gif, &error);
    free(r->data);
    free(r);
}

static enum gif_step broken(struct gif_reader *r, enum gif_fault_code code, size_t offset) {
    r->fault = (struct gif_fault){.code = code, .frame = SIZE_MAX, .offset = offset};
    return GIF_BROKEN;
}

/* What giflib could not do: through lack of memory, which says nothing about the file, or because
 * the file breaks off. */
static enum gif_step stopped(struct gif_reader *r, enum gif_fault_code code, size_t offset) {
    return r->gif->Error == D_GIF_ERR_NOT_ENOUGH_MEM ? GIF_NO_MEMORY : broken(r, code, offset);
}

/* ---- extensions ---- */

/* Section 23; of two before one frame the last counts, as in players. */
static void read_control(struct gif_reader *r, const GifByteType *block) {
    if (block[0] < 4)
        return;
    r->disposal = (block[1] >> 2) & 7;
    r->delay_cs = (uint16_t)(block[2] | block[3] << 8);
    r->transparent = (block[1] & 1) != 0 ? block[4] : -1;
}

/* Section 26; NETSCAPE2.0 and ANIMEXTS1.0 are the same: a sub-block of 3 bytes that begins with 1
 * holds the loop count. */
static bool is_looping(const GifByteType *block) {
    return block[0] == 11 &&
           (memcmp(block + 1, "NETSCAPE2.0", 11) == 0 || memcmp(block + 1, "ANIMEXTS1.0", 11) == 0);
}

static bool read_extension(struct gif_reader *r) {
    int code;
    GifByteType *block;
    if (DGifGetExtension(r->gif, &code, &block) == GIF_ERROR)
        return false;
    bool looping = code == APPLICATION_EXT_FUNC_CODE && block != NULL && is_looping(block);
    for (bool first = true; block != NULL; first = false) {
        if (code == GRAPHICS_EXT_FUNC_CODE && first)
            read_control(r, block);
        if (looping && !first && block[0] >= 3 && block[1] == 1)
            r->loops = block[2] | block[3] << 8;
        if (DGifGetExtensionNext(r->gif, &block) == GIF_ERROR)
            return false;
    }
    return true;
}

/* ---- frames ---- */

static void read_palette(struct gif_frame *f, const GifFileType *gif) {
    const ColorMapObject *map = gif->Image.ColorMap != NULL ? gif->Image.ColorMap : gif->SColorMap;
    f->colors = map != NULL ? map->ColorCount : 0;
    for (int i = 0; i < 256; i++) {
        f->palette[i] = 0xFF000000u;
        if (i < f->colors)
            f->palette[i] |= (uint32_t)map->Colors[i].Red << 16 |
                             (uint32_t)map->Colors[i].Green << 8 | map->Colors[i].Blue;
    }
}

static enum gif_step read_frame(struct gif_reader *r, struct gif_frame *f) {
    size_t start = r->position - 1; /* giflib has read the separator */
    /* Section 20: nine bytes, then the local table, then the code size. giflib refuses some code
     * sizes here, which are a fault of the frame only. */
    size_t table = 0;
    if (start + 10 <= r->size && (r->bytes[start + 9] & 0x80) != 0)
        table = (size_t)3 << ((r->bytes[start + 9] & 7) + 1);
    int result = DGifGetImageHeader(r->gif);
    if (r->cut || (result == GIF_ERROR && r->position < start + 11 + table))
        return stopped(
            r, start + 10 <= r->size && table > 0 ? GIF_FAULT_TABLE_CUT : GIF_FAULT_BLOCK_CUT,
            r->position);
    const GifImageDesc *d = &r->gif->Image;
    f->number = r->frames++;
    f->offset = start;
    f->left = (uint16_t)d->Left;
    f->top = (uint16_t)d->Top;
    f->width = (uint16_t)d->Width;
    f->height = (uint16_t)d->Height;
    f->interlaced = d->Interlace;
    f->local_table = d->ColorMap != NULL;
    f->delay_cs = r->delay_cs;
    f->disposal = r->disposal;
    f->transparent = r->transparent;
    f->data_offset = r->position;
    f->min_code_size = r->bytes[r->position - 1];
    read_palette(f, r->gif);
    r->delay_cs = 0;
    r->disposal = 0;
    r->transparent = -1;
    r->data_waits = true;
    return GIF_FRAME;
}

/* Walks over the sub-blocks of the last frame; with keep, joins them in r->data. */
static enum gif_step read_blocks(struct gif_reader *r, bool keep, size_t *used) {
    int code_size;
    GifByteType *block;
    *used = 0;
    r->data_waits = false;
    int result = DGifGetCode(r->gif, &code_size, &block);
    while (result != GIF_ERROR && block != NULL) {
        if (keep) {
            memcpy(r->data + *used, block + 1, block[0]);
            *used += block[0];
        }
        result = DGifGetCodeNext(r->gif, &block);
    }
    if (result == GIF_ERROR)
        return broken(r, GIF_FAULT_DATA_CUT, r->position);
    return GIF_FRAME;
}

enum gif_step gif_reader_next(struct gif_reader *r, struct gif_frame *frame) {
    if (r->fault.code != GIF_FAULT_NONE)
        return GIF_BROKEN;
    size_t ignored;
    if (r->data_waits && read_blocks(r, false, &ignored) == GIF_BROKEN)
        return GIF_BROKEN;
    for (;;) {
        GifRecordType type;
        size_t at = r->position;
        if (at == r->size)
            return broken(r, GIF_FAULT_NO_TRAILER, at);
        if (DGifGetRecordType(r->gif, &type) == GIF_ERROR || type == UNDEFINED_RECORD_TYPE)
            return broken(r, GIF_FAULT_UNKNOWN_BLOCK, at);
        if (type == TERMINATE_RECORD_TYPE)
            return r->frames > 0 ? GIF_END : broken(r, GIF_FAULT_NO_FRAMES, at);
        if (type == IMAGE_DESC_RECORD_TYPE)
            return read_frame(r, frame);
        if (!read_extension(r))
            return broken(r, GIF_FAULT_BLOCK_CUT, r->position);
    }
}

struct gif_fault gif_reader_fault(const struct gif_reader *r) {
    return r->fault;
}

struct gif_screen gif_screen_of(const uint8_t *bytes, size_t n) {
    struct gif_screen s = {.loops = -1};
    if (n >= 13 && memcmp(bytes, "GIF", 3) == 0) {
        s.is_89a = bytes[4] == '9';
        s.width = bytes[6] | (uint32_t)bytes[7] << 8;
        s.height = bytes[8] | (uint32_t)bytes[9] << 8;
    }
    return s;
}

struct gif_screen gif_reader_screen(const struct gif_reader *r) {
    struct gif_screen s = gif_screen_of(r->bytes, r->size);
    s.loops = r->loops;
    s.position = r->position;
    return s;
}

/* ---- data ---- */

/* The byte of the file that is byte `at` of the joined data. */
static size_t offset_in_file(const struct gif_reader *r, const struct gif_frame *f, size_t at) {
    size_t place = f->data_offset;
    while (place < r->size && r->bytes[place] != 0) {
        size_t length = r->bytes[place];
        if (at < length)
            return place + 1 + at;
        at -= length;
        place += 1 + length;
    }
    return place < r->size ? place : r->size;
}

/* Room for the sub-blocks of the frame, joined: what their lengths come to. */
static bool make_room(struct gif_reader *r, const struct gif_frame *f) {
    size_t need = 1;
    for (size_t at = f->data_offset; at < r->size && r->bytes[at] != 0; at += 1 + r->bytes[at])
        need += r->bytes[at];
    if (r->data_size >= need)
        return true;
    free(r->data);
    r->data = malloc(need);
    r->data_size = r->data != NULL ? need : 0;
    return r->data != NULL;
}

static bool join_blocks(struct gif_reader *r, const struct gif_frame *f) {
    if (!r->data_waits)
        return true;
    if (!make_room(r, f))
        return false;
    (void)read_blocks(r, true, &r->data_used);
    return true;
}

static struct gif_fault fault_of(const struct gif_reader *r, const struct gif_frame *f,
                                 const struct lzw_result *result, size_t pixels) {
    static const enum gif_fault_code codes[] = {GIF_FAULT_NONE, GIF_FAULT_DATA_ENDS_EARLY,
                                                GIF_FAULT_UNDEFINED_CODE, GIF_FAULT_CODE_SIZE};
    struct gif_fault fault = {.code = codes[result->status],
                              .frame = f->number,
                              .pixels_missing = pixels - result->written};
    if (fault.code == GIF_FAULT_DATA_ENDS_EARLY && r->fault.code == GIF_FAULT_DATA_CUT)
        fault.code = GIF_FAULT_DATA_CUT;
    for (int i = f->colors; i < 256 && fault.code == GIF_FAULT_NONE; i++)
        if (result->used[i] && i != f->transparent)
            fault.code = GIF_FAULT_INDEX_RANGE;
    if (fault.code != GIF_FAULT_NONE)
        fault.offset =
            result->status == LZW_CODE_SIZE ? f->data_offset - 1 : offset_in_file(r, f, result->at);
    return fault;
}

bool gif_reader_decode(struct gif_reader *r, const struct gif_frame *f, const uint8_t *inks,
                       uint8_t *output, struct gif_decoded *decoded) {
    size_t pixels = (size_t)f->width * f->height;
    if (!join_blocks(r, f))
        return false;
    const struct lzw_frame frame = {.data = r->data,
                                    .data_used = r->data_used,
                                    .min_code_size = f->min_code_size,
                                    .inks = inks,
                                    .output = output,
                                    .pixels = pixels};
    decoded->lzw = lzw_decode(&frame);
    if (pixels == 0 || f->colors == 0)
        decoded->fault = (struct gif_fault){.code = pixels == 0 ? GIF_FAULT_FRAME_SIZE
                                                                : GIF_FAULT_NO_COLOR_TABLE,
                                            .frame = f->number,
                                            .offset = f->offset};
    else
        decoded->fault = fault_of(r, f, &decoded->lzw, pixels);
    return true;
}
