/* One command line: the first byte names the program, then words that end with NUL. What is read
 * from it lies in the ranges that the header promises, is the same when read again, and can be
 * judged by: a small animation against itself. */
#include "judge/judge.h"
#include "record/json.h"
#include "record/record.h"
#include "request/request.h"
#include "tests/fuzz/fuzz.h"

#define WORDS_MOST 256u

/* ---- ranges ---- */

static bool is_factor(double x) {
    return x > 0 && __builtin_isfinite(x);
}

static void hold_frames(const struct request_frames *f) {
    if (f->ask != REQUEST_ASKED)
        return;
    HOLDS(f->kind <= REQUEST_FRAMES_FIRST);
    HOLDS(f->kind != REQUEST_FRAMES_RATIO || (f->ratio > 0 && f->ratio <= 1));
    HOLDS(f->kind != REQUEST_FRAMES_RATE || is_factor(f->fps));
    HOLDS((f->kind != REQUEST_FRAMES_EVERY && f->kind != REQUEST_FRAMES_FIRST) || f->every > 0);
    bool spans = f->kind == REQUEST_FRAMES_SELECTION || f->kind == REQUEST_FRAMES_DELETION;
    HOLDS(!spans || f->spans_used > 0);
    for (size_t i = 0; i < f->spans_used; i++)
        HOLDS(f->spans[i].delay_cs >= -1 && f->spans[i].delay_cs <= 65535);
}

static void hold_timing(const struct request_timing *t) {
    if (t->ask != REQUEST_ASKED)
        return;
    HOLDS(t->kind <= REQUEST_TIMING_SPANS);
    HOLDS(t->kind != REQUEST_TIMING_DELAY || t->delay_cs >= 0);
    HOLDS(t->kind != REQUEST_TIMING_SPEED || is_factor(t->factor));
}

static void hold_canvas(const struct request_canvas *c) {
    HOLDS(c->steps_used <= REQUEST_STEPS_MAX);
    HOLDS(c->ask != REQUEST_ASKED || c->steps_used > 0);
    for (size_t i = 0; i < c->steps_used; i++) {
        const struct request_step *s = &c->steps[i];
        HOLDS(s->kind <= REQUEST_STEP_SCREEN);
        HOLDS(s->kind != REQUEST_STEP_TURN || (s->turns >= 0 && s->turns <= 3));
        HOLDS(__builtin_isfinite(s->x) && __builtin_isfinite(s->y));
    }
}

static void hold_names(const struct request_names *names, size_t bytes) {
    for (size_t i = 0; i < names->used; i++)
        HOLDS(names->at[i] != NULL && strlen(names->at[i]) < bytes);
}

static void hold_ranges(const struct request *r, size_t bytes) {
    HOLDS(r->operation < REQUEST_OPERATIONS && r->program != NULL);
    HOLDS(r->colors.ask != REQUEST_ASKED || (r->colors.max >= 1 && r->colors.max <= 256));
    HOLDS(r->loops.ask != REQUEST_ASKED || (r->loops.count >= -1 && r->loops.count <= 65535));
    HOLDS(!r->lossless || (r->understood && !r->pictures_edited));
    hold_frames(&r->frames);
    hold_timing(&r->timing);
    hold_canvas(&r->canvas);
    hold_names(&r->inputs, bytes);
    hold_names(&r->outputs, bytes);
    hold_names(&r->not_sources, bytes);
}

/* ---- the same again ---- */

static void print(const struct request *r, struct text *t) {
    struct json j = json_over(t);
    json_put_object(&j, NULL);
    record_request(&j, r);
    json_put_object_end(&j);
    text_add(t, " %s %d %d %zu %zu %zu", request_operation_name(r->operation), r->canvas.flipped,
             r->pictures_edited, r->inputs.used, r->outputs.used, r->not_sources.used);
    HOLDS(!t->cut);
}

/* ---- judged by ---- */

static uint8_t animation[2048];
static size_t animation_used;

static void put(const void *bytes, size_t n) {
    memcpy(animation + animation_used, bytes, n);
    animation_used += n;
}

