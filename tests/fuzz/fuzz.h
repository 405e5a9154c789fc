/* What the fuzz targets share. */
#ifndef GIFVET_TESTS_FUZZ_H
#define GIFVET_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* A property that does not hold is a finding. */
#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fuzz_found(__FILE__, __LINE__, #condition);                                            \
    } while (0)

static inline _Noreturn void fuzz_found(const char *file, int line, const char *condition) {
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

/* A copy of its own size, so that one byte beyond it is seen; free() it. */
static inline uint8_t *fuzz_copy(const uint8_t *data, size_t n) {
    uint8_t *copy = malloc(n > 0 ? n : 1);
    HOLDS(copy != NULL);
    if (n > 0)
        memcpy(copy, data, n);
    return copy;
}

/* Text that a terminal only shows: UTF-8 without controls (C0 but the newline, DEL, C1), without
 * line and paragraph separators, and without marks that turn the direction of writing. */
static inline void fuzz_holds_plain(const char *text, size_t n) {
    const unsigned char *s = (const unsigned char *)text;
    for (size_t i = 0; i < n;) {
        size_t more = s[i] < 0x80 ? 0 : s[i] < 0xE0 ? 1 : s[i] < 0xF0 ? 2 : 3;
        uint32_t code = more == 0 ? s[i] : s[i] & (0x3Fu >> more);
        HOLDS(s[i] < 0x80 || (s[i] >= 0xC2 && s[i] <= 0xF4));
        HOLDS(more < n - i);
        for (size_t k = 1; k <= more; k++) {
            HOLDS((s[i + k] & 0xC0) == 0x80);
            code = code << 6 | (s[i + k] & 0x3Fu);
        }
        HOLDS(more < 2 || code >= 0x800);
        HOLDS(more < 3 || (code >= 0x10000 && code <= 0x10FFFF));
        HOLDS(code < 0xD800 || code > 0xDFFF);
        HOLDS(code == '\n' || code >= 0x20);
        HOLDS(code < 0x7F || code > 0x9F);
        HOLDS(code != 0x200E && code != 0x200F);
        HOLDS(code != 0x61C);
        HOLDS(code < 0x2028 || code > 0x202E);
        HOLDS(code < 0x2066 || code > 0x2069);
        i += 1 + more;
    }
}

#endif
