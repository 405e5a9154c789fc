#include "command/specimen.h"

#include <errno.h>
#include <gif_lib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define WIDTH_MAX 320
#define DELAY_CS 10

enum motif { MOTIF_BALL, MOTIF_NOISE, MOTIF_BARS, MOTIF_SINGLE, MOTIF_TEXTURE };

struct specimen {
    enum motif motif;
    int width, height, frames, colors;
};

static const struct specimen specimens[SPECIMEN_LARGE + 1] = {
    {MOTIF_BALL, 240, 180, 20, 64},     {MOTIF_NOISE, 96, 96, 6, 128},
    {MOTIF_BARS, 160, 90, 12, 2},       {MOTIF_SINGLE, 120, 120, 1, 64},
    {MOTIF_TEXTURE, 320, 240, 16, 128},
};

/* Differs from pixel to pixel and frame to frame, and is always the same. */
static unsigned noise(unsigned x, unsigned y, unsigned frame) {
    unsigned n = x * 374761393u + y * 668265263u + frame * 2246822519u;
    n = (n ^ n >> 13) * 1274126177u;
    return n ^ n >> 16;
}

static GifPixelType pixel(const struct specimen *s, int x, int y, int frame) {
    int across = s->width * (frame + 1) / (s->frames + 1) - x, down = s->height / 2 - y;
    int gradient = (x + y) * (s->colors - 1) / (s->width + s->height);
    switch (s->motif) {
    case MOTIF_BALL:
        return (GifPixelType)(across * across + down * down < 900 ? s->colors - 1 : gradient);
    case MOTIF_TEXTURE: /* the ball shimmers, what is behind it stays as it is */
        return (GifPixelType)(across * across + down * down < 6400
                                  ? noise((unsigned)x, (unsigned)y, (unsigned)frame) % 128
                                  : ((unsigned)gradient + noise((unsigned)x, (unsigned)y, 0) % 16) %
                                        128);
    case MOTIF_NOISE:
        return (GifPixelType)(noise((unsigned)x / 4, (unsigned)y / 4, (unsigned)frame) %
                              (unsigned)s->colors);
    case MOTIF_BARS:
        return (GifPixelType)((x / 8 + frame) % 2);
    default:
        return (GifPixelType)gradient;
    }
}

static ColorMapObject *palette(int colors) {
    GifColorType c[256];
    for (int i = 0; i < colors; i++)
        c[i] = (GifColorType){(GifByteType)(i * 255 / (colors - 1)),
                              (GifByteType)(255 - i * 255 / (colors - 1)),
                              (GifByteType)(i * 97 % 256)};
    return GifMakeMapObject(colors, c);
}

/* For ever: Netscape's extension. */
static bool put_loops(GifFileType *gif) {
    static const GifByteType loops[] = {1, 0, 0};
    return EGifPutExtensionLeader(gif, APPLICATION_EXT_FUNC_CODE) == GIF_OK &&
           EGifPutExtensionBlock(gif, 11, "NETSCAPE2.0") == GIF_OK &&
           EGifPutExtensionBlock(gif, sizeof loops, loops) == GIF_OK &&
           EGifPutExtensionTrailer(gif) == GIF_OK;
}

static bool put_frame(GifFileType *gif, const struct specimen *s, int frame) {
    const GraphicsControlBlock control = {.DisposalMode = DISPOSE_DO_NOT,
                                          .DelayTime = DELAY_CS,
                                          .TransparentColor = NO_TRANSPARENT_COLOR};
    GifByteType extension[4];
    GifPixelType row[WIDTH_MAX];
    if (EGifGCBToExtension(&control, extension) != sizeof extension ||
        EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, sizeof extension, extension) != GIF_OK ||
        EGifPutImageDesc(gif, 0, 0, s->width, s->height, false, NULL) != GIF_OK)
        return false;
    for (int y = 0; y < s->height; y++) {
        for (int x = 0; x < s->width; x++)
            row[x] = pixel(s, x, y, frame);
        if (EGifPutLine(gif, row, s->width) != GIF_OK)
            return false;
    }
    return true;
}

static bool put_all(GifFileType *gif, const struct specimen *s) {
    ColorMapObject *map = palette(s->colors);
    EGifSetGifVersion(gif, true);
    bool good = map != NULL && EGifPutScreenDesc(gif, s->width, s->height, 8, 0, map) == GIF_OK &&
                (s->frames == 1 || put_loops(gif));
    for (int frame = 0; good && frame < s->frames; frame++)
        good = put_frame(gif, s, frame);
    GifFreeMapObject(map);
    return good;
}

int specimen_write(size_t number, const char *path, struct error *e) {
    int problem = 0;
    GifFileType *gif = EGifOpenFileName(path, false, &problem);
    if (gif == NULL)
        return error_set(e, EIO, "%s: %s", path, GifErrorString(problem));
    bool good = put_all(gif, &specimens[number]);
    problem = gif->Error;
    int closing = 0;
    good = EGifCloseFile(gif, &closing) == GIF_OK && good;
    return good ? 0
                : error_set(e, EIO, "%s: %s", path,
                            GifErrorString(problem != 0 ? problem : closing));
}
