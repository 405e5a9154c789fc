/* The promises of single checks, over scans written by hand: a clip is "A10 A10 B25", one letter a
 * picture and its delay in 1/100 s as stored; a letter with ! is a damaged frame. */
#include "judge/checks.h"

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- clips and cases ---- */

struct clip {
    const char *frames;
    int64_t loops; /* 0 = for ever */
    uint32_t width, height;
    uint32_t colors, colors_in_one;
    uint16_t sticks_out; /* the first frame is this much wider than the screen */
    size_t bytes;
    enum gif_fault_code fault;
    size_t fault_frame;
    bool broken; /* no trailer */
};

static struct gif_scan scan_of(const struct clip *c) {
    struct gif_scan s = {.bytes = c->bytes ? c->bytes : 5000,
                         .width = c->width ? c->width : 100,
                         .height = c->height ? c->height : 80,
                         .loops = c->loops,
                         .colors_union = c->colors,
                         .colors_largest_frame = c->colors_in_one ? c->colors_in_one : c->colors,
                         .trailer = !c->broken};
    s.frame = calloc(strlen(c->frames) + 1, sizeof *s.frame);
    for (const char *p = c->frames; *p != '\0';) {
        struct gif_scan_frame *f = &s.frame[s.frames++];
        f->picture_hash = (uint64_t)*p++;
        f->damaged = *p == '!';
        p += f->damaged;
        f->delay_cs = (uint16_t)strtol(p, (char **)&p, 10);
        f->width = (uint16_t)(s.width + (s.frames == 1 ? c->sticks_out : 0));
        f->height = (uint16_t)s.height;
        s.faults += f->damaged;
        p += *p == ' ';
    }
    if (c->fault != GIF_FAULT_NONE) {
        s.faults = 1;
        s.fault = (struct gif_fault){.code = c->fault, .frame = c->fault_frame, .offset = 7};
    }
    return s;
}

static int64_t no_clock(void) {
    return 0;
}

static struct judge_result result;

/* One check over one source and one output, with the request of a command line ("" = none) or the
 * operation behind =. */
static const char *run(enum judge_check check, const struct clip *source, const struct clip *output,
                       const char *line) {
    static void (*const checks[JUDGE_CHECKS])(const struct judge_context *,
                                              struct judge_result *) = {
        judge_file_integrity, judge_frame_count, judge_color_count,
        judge_timing,         judge_loop_count,  judge_geometry};
    const struct judge_limits limits = judge_limits_default();
    size_t argc;
    char **argv = request_split(line, &argc, NULL);
    bool is_operation = line[0] == '=';
    struct request r =
        argc > 0 && !is_operation ? request_parse(argc, (const char *const *)argv) : request_none();
    if (is_operation)
        assert_int_equal(request_override(&r, line + 1, 0, 0, NULL), 0);
    struct gif_scan source_scan = scan_of(source), output_scan = scan_of(output);
    const struct judge_gif gif = {0};
    const struct judge_case c = {
        .sources = &gif, .sources_used = 1, .request = &r, .limits = &limits, .now_us = no_clock};
    struct judge_context x;
    assert_true(judge_context_open(&x, &c, &output_scan, &source_scan));
    result = (struct judge_result){.check = check, .outcome = JUDGE_NOT_APPLICABLE};
    checks[check](&x, &result);
    judge_context_close(&x);
    gif_scan_free(&source_scan);
    gif_scan_free(&output_scan);
    request_free(&r);
    free(argv);
    return judge_outcome_name(result.outcome);
}

struct row {
    const char *why, *source, *output, *request, *outcome;
};

static void check_rows(enum judge_check check, const struct row *rows, size_t used) {
    for (size_t i = 0; i < used; i++) {
        const char *got = run(check, &(struct clip){.frames = rows[i].source},
                              &(struct clip){.frames = rows[i].output}, rows[i].request);
        if (strcmp(got, rows[i].outcome) != 0)
            fail_msg("%s: %s -> %s '%s': %s, not %s (%s)", rows[i].why, rows[i].source,
                     rows[i].output, rows[i].request, got, rows[i].outcome, result.message);
        if (result.outcome != JUDGE_PASS)
            assert_true(result.message[0] != '\0');
    }
}

#define CHECK(check, rows) check_rows(check, rows, sizeof(rows) / sizeof *(rows))
#define OPTIMIZE "gifsicle -O3 in.gif"
#define TEN "A10 B10 C10 D10 E10 F10 G10 H10 I10 J10"

