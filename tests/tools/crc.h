/* CRC-32 of pixels, as Python's zlib.crc32() computes it over RGBA bytes (RFC 1952, section 8):
 * what both sides of a comparison can afford over every pixel. */
#ifndef GIFVET_TESTS_CRC_H
#define GIFVET_TESTS_CRC_H

#include <stddef.h>
#include <stdint.h>

/* One table for each byte of a pixel: how far that byte moves the remainder. */
static inline const uint32_t (*crc_tables(void))[256] {
    static uint32_t tables[4][256];
    for (uint32_t i = 0; tables[0][255] == 0 && i < 256; i++) {
        uint32_t c = i;
        for (int bit = 1; bit <= 32; bit++) {
            c = (c & 1) != 0 ? UINT32_C(0xEDB88320) ^ c >> 1 : c >> 1;
            if (bit % 8 == 0)
                tables[bit / 8 - 1][i] = c;
        }
    }
    return tables;
}

/* Goes on from crc, which begins as 0, over colours that are 0xAARRGGBB, as RGBA. */
static inline uint32_t crc_of_colors(uint32_t crc, const uint32_t *colors, size_t n) {
    const uint32_t(*t)[256] = crc_tables();
    crc = ~crc;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = colors[i];
        crc ^= (c & UINT32_C(0xFF00FF00)) | (c >> 16 & 255) | (c & 255) << 16;
        crc = t[3][crc & 255] ^ t[2][crc >> 8 & 255] ^ t[1][crc >> 16 & 255] ^ t[0][crc >> 24];
    }
    return ~crc;
}

#endif
