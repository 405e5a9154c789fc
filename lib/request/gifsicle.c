/* gifsicle 1.9x. Its option parser (Clp) takes --name=V and --name V, unambiguous prefixes, -kV,
 * -k V, -k=V, clusters whose last may take a value, --no-NAME and +X; optional values are attached
 * only. Frame selections (#…) stand behind the input that they select from.
 *
 * Rooms: the table · values · facets · selections · words */
#include "request/parse.h"
#include "text/text.h"

#include <string.h>

enum id {
    HARMLESS, /* changes neither pictures nor times */
    DITHER,
    COLORS,
    COLORMAP,
    EDITS, /* changes pictures in a way not described */
    LOSSY,
    DELETE,
    REPLACE,
    MERGE,
    EXPLODE,
    BATCH,
    RESIZE,
    RESIZE_WIDTH,
    RESIZE_HEIGHT,
    RESIZE_FIT,
    RESIZE_TOUCH,
    RESIZE_GEOMETRY,
    SCALE,
    CROP,
    CANVAS_UNCLEAR,
    SCREEN,
    TURN_90,
    TURN_180,
    TURN_270,
    FLIP,
    DELAY,
    LOOPS,
    OUTPUT,
    NO_GIF /* --info and the like */
};

enum takes { NOTHING, VALUE, TWO_VALUES, OPTIONAL };

struct option {
    const char *name; /* long name, or "" */
    char letter;      /* short name, or 0 */
    enum takes takes;
    enum id id;
};

/* ---- the table ---- */

