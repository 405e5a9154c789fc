/* One judgement. The first two bytes say where the rest is cut into source and output, the third
 * what was asked for. The same pair gets the same verdict twice, and a file against itself never
 * fails. */
#include "judge/judge.h"
#include "sys/sys.h"
#include "tests/fuzz/fuzz.h"

static const char *const requests[][6] = {
    {"gifsicle", "-O2", "in.gif"},
    {"gifsicle", "--colors", "16", "in.gif"},
    {"gifsicle", "--lossy=80", "in.gif"},
    {"gifsicle", "--resize", "20x_", "in.gif"},
    {"gifsicle", "--crop", "2,2+9x9", "in.gif"},
    {"gifsicle", "in.gif", "#0-3"},
    {"gifsicle", "-d7", "in.gif"},
    {"ffmpeg", "-i", "in.gif", "-r", "5", "out.gif"},
    {"convert", "in.gif", "-layers", "optimize", "out.gif"},
    {"vips", "copy", "in.gif[n=-1]", "out.gif"},
    {"unknown"},
};

static void judge(struct judge_gif source, size_t sources, struct judge_gif output, size_t which,
                  struct judge_verdict *v) {
    const struct judge_limits limits = judge_limits_default();
    size_t argc = 0;
    while (argc < 6 && requests[which][argc] != NULL)
        argc++;
    struct request request = request_parse(argc, requests[which]);
    const struct judge_gif both[] = {source, source};
    const struct judge_case c = {.output = output,
                                 .sources = both,
                                 .sources_used = sources,
                                 .request = &request,
                                 .limits = &limits,
                                 .memory_bytes = (size_t)64 << 20,
                                 .now_us = sys_now_us};
    judge_run(&c, v);
    request_free(&request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static struct judge_verdict v, again;
    if (n < 3)
        return 0;
    size_t at = 3 + ((size_t)data[0] << 8 | data[1]) % (n - 2);
    size_t which = data[2] % (sizeof requests / sizeof *requests),
           sources = data[2] % 7 == 6 ? 2 : 1;
    const struct judge_gif source = {fuzz_copy(data + 3, at - 3), at - 3};
    const struct judge_gif output = {fuzz_copy(data + at, n - at), n - at};
    judge(source, sources, output, which, &v);
    HOLDS(v.results_used <= JUDGE_CHECKS);
    if (v.status == JUDGE_PASSED || v.status == JUDGE_FAILED) {
        judge(source, sources, output, which, &again);
        /* The second may run out of time. */
        HOLDS(again.status == v.status || again.status == JUDGE_TIMED_OUT);
    }
    if (v.status == JUDGE_PASSED && which == 0 && sources == 1) {
        judge(output, 1, output, 0, &again);
        HOLDS(again.status != JUDGE_FAILED);
    }
    free((void *)(uintptr_t)source.bytes);
    free((void *)(uintptr_t)output.bytes);
    return 0;
}
