/* Four lanes of eight bytes in variables of their own, so that they stay in registers and their
 * multiplications overlap; an array of lanes would be kept in memory, or made of vectors that have
 * no multiplication of 64 bits. */
#include "gif/hash.h"

#include <string.h>

/* The golden ratio; any odd number whose bits are well mixed would do. */
static const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);

static inline uint64_t mixed(uint64_t lane, uint64_t bytes) {
    lane = (lane ^ bytes) * factor;
    return lane ^ lane >> 32;
}

static inline uint64_t eight(const uint8_t *bytes) {
    uint64_t loaded;
    memcpy(&loaded, bytes, sizeof loaded);
    return loaded;
}

uint64_t gif_hash(const uint8_t *bytes, size_t n, uint64_t place) {
    uint64_t a = 1, b = factor, c = factor * 3, d = factor * 5;
    size_t x = 0;
    for (; x + 32 <= n; x += 32) {
        a = mixed(a, eight(bytes + x));
        b = mixed(b, eight(bytes + x + 8));
        c = mixed(c, eight(bytes + x + 16));
        d = mixed(d, eight(bytes + x + 24));
    }
    for (; x + 8 <= n; x += 8)
        a = mixed(a, eight(bytes + x));
    for (; x < n; x++)
        b = mixed(b, bytes[x]);
    uint64_t hash = mixed(mixed(mixed(mixed(n, a), b), c), d);
    return mixed(hash, place + 1);
}