/* ---- frame_count ---- */

static void frames_that_nobody_asked_to_drop(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"copy", TEN, TEN, "", "pass"},
        {"duplicates merged", "A10 A10 B10 C10", "A20 B10 C10", OPTIMIZE, "pass"},
        {"a hold in parts", "A30 B10", "A10 A10 A10 B10", OPTIMIZE, "pass"},
        {"other grouping of the same", "A10 A20 B10", "A15 A15 B10", "", "pass"},
        {"one lost with its time", "A4 B4 C4 D4", "A4 B4 C4", "", "fail"},
        {"one lost, pictures changed", "A4 B4 C4 D4", "a4 b4 c4", "gifsicle --lossy=80 in.gif",
         "fail"},
        {"a duplicate lost with its time", "A4 B4 B4 C4", "A4 B4 C4", "", "fail"},
        {"one dropped, its time kept", "A10 B10 C10 D10", "A10 B20 D10", "", "fail"},
        {"one dropped where loss is declared", "A10 B10 C10 D10", "A10 B20 D10",
         "gifsicle --lossy=80 in.gif", "fail"},
        {"one appended", "A4 B4 C4", "A4 B4 C4 C4", "", "fail"},
        {"the beginning appended", "A10 B10 C10", "A10 B10 C10 A10", "", "fail"},
        {"every frame twice", "A10 B10", "A10 A10 B10 B10", "", "fail"},
        {"collapsed", TEN, "A10", "", "fail"},
        {"collapsed, time kept", TEN, "A100", "", "fail"},
        {"a still in parts", "A10 A10 A10", "A10", "", "pass"},
        {"few colours make pictures alike", "A10 B10 C10", "a20 c10", "gifsicle -k2 in.gif",
         "pass"},
        {"few colours make all alike", "A10 B10 C10", "a30", "gifsicle -k2 in.gif", "pass"},
        {"few colours do not lose time", "A10 B10 C10", "a10", "gifsicle -k2 in.gif", "fail"},
        {"a crop shows no change", "A10 B10 C10", "a30", "gifsicle --crop 0,0+5x5 in.gif", "pass"},
        {"merged at times that are not the source's", "A10 B10 C10", "a15 b15",
         "gifsicle -k2 in.gif", "fail"},
        {"zero delays added up as stored", "A10 B0 B0 C10", "A10 B0 C10", OPTIMIZE, "pass"},
        {"zero delays with a repeat, a picture lost", "A0 B0 B0 C0 D0", "A0 B0 B0 C0", "", "fail"},
        {"nothing added to nothing", "A0 B0 C0", "a0", "gifsicle -k2 in.gif", "fail"},
        {"as many frames as pictures, and one picture lost", "A10 A10 B10 C10", "A10 A20 C10", "",
         "fail"},
        {"loss leaves more than one", "A10 B10 C10", "a30", "gifsicle --lossy=80 in.gif", "fail"},
        {"loss may merge some", "A10 B10 C10", "a20 c10", "gifsicle --lossy=80 in.gif", "pass"},
        {"fuzz merges what is left exact", "A10 B10 C10", "A20 C10",
         "convert in.gif -fuzz 5% -layers optimize out.gif", "pass"},
        {"declared colours", "A10 B10 C10", "A20 C10", "=color_reduction", "pass"},
        {"declared size", "A10 B10 C10", "A20 C10", "=resize", "pass"},
        {"declared optimization", "A10 B10 C10", "a20 c10", "=optimization", "fail"},
        {"a crop of a selection", "A10 B10 C10", "a20", "gifsicle --crop 0,0+5x5 in.gif #0-1",
         "pass"},
        {"zero delays, a picture lost", "A0 B0 C0 D0", "A0 B0 D0", "", "fail"},
        {"unclear request", TEN, "A10", "gifsicle in.gif #name", "not_applicable"},
        {"delays unclear, frames merged", "A10 B10 B10", "a9 b9", "convert in.gif -delay 9 out.gif",
         "pass"},
    };
    CHECK(JUDGE_FRAME_COUNT, rows);
}