static const struct option options[] = {
    {"merge", 'm', NOTHING, MERGE},
    {"batch", 'b', NOTHING, BATCH},
    {"explode", 'e', NOTHING, EXPLODE},
    {"explode-by-name", 'E', NOTHING, EXPLODE},
    {"append", 0, NOTHING, REPLACE},
    {"insert-before", 0, VALUE, REPLACE},
    {"replace", 0, VALUE, REPLACE},
    {"delete", 0, VALUE, DELETE},
    {"done", 0, NOTHING, HARMLESS},
    {"colors", 'k', VALUE, COLORS},
    {"num-colors", 0, VALUE, COLORS},
    {"use-colormap", 0, VALUE, COLORMAP},
    {"gray", 0, NOTHING, EDITS},
    {"grayscale", 0, NOTHING, EDITS},
    {"change-color", 0, TWO_VALUES, EDITS},
    {"transform-colormap", 0, VALUE, EDITS},
    {"color-method", 0, VALUE, HARMLESS},
    {"dither", 'f', OPTIONAL, DITHER},
    {"gamma", 0, VALUE, HARMLESS},
    {"lossy", 0, OPTIONAL, LOSSY},
    {"resize", 0, VALUE, RESIZE},
    {"resize-width", 0, VALUE, RESIZE_WIDTH},
    {"resize-height", 0, VALUE, RESIZE_HEIGHT},
    {"resize-fit", 0, VALUE, RESIZE_FIT},
    {"resize-touch", 0, VALUE, RESIZE_TOUCH},
    {"resize-geometry", 0, VALUE, RESIZE_GEOMETRY},
    {"resize-fit-width", 0, VALUE, CANVAS_UNCLEAR},
    {"resize-fit-height", 0, VALUE, CANVAS_UNCLEAR},
    {"resize-touch-width", 0, VALUE, CANVAS_UNCLEAR},
    {"resize-touch-height", 0, VALUE, CANVAS_UNCLEAR},
    {"resize-method", 0, VALUE, HARMLESS},
    {"resize-colors", 0, VALUE, HARMLESS},
    {"scale", 0, VALUE, SCALE},
    {"crop", 0, VALUE, CROP},
    {"clip", 0, VALUE, CROP},
    {"crop-transparency", 0, NOTHING, CANVAS_UNCLEAR},
    {"logical-screen", 'S', VALUE, SCREEN},
    {"screen", 0, VALUE, SCREEN},
    {"position", 'p', VALUE, CANVAS_UNCLEAR},
    {"rotate-90", 0, NOTHING, TURN_90},
    {"rotate-180", 0, NOTHING, TURN_180},
    {"rotate-270", 0, NOTHING, TURN_270},
    {"flip-horizontal", 0, NOTHING, FLIP},
    {"flip-vertical", 0, NOTHING, FLIP},
    {"hflip", 0, NOTHING, FLIP},
    {"vflip", 0, NOTHING, FLIP},
    {"delay", 'd', VALUE, DELAY},
    {"loopcount", 'l', OPTIONAL, LOOPS},
    {"transparent", 't', VALUE, EDITS},
    {"background", 'B', VALUE, HARMLESS},
    {"disposal", 'D', VALUE, EDITS},
    {"optimize", 'O', OPTIONAL, HARMLESS},
    {"unoptimize", 'U', NOTHING, HARMLESS},
    {"careful", 0, NOTHING, HARMLESS},
    {"interlace", 'i', NOTHING, HARMLESS},
    {"name", 'n', VALUE, HARMLESS},
    {"comment", 'c', VALUE, HARMLESS},
    {"extension", 'x', TWO_VALUES, HARMLESS},
    {"app-extension", 0, TWO_VALUES, HARMLESS},
    {"names", 0, NOTHING, HARMLESS},
    {"comments", 0, NOTHING, HARMLESS},
    {"extensions", 0, NOTHING, HARMLESS},
    {"threads", 'j', OPTIONAL, HARMLESS},
    {"output", 'o', VALUE, OUTPUT},
    {"conserve-memory", 0, NOTHING, HARMLESS},
    {"multifile", 0, NOTHING, HARMLESS},
    {"nextfile", 0, NOTHING, HARMLESS},
    {"ignore-errors", 0, NOTHING, HARMLESS},
    {"warnings", 'w', NOTHING, HARMLESS},
    {"verbose", 'V', NOTHING, HARMLESS},
    {"quiet", 'q', NOTHING, HARMLESS},
    {"no-ignore-errors", 0, NOTHING, HARMLESS},
    {"info", 'I', NOTHING, HARMLESS},
    {"color-info", 0, NOTHING, HARMLESS},
    {"cinfo", 0, NOTHING, HARMLESS},
    {"extension-info", 0, NOTHING, HARMLESS},
    {"xinfo", 0, NOTHING, HARMLESS},
    {"size-info", 0, NOTHING, HARMLESS},
    {"sinfo", 0, NOTHING, HARMLESS},
    {"help", 'h', NOTHING, NO_GIF},
    {"version", 0, NOTHING, NO_GIF},
    {"same-delay", 0, NOTHING, DELAY},
    {"same-loopcount", 0, NOTHING, HARMLESS},
    {"same-colors", 0, NOTHING, HARMLESS},
    {"same-optimize", 0, NOTHING, HARMLESS},
};

struct gifsicle {
    struct request *r;
    int64_t delay_cs; /* in force for the frames that are selected next, -1 = their own */
    bool mixed_delays, lossy, merge, batch, explode, selected;
    size_t inputs;
};

/* ---- values ---- */

/* "AxB" with a number or "_" on either side (0). */
static bool read_size(const char *s, int64_t *w, int64_t *h) {
    *w = *h = 0;
    if (s == NULL)
        return false;
    if (*s == '_')
        s++;
    else if (!request_number(s, &s, w))
        return false;
    if (*s != 'x')
        return false;
    s++;
    if (*s == '_')
        return s[1] == '\0';
    return request_number(s, &s, h) && *s == '\0' && *w >= 0 && *h >= 0;
}

/* A factor: "0.5", "1/2". */
static bool read_factor(const char **s, double *x) {
    double below;
    if (!request_decimal(*s, s, x))
        return false;
    if (**s != '/')
        return *x > 0;
    if (!request_decimal(*s + 1, s, &below) || below <= 0)
        return false;
    *x /= below;
    return *x > 0;
}

static void unclear(enum request_ask *ask) {
    *ask = REQUEST_UNCLEAR;
}

static void add_resize(struct request *r, enum request_step_kind kind, const char *value) {
    struct request_step step = {.kind = kind};
    if (read_size(value, &step.width, &step.height))
        request_add_step(r, step);
    else
        unclear(&r->canvas.ask);
}

