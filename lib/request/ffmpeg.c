/* ffmpeg. Options before -i are the input's, those behind the last one the output's; filters hold
 * most of what matters. Without a palette filter ffmpeg falls on a fixed palette: conversion.
 *
 * Rooms: filters · options · words */
#include "request/parse.h"
#include "text/text.h"

#include <string.h>

/* ---- filters ---- */

struct ffmpeg {
    struct request *r;
    bool output_named;
    size_t inputs;
};

/* "N", "N/D". */
static bool read_ratio(const char *s, double *x) {
    double below;
    if (!request_decimal(s, &s, x))
        return false;
    if (*s == '/') {
        if (!request_decimal(s + 1, &s, &below) || below <= 0)
            return false;
        *x /= below;
    }
    /* Beyond these no tool can be asked for anything that it would do. */
    return *s == '\0' && *x >= 1e-6 && *x <= 1e6;
}

static void unclear_frames(struct request *r) {
    r->frames.ask = REQUEST_UNCLEAR;
    r->timing.ask = REQUEST_UNCLEAR;
}

static void ask_rate(struct request *r, const char *value) {
    double fps;
    if (r->frames.ask != REQUEST_NOT_ASKED || !read_ratio(value, &fps)) {
        unclear_frames(r);
        return;
    }
    r->frames.ask = REQUEST_ASKED;
    r->frames.kind = REQUEST_FRAMES_RATE;
    r->frames.fps = fps;
}

/* Calls take for each "key=value" or bare value (key = "") of a filter's arguments. */
static void each_argument(struct ffmpeg *f, char *arguments,
                          void (*take)(struct ffmpeg *f, const char *key, const char *value,
                                       size_t place)) {
    size_t place = 0;
    for (char *at = arguments; at != NULL && *at != '\0'; place++) {
        char *next = strchr(at, ':'), *equals = strchr(at, '=');
        if (next != NULL)
            *next++ = '\0';
        if (equals != NULL && (next == NULL || equals < next)) {
            *equals = '\0';
            take(f, at, equals + 1, place);
        } else {
            take(f, "", at, place);
        }
        at = next;
    }
}

static void take_fps(struct ffmpeg *f, const char *key, const char *value, size_t place) {
    if (strcmp(key, "fps") == 0 || (key[0] == '\0' && place == 0))
        ask_rate(f->r, value);
    else if (strcmp(key, "round") != 0)
        unclear_frames(f->r);
}

static void take_palettegen(struct ffmpeg *f, const char *key, const char *value, size_t place) {
    int64_t n;
    if (strcmp(key, "max_colors") != 0 && !(key[0] == '\0' && place == 0))
        return;
    if (text_to_int(value, false, &n) && n >= 2 && n <= 256)
        request_ask_colors(f->r, n,
                           f->r->colors.counting == REQUEST_COUNT_LARGEST_FRAME
                               ? REQUEST_COUNT_LARGEST_FRAME
                               : REQUEST_COUNT_UNION);
    else
        f->r->colors.ask = REQUEST_UNCLEAR;
}

static void take_scale(struct ffmpeg *f, const char *key, const char *value, size_t place) {
    struct request_step *s = &f->r->canvas.steps[f->r->canvas.steps_used - 1];
    bool w = key[0] == 'w' || (key[0] == '\0' && place == 0);
    bool h = key[0] == 'h' || (key[0] == '\0' && place == 1);
    int64_t n;
    if (!w && !h) {
        if (strcmp(key, "flags") != 0 && strcmp(key, "sws_flags") != 0)
            f->r->canvas.ask = REQUEST_UNCLEAR;
        return;
    }
    if (!text_to_int(value, false, &n)) {
        f->r->canvas.ask = REQUEST_UNCLEAR;
        return;
    }
    /* -n keeps the aspect, to a multiple of n: close enough for a pixel only when n is 1 or 2. */
    if (n < -2)
        f->r->canvas.ask = REQUEST_UNCLEAR;
    if (w)
        s->width = n > 0 ? n : 0;
    else
        s->height = n > 0 ? n : 0;
}

