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
 * was once written as a literal: the set of literals is the set of indices used, and what is
 * written for a literal is written for its index wherever it occurs. */
#include "gif/lzw.h"

#include <string.h>

#define TABLE_SIZE 4096u
#define WIDEST 12

/* What a code stands for: where its string begins, and how long it is. Literals are strings too,
 * of the 256 bytes in front of the output: then a literal costs no branch, and which of the two
 * comes next is what no processor can predict. Packed into one word, so that the table fits into
 * the smallest first-level cache. */
typedef uint64_t entry;

static inline entry entry_of(size_t start, size_t length) {
    return (uint64_t)start << 32 | length;
}

static inline size_t start_of(entry e) {
    return (size_t)(e >> 32);
}

static inline size_t length_of(entry e) {
    return (uint32_t)e;
}

struct decoder {
    entry table[TABLE_SIZE + 1]; /* the last is written, never read: what a full table leaves out */
    bool seen[TABLE_SIZE];       /* codes that came; below the clear code they are indices */
    /* The bits to come: the lowest `count` of word, then those from data on. */
    const uint8_t *data, *data_end;
    uint64_t word;
    unsigned count;
    /* Positions count from the literals in front of the output. */
    uint8_t *base;
    size_t at, end;
    unsigned clear, next, width;
    /* table[next] waits for its last index, which is the first of the code to come. False after a
     * clear code; with a full table it is true of the entry that is left out. */
    bool waits;
};

static inline uint64_t load_word(const uint8_t *data) {
    uint64_t loaded;
    memcpy(&loaded, data, sizeof loaded);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    loaded = __builtin_bswap64(loaded);
#endif
    return loaded;
}

static inline void copy_words(uint8_t *to, const uint8_t *from, size_t n) {
    /* Through a variable: where both overlap, memcpy() itself may not be asked. */
    uint64_t words[2];
    memcpy(words, from, n);
    memcpy(to, words, n);
}

/* Copied forward in words; the last may write up to 15 bytes too many, which the next string
 * overwrites. The distance is at least the length, so no word reads what it is about to write,
 * except behind the string's end. */
static inline void copy_string(uint8_t *to, const uint8_t *from, size_t length) {
    copy_words(to, from, 8);
    for (size_t done = 8; done < length; done += 16)
        copy_words(to + done, from + done, 16);
}

static void clear_table(struct decoder *d) {
    d->next = d->clear + 2;
    d->width = 1;
    while (1u << d->width < d->next)
        d->width++;
    d->waits = false;
}

static void start(struct decoder *d, const struct lzw_frame *f) {
    d->base = f->output - LZW_OUTPUT_FRONT;
    d->at = LZW_OUTPUT_FRONT;
    d->end = LZW_OUTPUT_FRONT + f->pixels;
    d->data = f->data;
    d->data_end = f->data + f->data_used;
    d->word = d->count = 0;
    d->clear = 1u << f->min_code_size;
    for (unsigned i = 0; i < d->clear; i++) {
        d->base[i] = f->inks != NULL ? f->inks[i] : (uint8_t)i;
        d->table[i] = entry_of(i, 1);
    }
    /* No string is empty: the two codes that are none stop the fast loop. */
    d->table[d->clear] = d->table[d->clear + 1] = entry_of(0, 0);
    memset(d->seen, 0, d->clear * sizeof *d->seen);
    clear_table(d);
}

/* All codes but those that need a thought: while whole words of data are left, strings and literals
 * that are defined and fit. Ends in front of the first other code. The state lives in variables of
 * its own: through a pointer every byte that is written might change it. */
