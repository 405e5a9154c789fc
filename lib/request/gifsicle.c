/* gifsicle 1.9x. Its option parser (Clp) takes --name=V and --name V, unambiguous prefixes, -kV,
 * -k V, -k=V, clusters whose last may take a value, --no-NAME and +X; optional values are attached
 * only. Frame selections (#…) stand behind the input that they select from.
 *
 * Rooms: facets · selections · words */
#include "request/gifsicle_canvas.h"
#include "request/gifsicle_options.h"
#include "request/parse.h"
#include "text/text.h"

#include <string.h>

struct gifsicle {
    struct request *r;
    int64_t delay_cs; /* in force for the frames that are selected next, -1 = their own */
    bool mixed_delays, lossy, merge, batch, explode, selected;
    size_t inputs;
};

static void unclear(enum request_ask *ask) {
    *ask = REQUEST_UNCLEAR;
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

static void take_option(struct gifsicle *g, enum gifsicle_id id, const char *value, bool negated) {
    struct request *r = g->r;
    /* "--no-colors", "+k": what would have taken a value is taken back. */
    if (negated && id != GIFSICLE_DELAY && id != GIFSICLE_LOOPS && id != GIFSICLE_LOSSY &&
        id != GIFSICLE_DITHER && id != GIFSICLE_EDITS)
        return;
    switch (id) {
    case GIFSICLE_HARMLESS:
    case GIFSICLE_NO_GIF:
        break;
    case GIFSICLE_COLORS:
        take_colors(g, value);
        break;
    case GIFSICLE_COLORMAP:
        take_colormap(g, value != NULL ? value : "");
        break;
    case GIFSICLE_EDITS:
        r->pictures_edited |= !negated;
        break;
    case GIFSICLE_LOSSY:
        g->lossy = !negated;
        break;
    case GIFSICLE_DITHER:
        r->colors.scattered = !negated;
        break;
    case GIFSICLE_DELETE:
        take_deletion(g, value != NULL ? value : "");
        break;
    case GIFSICLE_REPLACE:
        unclear(&r->frames.ask);
        unclear(&r->timing.ask);
        r->pictures_edited = true;
        break;
    case GIFSICLE_MERGE:
        g->merge = true;
        break;
    case GIFSICLE_EXPLODE:
        g->explode = true;
        break;
    case GIFSICLE_BATCH:
        g->batch = true;
        break;
    case GIFSICLE_DELAY:
        take_delay(g, value, negated);
        break;
    case GIFSICLE_LOOPS:
        take_loops(r, value, negated);
        break;
    case GIFSICLE_OUTPUT:
        request_add_name(r, &r->outputs, value);
        break;
    default:
        gifsicle_canvas(r, id, value);
    }
}

/* ---- words ---- */

struct words {
    size_t argc, at;
    const char *const *argv;
};

static const char *next_word(struct words *w) {
    return w->at + 1 < w->argc ? w->argv[++w->at] : NULL;
}

/* The second value is a word of its own, also where the first is attached. */
static bool skip_second(const struct gifsicle_option *o, struct words *w) {
    return o->takes != GIFSICLE_TWO_VALUES || next_word(w) != NULL;
}

static void take_long(struct gifsicle *g, struct words *w, const char *name) {
    size_t n = strcspn(name, "=");
    const char *value = name[n] == '=' ? name + n + 1 : NULL;
    bool negated = false;
    const struct gifsicle_option *o = gifsicle_option_long(name, n);
    if (o == NULL && n > 3 && request_begins(name, "no-")) {
        negated = true;
        o = gifsicle_option_long(name + 3, n - 3);
    }
    if (o == NULL) {
        request_give_up(g->r);
        return;
    }
    if (!negated && gifsicle_option_needs_value(o) &&
        ((value == NULL && (value = next_word(w)) == NULL) || !skip_second(o, w)))
        request_give_up(g->r);
    else
        take_option(g, o->id, value, negated);
}

static void take_cluster(struct gifsicle *g, struct words *w, const char *letters, bool negated) {
    for (; *letters != '\0'; letters++) {
        const struct gifsicle_option *o = gifsicle_option_short(*letters);
        const char *value = NULL;
        if (o == NULL) {
            request_give_up(g->r);
            return;
        }
        bool attached = letters[1] != '\0' && o->takes != GIFSICLE_NOTHING && !negated;
        if (attached)
            value = letters + 1 + (letters[1] == '=');
        else if (gifsicle_option_needs_value(o) && !negated)
            value = next_word(w);
        if (!negated && gifsicle_option_needs_value(o) && (value == NULL || !skip_second(o, w))) {
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