static void add_scale(struct request *r, const char *value) {
    struct request_step step = {.kind = REQUEST_STEP_SCALE};
    bool good = read_factor(&value, &step.x);
    step.y = step.x;
    if (good && *value == 'x') {
        value++;
        good = read_factor(&value, &step.y);
    }
    if (good && *value == '\0')
        request_add_step(r, step);
    else
        unclear(&r->canvas.ask);
}

/* "X,Y+WxH" or "X1,Y1-X2,Y2". */
static void add_crop(struct request *r, const char *s) {
    struct request_step step = {.kind = REQUEST_STEP_CROP};
    int64_t right = 0, bottom = 0;
    bool good = request_number(s, &s, &step.left) && *s == ',' &&
                request_number(s + 1, &s, &step.top) && step.left >= 0 && step.top >= 0;
    if (good && *s == '+') {
        good = request_number(s + 1, &s, &step.width) && *s == 'x' &&
               request_number(s + 1, &s, &step.height) && *s == '\0';
    } else if (good && *s == '-') {
        good = request_number(s + 1, &s, &right) && *s == ',' &&
               request_number(s + 1, &s, &bottom) && *s == '\0';
        step.width = right - step.left;
        step.height = bottom - step.top;
    } else {
        good = false;
    }
    if (good)
        request_add_step(r, step);
    else
        unclear(&r->canvas.ask);
}

/* ---- facets ---- */

static void take_colors(struct gifsicle *g, const char *value) {
    int64_t n;
    /* Out of range it warns and goes on without. */
    if (text_to_int(value, true, &n) && n >= 2 && n <= 256)
        request_ask_colors(g->r, n, REQUEST_COUNT_UNION);
}

/* A palette that was not made for the picture: how far it lies from the colours is not known. */
static void take_colormap(struct gifsicle *g, const char *value) {
    static const struct {
        const char *name;
        int64_t colors;
    } known[] = {{"web", 216}, {"gray", 256}, {"grey", 256}, {"bw", 2}};
    g->r->pictures_edited = true;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(value, known[i].name) == 0) {
            request_ask_colors(g->r, known[i].colors, REQUEST_COUNT_UNION);
            return;
        }
    request_add_name(g->r, &g->r->not_sources, value);
    request_ask_colors(g->r, 256, REQUEST_COUNT_UNION);
}

static void take_delay(struct gifsicle *g, const char *value, bool negated) {
    int64_t n = -1;
    if (!negated && value != NULL && (!text_to_int(value, true, &n) || n < 0 || n > 65535)) {
        unclear(&g->r->timing.ask);
        return;
    }
    g->mixed_delays |= g->inputs > 0 && n != g->delay_cs;
    g->delay_cs = n;
}

static void take_loops(struct request *r, const char *value, bool negated) {
    int64_t n = 0;
    if (negated)
        request_ask_loops(r, -1);
    else if (value == NULL || request_begins(value, "inf") || request_begins(value, "for"))
        request_ask_loops(r, 0);
    else if (text_to_int(value, true, &n) && n >= 0 && n <= 65535)
        request_ask_loops(r, n);
    else
        unclear(&r->loops.ask);
}

static void take_turn(struct request *r, int turns) {
    request_add_step(r, (struct request_step){.kind = REQUEST_STEP_TURN, .turns = turns});
}

static void take_canvas(struct request *r, enum id id, const char *value) {
    struct request_step step = {.kind = REQUEST_STEP_EXACT};
    if (id == RESIZE)
        add_resize(r, REQUEST_STEP_EXACT, value);
    else if (id == RESIZE_FIT)
        add_resize(r, REQUEST_STEP_FIT, value);
    else if (id == RESIZE_TOUCH || id == RESIZE_GEOMETRY || id == CANVAS_UNCLEAR)
        unclear(&r->canvas.ask);
    else if (id == RESIZE_WIDTH && text_to_int(value, true, &step.width))
        request_add_step(r, step);
    else if (id == RESIZE_HEIGHT && text_to_int(value, true, &step.height))
        request_add_step(r, step);
    else if (id == SCALE)
        add_scale(r, value);
    else if (id == CROP)
        add_crop(r, value);
    else if (id == SCREEN)
        add_resize(r, REQUEST_STEP_SCREEN, value);
    else
        unclear(&r->canvas.ask);
}