static void decode_fast(struct decoder *d) {
    const uint8_t *data = d->data, *const last = d->data_end - sizeof d->word;
    uint8_t *const base = d->base;
    uint64_t word = d->word;
    unsigned count = d->count, next = d->next, width = d->width, mask = (1u << width) - 1;
    size_t at = d->at;
    const size_t end = d->end;

    base[at] = base[start_of(d->table[next])];
    for (;;) {
        if (count < WIDEST) {
            if (data > last)
                break;
            word |= load_word(data) << count;
            data += (63 - count) >> 3;
            count |= 56;
        }
        unsigned code = (unsigned)word & mask;
        if (code > next)
            break;
        entry e = d->table[code];
        size_t length = length_of(e);
        if (length - 1 >= end - at)
            break;
        word >>= width;
        count -= width;
        d->seen[code] = true;
        copy_string(base + at, base + start_of(e), length);
        /* The entry that waited is whole now, and the string just written begins the next one. */
        if (++next > mask) {
            if (width < WIDEST)
                mask = (1u << ++width) - 1;
            else
                next = TABLE_SIZE;
        }
        d->table[next] = entry_of(at, length + 1);
        /* Should the next code be the one that is just being defined, its last index is this. */
        base[at + length] = base[at];
        at += length;
    }
    d->data = data;
    d->word = word;
    d->count = count;
    d->next = next;
    d->width = width;
    d->at = at;
}

/* Bits that are left of the data. */
static size_t bits_left(const struct decoder *d) {
    return (size_t)(d->data_end - d->data) * 8 + d->count;
}

/* One code more in the word, byte by byte. False at the end of the data. */
static bool has_code(struct decoder *d) {
    if (bits_left(d) < d->width)
        return false;
    while (d->count < d->width) {
        /* What the fast loop loaded beyond count is the same bits again. */
        d->word &= (UINT64_C(1) << d->count) - 1;
        d->word |= (uint64_t)*d->data++ << d->count;
        d->count += 8;
    }
    return true;
}

static void take(struct decoder *d) {
    d->word >>= d->width;
    d->count -= d->width;
}

/* One code of any kind; false when the stream ends with it, in whatever way. */
static bool decode_one(struct decoder *d, struct lzw_result *r) {
    /* Behind the last index less than a byte is padding, not a code. */
    if (!has_code(d) || (d->at == d->end && bits_left(d) < 8)) {
        d->data = d->data_end;
        d->count = 0;
        return false;
    }
    unsigned code = (unsigned)d->word & ((1u << d->width) - 1);
    take(d);
    if (code == d->clear) {
        clear_table(d);
        return true;
    }
    if (code == d->clear + 1)
        return false;
    if (code >= d->next + d->waits) {
        r->status = LZW_UNDEFINED_CODE;
        return false;
    }
    entry e = d->table[code];
    size_t length = length_of(e), room = d->end - d->at;
    if (length > room) {
        r->superfluous += length - room;
        length = room;
    }
    /* What is written behind the last index was never part of the picture. */
    if (room > 0)
        d->seen[code] = true;
    for (size_t i = 0; i < length; i++)
        d->base[d->at + i] = d->base[start_of(e) + i];
    if (d->waits && d->next < TABLE_SIZE)
        d->next++;
    if (d->next == 1u << d->width && d->width < WIDEST)
        d->width++;
    d->waits = true;
    d->table[d->next] = entry_of(d->at, length + 1);
    d->at += length;
    return true;
}

struct lzw_result lzw_decode(const struct lzw_frame *f) {
    struct lzw_result r = {.status = LZW_ENDS_EARLY};
    struct decoder d;
    if (f->min_code_size < 2 || f->min_code_size > 8) {
        r.status = LZW_CODE_SIZE;
        return r;
    }
    start(&d, f);
    do {
        if (d.waits && f->data_used >= sizeof d.word)
            decode_fast(&d);
    } while (decode_one(&d, &r));
    /* The byte behind the code that ended it; of an undefined one, the byte that it ends in. */
    r.at = f->data_used - bits_left(&d) / 8 - (r.status == LZW_UNDEFINED_CODE);
    r.written = d.at - LZW_OUTPUT_FRONT;
    memcpy(r.used, d.seen, d.clear * sizeof *r.used);
    if (r.written == f->pixels && r.status == LZW_ENDS_EARLY)
        r.status = LZW_DONE;
    return r;
}
