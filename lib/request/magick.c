/* ImageMagick 6 and 7 and GraphicsMagick: convert and mogrify. One dash, no "=", no abbreviation;
 * what an option does depends on where it stands, so much of it is unclear. They decode and write
 * anew: with more than 256 colours in all frames together they requantise, so nothing that they do
 * is promised to be lossless.
 *
 * Rooms: names · geometry · words */
#include "request/magick_options.h"
#include "request/parse.h"
#include "text/text.h"

#include <string.h>

struct magick {
    struct request *r;
    bool in_place, is_gm, optimizes, fuzzy, apart;
};

/* ---- names ---- */

/* "in.gif[0-3]", "in.gif[0,2]", "in.gif[100x80]": the part behind the bracket. */
static void take_brackets(struct magick *m, const char *s) {
    struct request *r = m->r;
    struct request_step step = {.kind = REQUEST_STEP_WITHIN};
    const char *p;
    if (request_number(s, &p, &step.width) && *p == 'x' &&
        request_number(p + 1, &p, &step.height) && *p == ']') {
        request_add_step(r, step);
        return;
    }
    r->frames.kind = REQUEST_FRAMES_SELECTION;
    r->frames.keeps_delays = true;
    for (;;) {
        int64_t first, last;
        if (!request_number(s, &s, &first))
            break;
        last = first;
        if (*s == '-' && !request_number(s + 1, &s, &last))
            break;
        request_add_span(r, first, last, -1);
        if (*s == ']')
            return;
        if (*s++ != ',')
            break;
    }
    r->frames.ask = REQUEST_UNCLEAR;
    r->timing.ask = REQUEST_UNCLEAR;
}

/* A file's name without the format before it and the brackets behind it. */
static void take_name(struct magick *m, const char *word, bool is_input) {
    struct request_names *names = is_input ? &m->r->inputs : &m->r->outputs;
    size_t prefix = strcspn(word, ":/");
    if (word[prefix] == ':' && prefix > 1)
        word += prefix + 1;
    size_t n = strlen(word);
    const char *open = strrchr(word, '[');
    if (is_input && open != NULL && n > 0 && word[n - 1] == ']') {
        take_brackets(m, open + 1);
        request_add_copy(m->r, names, word, (size_t)(open - word));
    } else {
        request_add_name(m->r, names, word);
    }
}

/* ---- geometry ---- */

/* "WxH", "W", "xH", "50%", "WxH!", "WxH>", "WxH<", "WxH^". */
static void take_resize(struct request *r, const char *s) {
    struct request_step step = {.kind = REQUEST_STEP_WITHIN};
    double x, y;
    const char *p;
    if (request_decimal(s, &p, &x) && *p == '%') {
        y = x;
        if (p[1] != '\0' && (p[1] != 'x' || !request_decimal(p + 2, &p, &y))) {
            r->canvas.ask = REQUEST_UNCLEAR;
            return;
        }
        request_add_step(
            r, (struct request_step){.kind = REQUEST_STEP_SCALE, .x = x / 100, .y = y / 100});
        return;
    }
    bool good = *s == 'x' || request_number(s, &s, &step.width);
    if (good && *s == 'x' && s[1] != '\0')
        good = request_number(s + 1, &s, &step.height);
    else if (good && *s == 'x')
        s++;
    if (good && *s == '!')
        step.kind = REQUEST_STEP_EXACT;
    else if (good && *s == '>')
        step.kind = REQUEST_STEP_FIT;
    else if (good && *s == '^')
        step.kind = REQUEST_STEP_COVER;
    else if (*s != '\0')
        good = false;
    if (good && (*s == '\0' || s[1] == '\0'))
        request_add_step(r, step);
    else
        r->canvas.ask = REQUEST_UNCLEAR;
}

static void take_rotation(struct request *r, const char *s) {
    int64_t degrees;
    if (text_to_int(s, false, &degrees) && degrees % 90 == 0)
        request_add_step(r, (struct request_step){.kind = REQUEST_STEP_TURN,
                                                  .turns = (int)(degrees / 90 % 4 + 4) % 4});
    else
        r->canvas.ask = REQUEST_UNCLEAR;
}

/* ---- words ---- */

/* "T", "TxTPS" (ticks of 1/TPS s), before the input; behind it ImageMagick 6 ignores it. */
static void take_delay(struct magick *m, const char *s) {
    double ticks, rate = 100;
    struct request *r = m->r;
    bool good = request_decimal(s, &s, &ticks) && ticks >= 0;
    if (good && *s == 'x')
        good = request_decimal(s + 1, &s, &rate) && rate > 0;
    double delay_cs = good ? ticks * 100 / rate : 0;
    if (good && delay_cs <= 1e9 && *s == '\0' && (r->inputs.used == 0 || m->is_gm) && !m->in_place)
        request_ask_delay(r, (int64_t)(delay_cs + 0.5));
    else
        r->timing.ask = REQUEST_UNCLEAR;
}

static void take_deletion(struct request *r, const char *s) {
    int64_t first, last;
    r->frames.kind = REQUEST_FRAMES_DELETION;
    r->frames.keeps_delays = true;
    bool good = r->frames.ask == REQUEST_NOT_ASKED;
    while (good && request_number(s, &s, &first)) {
        last = first;
        if (*s == '-' && !request_number(s + 1, &s, &last))
            break;
        request_add_span(r, first, last, -1);
        if (*s == '\0')
            return;
        good = *s++ == ',';
    }
    r->frames.ask = REQUEST_UNCLEAR;
    r->timing.ask = REQUEST_UNCLEAR;
}

