/* Format notes (ISO/IEC 15948): a signature, then chunks: length, type, data, CRC over type and
 * data, all big-endian. IHDR says what the picture is; PLTE holds a palette's colours and tRNS how
 * opaque the first of them are; IDAT holds a zlib stream of rows, each behind a filter byte (0: as
 * they are); IEND ends it.
 *
 * Rooms: colours · rows · chunks · files */
#include "command/png.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum kind { KIND_RGB = 2, KIND_PALETTE = 3, KIND_RGBA = 6 };

/* ---- colours ---- */

#define SLOTS 1024u /* a power of two, well above 256 */

struct colors {
    uint32_t list[256];
    size_t used;
    uint16_t slots[SLOTS]; /* 1 + the index in the list, 0 = free */
    bool too_many, transparent;
};

/* The slot that holds the colour, or the free one that it would take. */
static uint32_t slot_of(const struct colors *c, uint32_t color) {
    uint32_t at = (color * UINT32_C(2654435761)) >> 22;
    while (c->slots[at] != 0 && c->list[c->slots[at] - 1] != color)
        at = (at + 1) % SLOTS;
    return at;
}

static void add_color(struct colors *c, uint32_t color) {
    uint32_t at = c->too_many ? 0 : slot_of(c, color);
    if (c->too_many || c->slots[at] != 0)
        return;
    c->too_many = c->used == 256;
    if (c->too_many)
        return;
    c->list[c->used++] = color;
    c->slots[at] = (uint16_t)c->used;
}

/* The transparent one first: tRNS then has a single byte. */
static void find_colors(struct colors *c, const uint32_t *pixels, size_t n) {
    for (size_t i = 0; i < n && !c->transparent; i++)
        c->transparent = pixels[i] == 0;
    if (c->transparent)
        add_color(c, 0);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || pixels[i] != pixels[i - 1])
            add_color(c, pixels[i]);
}

static enum kind kind_of(const struct colors *c) {
    if (!c->too_many)
        return KIND_PALETTE;
    return c->transparent ? KIND_RGBA : KIND_RGB;
}

static size_t bytes_of(enum kind kind) {
    return kind == KIND_PALETTE ? 1 : kind == KIND_RGB ? 3 : 4;
}

/* ---- rows ---- */

static void put_indices(uint8_t *row, const uint32_t *pixels, uint32_t width,
                        const struct colors *c) {
    for (uint32_t x = 0; x < width; x++)
        row[x] = x > 0 && pixels[x] == pixels[x - 1]
                     ? row[x - 1]
                     : (uint8_t)(c->slots[slot_of(c, pixels[x])] - 1);
}

static void put_samples(uint8_t *row, const uint32_t *pixels, uint32_t width, size_t bytes) {
    for (uint32_t x = 0; x < width; x++, row += bytes) {
        row[0] = (uint8_t)(pixels[x] >> 16);
        row[1] = (uint8_t)(pixels[x] >> 8);
        row[2] = (uint8_t)pixels[x];
        if (bytes == 4)
            row[3] = (uint8_t)(pixels[x] >> 24);
    }
}

static void put_rows(uint8_t *rows, uint32_t width, uint32_t height, const uint32_t *pixels,
                     const struct colors *c) {
    size_t bytes = bytes_of(kind_of(c));
    for (uint32_t y = 0; y < height; y++, rows += width * bytes + 1, pixels += width)
        if (bytes == 1)
            put_indices(rows + 1, pixels, width, c);
        else
            put_samples(rows + 1, pixels, width, bytes);
}

/* ---- chunks ---- */

struct buffer {
    uint8_t *bytes;
    size_t used;
};

static void put(struct buffer *b, const void *bytes, size_t n) {
    memcpy(b->bytes + b->used, bytes, n);
    b->used += n;
}

static void put_u32(struct buffer *b, uint32_t n) {
    const uint8_t bytes[] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
    put(b, bytes, sizeof bytes);
}