static void take_crop(struct ffmpeg *f, const char *key, const char *value, size_t place) {
    (void)key;
    (void)value;
    (void)place;
    f->r->canvas.ask = REQUEST_UNCLEAR;
}

/* "K*PTS", "PTS*K", "PTS/K", "PTS-STARTPTS", "PTS". */
static void take_setpts(struct request *r, const char *value) {
    double factor = 1;
    const char *p = value;
    bool good = false;
    if (strcmp(value, "PTS-STARTPTS") == 0 || strcmp(value, "PTS") == 0)
        return;
    if (request_decimal(value, &p, &factor) && strcmp(p, "*PTS") == 0)
        good = factor >= 1e-6 && factor <= 1e6;
    else if (request_begins(value, "PTS*"))
        good = read_ratio(value + 4, &factor);
    else if (request_begins(value, "PTS/") && read_ratio(value + 4, &factor)) {
        factor = 1 / factor;
        good = true;
    }
    if (!good || r->timing.ask != REQUEST_NOT_ASKED) {
        r->timing.ask = REQUEST_UNCLEAR;
        r->frames.ask = REQUEST_UNCLEAR;
        return;
    }
    r->timing = (struct request_timing){
        .ask = REQUEST_ASKED, .kind = REQUEST_TIMING_SPEED, .factor = factor};
    /* Frames that come closer than the rate allows are dropped. */
    r->frames.ask = REQUEST_UNCLEAR;
}

static void take_filter(struct ffmpeg *f, char *filter) {
    char *arguments = strchr(filter, '=');
    struct request *r = f->r;
    if (arguments != NULL)
        *arguments++ = '\0';
    char *at = strchr(filter, '@'); /* "name@label" */
    if (at != NULL)
        *at = '\0';
    if (text_matches_any("split asplit null copy format setsar setdar paletteuse", filter))
        return;
    if (strcmp(filter, "fps") == 0) {
        each_argument(f, arguments, take_fps);
    } else if (strcmp(filter, "palettegen") == 0) {
        if (arguments != NULL && strstr(arguments, "stats_mode=single") != NULL)
            r->colors.counting = REQUEST_COUNT_LARGEST_FRAME;
        r->colors.adaptive = true;
        each_argument(f, arguments, take_palettegen);
    } else if (strcmp(filter, "scale") == 0) {
        request_add_step(r, (struct request_step){.kind = REQUEST_STEP_EXACT});
        if (r->canvas.ask == REQUEST_ASKED)
            each_argument(f, arguments, take_scale);
    } else if (strcmp(filter, "transpose") == 0) {
        request_add_step(r, (struct request_step){.kind = REQUEST_STEP_TURN, .turns = 1});
        r->canvas.flipped = true;
    } else if (text_matches_any("crop pad", filter)) {
        each_argument(f, arguments, take_crop);
    } else if (text_matches_any("hflip vflip", filter)) {
        r->canvas.flipped = true;
    } else if (strcmp(filter, "setpts") == 0) {
        take_setpts(r, arguments != NULL ? arguments : "");
    } else if (text_matches_any("select mpdecimate minterpolate trim framestep reverse loop",
                                filter)) {
        unclear_frames(r);
        r->pictures_edited |= strcmp(filter, "minterpolate") == 0;
    } else {
        request_give_up(r);
    }
}

/* Splits a graph at "," and ";" outside quotes and brackets; labels in brackets are passed over. */
static void take_graph(struct ffmpeg *f, const char *graph) {
    char filter[512] = "";
    size_t n = 0;
    bool quoted = false, label = false;
    for (const char *s = graph;; s++) {
        bool ends = *s == '\0' || (!quoted && !label && (*s == ',' || *s == ';'));
        if (ends && n > 0) {
            filter[n] = '\0';
            take_filter(f, filter);
            n = 0;
        }
        if (*s == '\0')
            break;
        if (*s == '\'')
            quoted = !quoted;
        else if (!quoted && *s == '[')
            label = true;
        else if (!quoted && *s == ']')
            label = false;
        else if (!ends && !label && (quoted || *s != ' ')) {
            if (*s == '\\' && s[1] != '\0')
                s++;
            if (n + 1 < sizeof filter)
                filter[n++] = *s;
            else
                request_give_up(f->r);
        }
    }
}

