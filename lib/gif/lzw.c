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
    const uint8_t *string;
    uint32_t length;
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
static inline void copy_words(uint8_t *to, const uint8_t *from, size_t n) {
    /* Through a variable: where both overlap, memcpy() itself may not be asked. */
    uint64_t words[2];
    memcpy(words, from, n);
    memcpy(to, words, n);
}

static inline void copy_string(uint8_t *to, const uint8_t *from, size_t length) {
    copy_words(to, from, 8);
    for (size_t done = 8; done < length; done += 16)
        copy_words(to + done, from + done, 16);
}

/* Literals are strings too, of an array of their own: then a literal costs no branch, and which of
 * the two comes next is what no processor can predict. */
struct decoder {
    struct entry table[TABLE_SIZE];
    uint8_t literals[256 + 8];
    bool seen[TABLE_SIZE]; /* codes that came; below the clear code they are indices */
};

static void start(struct decoder *d, unsigned clear) {
    for (unsigned i = 0; i < clear; i++) {
        d->literals[i] = (uint8_t)i;
        d->table[i] = (struct entry){&d->literals[i], 1};
    }
    memset(d->seen, 0, clear * sizeof *d->seen);
}

/* The loop proper. Returns when the stream ends, in whatever way; r->status says which. */
static void decode(struct decoder *d, const struct lzw_frame *f, struct lzw_result *r) {
    struct bits b = {.next = f->data, .end = f->data + f->data_used};
    uint64_t bits_left = (uint64_t)f->data_used * 8;
    uint8_t *out = f->indices;
    size_t at = 0;
    /* In variables of their own: through a pointer every byte that is written might change them.
     * pending = 1: table[next] waits for its last index, which is the first of the code to come. */
    const unsigned clear = 1u << f->min_code_size;
    unsigned next = clear + 2, width = f->min_code_size + 1, pending = 0;

    for (;;) {
        if (b.count < WIDEST)
            refill(&b);
        /* Behind the last index less than a byte is padding, not a code. */
        if (bits_left < width || (at == f->pixels && bits_left < 8)) {
            r->at = f->data_used;
            break;
        }
        unsigned code = (unsigned)b.word & ((1u << width) - 1);
        b.word >>= width;
        b.count -= width;
        bits_left -= width;

        if (code - clear < 2) {
            if (code == clear) {
                next = clear + 2;
                width = f->min_code_size + 1;
                pending = 0;
                continue;
            }
            r->at = f->data_used - (size_t)(bits_left / 8);
            break;
        }
        if (code >= next + pending) {
            r->status = LZW_UNDEFINED_CODE;
            r->at = f->data_used - (size_t)(bits_left / 8) - 1;
            break;
        }
        const struct entry e = d->table[code];
        size_t length = e.length;
        if (length > f->pixels - at) {
            r->superfluous += length - (f->pixels - at);
            length = f->pixels - at;
        }
        /* What is written behind the last index was never part of the picture. */
        if (at < f->pixels)
            d->seen[code] = true;
        copy_string(out + at, e.string, length);
        /* The code that is just being defined ends in the index that this very copy has written
         * first; the words above may have read it before it was there. */
        if (code == next && length == e.length)
            out[at + length - 1] = *e.string;

        /* The entry that waited is whole now, and the string just written begins the next one. */
        next += pending;
        if (next == 1u << width && width < WIDEST)
            width++;
        pending = next < TABLE_SIZE;
        if (pending)
            d->table[next] = (struct entry){out + at, (uint32_t)length + 1};
        at += length;
    }
    r->written = at;
}

struct lzw_result lzw_decode(const struct lzw_frame *f) {
    struct lzw_result r = {.status = LZW_ENDS_EARLY};
    struct decoder d;
    if (f->min_code_size < 2 || f->min_code_size > 8) {
        r.status = LZW_CODE_SIZE;
        return r;
    }
    const unsigned clear = 1u << f->min_code_size;
    start(&d, clear);
    decode(&d, f, &r);
    memcpy(r.used, d.seen, clear * sizeof *r.used);
    if (r.written == f->pixels && r.status == LZW_ENDS_EARLY)
        r.status = LZW_DONE;
    return r;
}
