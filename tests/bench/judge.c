/* What one judgement costs: CPU time of judge_run() over a pair, the median of some runs, each in
 * an arena of its own as in a host (its pages are fresh, and mapping them is part of the cost).
 *
 * judge SOURCE OUTPUT REQUEST: prints nanoseconds, the verdict (1, 0, -1), the pixels in the frames
 * of both files. The limits on time and size are off. */
#include "judge/judge.h"
#include "bench.h"
#include "shim/arena.h"
#include "sys/sys.h"

#define MOST_MEMORY ((size_t)2 << 30)

void *__real_malloc(size_t n);

int main(int argc, char **argv) {
    enum { MOST = 50 };
    static struct judge_verdict v;
    static int64_t took[MOST];
    if (argc != 4) {
        fprintf(stderr, "usage: judge SOURCE OUTPUT REQUEST\n");
        return 2;
    }
    arena_cap_set(MOST_MEMORY);
    struct arena *setting = arena_new();
    arena_use(setting);
    struct bench_file source = bench_read(argv[1], __real_malloc);
    struct bench_file output = bench_read(argv[2], __real_malloc);
    size_t pixels = bench_frames(&source, bench_pass_over);
    pixels += bench_frames(&output, bench_pass_over);
    size_t words, runs = 0;
    char **split = request_split(argv[3], &words, NULL);
    struct request request = request_parse(words, (const char *const *)split);
    struct judge_limits limits = judge_limits_default();
    limits.validation_timeout_ms = 0;
    limits.max_file_size_mb = 4096;
    const struct judge_gif from = {source.bytes, source.n};
    const struct judge_case c = {.output = {output.bytes, output.n},
                                 .sources = &from,
                                 .sources_used = 1,
                                 .request = &request,
                                 .limits = &limits,
                                 .memory_bytes = MOST_MEMORY / 2,
                                 .now_us = sys_now_us};
    for (int64_t spent = 0; runs == 0 || (spent < 100000000 && runs < MOST); runs++) {
        int64_t start = bench_cpu_ns();
        struct arena *a = arena_new();
        arena_use(a);
        judge_run(&c, &v);
        arena_use(setting);
        arena_drop(a);
        took[runs] = bench_cpu_ns() - start;
        spent += took[runs];
    }
    printf("%lld %d %zu\n", (long long)bench_median(took, runs), judge_passed(&v), pixels);
    for (size_t i = 0; i < v.results_used && judge_passed(&v) != 1; i++)
        if (v.results[i].outcome == JUDGE_FAIL)
            fprintf(stderr, "# %s: %s\n", argv[3], v.results[i].message);
    if (judge_passed(&v) < 0)
        fprintf(stderr, "# %s: %s\n", argv[3], v.reason);
    return 0;
}
