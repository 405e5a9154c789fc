#include "command/drawn.h"

#define OPAQUE UINT32_C(0xFF000000)

static uint32_t channel(uint32_t color, int shift) {
    return color >> shift & 255;
}

uint32_t drawn_pixel(uint32_t color, uint32_t x, uint32_t y) {
    if (color != 0)
        return color;
    return ((x >> 3) ^ (y >> 3)) & 1 ? UINT32_C(0xFF999999) : UINT32_C(0xFF666666);
}

uint32_t drawn_difference(uint32_t source, uint32_t output) {
    uint32_t most = 0;
    if ((source == 0) != (output == 0))
        return 255;
    for (int shift = 0; shift <= 16; shift += 8) {
        uint32_t p = channel(source, shift), q = channel(output, shift), d = p > q ? p - q : q - p;
        most = d > most ? d : most;
    }
    return most;
}

uint32_t drawn_heat(uint32_t difference) {
    uint32_t red = 96 + difference < 255 ? 96 + difference : 255;
    return OPAQUE | red << 16 | (difference > 127 ? (difference - 127) << 8 : 0);
}

uint32_t drawn_marked(uint32_t source, uint32_t output) {
    uint32_t d = drawn_difference(source, output);
    uint32_t dark = (channel(source, 16) + channel(source, 8) * 2 + channel(source, 0)) / 16;
    return d == 0 ? OPAQUE | dark << 16 | dark << 8 | dark : drawn_heat(d);
}