/* ---- selections ---- */

/* "#2", "#0-4", "#3-", "#-1", "#-2-0"; "#name" cannot be derived. */
static bool read_span(const char *s, int64_t *first, int64_t *last) {
    if (!request_number(s, &s, first))
        return false;
    *last = *first;
    if (*s == '\0')
        return true;
    if (*s != '-')
        return false;
    if (s[1] == '\0') {
        *last = -1;
        return true;
    }
    return request_number(s + 1, &s, last) && *s == '\0';
}

static void take_selection(struct gifsicle *g, const char *word) {
    int64_t first, last;
    if (!read_span(word + 1, &first, &last) ||
        (g->r->frames.ask == REQUEST_ASKED && !g->selected)) {
        unclear(&g->r->frames.ask);
        unclear(&g->r->timing.ask);
        return;
    }
    g->selected = true;
    g->r->frames.kind = REQUEST_FRAMES_SELECTION;
    g->r->frames.keeps_delays = true;
    request_add_span(g->r, first, last, g->delay_cs);
}

static void take_deletion(struct gifsicle *g, const char *value) {
    int64_t first, last;
    if (value[0] != '#' || !read_span(value + 1, &first, &last) || g->selected) {
        unclear(&g->r->frames.ask);
        unclear(&g->r->timing.ask);
        return;
    }
    g->r->frames.kind = REQUEST_FRAMES_DELETION;
    g->r->frames.keeps_delays = true;
    request_add_span(g->r, first, last, -1);
}

static void take_option(struct gifsicle *g, enum id id, const char *value, bool negated) {
    struct request *r = g->r;
    /* "--no-colors", "+k": what would have taken a value is taken back. */
    if (negated && id != DELAY && id != LOOPS && id != LOSSY && id != DITHER && id != EDITS)
        return;
    switch (id) {
    case HARMLESS:
    case NO_GIF:
        break;
    case COLORS:
        take_colors(g, value);
        break;
    case COLORMAP:
        take_colormap(g, value != NULL ? value : "");
        break;
    case EDITS:
        r->pictures_edited |= !negated;
        break;
    case LOSSY:
        g->lossy = !negated;
        break;
    case DITHER:
        r->colors.scattered = !negated;
        break;
    case DELETE:
        take_deletion(g, value != NULL ? value : "");
        break;
    case REPLACE:
        unclear(&r->frames.ask);
        unclear(&r->timing.ask);
        r->pictures_edited = true;
        break;
    case MERGE:
        g->merge = true;
        break;
    case EXPLODE:
        g->explode = true;
        break;
    case BATCH:
        g->batch = true;
        break;
    case TURN_90:
    case TURN_180:
    case TURN_270:
        take_turn(r, (int)(id - TURN_90) + 1);
        break;
    case FLIP:
        r->canvas.flipped = true;
        break;
    case DELAY:
        take_delay(g, value, negated);
        break;
    case LOOPS:
        take_loops(r, value, negated);
        break;
    case OUTPUT:
        request_add_name(r, &r->outputs, value);
        break;
    default:
        take_canvas(r, id, value);
    }
}

/* ---- words ---- */

/* An option by its long name, of which n bytes are given; NULL when none or several begin so. */
static const struct option *find_long(const char *name, size_t n) {
    const struct option *found = NULL;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (strncmp(options[i].name, name, n) != 0 || n == 0)
            continue;
        if (options[i].name[n] == '\0')
            return &options[i];
        if (found != NULL && found->id != options[i].id)
            return NULL;
        found = &options[i];
    }
    return found;
}

static const struct option *find_short(char letter) {
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (options[i].letter != 0 && options[i].letter == letter)
            return &options[i];
    return NULL;
}

struct words {
    size_t argc, at;
    const char *const *argv;
};

static const char *next_word(struct words *w) {
    return w->at + 1 < w->argc ? w->argv[++w->at] : NULL;
}

