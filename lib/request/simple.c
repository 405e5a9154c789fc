/* Programs with few options: gifski, animately, giftool, giffix, gifclrmp. */
#include "request/parse.h"
#include "text/text.h"

#include <string.h>

enum id {
    HARMLESS,
    COLORS,
    RATIO,
    RATE,
    LOSSY,
    SCALE,
    WIDTH,
    CANVAS,
    DELAY,
    LOOPS,
    FRAMES,
    SPEED,
    OUTPUT
};

struct option {
    const char *names; /* globs */
    int values;
    enum id id;
};

struct program {
    const struct option *options;
    size_t used;
    enum request_operation otherwise;
    bool lossy; /* always */
};

/* A value as the numbers that it may be. */
struct value {
    int64_t n;
    double x;
    bool is_number, is_decimal;
};

static struct value value_of(const char *text) {
    struct value v = {0};
    v.is_number = text != NULL && text_to_int(text, false, &v.n);
    v.is_decimal = text != NULL && text_to_double(text, &v.x);
    return v;
}

static void take_ratio(struct request *r, const struct value *v) {
    bool good = v->is_decimal && v->x > 0 && v->x <= 1;
    r->frames.ask = good ? REQUEST_ASKED : REQUEST_UNCLEAR;
    if (good) {
        r->frames.kind = REQUEST_FRAMES_RATIO;
        r->frames.ratio = v->x;
    }
}

static void take_rate(struct request *r, const struct value *v) {
    r->frames.ask = v->is_decimal && v->x > 0 ? REQUEST_ASKED : REQUEST_UNCLEAR;
    r->frames.kind = REQUEST_FRAMES_RATE;
    r->frames.fps = v->x;
}

static void take_canvas(struct request *r, enum id id, const struct value *v) {
    if (id == SCALE && v->is_decimal && v->x > 0)
        request_add_step(r,
                         (struct request_step){.kind = REQUEST_STEP_SCALE, .x = v->x, .y = v->x});
    else if (id == WIDTH && v->is_number && v->n > 0)
        request_add_step(r, (struct request_step){.kind = REQUEST_STEP_FIT, .width = v->n});
    else
        r->canvas.ask = REQUEST_UNCLEAR;
}

static bool is_short(const struct value *v) {
    return v->is_number && v->n >= 0 && v->n <= 65535;
}

static void take_option(struct request *r, enum id id, const char *value) {
    const struct value v = value_of(value);
    switch (id) {
    case HARMLESS:
        break;
    case COLORS:
        if (v.is_number && v.n >= 1 && v.n <= 256)
            request_ask_colors(r, v.n, REQUEST_COUNT_LARGEST_FRAME);
        else
            r->colors.ask = REQUEST_UNCLEAR;
        break;
    case RATIO:
        take_ratio(r, &v);
        break;
    case RATE:
        take_rate(r, &v);
        break;
    case LOSSY:
        r->lossless = false;
        r->operation = REQUEST_LOSSY_COMPRESSION;
        break;
    case SCALE:
    case WIDTH:
    case CANVAS:
        take_canvas(r, id, &v);
        break;
    case DELAY:
        if (is_short(&v))
            request_ask_delay(r, v.n);
        else
            r->timing.ask = REQUEST_UNCLEAR;
        break;
    case LOOPS:
        if (is_short(&v))
            request_ask_loops(r, v.n);
        else
            r->loops.ask = REQUEST_UNCLEAR;
        break;
    case FRAMES:
    case SPEED:
        r->frames.ask = REQUEST_UNCLEAR;
        r->timing.ask = REQUEST_UNCLEAR;
        break;
    case OUTPUT:
        request_add_name(r, &r->outputs, value);
        break;
    }
}

static const struct option *find(const struct program *p, const char *name) {
    for (size_t i = 0; i < p->used; i++)
        if (text_matches_any(p->options[i].names, name))
            return &p->options[i];
    return NULL;
}

