/* One frame's LZW data. The first three bytes are the code size and the size of the frame. What was
 * written is inside the frame, and what is translated on the way is what was written, translated.
 */
#include "gif/lzw.h"
#include "tests/fuzz/fuzz.h"

static struct lzw_result decode(const uint8_t *data, size_t n, unsigned size, const uint8_t *inks,
                                uint8_t *room, size_t pixels) {
    const struct lzw_frame frame = {.data = data,
                                    .data_used = n,
                                    .min_code_size = size,
                                    .inks = inks,
                                    .output = room + LZW_OUTPUT_FRONT,
                                    .pixels = pixels};
    return lzw_decode(&frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    if (n < 3)
        return 0;
    size_t pixels =
        ((size_t)data[1] << 8 | data[2]) + 1; /* frames without pixels are not decoded */
    uint8_t *bytes = fuzz_copy(data + 3, n - 3), inks[256];
    uint8_t *plain = malloc(pixels + LZW_OUTPUT_SLACK), *inked = malloc(pixels + LZW_OUTPUT_SLACK);
    HOLDS(plain != NULL && inked != NULL);
    for (size_t i = 0; i < 256; i++)
        inks[i] = (uint8_t)(i * 7 + 3);
    struct lzw_result a = decode(bytes, n - 3, data[0] % 13, NULL, plain, pixels);
    struct lzw_result b = decode(bytes, n - 3, data[0] % 13, inks, inked, pixels);
    HOLDS(a.written <= pixels && a.at <= n - 3 && a.status == b.status && a.written == b.written);
    HOLDS((a.status == LZW_DONE) == (a.written == pixels && a.status != LZW_CODE_SIZE));
    for (size_t i = LZW_OUTPUT_FRONT; i < LZW_OUTPUT_FRONT + a.written; i++)
        HOLDS(a.used[plain[i]] && inked[i] == inks[plain[i]]);
    free(bytes);
    free(plain);
    free(inked);
    return 0;
}
