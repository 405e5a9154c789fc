/* What one judgement holds: the most bytes that were allocated at once, beyond the files' own.
 *
 * judge_memory SOURCE OUTPUT REQUEST: prints the peak, and the canvas, width x height x 4, in
 * bytes. Linked with --wrap of the malloc() family; each block carries its size in front. */
#include "bench.h"
#include "judge/judge.h"
#include "sys/sys.h"

#include <stdalign.h>

void *__real_malloc(size_t n);
void *__real_realloc(void *at, size_t n);
void __real_free(void *at);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *at, size_t n);
void __wrap_free(void *at);

#define FRONT alignof(max_align_t)

static size_t now, peak;

void *__wrap_realloc(void *at, size_t n) {
    size_t before = 0;
    uint8_t *block = at;
    if (block != NULL)
        memcpy(&before, block -= FRONT, sizeof before);
    block = __real_realloc(block, n + FRONT);
    if (block == NULL)
        return NULL;
    /* A block that grows may lie in both places for a moment. */
    now += n;
    peak = now > peak ? now : peak;
    now -= before;
    memcpy(block, &n, sizeof n);
    return block + FRONT;
}

void *__wrap_malloc(size_t n) {
    return __wrap_realloc(NULL, n);
}

void *__wrap_calloc(size_t each, size_t n) {
    void *block = n == 0 || each <= SIZE_MAX / 2 / n ? __wrap_malloc(each * n) : NULL;
    return block != NULL ? memset(block, 0, each * n) : NULL;
}

void __wrap_free(void *at) {
    size_t n;
    if (at == NULL)
        return;
    memcpy(&n, (uint8_t *)at - FRONT, sizeof n);
    now -= n;
    __real_free((uint8_t *)at - FRONT);
}

static size_t screen;

static void look(GifFileType *gif, size_t pixels) {
    screen = (size_t)gif->SWidth * (size_t)gif->SHeight;
    bench_pass_over(gif, pixels);
}

int main(int argc, char **argv) {
    static struct judge_verdict v;
    if (argc != 4) {
        fprintf(stderr, "usage: judge_memory SOURCE OUTPUT REQUEST\n");
        return 2;
    }
    struct bench_file source = bench_read(argv[1], __real_malloc);
    struct bench_file output = bench_read(argv[2], __real_malloc);
    bench_frames(&source, look);
    size_t words;
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
                                 .memory_bytes = (size_t)1 << 31,
                                 .now_us = sys_now_us};
    now = peak = 0;
    judge_run(&c, &v);
    printf("%zu %zu\n", peak, screen * 4);
    return 0;
}
