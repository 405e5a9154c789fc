/* One judgement. The input: which request, which sources, which budget; then the source, "|><|" and
 * the output. Without the mark the output is the source itself. A request of 255 stands in front of
 * the source, as a line. A GIF as it is has no such bytes before it: they are zero.
 *
 * The same case gets the same verdict again; a file against itself does not fail; a verdict is
 * whole and gives its reasons; and with less time or memory it is never another one, only none. */
#include "judge/judge.h"
#include "record/json.h"
#include "record/record.h"
#include "tests/fuzz/fuzz.h"

#define MEMORY ((size_t)8 << 20)
#define PIXELS_MOST ((uint64_t)12 << 20)

static const char *const requests[][10] = {
    {"unknown"},
    {"gifsicle", "-O2", "in.gif"},
    {"gifsicle", "--colors", "16", "in.gif"},
    {"gifsicle", "--colors=2", "--dither", "in.gif"},
    {"gifsicle", "--lossy=80", "in.gif"},
    {"gifsicle", "--resize", "20x_", "in.gif"},
    {"gifsicle", "--resize-fit", "9x9", "--scale", "2", "in.gif"},
    {"gifsicle", "--crop", "2,2+9x9", "in.gif"},
    {"gifsicle", "in.gif", "#0-3"},
    {"gifsicle", "-d7", "in.gif", "#-1-0", "-d2", "#1"},
    {"gifsicle", "-d7", "in.gif"},
    {"gifsicle", "--delete", "#1-2", "-l3", "in.gif"},
    {"gifsicle", "--explode", "in.gif"},
    {"gifsicle", "--rotate-90", "--flip-horizontal", "in.gif"},
    {"gifsicle", "-S", "30x30", "in.gif"},
    {"gifsicle", "-m", "a.gif", "b.gif"},
    {"ffmpeg", "-i", "in.gif", "-r", "5", "out.gif"},
    {"ffmpeg", "-i", "in.gif", "-vf", "setpts=0.5*PTS,scale=20:-1", "out.gif"},
    {"ffmpeg", "-i", "in.gif", "-vf", "fps=7,split[a][b];[a]palettegen=8[p];[b][p]paletteuse",
     "out.gif"},
    {"convert", "in.gif", "-layers", "optimize", "out.gif"},
    {"convert", "in.gif[0,2-3]", "-colors", "7", "-resize", "50%", "out.gif"},
    {"convert", "in.gif", "-fuzz", "5%", "-layers", "optimize", "-loop", "4", "out.gif"},
    {"vips", "copy", "in.gif[n=2]", "out.gif[bitdepth=3]"},
    {"vipsthumbnail", "in.gif", "-s", "20", "-o", "out.gif"},
    {"animately", "-i", "in.gif", "-f", "0.5", "-p", "8", "-o", "out.gif"},
    {"giftool", "-d", "7"},
};

#define REQUESTS (sizeof requests / sizeof *requests)

/* ---- the case ---- */

static int64_t ticks;

/* Every look at the clock takes a millisecond: where time runs out is the same every time. */
static int64_t tick(void) {
    return ticks += 1000;
}

struct trial {
    struct judge_case c;
    struct judge_limits limits;
    struct request request;
    struct judge_gif sources[3];
    char **words; /* of a request that is in the input */
};

/* Takes the line of a request from the front of the source. */
static void take_request(struct trial *t, size_t which, struct judge_gif *source) {
    const uint8_t *end =
        which == 255 && source->used > 0 ? memchr(source->bytes, '\n', source->used) : NULL;
    if (end == NULL) {
        size_t argc = 0;
        which %= REQUESTS;
        while (argc < 10 && requests[which][argc] != NULL)
            argc++;
        t->request = request_parse(argc, requests[which]);
        return;
    }
    size_t n = (size_t)(end - source->bytes), argc = 0;
    char *line = (char *)fuzz_copy(source->bytes, n + 1);
    line[n] = '\0';
    t->words = request_split(line, &argc, NULL);
    t->request =
        t->words != NULL ? request_parse(argc, (const char *const *)t->words) : request_none();
    free(line);
    source->bytes += n + 1;
    source->used -= n + 1;
}