/* ---- options ---- */

enum id { HARMLESS, INPUT, GRAPH, RATE, FRAMES, CUT, SIZE, LOOPS, PIXELS, SPEED };

struct option {
    const char *name; /* globs, without the dash */
    int values;
    enum id id;
};

static const struct option options[] = {
    {"i", 1, INPUT},
    {"vf filter filter:v filter_complex lavfi filter:v:0", 1, GRAPH},
    {"r r:v", 1, RATE},
    {"frames frames:v vframes", 1, FRAMES},
    {"t to ss sseof fs", 1, CUT},
    {"s s:v", 1, SIZE},
    {"loop", 1, LOOPS},
    {"pix_fmt", 1, PIXELS},
    {"itsscale itsoffset stream_loop", 1, SPEED},
    {"y n nostdin hide_banner stats nostats xerror an sn dn stdin", 0, HARMLESS},
    {"v loglevel f c c:v vcodec codec codec:v threads map map_metadata metadata gifflags report "
     "max_muxing_queue_size progress filter_threads filter_complex_threads fflags flags "
     "ignore_loop sws_flags bitexact",
     1, HARMLESS},
};

static void take_size(struct request *r, const char *value) {
    struct request_step step = {.kind = REQUEST_STEP_EXACT};
    const char *p;
    if (request_number(value, &p, &step.width) && *p == 'x' &&
        request_number(p + 1, &p, &step.height) && *p == '\0')
        request_add_step(r, step);
    else
        r->canvas.ask = REQUEST_UNCLEAR;
}

static void take_option(struct ffmpeg *f, enum id id, const char *value) {
    struct request *r = f->r;
    bool of_output = f->inputs > 0;
    if (value == NULL)
        value = "";
    int64_t n;
    switch (id) {
    case HARMLESS:
    case PIXELS:
        break;
    case INPUT:
        f->inputs++;
        request_add_name(r, &r->inputs, value);
        break;
    case GRAPH:
        take_graph(f, value);
        break;
    case RATE:
        if (of_output)
            ask_rate(r, value);
        else
            unclear_frames(r);
        break;
    case FRAMES:
        unclear_frames(r);
        break;
    case CUT:
        unclear_frames(r);
        break;
    case SIZE:
        take_size(r, value);
        break;
    case LOOPS:
        if (of_output && text_to_int(value, false, &n) && n >= -1 && n <= 65535)
            request_ask_loops(r, n);
        else
            r->loops.ask = REQUEST_UNCLEAR;
        break;
    case SPEED:
        unclear_frames(r);
        break;
    }
}

/* ---- words ---- */

static const struct option *find(const char *name) {
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (text_matches_any(options[i].name, name))
            return &options[i];
    return NULL;
}

void request_ffmpeg(struct request *r, size_t argc, const char *const argv[]) {
    struct ffmpeg f = {.r = r};
    for (size_t i = 1; i < argc; i++) {
        if (argv[i][0] != '-' || argv[i][1] == '\0') {
            request_add_name(r, &r->outputs, argv[i]);
            continue;
        }
        const struct option *o = find(argv[i] + 1);
        if (o == NULL || (o->values > 0 && i + 1 >= argc)) {
            request_give_up(r);
            /* Nearly all options of ffmpeg take a value. */
            i++;
            continue;
        }
        take_option(&f, o->id, o->values > 0 ? argv[i + 1] : NULL);
        i += (size_t)o->values;
    }
    /* Its own default is to loop for ever, whatever the source does; only what was asked is judged
     * as asked, so that the change shows. */
    if (r->outputs.used > 1 || f.inputs > 1)
        request_give_up(r);
    request_conclude(r, false, REQUEST_CONVERSION);
}
