/* libFuzzer: one judgement. The input is cut in two at the place that its first two bytes name:
 * source and output. */
#include "judge/judge.h"
#include "sys/sys.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* A copy of its own, so that one byte beyond is seen. */
static struct judge_gif copy(const uint8_t *data, size_t n) {
    uint8_t *bytes = malloc(n > 0 ? n : 1);
    if (bytes != NULL && n > 0)
        memcpy(bytes, data, n);
    return (struct judge_gif){bytes, bytes != NULL ? n : 0};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static struct judge_verdict v;
    if (n < 2)
        return 0;
    size_t at = 2 + ((size_t)data[0] << 8 | data[1]) % (n - 1);
    const struct judge_limits limits = judge_limits_default();
    const struct request request = request_none();
    const struct judge_gif source = copy(data + 2, at - 2), output = copy(data + at, n - at);
    const struct judge_case c = {.output = output,
                                 .sources = &source,
                                 .sources_used = 1,
                                 .request = &request,
                                 .limits = &limits,
                                 .memory_bytes = (size_t)64 << 20,
                                 .now_us = sys_now_us};
    judge_run(&c, &v);
    free((void *)(uintptr_t)source.bytes);
    free((void *)(uintptr_t)output.bytes);
    return 0;
}