static void frames_that_were_asked_for(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"selection", TEN, "A10 C10 E10", "gifsicle in.gif #0 #2 #4", "pass"},
        {"selection backwards", "A10 B10 C10", "C10 B10 A10", "gifsicle in.gif #-1-0", "pass"},
        {"selection, one short", TEN, "A10 C10", "gifsicle in.gif #0 #2 #4", "fail"},
        {"selection, nothing done", TEN, TEN, "gifsicle in.gif #0 #2 #4", "fail"},
        {"selection of duplicates, merged", "A10 B10 B10", "A10 B20", "gifsicle -O2 in.gif #0-2",
         "pass"},
        {"selection outside", "A10 B10", "A10 B10", "gifsicle in.gif #0-7", "pass"},
        {"deletion", "A10 B10 C10", "A10 C10", "gifsicle in.gif --delete #1", "pass"},
        {"deletion not done", "A10 B10 C10", "A10 B10 C10", "gifsicle in.gif --delete #1", "fail"},
        {"explode", TEN, "C10", "gifsicle --explode in.gif", "pass"},
        {"half", TEN, "A20 C20 E20 G20 I20", "animately -f 0.5", "pass"},
        {"half, one more", TEN, "A10 B10 C20 E20 G20 I20", "animately -f 0.5", "pass"},
        {"half, not done", TEN, TEN, "animately -f 0.5", "fail"},
        {"half of three is one or two", "A10 B10 C10", "A30", "animately -f 0.5", "pass"},
        {"a fifth of ten is two, not one", TEN, "A10", "animately -f 0.2", "fail"},
        {"a fifth, duplicates merged", "A10 A10 A10 A10 A10 A10 B10 B10 B10 B10", "A60 B40",
         "animately -f 0.5", "pass"},
        {"rate", TEN, "A20 C20 E20 G20 I20", "ffmpeg -i in.gif -vf fps=5 out.gif", "pass"},
        {"rate, one less", TEN, "A20 C20 E20 G20", "ffmpeg -i in.gif -vf fps=5 out.gif", "pass"},
        {"rate, not done", TEN, TEN, "ffmpeg -i in.gif -vf fps=5 out.gif", "fail"},
        {"rate, one left", TEN, "A20", "ffmpeg -i in.gif -vf fps=5 out.gif", "fail"},
        {"rate above the source's needs no more", "A50 B50", "A50 B50",
         "ffmpeg -i in.gif -r 10 out.gif", "pass"},
        {"three in one step of the rate", "A50 B2 C2 D46", "A50 D50",
         "ffmpeg -i in.gif -r 10 out.gif", "pass"},
    };
    CHECK(JUDGE_FRAME_COUNT, rows);
}

static void a_failed_count_names_frame_and_time(void **state) {
    (void)state;
    run(JUDGE_FRAME_COUNT, &(struct clip){.frames = TEN},
        &(struct clip){.frames = "A10 B10 C10 D10 E10 F10 G10 H10 J10"}, "");
    assert_string_equal(result.message,
                        "9 frames, 10 in the source: 1 missing from frame 8 (0.80 s) on");
    assert_int_equal(result.expected.integer, 10);
    assert_int_equal(result.actual.integer, 9);
}

/* ---- timing_preservation ---- */