static void parse(struct request *r, size_t argc, const char *const argv[],
                  const struct program *p) {
    for (size_t i = 1; i < argc; i++) {
        char name[64];
        const char *word = argv[i];
        if (word[0] != '-' || word[1] == '\0') {
            request_add_name(r, &r->inputs, word);
            continue;
        }
        size_t n = strcspn(word, "=");
        text_print(name, sizeof name, "%.*s", (int)n, word);
        const struct option *o = find(p, name);
        const char *value = word[n] == '=' ? word + n + 1 : NULL;
        if (o != NULL && o->values > 0 && value == NULL)
            value = i + 1 < argc ? argv[++i] : NULL;
        if (o == NULL || (o->values > 0 && value == NULL))
            request_give_up(r);
        else
            take_option(r, o->id, value);
    }
    bool lossy = p->lossy || r->operation == REQUEST_LOSSY_COMPRESSION;
    request_conclude(r, lossy, p->otherwise);
}

#define PROGRAM(list, otherwise, lossy)                                                            \
    { (list), sizeof(list) / sizeof *(list), (otherwise), (lossy) }

static const struct option gifski_options[] = {
    {"-Q --quality --lossy-quality --motion-quality", 1, LOSSY},
    {"-r --fps", 1, RATE},
    {"--fast-forward", 1, SPEED},
    {"-W --width", 1, WIDTH},
    {"-H --height", 1, CANVAS},
    {"--repeat", 1, HARMLESS},
    {"--bounce", 0, FRAMES},
    {"-o --output", 1, OUTPUT},
    {"-q --quiet --no-sort --fast --extra", 0, HARMLESS},
};

void request_gifski(struct request *r, size_t argc, const char *const argv[]) {
    static const struct program p = PROGRAM(gifski_options, REQUEST_CONVERSION, true);
    parse(r, argc, argv, &p);
}

static const struct option animately_options[] = {
    {"-p --colors", 1, COLORS},         {"-f --reduce", 1, RATIO},
    {"-l --lossy", 1, LOSSY},           {"-s --scale", 1, SCALE},
    {"-c --crop -z --zoom", 1, CANVAS}, {"-d --delay", 1, DELAY},
    {"-y --loops", 1, LOOPS},           {"-t --trim-frames -m --trim-ms -g --frames", 1, FRAMES},
    {"-i --input", 1, HARMLESS},        {"-o --output", 1, OUTPUT},
};

void request_animately(struct request *r, size_t argc, const char *const argv[]) {
    static const struct program p = PROGRAM(animately_options, REQUEST_CONVERSION, false);
    parse(r, argc, argv, &p);
}

static const struct option giftool_options[] = {
    {"-d", 1, DELAY},
    {"-n", 1, FRAMES},
    {"-a -b -i -p -t -u -x -z", 1, CANVAS},
};

void request_giftool(struct request *r, size_t argc, const char *const argv[]) {
    static const struct program p = PROGRAM(giftool_options, REQUEST_OPTIMIZATION, false);
    parse(r, argc, argv, &p);
    r->lossless = r->understood && r->canvas.ask == REQUEST_NOT_ASKED;
}

static const struct option giffix_options[] = {{"-v -h", 0, HARMLESS}};

void request_giffix(struct request *r, size_t argc, const char *const argv[]) {
    static const struct program p = PROGRAM(giffix_options, REQUEST_OPTIMIZATION, false);
    parse(r, argc, argv, &p);
    r->lossless = r->understood;
}

/* Changes colour tables: what becomes of the pictures cannot be derived. */
void request_gifclrmp(struct request *r, size_t argc, const char *const argv[]) {
    for (size_t i = 1; i < argc; i++)
        if (argv[i][0] != '-' && request_begins(argv[i - 1], "-") == false)
            request_add_name(r, &r->inputs, argv[i]);
    r->colors.ask = REQUEST_UNCLEAR;
    r->pictures_edited = true;
}