/* 16 × 16 pixels of one colour: a clear code before every index keeps the codes three bits wide. */
static void put_frame(unsigned color) {
    uint8_t data[1 + 1 + 192 + 1] = {2, 192};
    put("\x21\xF9\x04\x04\x0A\x00\x00\x00\x2C\x00\x00\x00\x00\x10\x00\x10\x00\x00", 18);
    for (size_t bit = 0; bit < 192u * 8; bit += 3)
        for (size_t i = 0; i < 3; i++)
            if ((bit % 6 == 0 ? 4 : color) >> i & 1)
                data[2 + (bit + i) / 8] |= (uint8_t)(1 << (bit + i) % 8);
    put(data, sizeof data);
}

static void make_animation(void) {
    put("GIF89a\x10\x00\x10\x00\x81\x00\x00\x00\x00\x00\xFF\x00\x00\x00\xFF\x00\x00\x00\xFF", 25);
    for (unsigned i = 0; i < 4; i++)
        put_frame(i);
    put("\x3B", 1);
}

static int64_t no_time(void) {
    return 0;
}

static void judge_by(const struct request *r) {
    static struct judge_verdict v;
    if (animation_used == 0)
        make_animation();
    const struct judge_limits limits = judge_limits_default();
    const struct judge_gif gif = {animation, animation_used};
    const struct judge_case c = {.output = gif,
                                 .sources = &gif,
                                 .sources_used = 1,
                                 .request = r,
                                 .limits = &limits,
                                 .memory_bytes = (size_t)4 << 20,
                                 .now_us = no_time};
    judge_run(&c, &v);
    HOLDS(!v.source_damaged && v.output.frames == 4 && v.output.colors == 4);
    bool asked = r->frames.ask == REQUEST_ASKED || r->timing.ask == REQUEST_ASKED ||
                 r->loops.ask == REQUEST_ASKED || r->colors.ask == REQUEST_ASKED ||
                 r->canvas.ask == REQUEST_ASKED;
    HOLDS(asked || v.status == JUDGE_PASSED);
}

/* ---- one line ---- */

/* Quoted, joined and split again, the words are the same. */
static void hold_split(size_t argc, const char *const argv[], size_t bytes) {
    char *line = malloc(bytes * 4 + argc * 3 + 1), *to = line;
    HOLDS(line != NULL);
    for (size_t i = 0; i < argc; i++) {
        *to++ = '"';
        for (const char *s = argv[i]; *s != '\0'; s++) {
            if (*s == '"' || *s == '\\')
                *to++ = '\\';
            *to++ = *s;
        }
        *to++ = '"';
        *to++ = ' ';
    }
    *to = '\0';
    struct error e = {0};
    size_t used = 0;
    char **words = request_split(line, &used, &e);
    HOLDS(words != NULL && used == argc && words[used] == NULL);
    for (size_t i = 0; i < argc; i++)
        HOLDS(strcmp(words[i], argv[i]) == 0);
    free(words);
    free(line);
}

static void hold_any_line(const char *line) {
    struct error e = {0};
    size_t used = 0;
    char **words = request_split(line, &used, &e);
    HOLDS(words != NULL || e.message[0] != '\0');
    for (size_t i = 0; words != NULL && i < used; i++)
        HOLDS(strlen(words[i]) <= strlen(line));
    free(words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static const char *const programs[] = {
        "gifsicle",      "convert", "gm",        "ffmpeg", "mogrify", "gifski", "vips",
        "vipsthumbnail", "giftool", "animately", "giffix", "nothing", "magick", "gifclrmp"};
    static char printed[2][1 << 16];
    const char *argv[WORDS_MOST + 1];
    size_t argc = 1;
    if (n < 2)
        return 0;
    char *words = (char *)fuzz_copy(data, n);
    words[n - 1] = '\0';
    argv[0] = programs[data[0] % 14];
    for (char *at = words + 1; at < words + n && argc < WORDS_MOST; at += strlen(at) + 1)
        argv[argc++] = at;
    argv[argc] = NULL;
    struct request r = request_parse(argc, argv), again = request_parse(argc, argv);
    struct text a = text_over(printed[0], sizeof printed[0]);
    struct text b = text_over(printed[1], sizeof printed[1]);
    hold_ranges(&r, n + 16);
    print(&r, &a);
    print(&again, &b);
    HOLDS(a.used == b.used && memcmp(a.at, b.at, a.used) == 0);
    judge_by(&r);
    if (request_override(&r, "frame_reduction", 0.5, 16, NULL) == 0)
        judge_by(&r);
    hold_split(argc, argv, n + 16);
    hold_any_line(words + 1);
    request_free(&r);
    request_free(&again);
    free(words);
    return 0;
}