static void take_layers(struct magick *m, const char *method) {
    if (text_matches_any("[oO]ptimize* [rR]emove* [cC]oalesce [cC]ompare*", method))
        m->optimizes |= method[0] == 'o' || method[0] == 'O';
    else
        request_give_up(m->r);
}

/* To play once, neither writes an extension. Else ImageMagick 6 stores one less than was asked (the
 * first play is no repetition), gm the number. */
static void take_loops(struct magick *m, const char *value) {
    int64_t n;
    if (!text_to_int(value, false, &n) || n < 0 || n > 65535 || m->in_place)
        m->r->loops.ask = REQUEST_UNCLEAR;
    else if (n == 1)
        request_ask_loops(m->r, -1);
    else
        request_ask_loops(m->r, n == 0 || m->is_gm ? n : n - 1);
}

static void take_colors(struct request *r, const char *value) {
    int64_t n;
    if (text_to_int(value, false, &n) && n >= 1 && n <= 256)
        request_ask_colors(r, n, REQUEST_COUNT_LARGEST_FRAME);
    else
        r->colors.ask = REQUEST_UNCLEAR;
}

/* What cannot be derived from an option, whatever its value is. */
static void leave_unclear(struct request *r, enum magick_id id) {
    r->pictures_edited |=
        id == MAGICK_COLORS_UNCLEAR || id == MAGICK_EDITS || id == MAGICK_FRAMES_UNCLEAR;
    if (id == MAGICK_COLORS_UNCLEAR || id == MAGICK_COLORMAP)
        r->colors.ask = REQUEST_UNCLEAR;
    if (id == MAGICK_CROP || id == MAGICK_CANVAS_UNCLEAR)
        r->canvas.ask = REQUEST_UNCLEAR;
    if (id == MAGICK_FRAMES_UNCLEAR)
        r->frames.ask = r->timing.ask = REQUEST_UNCLEAR;
}

static void take_option(struct magick *m, enum magick_id id, const char *const *value) {
    struct request *r = m->r;
    switch (id) {
    case MAGICK_HARMLESS:
    case MAGICK_ADJOIN:
    case MAGICK_PATH:
        break;
    case MAGICK_COLORS:
        take_colors(r, value[0]);
        break;
    case MAGICK_COLORMAP:
        request_add_name(r, &r->not_sources, value[0]);
        leave_unclear(r, id);
        break;
    case MAGICK_DELETE:
        take_deletion(r, value[0]);
        break;
    case MAGICK_LAYERS:
        take_layers(m, value[0]);
        break;
    case MAGICK_RESIZE:
        take_resize(r, value[0]);
        break;
    case MAGICK_ROTATE:
        take_rotation(r, value[0]);
        break;
    case MAGICK_FLIP:
        r->canvas.flipped = true;
        break;
    case MAGICK_DELAY:
        take_delay(m, value[0]);
        break;
    case MAGICK_SET:
        if (strcmp(value[0], "delay") == 0)
            r->timing.ask = REQUEST_UNCLEAR;
        break;
    case MAGICK_LOOP:
        take_loops(m, value[0]);
        break;
    case MAGICK_NO_ADJOIN:
        m->apart = true;
        break;
    case MAGICK_FUZZ:
        m->fuzzy = true;
        break;
    case MAGICK_WRITE:
        take_name(m, value[0], false);
        break;
    default:
        leave_unclear(r, id);
    }
}

static bool is_option(const char *word) {
    return ((word[0] == '-' || word[0] == '+') && word[1] != '\0') || strcmp(word, "(") == 0 ||
           strcmp(word, ")") == 0;
}

static void conclude(struct magick *m) {
    struct request *r = m->r;
    bool several = r->inputs.used > 1 && !m->in_place;
    if (m->apart && r->frames.ask != REQUEST_UNCLEAR) {
        r->frames.ask = REQUEST_ASKED;
        r->frames.kind = REQUEST_FRAMES_ONE;
    }
    if (several && r->frames.ask != REQUEST_NOT_ASKED) {
        r->frames.ask = REQUEST_UNCLEAR;
        r->timing.ask = REQUEST_UNCLEAR;
    }
    /* One picture has neither time nor loops. */
    request_conclude(r, m->fuzzy,
                     m->apart       ? REQUEST_EXPLODE
                     : several      ? REQUEST_MERGE
                     : m->optimizes ? REQUEST_OPTIMIZATION
                                    : REQUEST_CONVERSION);
}

static void parse(struct request *r, size_t argc, const char *const argv[], bool is_gm) {
    struct magick m = {.r = r, .is_gm = is_gm};
    m.in_place = strstr(text_base_name(argv[0]), "mogrify") != NULL;
    size_t last = argc;
    if (!m.in_place && argc > 1 && !is_option(argv[argc - 1]))
        last = argc - 1;
    for (size_t i = 1; i < last; i++) {
        if (!is_option(argv[i]) || strcmp(argv[i], "-") == 0) {
            take_name(&m, argv[i], true);
            continue;
        }
        const struct magick_option *o = magick_option_find(argv[i]);
        if (o == NULL || i + (size_t)o->values >= argc) {
            request_give_up(r);
            break;
        }
        take_option(&m, o->id, argv + i + 1);
        i += (size_t)o->values;
    }
    if (last < argc)
        take_name(&m, argv[last], false);
    conclude(&m);
}

void request_magick(struct request *r, size_t argc, const char *const argv[]) {
    parse(r, argc, argv, false);
}

void request_graphicsmagick(struct request *r, size_t argc, const char *const argv[]) {
    parse(r, argc, argv, true);
}