static bool needs_value(const struct option *o) {
    return o->takes == VALUE || o->takes == TWO_VALUES;
}

/* The second value is a word of its own, also where the first is attached. */
static bool skip_second(const struct option *o, struct words *w) {
    return o->takes != TWO_VALUES || next_word(w) != NULL;
}

static void take_long(struct gifsicle *g, struct words *w, const char *name) {
    size_t n = strcspn(name, "=");
    const char *value = name[n] == '=' ? name + n + 1 : NULL;
    bool negated = false;
    const struct option *o = find_long(name, n);
    if (o == NULL && n > 3 && request_begins(name, "no-")) {
        negated = true;
        o = find_long(name + 3, n - 3);
    }
    if (o == NULL) {
        request_give_up(g->r);
        return;
    }
    if (!negated && needs_value(o) &&
        ((value == NULL && (value = next_word(w)) == NULL) || !skip_second(o, w)))
        request_give_up(g->r);
    else
        take_option(g, o->id, value, negated);
}

static void take_cluster(struct gifsicle *g, struct words *w, const char *letters, bool negated) {
    for (; *letters != '\0'; letters++) {
        const struct option *o = find_short(*letters);
        const char *value = NULL;
        if (o == NULL) {
            request_give_up(g->r);
            return;
        }
        bool attached = letters[1] != '\0' && o->takes != NOTHING && !negated;
        if (attached)
            value = letters + 1 + (letters[1] == '=');
        else if (needs_value(o) && !negated)
            value = next_word(w);
        if (!negated && needs_value(o) && (value == NULL || !skip_second(o, w))) {
            request_give_up(g->r);
            return;
        }
        take_option(g, o->id, value, negated);
        if (attached)
            return;
    }
}

static void take_input(struct gifsicle *g, const char *word) {
    g->inputs++;
    request_add_name(g->r, &g->r->inputs, word);
}

static void conclude(struct gifsicle *g) {
    struct request *r = g->r;
    if (!g->mixed_delays && g->delay_cs >= 0)
        request_ask_delay(r, g->delay_cs);
    else if (g->mixed_delays && g->selected && r->timing.ask == REQUEST_NOT_ASKED)
        r->timing = (struct request_timing){.ask = REQUEST_ASKED, .kind = REQUEST_TIMING_SPANS};
    else if (g->mixed_delays)
        unclear(&r->timing.ask);
    bool several = g->inputs > 1 && !g->batch && !g->explode;
    /* Selections from several inputs: which frame is from which is not followed. */
    if (several && (r->frames.ask != REQUEST_NOT_ASKED || r->outputs.used > 1)) {
        unclear(&r->frames.ask);
        unclear(&r->timing.ask);
    }
    if (g->explode) {
        r->frames.ask = REQUEST_ASKED;
        r->frames.kind = REQUEST_FRAMES_ONE;
    }
    r->lossless = r->understood && !g->lossy && !r->pictures_edited &&
                  r->colors.ask == REQUEST_NOT_ASKED && r->canvas.ask == REQUEST_NOT_ASKED &&
                  !r->canvas.flipped;
    request_conclude(r, g->lossy,
                     g->explode ? REQUEST_EXPLODE
                     : several  ? REQUEST_MERGE
                                : REQUEST_OPTIMIZATION);
}

void request_gifsicle(struct request *r, size_t argc, const char *const argv[]) {
    struct gifsicle g = {.r = r, .delay_cs = -1};
    struct words w = {.argc = argc, .argv = argv};
    bool only_files = false;
    for (w.at = 1; w.at < argc; w.at++) {
        const char *word = argv[w.at];
        if (!only_files && strcmp(word, "--") == 0)
            only_files = true;
        else if (!only_files && word[0] == '#')
            take_selection(&g, word);
        else if (!only_files && request_begins(word, "--"))
            take_long(&g, &w, word + 2);
        else if (!only_files && (word[0] == '-' || word[0] == '+') && word[1] != '\0')
            take_cluster(&g, &w, word + 1, word[0] == '+');
        else
            take_input(&g, word);
    }
    conclude(&g);
}
