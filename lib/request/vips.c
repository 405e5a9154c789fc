/* libvips: options stand in brackets behind the names. Its default of n=1 (the first frame only) is
 * not a request: users lose frames by it unawares. */
#include "request/parse.h"
#include "text/text.h"

#include <string.h>

static void take_option(struct request *r, const char *key, const char *value, bool input) {
    int64_t n = 0;
    bool number = text_to_int(value, false, &n);
    if (input && strcmp(key, "n") == 0) {
        if (number && n > 0) {
            r->frames.ask = r->frames.ask == REQUEST_NOT_ASKED ? REQUEST_ASKED : r->frames.ask;
            r->frames.kind = REQUEST_FRAMES_FIRST;
            r->frames.every = n;
            r->frames.keeps_delays = true;
        } else if (!number || n != -1) {
            r->frames.ask = REQUEST_UNCLEAR;
        }
    } else if (input && strcmp(key, "page") == 0) {
        r->frames.ask = REQUEST_UNCLEAR;
        r->timing.ask = REQUEST_UNCLEAR;
    } else if (!input && strcmp(key, "bitdepth") == 0) {
        if (number && n >= 1 && n <= 8)
            request_ask_colors(r, (int64_t)1 << n, REQUEST_COUNT_LARGEST_FRAME);
        else
            r->colors.ask = REQUEST_UNCLEAR;
    } else if (!text_matches_any(
                   "dither effort interframe_maxerror interpalette_maxerror reoptimise "
                   "strip keep access fail fail_on memory unlimited interlace reuse",
                   key)) {
        request_give_up(r);
    }
}

/* "name[key=value,…]" */
static void take_name(struct request *r, const char *word, bool input) {
    struct request_names *names = input ? &r->inputs : &r->outputs;
    size_t n = strlen(word);
    const char *open = strrchr(word, '[');
    if (open == NULL || n == 0 || word[n - 1] != ']') {
        request_add_name(r, names, word);
        return;
    }
    request_add_copy(r, names, word, (size_t)(open - word));
    for (const char *at = open + 1; *at != '\0' && *at != ']';) {
        char key[40], value[40];
        size_t length = strcspn(at, ",]"), equals = strcspn(at, "=,]");
        text_print(key, sizeof key, "%.*s", (int)equals, at);
        text_print(value, sizeof value, "%.*s", (int)(length > equals ? length - equals - 1 : 0),
                   at + equals + (length > equals));
        take_option(r, key, value, input);
        at += length + (at[length] == ',');
    }
}

void request_vips(struct request *r, size_t argc, const char *const argv[]) {
    size_t names = 0;
    const char *operation = argc > 1 ? argv[1] : "";
    for (size_t i = 2; i < argc; i++) {
        if (request_begins(argv[i], "--")) {
            char key[40];
            size_t n = strcspn(argv[i] + 2, "=");
            text_print(key, sizeof key, "%.*s", (int)n, argv[i] + 2);
            const char *value = argv[i][2 + n] == '=' ? argv[i] + 3 + n : "";
            if (value[0] == '\0' && i + 1 < argc)
                value = argv[++i];
            take_option(r, key, value, false);
        } else if (names < 2) {
            take_name(r, argv[i], names++ == 0);
        }
    }
    if (text_matches_any("thumbnail resize", operation))
        r->canvas.ask = REQUEST_UNCLEAR;
    else if (!text_matches_any("copy gifsave", operation))
        request_give_up(r);
    request_conclude(r, false, REQUEST_CONVERSION);
}

/* -s WxH, "WxH>" and "WxH<" and the like. */
static void take_thumbnail_size(struct request *r, const char *s) {
    struct request_step step = {.kind = REQUEST_STEP_WITHIN};
    if (request_number(s, &s, &step.width) && *s == 'x')
        (void)request_number(s + 1, &s, &step.height);
    else
        step.height = step.width;
    if (*s == '\0' && step.width > 0)
        request_add_step(r, step);
    else
        r->canvas.ask = REQUEST_UNCLEAR;
}

void request_vipsthumbnail(struct request *r, size_t argc, const char *const argv[]) {
    bool sized = false;
    for (size_t i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "-s") == 0 || strcmp(argv[i], "--size") == 0) {
            take_thumbnail_size(r, value);
            sized = true;
            i++;
        } else if (request_begins(argv[i], "--size=")) {
            take_thumbnail_size(r, argv[i] + 7);
            sized = true;
        } else if (strcmp(argv[i], "-o") == 0 || strcmp(argv[i], "--output") == 0) {
            take_name(r, value, false);
            i++;
        } else if (argv[i][0] == '-') {
            request_give_up(r);
        } else {
            take_name(r, argv[i], true);
        }
    }
    if (!sized)
        request_add_step(
            r, (struct request_step){.kind = REQUEST_STEP_WITHIN, .width = 128, .height = 128});
    request_conclude(r, false, REQUEST_CONVERSION);
}
