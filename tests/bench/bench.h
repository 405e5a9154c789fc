/* What the harnesses share: a file in memory, CPU time, the pixels that a GIF's frames hold. */
#ifndef GIFVET_TESTS_BENCH_H
#define GIFVET_TESTS_BENCH_H

#include <gif_lib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct bench_file {
    uint8_t *bytes;
    size_t n, position;
};

static inline int64_t bench_ns(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline int64_t bench_cpu_ns(void) {
    return bench_ns(CLOCK_PROCESS_CPUTIME_ID);
}

/* The bytes come from where the caller says: a harness may have an allocator of its own. */
static inline struct bench_file bench_read(const char *path, void *(*allocate)(size_t)) {
    struct bench_file f = {0};
    FILE *in = fopen(path, "rb");
    if (in == NULL || fseek(in, 0, SEEK_END) != 0) {
        perror(path);
        exit(2);
    }
    f.n = (size_t)ftell(in);
    rewind(in);
    f.bytes = allocate(f.n + 1);
    if (f.bytes == NULL || fread(f.bytes, 1, f.n, in) != f.n)
        exit(2);
    fclose(in);
    return f;
}

static inline int bench_give(GifFileType *gif, GifByteType *to, int wanted) {
    struct bench_file *f = gif->UserData;
    size_t n = (size_t)wanted < f->n - f->position ? (size_t)wanted : f->n - f->position;
    memcpy(to, f->bytes + f->position, n);
    f->position += n;
    return (int)n;
}

/* Calls frame for each frame, its header read and its data waiting, and says how many pixels there
 * were. Files here are healthy: an error ends the loop. */
static inline size_t bench_frames(struct bench_file *f, void (*frame)(GifFileType *, size_t)) {
    int error, code;
    GifRecordType type;
    GifByteType *block;
    size_t pixels = 0;
    f->position = 0;
    GifFileType *gif = DGifOpen(f, bench_give, &error);
    while (DGifGetRecordType(gif, &type) == GIF_OK && type != TERMINATE_RECORD_TYPE) {
        if (type == IMAGE_DESC_RECORD_TYPE) {
            DGifGetImageHeader(gif);
            size_t n = (size_t)gif->Image.Width * (size_t)gif->Image.Height;
            frame(gif, n);
            pixels += n;
        } else {
            DGifGetExtension(gif, &code, &block);
            while (block != NULL)
                DGifGetExtensionNext(gif, &block);
        }
    }
    DGifCloseFile(gif, &error);
    return pixels;
}

static inline void bench_pass_over(GifFileType *gif, size_t pixels) {
    (void)pixels;
    int size;
    GifByteType *block;
    DGifGetCode(gif, &size, &block);
    while (block != NULL)
        DGifGetCodeNext(gif, &block);
}

static inline int bench_order(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static inline int64_t bench_median(int64_t *values, size_t n) {
    qsort(values, n, sizeof *values, bench_order);
    return values[n / 2];
}

#endif