static struct judge_gif own(struct judge_gif gif) {
    return (struct judge_gif){fuzz_copy(gif.bytes, gif.used), gif.used};
}

static void open_trial(struct trial *t, const uint8_t *head, const uint8_t *data, size_t n) {
    const uint8_t *mark = memmem(data, n, "|><|", 4);
    struct judge_gif source = {data, mark != NULL ? (size_t)(mark - data) : n};
    *t = (struct trial){.limits = judge_limits_default()};
    take_request(t, head[0], &source);
    struct judge_gif output = source;
    if (mark != NULL)
        output = (struct judge_gif){mark + 4, n - (size_t)(mark + 4 - data)};
    t->sources[0] = t->sources[1] = t->sources[2] = own(source);
    t->c = (struct judge_case){.output = own(output),
                               .sources = t->sources,
                               .sources_used = (head[1] & 3) == 3 ? 1 : 1 + (head[1] & 3),
                               .request = &t->request,
                               .limits = &t->limits,
                               .memory_bytes = MEMORY,
                               .now_us = tick};
    if ((head[1] & 0x0C) == 0x0C)
        t->c.sources_used = 0;
    if ((head[1] & 0x10) != 0)
        t->sources[1] = t->c.output;
    if ((head[1] & 0x20) != 0)
        t->limits.quality_max_instants = 1 + (head[1] >> 6);
    t->limits.validation_timeout_ms = 0;
}

static void close_trial(struct trial *t) {
    free((void *)(uintptr_t)t->sources[0].bytes);
    free((void *)(uintptr_t)t->c.output.bytes);
    request_free(&t->request);
    free(t->words);
}

/* What takes too long to be tried often. */
static bool is_slow(const struct judge_gif *gif) {
    const struct gif_budget budget = {.memory_bytes = MEMORY};
    struct gif_scan s;
    (void)gif_scan_outline(gif->bytes, gif->used, &budget, &s);
    uint64_t pixels = (uint64_t)s.width * s.height * (s.frames + 1);
    for (size_t i = 0; i < s.frames; i++)
        pixels += (uint64_t)s.frame[i].width * s.frame[i].height;
    gif_scan_free(&s);
    return pixels > PIXELS_MOST;
}

/* ---- the verdict ---- */

static size_t count(const struct judge_verdict *v, enum judge_outcome outcome) {
    size_t n = 0;
    for (size_t i = 0; i < v->results_used; i++)
        n += v->results[i].outcome == outcome;
    return n;
}

static void hold_whole(const struct judge_verdict *v) {
    HOLDS(v->status <= JUDGE_TIMED_OUT);
    HOLDS(v->results_used == 0 || v->results_used == JUDGE_CHECKS);
    HOLDS((v->status == JUDGE_FAILED) == (count(v, JUDGE_FAIL) > 0));
    HOLDS(v->status != JUDGE_PASSED || count(v, JUDGE_UNKNOWN) == 0);
    HOLDS((judge_passed(v) < 0) == (v->reason[0] != '\0'));
    for (size_t i = 0; i < v->results_used; i++) {
        const struct judge_result *r = &v->results[i];
        HOLDS(r->check == (enum judge_check)i && r->details_used <= JUDGE_DETAILS_MAX);
        HOLDS(r->outcome == JUDGE_PASS || r->message[0] != '\0');
        for (size_t k = 0; k < r->details_used; k++)
            for (size_t other = 0; other < k; other++)
                HOLDS(strcmp(r->details[k].key, r->details[other].key) != 0);
    }
    HOLDS(v->worst_used <= JUDGE_WORST_MAX);
    for (size_t i = 0; i < v->worst_used; i++)
        HOLDS(v->worst[i].mse >= 0 && v->worst[i].mse <= 65025);
}

