/* Format notes (ISO/IEC 15948): a signature, then chunks: length, type, data, CRC over type and
 * data, all big-endian. IHDR says what the picture is, IDAT holds a zlib stream (RFC 1950) of rows,
 * each behind a filter byte, IEND ends it. The stream here is of stored blocks (RFC 1951, 3.2.4),
 * a row in each: five bytes of head, so that a row may be 65,535 bytes long; longer ones take
 * several. */
#include "command/png.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_MOST 65535u

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

static uint32_t crc_of(const uint8_t *bytes, size_t n) {
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (UINT32_C(0xEDB88320) & (0 - (crc & 1)));
    }
    return ~crc;
}

/* The checksum of a zlib stream (RFC 1950, section 9). */
static uint32_t adler_of(const uint8_t *bytes, size_t n) {
    uint32_t a = 1, b = 0;
    for (size_t i = 0; i < n; i++) {
        a = (a + bytes[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
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
    put_u32(b, crc_of(b->bytes + start - 4, end - start + 4));
}

static void put_head(struct buffer *b, uint32_t width, uint32_t height) {
    size_t start = begin_chunk(b, "IHDR");
    put_u32(b, width);
    put_u32(b, height);
    put(b, "\x08\x02\0\0", 5); /* 8 bits, RGB, and the one method there is of everything */
    end_chunk(b, start);
}

/* The rows as the stream holds them: a filter byte (none), then the pixels. */
static void put_rows(uint8_t *to, uint32_t width, uint32_t height, const uint32_t *pixels) {
    for (uint32_t y = 0; y < height; y++) {
        *to++ = 0;
        for (uint32_t x = 0; x < width; x++, to += 3) {
            uint32_t p = pixels[(size_t)y * width + x];
            to[0] = (uint8_t)(p >> 16);
            to[1] = (uint8_t)(p >> 8);
            to[2] = (uint8_t)p;
        }
    }
}

static void put_data(struct buffer *b, const uint8_t *rows, size_t n) {
    size_t start = begin_chunk(b, "IDAT");
    put(b, "\x78\x01", 2);
    for (size_t at = 0; at < n;) {
        uint32_t size = n - at < BLOCK_MOST ? (uint32_t)(n - at) : BLOCK_MOST;
        const uint8_t head[] = {at + size == n, (uint8_t)size, (uint8_t)(size >> 8), (uint8_t)~size,
                                (uint8_t)(~size >> 8)};
        put(b, head, sizeof head);
        put(b, rows + at, size);
        at += size;
    }
    put_u32(b, adler_of(rows, n));
    end_chunk(b, start);
}

static int save(const char *path, const struct buffer *b, struct error *e) {
    FILE *f = fopen(path, "wb");
    int result = f == NULL ? errno : 0;
    if (f != NULL) {
        if (fwrite(b->bytes, 1, b->used, f) != b->used)
            result = errno;
        if (fclose(f) != 0 && result == 0)
            result = errno;
    }
    return result == 0 ? 0 : error_set(e, result, "%s: %s", path, strerror(result));
}

int png_write(const char *path, uint32_t width, uint32_t height, const uint32_t *pixels,
              struct error *e) {
    size_t n = ((size_t)width * 3 + 1) * height;
    uint8_t *rows = malloc(n + 1);
    struct buffer b = {.bytes = malloc(n + (n / BLOCK_MOST + 1) * 5 + 128)};
    int result = ENOMEM;
    if (rows != NULL && b.bytes != NULL) {
        put_rows(rows, width, height, pixels);
        put(&b, "\x89PNG\r\n\x1a\n", 8);
        put_head(&b, width, height);
        put_data(&b, rows, n);
        end_chunk(&b, begin_chunk(&b, "IEND"));
        result = save(path, &b, e);
    } else {
        (void)error_set(e, ENOMEM, "%s: no memory", path);
    }
    free(rows);
    free(b.bytes);
    return result;
}
