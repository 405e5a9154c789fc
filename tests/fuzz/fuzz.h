/* What the fuzz targets share. */
#ifndef GIFVET_TESTS_FUZZ_H
#define GIFVET_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* A property that does not hold is a finding. */
#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

/* A copy of its own size, so that one byte beyond it is seen; free() it. */
static inline uint8_t *fuzz_copy(const uint8_t *data, size_t n) {
    uint8_t *copy = malloc(n > 0 ? n : 1);
    HOLDS(copy != NULL);
    if (n > 0)
        memcpy(copy, data, n);
    return copy;
}

#endif
