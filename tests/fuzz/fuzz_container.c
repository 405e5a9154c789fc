/* One GIF read alone. The outline and the whole reading agree about what both see. */
#include "gif/scan.h"
#include "sys/sys.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    const struct gif_budget budget = {.now_us = sys_now_us,
                                      .deadline_us = sys_now_us() + 5000000,
                                      .memory_bytes = (size_t)64 << 20};
    uint8_t *bytes = fuzz_copy(data, n);
    struct gif_scan outline, whole;
    enum gif_outcome a = gif_scan_outline(bytes, n, &budget, &outline);
    enum gif_outcome b = gif_scan(bytes, n, &budget, NULL, &whole);
    if (a == GIF_SCAN_DONE && b == GIF_SCAN_DONE) {
        HOLDS(outline.width == whole.width && outline.height == whole.height);
        HOLDS(outline.frames == whole.frames && outline.loops == whole.loops);
        HOLDS(outline.faults <= whole.faults);
        for (size_t i = 0; i < whole.frames; i++)
            HOLDS(outline.frame[i].delay_cs == whole.frame[i].delay_cs &&
                  outline.frame[i].width == whole.frame[i].width &&
                  outline.frame[i].disposal == whole.frame[i].disposal);
        HOLDS(whole.colors_largest_frame <= 256 &&
              whole.colors_largest_frame <= whole.colors_union);
    }
    char words[256];
    struct text t = text_over(words, sizeof words);
    if (b == GIF_SCAN_DONE && whole.faults > 0)
        gif_fault_describe(&whole.fault, &t);
    gif_scan_free(&outline);
    gif_scan_free(&whole);
    free(bytes);
    return 0;
}