static void times_that_nobody_asked_to_change(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"copy", TEN, TEN, "", "pass"},
        {"0 and 1 are shown as 10", "A0 B1 C10", "A10 B10 C0", "", "pass"},
        {"doubled", "A10 B10 C10", "A20 B20 C20", "", "fail"},
        {"halved", "A10 B10 C10", "A5 B5 C5", "", "fail"},
        {"15 % longer", TEN, "A12 B11 C12 D11 E12 F11 G12 H11 I12 J11", "", "fail"},
        {"flattened, same total", "A10 B50 C10 D10", "A20 B20 C20 D20", "", "fail"},
        {"exchanged, same total", "A10 B50 C10 D10", "A50 B10 C10 D10", "", "fail"},
        {"neighbours exchanged, one beginning moves",
         "A10 B10 C10 D10 E10 F10 G10 H10 I10 J10 "
         "K10 L17 M10",
         "A10 B10 C10 D10 E10 F10 G10 H10 I10 J10 K17 L10 M10", "", "fail"},
        {"jittered, same total", "A10 B10 C10 D10", "A13 B7 C13 D7", "", "fail"},
        {"one of them wrong", TEN, "A10 B10 C10 D300 E10 F10 G10 H10 I10 J10", "", "fail"},
        {"the last one cut", "A10 B10 C50", "A10 B10 C10", "", "fail"},
        {"the last one 10 ms, as long as before", "A10 B10 C10", "A10 B10 C1", "", "pass"},
        {"a step of the grid", "A10 B10 C10", "A11 B9 C10", "", "pass"},
        {"merged, times summed", "A10 B10 B10 C10", "A10 B20 C10", OPTIMIZE, "pass"},
        {"merged, time lost", "A10 B10 B10 C10", "A10 B10 C10", OPTIMIZE, "fail"},
        {"split", "A30 B10", "A10 A20 B10", OPTIMIZE, "pass"},
        {"few colours", "A10 B10 C10", "a20 c10", "gifsicle -k2 in.gif", "pass"},
        {"zero delays added up as stored", "A10 B0 B0 C10", "A10 B0 C10", OPTIMIZE, "pass"},
        {"zero delays, a picture lost", "A0 B0 C0 D0", "A0 B0 D0", "", "fail"},
        {"one of many far off", "A100 B100 C100 D100 E100 F100 G100 H100 I100 J100 K100 L100",
         "a100 b100 c100 d100 e100 f100 g100 h100 i100 j115 l185", "gifsicle -k2 in.gif", "fail"},
        {"a still", "A10", "A50", "", "not_applicable"},
        {"slow frames", "A1000 B1000", "A1000 B1000", "", "pass"},
        {"slow frames merged below min_fps", "A900 B900 C900", "a2700", "gifsicle -k2 in.gif",
         "pass"},
        {"fast frames", "A2 B2 C2 D2", "A2 B2 C2 D2", "", "pass"},
    };
    CHECK(JUDGE_TIMING_PRESERVATION, rows);
}

static void times_that_were_asked_for(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"delay", "A10 B10", "A5 B5", "gifsicle -d5 in.gif", "pass"},
        {"delay not done", "A10 B10", "A10 B10", "gifsicle -d30 in.gif", "fail"},
        {"slow on purpose", "A10 B10", "A2000 B2000", "gifsicle -d2000 in.gif", "pass"},
        {"selection keeps its delays", "A10 B20 C30", "A10 C30", "gifsicle in.gif #0 #2", "pass"},
        {"selection with delays", "A10 B20 C30", "A30 C30", "gifsicle -d30 in.gif #0 #2", "pass"},
        {"selection with delays, not done", "A10 B20 C30", "A10 C30",
         "gifsicle in.gif -d30 #0 -d30 #2", "fail"},
        {"ratio, total kept", TEN, "A20 C20 E20 G20 I20", "animately -f 0.5", "pass"},
        {"ratio, delays kept", TEN, "A10 C10 E10 G10 I10", "animately -f 0.5", "pass"},
        {"ratio, delays of 10 ms added as stored", "A1 B1 C1 D1 E1 F1", "A2 C2 E2",
         "animately -f 0.5", "pass"},
        {"ratio, twice the total", TEN, "A40 C40 E40 G40 I40", "animately -f 0.5", "fail"},
        {"ratio, one frame held too long", TEN, "A20 C320 E20 G20 I20", "animately -f 0.5", "fail"},
        {"rate", TEN, "A20 C20 E20 G20 I20", "ffmpeg -i in.gif -vf fps=5 out.gif", "pass"},
        {"rate, half the time", TEN, "A10 C10 E10 G10 I10", "ffmpeg -i in.gif -vf fps=5 out.gif",
         "fail"},
        {"rate, last hold not kept", "A10 B10 C10 D10 E200", "A20 C20 E20",
         "ffmpeg -i in.gif -vf fps=5 out.gif", "pass"},
        {"unclear", "A10 B10", "A3 B3", "convert in.gif -delay 3 out.gif", "not_applicable"},
    };
    CHECK(JUDGE_TIMING_PRESERVATION, rows);
}

/* ---- color_count, loop_count, geometry ---- */

static const char *colors(uint32_t had, uint32_t have, uint32_t in_one, const char *line) {
    return run(JUDGE_COLOR_COUNT, &(struct clip){.frames = "A10 B10", .colors = had},
               &(struct clip){.frames = "A10 B10", .colors = have, .colors_in_one = in_one}, line);
}

