/* Rooms: the table of compressors · parsing · overriding · names */
#include "request/request.h"

#include "request/parse.h"
#include "text/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- the table of compressors ---- */

struct compressor {
    const char *names;   /* globs on the program's base name */
    const char *program; /* what the request calls it */
    request_parser parse;
    const char
        *subcommands; /* globs for argv[1], which is then passed over; NULL = there is none */
};

static const struct compressor compressors[] = {
    {"gifsicle gifsicle-*", "gifsicle", request_gifsicle, NULL},
    {"gm gm.*", "gm", request_graphicsmagick, "convert mogrify"},
    {"magick magick-*", "magick", request_magick, "convert mogrify"},
    {"convert convert-im* convert.im* mogrify mogrify-im* mogrify.im* magick", "magick",
     request_magick, NULL},
    {"ffmpeg ffmpeg-* ffmpeg[0-9]*", "ffmpeg", request_ffmpeg, NULL},
    {"gifski", "gifski", request_gifski, NULL},
    {"animately animately-*", "animately", request_animately, NULL},
    {"vips vips-[0-9]*", "vips", request_vips, NULL},
    {"vipsthumbnail", "vipsthumbnail", request_vipsthumbnail, NULL},
    {"giftool", "giftool", request_giftool, NULL},
    {"giffix", "giffix", request_giffix, NULL},
    {"gifclrmp", "gifclrmp", request_gifclrmp, NULL},
};

/* ---- parsing ---- */

struct request request_none(void) {
    return (struct request){.program = ""};
}

struct request request_parse(size_t argc, const char *const argv[]) {
    struct request r = request_none();
    if (argc == 0 || argv[0] == NULL)
        return r;
    const char *name = text_base_name(argv[0]);
    for (size_t i = 0; i < sizeof compressors / sizeof *compressors; i++) {
        const struct compressor *c = &compressors[i];
        if (!text_matches_any(c->names, name))
            continue;
        bool has = c->subcommands != NULL && argc > 1 && text_matches_any(c->subcommands, argv[1]);
        if (c->subcommands != NULL && !has)
            continue;
        r.program = c->program;
        r.understood = true;
        c->parse(&r, argc - has, argv + has);
        break;
    }
    return r;
}

void request_free(struct request *r) {
    free(r->frames.spans);
    free(r->inputs.at);
    free(r->outputs.at);
    free(r->not_sources.at);
    while (r->copies != NULL) {
        void *next;
        memcpy(&next, r->copies, sizeof next);
        free(r->copies);
        r->copies = next;
    }
    *r = request_none();
}

/* ---- overriding ---- */

static int operation_of(const char *name) {
    for (int o = 0; o < REQUEST_OPERATIONS; o++)
        if (strcmp(request_operation_name((enum request_operation)o), name) == 0)
            return o;
    return -1;
}

int request_override(struct request *r, const char *operation, double ratio, int64_t colors,
                     struct error *e) {
    int o = operation != NULL ? operation_of(operation) : (int)r->operation;
    if (o < 0)
        return error_set(e, EINVAL, "no such operation: %.60s", operation);
    if (ratio < 0 || ratio > 1)
        return error_set(e, EINVAL, "ratio out of range: over 0 to 1");
    if (colors < 0 || colors > 256)
        return error_set(e, EINVAL, "colours out of range: 1 to 256");
    if (operation != NULL) {
        r->operation = (enum request_operation)o;
        r->lossless = r->operation == REQUEST_OPTIMIZATION;
    }
    if (ratio > 0) {
        r->frames.ask = REQUEST_ASKED;
        r->frames.kind = REQUEST_FRAMES_RATIO;
        r->frames.ratio = ratio;
        if (r->operation == REQUEST_UNKNOWN)
            r->operation = REQUEST_FRAME_REDUCTION;
    }
    if (colors > 0) {
        /* Who says only a number does not say over what it is counted: the milder reading. */
        r->colors = (struct request_colors){REQUEST_ASKED, colors, REQUEST_COUNT_LARGEST_FRAME,
                                            r->colors.scattered, r->colors.adaptive};
        if (r->operation == REQUEST_UNKNOWN)
            r->operation = REQUEST_COLOR_REDUCTION;
    }
    return 0;
}

/* ---- names ---- */

const char *request_operation_name(enum request_operation o) {
    static const char *const names[REQUEST_OPERATIONS] = {
        "unknown", "optimization", "color_reduction", "frame_reduction", "lossy_compression",
        "resize",  "explode",      "merge",           "timing",          "conversion",
    };
    return names[o];
}
