/* The words of the state file, and the few things that are done to one: each a single atomic change
 * that may be cut off before or after, never within.
 *
 * Some words are used again for something else: an hour's a week later, a program's when another
 * takes its row. Nobody can clear a word for all the others without a lock, so such a word carries,
 * in its upper 12 bits, the number of the use that it is from (its tag), and a value of another use
 * counts as nothing. The other 52 bits are enough for a time since 1970 until the year 2112. */
#ifndef GIFVET_STATE_WORD_H
#define GIFVET_STATE_WORD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef _Atomic uint64_t state_word;

#define WORD_VALUE_BITS 52
#define WORD_MOST (((uint64_t)1 << WORD_VALUE_BITS) - 1)
#define WORD_TAGS ((uint64_t)1 << (64 - WORD_VALUE_BITS))
/* So many uses later than one's own a word is taken for a newer one; it is one of long ago else. */
#define WORD_NEWER 8

static inline uint64_t word_read(const state_word *w) {
    return atomic_load_explicit(w, memory_order_relaxed);
}

static inline void word_write(state_word *w, uint64_t value) {
    atomic_store_explicit(w, value, memory_order_relaxed);
}

static inline bool word_swap(state_word *w, uint64_t *old, uint64_t value) {
    return atomic_compare_exchange_weak_explicit(w, old, value, memory_order_relaxed,
                                                 memory_order_relaxed);
}

/* A value below 0, as a time may have that was never one, is 0. */
static inline uint64_t word_of(int64_t value) {
    return value > 0 ? (uint64_t)value : 0;
}

static inline void word_add(state_word *w, uint64_t n) {
    if (n != 0)
        (void)atomic_fetch_add_explicit(w, n, memory_order_relaxed);
}

static inline void word_raise(state_word *w, uint64_t value) {
    uint64_t old = word_read(w);
    while (old < value && !word_swap(w, &old, value)) {
    }
}

/* ---- with a tag ---- */

static inline uint64_t word_tag(uint64_t word) {
    return word >> WORD_VALUE_BITS;
}

static inline uint64_t word_value(uint64_t word) {
    return word & WORD_MOST;
}

static inline uint64_t word_pack(uint64_t tag, uint64_t value) {
    return tag << WORD_VALUE_BITS | (value < WORD_MOST ? value : WORD_MOST);
}

/* The value, when it is of that use; else 0. */
static inline uint64_t word_in(const state_word *w, uint64_t tag) {
    uint64_t word = word_read(w);
    return word_tag(word) == tag % WORD_TAGS ? word_value(word) : 0;
}

static inline bool word_is_newer(uint64_t word, uint64_t tag) {
    uint64_t ahead = (word_tag(word) - tag) % WORD_TAGS;
    return ahead >= 1 && ahead <= WORD_NEWER;
}

/* The following begin at 0 when the word is of another use. */
static inline void word_add_in(state_word *w, uint64_t tag, uint64_t n) {
    uint64_t old = word_read(w), sum;
    tag %= WORD_TAGS;
    do {
        sum = word_tag(old) == tag ? word_value(old) : 0;
        sum = n < WORD_MOST - sum ? sum + n : WORD_MOST;
    } while (n != 0 && !word_swap(w, &old, word_pack(tag, sum)));
}

static inline void word_raise_in(state_word *w, uint64_t tag, uint64_t value) {
    uint64_t old = word_read(w);
    tag %= WORD_TAGS;
    while ((word_tag(old) != tag || word_value(old) < value) &&
           !word_swap(w, &old, word_pack(tag, value))) {
    }
}

/* And these leave a word alone that is of a newer use: who was held up does not undo it. */
static inline void word_add_unless_newer(state_word *w, uint64_t tag, uint64_t n) {
    if (!word_is_newer(word_read(w), tag))
        word_add_in(w, tag, n);
}

static inline void word_put_unless_newer(state_word *w, uint64_t tag, uint64_t value) {
    uint64_t old = word_read(w);
    while (!word_is_newer(old, tag) && !word_swap(w, &old, word_pack(tag, value))) {
    }
}

#endif