static void colours(void **state) {
    (void)state;
    assert_string_equal(colors(200, 32, 32, "gifsicle -k32 in.gif"), "pass");
    assert_string_equal(colors(200, 34, 34, "gifsicle -k32 in.gif"), "pass"); /* tolerance */
    assert_string_equal(colors(200, 177, 177, "gifsicle -k32 in.gif"), "fail");
    assert_non_null(strstr(result.message, "177 colours in all frames, 32 were asked for"));
    assert_string_equal(colors(16, 16, 16, "gifsicle -k256 in.gif"), "pass");
    assert_string_equal(colors(67, 64, 64, "gifsicle -k64 in.gif"), "pass");
    assert_string_equal(colors(67, 66, 66, "gifsicle -k64 in.gif"), "fail"); /* hardly reduced */
    assert_string_equal(colors(200, 90, 32, "gifsicle -k32 in.gif"), "fail");
    assert_string_equal(colors(200, 90, 32, "convert in.gif -colors 32 out.gif"), "pass");
    assert_string_equal(colors(200, 200, 90, "convert in.gif -colors 32 out.gif"), "fail");
    assert_string_equal(colors(200, 200, 200, "gifsicle -O3 in.gif"), "not_applicable");
    assert_string_equal(colors(200, 200, 200, "convert in.gif -remap p.gif out.gif"),
                        "not_applicable");
}

static const char *loops(const char *source, int64_t had, const char *output, int64_t have,
                         const char *line) {
    return run(JUDGE_LOOP_COUNT, &(struct clip){.frames = source, .loops = had},
               &(struct clip){.frames = output, .loops = have}, line);
}

static void loop_counts(void **state) {
    (void)state;
    assert_string_equal(loops("A10 B10", 0, "A10 B10", 0, ""), "pass");
    assert_string_equal(loops("A10 B10", -1, "A10 B10", -1, ""), "pass");
    assert_string_equal(loops("A10 B10", 0, "A10 B10", -1, ""), "fail");
    assert_string_equal(loops("A10 B10", -1, "A10 B10", 0, ""), "fail");
    assert_string_equal(loops("A10 B10", 3, "A10 B10", 2, ""), "fail");
    assert_string_equal(loops("A10 B10", 0, "A10 B10", 3, "gifsicle -l3 in.gif"), "pass");
    assert_string_equal(loops("A10 B10", 0, "A10 B10", 0, "gifsicle -l3 in.gif"), "fail");
    assert_string_equal(loops("A10 B10", 0, "A10 B10", -1, "gifsicle --no-loopcount in.gif"),
                        "pass");
    /* What does not move has no loops to lose. */
    assert_string_equal(loops("A10", 0, "A10", -1, ""), "not_applicable");
    assert_string_equal(loops("A10 A10", 0, "A10 A10", -1, ""), "not_applicable");
    assert_string_equal(loops("A10 B10", 0, "A10", -1, "gifsicle -e in.gif"), "not_applicable");
}

static const char *canvas(uint16_t sticks_out, uint32_t width, uint32_t height, const char *line) {
    return run(JUDGE_GEOMETRY, &(struct clip){.frames = "A10 B10", .sticks_out = sticks_out},
               &(struct clip){.frames = "A10 B10", .width = width, .height = height}, line);
}

static void canvases(void **state) {
    (void)state;
    assert_string_equal(canvas(0, 100, 80, ""), "pass");
    assert_string_equal(canvas(0, 101, 80, ""), "fail");
    assert_string_equal(canvas(0, 140, 120, ""), "fail");
    assert_string_equal(canvas(0, 50, 40, ""), "fail");
    assert_string_equal(canvas(0, 50, 40, "gifsicle --scale 0.5 in.gif"), "pass");
    assert_string_equal(canvas(0, 51, 40, "gifsicle --scale 0.5 in.gif"), "pass");
    assert_string_equal(canvas(0, 100, 80, "gifsicle --scale 0.5 in.gif"), "fail");
    assert_string_equal(canvas(0, 50, 40, "gifsicle --resize 50x_ in.gif"), "pass");
    assert_string_equal(canvas(0, 50, 80, "gifsicle --resize 50x_ in.gif"), "fail");
    assert_string_equal(canvas(0, 50, 40, "gifsicle --resize-fit 50x50 in.gif"), "pass");
    assert_string_equal(canvas(0, 100, 80, "gifsicle --resize-fit 500x500 in.gif"), "pass");
    assert_string_equal(canvas(0, 80, 100, "gifsicle --rotate-90 in.gif"), "pass");
    assert_string_equal(canvas(0, 30, 20, "gifsicle --crop 5,5+30x20 in.gif"), "pass");
    assert_string_equal(canvas(0, 7, 7, "gifsicle --crop-transparency in.gif"), "not_applicable");
    assert_string_equal(canvas(0, 200, 90, "gifsicle -S 200x90 in.gif"), "pass");
    assert_string_equal(canvas(0, 100, 80, "gifsicle -S 200x90 in.gif"), "fail");
    /* The frames do not fit into what is asked for. */
    assert_string_equal(canvas(0, 100, 90, "gifsicle -S 50x90 in.gif"), "pass");
    assert_string_equal(canvas(20, 120, 90, "gifsicle -S 50x90 in.gif"), "pass");
    assert_string_equal(canvas(0, 110, 90, "gifsicle -S 50x90 in.gif"), "fail");
    /* Frames off the screen: players and tools differ. */
    assert_string_equal(canvas(20, 100, 80, ""), "pass");
    assert_string_equal(canvas(20, 120, 80, ""), "pass");
    assert_string_equal(canvas(20, 130, 80, ""), "fail");
    assert_string_equal(canvas(20, 120, 90, ""), "fail");
    assert_string_equal(canvas(20, 60, 40, "gifsicle --scale 0.5 in.gif"), "pass");
}

