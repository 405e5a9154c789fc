/* Format notes (GIF89a, Appendix F):
 *
 * - Codes are packed into bytes from the lowest bit up. They begin min_code_size + 1 bits wide.
 * - Codes below 2^min_code_size are literals: themselves. The next two are the clear code and the
 *   end code. All others are defined by the stream: after each code but the first behind a clear
 *   code, the next free number stands for the string of the code before, followed by the first
 *   index of this one.
 * - When the next free number needs one bit more, the width grows, up to 12 bits. A full table
 * stays as it is until a clear code comes (the "deferred clear" of GIF89a): codes stay 12 bits
 * wide.
 * - A clear code takes everything back. One should stand at the beginning; decoders do without.
 * - A code that is exactly the next free number is legal: it is the string before, followed by its
 *   own first index.
 *
 * Every string that the table can hold was written to the output when it was defined (its last
 * index with the code after). So the table keeps where, and how long. And every index in the output
 * was once written as a literal: the set of literals is the set of indices used. */
#include "gif/lzw.h"

#include <string.h>

#define TABLE_SIZE 4096
#define WIDEST 12

struct entry {
    uint32_t offset, length;
};

struct bits {
    const uint8_t *next, *end;
    uint64_t word;
    unsigned count; /* valid bits in word; what is above them is garbage to be loaded again */
};

/* Fills the word to at least 56 bits, beyond the data with whatever the slack holds: the callers
 * count how many bits were real. */
static inline void refill(struct bits *b) {
    if (b->next > b->end)
        return;
    uint64_t loaded;
    memcpy(&loaded, b->next, sizeof loaded);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    loaded = __builtin_bswap64(loaded);
#endif
    b->word |= loaded << b->count;
    b->next += (63 - b->count) >> 3;
    b->count |= 56;
}

/* Strings are copied forward in words; the last word may write up to 15 bytes too many, which the
 * next string overwrites. The distance is at least the length, so a word never reads what it is
 * about to write, except behind the string's end. */
static inline void copy_string(uint8_t *to, const uint8_t *from, size_t length) {
    memcpy(to, from, 8);
    for (size_t done = 8; done < length; done += 16)
        memcpy(to + done, from + done, 16);
}

struct decoder {
    struct entry table[TABLE_SIZE];
    unsigned clear, next, width;
    bool pending; /* table[next] waits for its last index */
};

static inline void reset(struct decoder *d, unsigned min_code_size) {
    d->next = d->clear + 2;
    d->width = min_code_size + 1;
    d->pending = false;
}

/* The string of one code, cut at the end of the frame. */
static inline size_t emit(const struct decoder *d, unsigned code, uint8_t *out, size_t at,
                          size_t pixels, size_t *superfluous) {
    const struct entry e = d->table[code];
    size_t length = e.length, room = pixels - at;
    if (length > room) {
        *superfluous += length - room;
        length = room;
    }
    copy_string(out + at, out + e.offset, length);
    /* The code that is just being defined ends in the index that this very copy has written first
     * (for a string of one index the word copy above has read it before it was there). */
    if (code == d->next && length == e.length)
        out[at + length - 1] = out[e.offset];
    return length;
}

struct lzw_result lzw_decode(const struct lzw_frame *f) {
    struct lzw_result r = {.status = LZW_ENDS_EARLY};
    if (f->min_code_size < 2 || f->min_code_size > 8) {
        r.status = LZW_CODE_SIZE;
        return r;
    }
    struct decoder d = {.clear = 1u << f->min_code_size};
    reset(&d, f->min_code_size);
    struct bits b = {.next = f->data, .end = f->data + f->data_used};
    uint64_t bits_left = (uint64_t)f->data_used * 8;
    uint8_t *out = f->indices;
    size_t at = 0;

    for (;;) {
        if (b.count < WIDEST)
            refill(&b);
        /* Behind the last index less than a byte is padding, not a code. */
        if (bits_left < d.width || (at == f->pixels && bits_left < 8)) {
            r.at = f->data_used;
            break;
        }
        unsigned code = (unsigned)b.word & ((1u << d.width) - 1);
        b.word >>= d.width;
        b.count -= d.width;
        bits_left -= d.width;

        size_t length;
        if (code < d.clear) {
            if (at < f->pixels) {
                out[at] = (uint8_t)code;
                r.used[code] = true;
                length = 1;
            } else {
                length = 0;
                r.superfluous++;
            }
        } else if (code > d.clear + 1) {
            if (code > d.next || (code == d.next && !d.pending)) {
                r.status = LZW_UNDEFINED_CODE;
                r.at = f->data_used - (size_t)(bits_left / 8) - 1;
                break;
            }
            length = emit(&d, code, out, at, f->pixels, &r.superfluous);
        } else if (code == d.clear) {
            reset(&d, f->min_code_size);
            continue;
        } else {
            r.at = f->data_used - (size_t)(bits_left / 8);
            break;
        }

        /* The entry that waited is whole now, and the string just written begins the next one. */
        d.next += d.pending;
        if (d.next == 1u << d.width && d.width < WIDEST)
            d.width++;
        d.pending = d.next < TABLE_SIZE;
        if (d.pending)
            d.table[d.next] = (struct entry){(uint32_t)at, (uint32_t)length + 1};
        at += length;
    }
    r.written = at;
    if (at == f->pixels && r.status == LZW_ENDS_EARLY)
        r.status = LZW_DONE;
    return r;
}