/* Without the times that it took. */
static void print(struct judge_verdict *v, struct text *t) {
    struct json j = json_over(t);
    v->took_us = 0;
    for (size_t i = 0; i < v->results_used; i++)
        v->results[i].took_us = 0;
    json_put_object(&j, NULL);
    record_judged(&j, v);
    record_facts(&j, &v->output);
    for (size_t i = 0; i < v->worst_used; i++)
        json_put_real(&j, NULL, v->worst[i].mse, 3);
    json_put_object_end(&j);
    HOLDS(!t->cut);
}

static void hold_same(struct judge_verdict *a, struct judge_verdict *b) {
    static char printed[2][1 << 17];
    struct text one = text_over(printed[0], sizeof printed[0]);
    struct text other = text_over(printed[1], sizeof printed[1]);
    print(a, &one);
    print(b, &other);
    if (strcmp(printed[0], printed[1]) != 0)
        fprintf(stderr, "%s\n%s\n", printed[0], printed[1]);
    HOLDS(strcmp(printed[0], printed[1]) == 0);
}

static void print_failures(const struct judge_verdict *v) {
    for (size_t i = 0; i < v->results_used; i++)
        if (v->results[i].outcome == JUDGE_FAIL)
            fprintf(stderr, "%s: %s\n", judge_check_name(v->results[i].check),
                    v->results[i].message);
}

/* A file against itself, where nothing was asked of it but what it is. */
static void hold_itself(const struct trial *t, const struct judge_verdict *v) {
    const struct request *r = &t->request;
    bool asked = r->frames.ask == REQUEST_ASKED || r->timing.ask == REQUEST_ASKED ||
                 r->loops.ask == REQUEST_ASKED || r->colors.ask == REQUEST_ASKED ||
                 r->canvas.ask == REQUEST_ASKED;
    bool same = t->c.sources_used == 1 && t->c.output.used == t->sources[0].used &&
                memcmp(t->c.output.bytes, t->sources[0].bytes, t->c.output.used) == 0;
    if (!same || asked || v->status != JUDGE_FAILED)
        return;
    print_failures(v);
    HOLDS(v->status != JUDGE_FAILED);
}

/* With less: the same verdict, or none. */
static void hold_less(struct trial *t, uint8_t less, const struct judge_verdict *v) {
    static const size_t memory[] = {0,       1 << 10, 1 << 14, 1 << 16,
                                    1 << 18, 1 << 20, 1 << 21, 1 << 22};
    static struct judge_verdict with_less;
    if ((less & 0x1F) != 0)
        t->limits.validation_timeout_ms = less & 0x1F;
    if ((less & 0xE0) != 0)
        t->c.memory_bytes = memory[less >> 5];
    ticks = 0;
    judge_run(&t->c, &with_less);
    hold_whole(&with_less);
    int verdict = judge_passed(&with_less);
    if (verdict < 0 || verdict == judge_passed(v))
        return;
    fprintf(stderr, "with less: %s\n", with_less.reason);
    print_failures(&with_less);
    fprintf(stderr, "without a limit: %s\n", v->reason);
    print_failures(v);
    HOLDS(verdict == judge_passed(v));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static struct judge_verdict v, again;
    static const uint8_t plain[3];
    struct trial t;
    if (n < 3)
        return 0;
    bool as_it_is = n > 4 && memcmp(data, "GIF8", 4) == 0;
    const uint8_t *head = as_it_is ? plain : data;
    open_trial(&t, head, as_it_is ? data : data + 3, as_it_is ? n : n - 3);
    if (!is_slow(&t.c.output) && !is_slow(&t.sources[0])) {
        ticks = 0;
        judge_run(&t.c, &v);
        ticks = 0;
        judge_run(&t.c, &again);
        hold_whole(&v);
        hold_same(&v, &again);
        hold_itself(&t, &v);
        if (head[2] != 0)
            hold_less(&t, head[2], &v);
    }
    close_trial(&t);
    return 0;
}
