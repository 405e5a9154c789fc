/* How fast frames are decoded, ours against giflib's DGifGetLine over the same bytes in memory.
 *
 * decode FILE: prints pixels, those of the first frame, nanoseconds of ours, of giflib's: CPU time,
 * medians of interleaved runs. */
#include "gif/reader.h"

#include "bench.h"

/* Both decode into one buffer that is as large as the largest frame. */
static uint8_t *room;
static size_t room_size, first_frame;

static uint8_t *make_room(size_t pixels) {
    if (pixels + LZW_OUTPUT_SLACK > room_size) {
        room_size = pixels + LZW_OUTPUT_SLACK;
        free(room);
        room = calloc(room_size, 1);
    }
    return room + LZW_OUTPUT_FRONT;
}

static size_t ours(const struct bench_file *f) {
    struct gif_reader *r = gif_reader_open(f->bytes, f->n);
    static struct gif_frame frame;
    struct gif_decoded d;
    size_t pixels = 0;
    while (gif_reader_next(r, &frame) == GIF_FRAME) {
        size_t n = (size_t)frame.width * frame.height;
        if (!gif_reader_decode(r, &frame, NULL, make_room(n), &d))
            exit(2);
        if (pixels == 0)
            first_frame = n;
        pixels += n;
    }
    gif_reader_close(r);
    return pixels;
}

static void line(GifFileType *gif, size_t pixels) {
    DGifGetLine(gif, make_room(pixels), (int)pixels);
}

int main(int argc, char **argv) {
    enum { MOST = 500 };
    static int64_t mine[MOST], theirs[MOST], spent;
    if (argc != 2)
        return 2;
    struct bench_file f = bench_read(argv[1], malloc);
    size_t pixels = ours(&f), runs = 0; /* once for the caches */
    for (; runs < 3 || (spent < 1000000000 && runs < MOST); runs++) {
        int64_t start = bench_cpu_ns();
        pixels = ours(&f);
        int64_t middle = bench_cpu_ns();
        if (bench_frames(&f, line) != pixels)
            return 2;
        int64_t end = bench_cpu_ns();
        mine[runs] = middle - start;
        theirs[runs] = end - middle;
        spent += end - start;
    }
    printf("%zu %zu %lld %lld\n", pixels, first_frame, (long long)bench_median(mine, runs),
           (long long)bench_median(theirs, runs));
    free(f.bytes);
    free(room);
    return 0;
}