static size_t begin_chunk(struct buffer *b, const char *type) {
    put_u32(b, 0);
    put(b, type, 4);
    return b->used;
}

static void end_chunk(struct buffer *b, size_t start) {
    size_t end = b->used;
    b->used = start - 8;
    put_u32(b, (uint32_t)(end - start));
    b->used = end;
    put_u32(b, (uint32_t)crc32(0, b->bytes + start - 4, (uInt)(end - start + 4)));
}

static void put_head(struct buffer *b, uint32_t width, uint32_t height, enum kind kind) {
    size_t start = begin_chunk(b, "IHDR");
    put_u32(b, width);
    put_u32(b, height);
    put(b, (const uint8_t[]){8, (uint8_t)kind, 0, 0, 0}, 5);
    end_chunk(b, start);
}

static void put_palette(struct buffer *b, const struct colors *c) {
    size_t start = begin_chunk(b, "PLTE");
    for (size_t i = 0; i < c->used; i++)
        put(b,
            (const uint8_t[]){(uint8_t)(c->list[i] >> 16), (uint8_t)(c->list[i] >> 8),
                              (uint8_t)c->list[i]},
            3);
    end_chunk(b, start);
    if (!c->transparent)
        return;
    start = begin_chunk(b, "tRNS");
    put(b, "", 1);
    end_chunk(b, start);
}

static bool put_data(struct buffer *b, const uint8_t *rows, size_t n, size_t room) {
    size_t start = begin_chunk(b, "IDAT");
    uLongf used = room;
    bool done = compress2(b->bytes + b->used, &used, rows, n, 6) == Z_OK;
    b->used += done ? used : 0;
    end_chunk(b, start);
    return done;
}

/* The other chunks: at most 8 + 25 + 780 + 13 + 12 + 12 bytes. */
#define AROUND_DATA 1024

uint8_t *png_make(uint32_t width, uint32_t height, const uint32_t *pixels, size_t *used) {
    struct colors c = {0};
    find_colors(&c, pixels, (size_t)width * height);
    enum kind kind = kind_of(&c);
    size_t row = width * bytes_of(kind) + 1, n = row * height, room = compressBound(n);
    uint8_t *rows = calloc(n, 1);
    struct buffer b = {.bytes = malloc(room + AROUND_DATA)};
    bool done = rows != NULL && b.bytes != NULL;
    if (done) {
        put_rows(rows, width, height, pixels, &c);
        put(&b, "\x89PNG\r\n\x1a\n", 8);
        put_head(&b, width, height, kind);
        if (kind == KIND_PALETTE)
            put_palette(&b, &c);
        done = put_data(&b, rows, n, room);
        end_chunk(&b, begin_chunk(&b, "IEND"));
    }
    free(rows);
    if (!done) {
        free(b.bytes);
        return NULL;
    }
    *used = b.used;
    return b.bytes;
}

/* ---- files ---- */

static int save(const char *path, const uint8_t *bytes, size_t n, struct error *e) {
    /* Never through a name that somebody else has put there. */
    if (unlink(path) != 0 && errno != ENOENT)
        return error_set(e, errno, "%s: %s", path, strerror(errno));
    FILE *f = fopen(path, "wbx");
    int result = f == NULL ? errno : 0;
    if (f != NULL) {
        if (fwrite(bytes, 1, n, f) != n)
            result = errno;
        if (fclose(f) != 0 && result == 0)
            result = errno;
    }
    return result == 0 ? 0 : error_set(e, result, "%s: %s", path, strerror(result));
}

int png_write(const char *path, uint32_t width, uint32_t height, const uint32_t *pixels,
              struct error *e) {
    size_t used;
    uint8_t *bytes = png_make(width, height, pixels, &used);
    int result =
        bytes != NULL ? save(path, bytes, used, e) : error_set(e, ENOMEM, "%s: no memory", path);
    free(bytes);
    return result;
}