/* ---- file_integrity, and damaged sources ---- */

static void integrity(void **state) {
    (void)state;
    const struct clip good = {.frames = TEN};
    const struct clip cut = {.frames = TEN, .fault = GIF_FAULT_DATA_CUT, .fault_frame = 9};
    const struct clip cut_before = {.frames = TEN, .fault = GIF_FAULT_DATA_CUT, .fault_frame = 3};
    const struct clip spacer = {.frames = "A0", .width = 1, .height = 1, .bytes = 43};
    const struct clip remnant = {.frames = "A0", .width = 800, .height = 600, .bytes = 43};
    assert_string_equal(run(JUDGE_FILE_INTEGRITY, &good, &good, ""), "pass");
    assert_string_equal(run(JUDGE_FILE_INTEGRITY, &good, &cut, ""), "fail");
    assert_non_null(strstr(result.message, "frame 9"));
    assert_string_equal(run(JUDGE_FILE_INTEGRITY, &cut, &good, ""), "pass");
    assert_string_equal(run(JUDGE_FILE_INTEGRITY, &cut, &cut, ""), "pass");
    assert_non_null(strstr(result.message, "the source has the same fault"));
    assert_string_equal(run(JUDGE_FILE_INTEGRITY, &cut, &cut_before, ""), "fail");
    assert_string_equal(run(JUDGE_FILE_INTEGRITY, &spacer, &spacer, ""), "pass");
    assert_non_null(strstr(result.message, "43 bytes only"));
    assert_string_equal(run(JUDGE_FILE_INTEGRITY, &good, &remnant, ""), "fail");
}

static void what_a_damaged_source_still_shows(void **state) {
    (void)state;
    const struct clip source = {.frames = "A10 B10 C!10 D10"};
    const struct clip broken = {.frames = "A10 B10 C10",
                                .fault = GIF_FAULT_UNKNOWN_BLOCK,
                                .fault_frame = SIZE_MAX,
                                .broken = true};
    static const char *const good[] = {"A10 B10 C10 D10", "A10 B10", "A10 B10 D10"};
    for (size_t i = 0; i < 3; i++) {
        const struct clip output = {.frames = good[i]};
        assert_string_equal(run(JUDGE_FRAME_COUNT, &source, &output, ""), "pass");
        assert_string_not_equal(run(JUDGE_TIMING_PRESERVATION, &source, &output, ""), "fail");
    }
    assert_string_equal(run(JUDGE_FRAME_COUNT, &source, &(struct clip){.frames = "A10"}, ""),
                        "fail");
    assert_string_equal(run(JUDGE_FRAME_COUNT, &source, &(struct clip){.frames = TEN}, ""), "fail");
    /* A tool may read on where we cannot. */
    assert_string_equal(run(JUDGE_FRAME_COUNT, &broken, &(struct clip){.frames = TEN}, ""), "pass");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_that_nobody_asked_to_drop),
        cmocka_unit_test(frames_that_were_asked_for),
        cmocka_unit_test(a_failed_count_names_frame_and_time),
        cmocka_unit_test(times_that_nobody_asked_to_change),
        cmocka_unit_test(times_that_were_asked_for),
        cmocka_unit_test(colours),
        cmocka_unit_test(loop_counts),
        cmocka_unit_test(canvases),
        cmocka_unit_test(integrity),
        cmocka_unit_test(what_a_damaged_source_still_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
