/* Each check in both directions, over pairs made by gifmake; and the labelled pairs, where they are
 * there. */
#include "judge/judge.h"

#include "fixture.h"
#include "sys/sys.h"

static struct judge_verdict verdict; /* too large for a stack frame */

static void judge(const struct fixture *source, const struct fixture *output,
                  const struct request *request, const struct judge_limits *limits) {
    const struct judge_gif gif = {source != NULL ? source->bytes : NULL,
                                  source != NULL ? source->n : 0};
    const struct judge_case c = {.output = {output->bytes, output->n},
                                 .sources = &gif,
                                 .sources_used = source != NULL ? 1 : 0,
                                 .request = request,
                                 .limits = limits,
                                 .memory_bytes = 256 << 20,
                                 .now_us = sys_now_us};
    judge_run(&c, &verdict);
}

/* The names of the checks that failed, joined by +; "-" for none, "?" when nothing was judged. */
static const char *failed(void) {
    static char names[256];
    names[0] = '\0';
    if (verdict.status == JUDGE_SKIPPED || verdict.status == JUDGE_TIMED_OUT)
        return "?";
    for (size_t i = 0; i < verdict.results_used; i++)
        if (verdict.results[i].outcome == JUDGE_FAIL) {
            strcat(names, names[0] ? "+" : "");
            strcat(names, judge_check_name(verdict.results[i].check));
            assert_true(verdict.results[i].message[0] != '\0');
        }
    return names[0] ? names : "-";
}

static struct request request_of(const char *line) {
    size_t argc;
    /* The words are leaked on purpose: names point into them, and the test ends soon. */
    char **argv = request_split(line, &argc, NULL);
    struct request r = argc > 0 ? request_parse(argc, (const char *const *)argv) : request_none();
    free(r.inputs.at);
    free(r.outputs.at);
    free(r.not_sources.at);
    r.inputs.at = r.outputs.at = r.not_sources.at = NULL;
    free(argv);
    return r;
}

struct row {
    const char *source, *output, *damage, *request, *failed;
};

static void check_rows(const struct row *rows, size_t used) {
    const struct judge_limits limits = judge_limits_default();
    for (size_t i = 0; i < used; i++) {
        struct fixture source = fixture_make(rows[i].source, NULL);
        struct fixture output = fixture_make(rows[i].output, rows[i].damage);
        struct request r = request_of(rows[i].request);
        judge(&source, &output, &r, &limits);
        if (strcmp(failed(), rows[i].failed) != 0)
            fail_msg("%s -> %s %s '%s': failed %s, not %s", rows[i].source, rows[i].output,
                     rows[i].damage ? rows[i].damage : "", rows[i].request, failed(),
                     rows[i].failed);
        free(r.frames.spans);
        free(source.bytes);
        free(output.bytes);
    }
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

static void integrity(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"ball", "ball", NULL, "", "-"},
        {"ball", "ball", "trailing", "", "-"},
        {"ball", "ball", "notrailer", "", "file_integrity"},
        {"ball", "ball", "empty", "", "file_integrity+frame_count+geometry"},
        {"ball", "ball", "badmagic", "", "file_integrity+frame_count"},
        {"ball", "ball", "truncate=50", "", "file_integrity+frame_count+timing_preservation"},
        {"pixel", "pixel", NULL, "", "-"}, /* 49 bytes, and whole */
    };
    CHECK(rows);
}

static void frame_count(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"mixed_delay", "mixed_delay", NULL, "gifsicle -O3 in.gif", "-"},
        {"hundred", "two", NULL, "", "frame_count+timing_preservation+quality_degradation"},
        {"two", "one", NULL, "", "frame_count+timing_preservation+quality_degradation"},
        {"ball", "ball", NULL, "animately -f 0.5", "frame_count"},
        {"ball", "ball", NULL, "animately -f 1", "-"},
        {"ball", "one", NULL, "gifsicle --explode in.gif", "geometry"},
        {"ball", "ball", NULL, "gifsicle in.gif #0-9",
         "frame_count+timing_preservation+quality_degradation"},
        {"ball", "ball", NULL, "gifsicle in.gif #0-19", "-"},
        {"ball", "ball", NULL, "gifsicle in.gif #name", "-"},
    };
    CHECK(rows);
}

static void color_count(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"ball", "ball", NULL, "gifsicle --colors 8 in.gif", "color_count"},
        {"ball", "ball", NULL, "gifsicle --colors 16 in.gif", "-"},
        {"ball", "ball", NULL, "gifsicle --colors 13 in.gif", "-"}, /* tolerance 2 */
        {"ball", "ball", NULL, "gifsicle --colors 12 in.gif", "color_count"},
        {"colors128", "colors8", NULL, "gifsicle --colors 4 in.gif",
         "color_count+quality_degradation"},
        {"local", "local", NULL, "convert in.gif -colors 29 out.gif", "-"}, /* per frame */
        {"local", "local", NULL, "gifsicle -k 29 in.gif", "color_count"},   /* in all */
        {"colors256", "colors256", NULL, "gifsicle -k 256 in.gif", "-"},
    };
    CHECK(rows);
}

static void timing(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"ball", "ball", "double_delays", "", "timing_preservation"},
        {"mixed_delay", "mixed_delay", "double_delays", "", "timing_preservation"},
        {"ball", "ball", "zero_delays", "", "-"}, /* shown as 100 ms, as before */
        {"zero_delay", "zero_delay", "double_delays", "", "-"},
        {"mixed_delay", "mixed_delay", "zero_delays", "", "timing_preservation"},
        {"ball", "ball", "double_delays", "gifsicle -d20 in.gif", "-"},
        {"ball", "ball", NULL, "gifsicle -d20 in.gif", "timing_preservation"},
        {"one", "one", "double_delays", "", "-"}, /* a single picture */
        {"ball", "ball", "long_end", "", "timing_preservation"},
        {"ball", "ball", "double_delays", "animately -f 1", "timing_preservation"}, /* total only */
    };
    CHECK(rows);
}

static void loops_and_canvas(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"ball", "ball", "no_loop", "", "loop_count"},
        {"ball", "ball", "no_loop", "gifsicle --no-loopcount in.gif", "-"},
        {"loop3", "loop3", NULL, "gifsicle -l3 in.gif", "-"},
        {"loop3", "loop3", NULL, "gifsicle -l4 in.gif", "loop_count"},
        {"no_loop", "loop3", NULL, "", "loop_count"},
        {"ball", "ball", "wide_screen", "", "geometry"},
        {"ball", "ball", NULL, "gifsicle --scale 0.5 in.gif", "geometry"},
        {"ball", "ball", NULL, "gifsicle --resize 160x_ in.gif", "-"},
        {"ball", "ball", NULL, "gifsicle --rotate-90 in.gif", "geometry"},
        {"ball", "ball", NULL, "gifsicle --crop-transparency in.gif", "-"},
        {"off_screen", "off_screen", NULL, "", "-"},
    };
    CHECK(rows);
}

static void pictures(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"ball", "ball@swap", NULL, "", "quality_degradation"},
        {"ball", "ball@swap", NULL, "gifsicle -O3 in.gif", "quality_degradation"},
        {"ball", "ball@reverse", NULL, "", "quality_degradation"},
        {"ball", "ball@frozen", NULL, "", "quality_degradation"},
        {"ball", "ball@black", NULL, "", "quality_degradation"},
        {"ball", "ball@scrambled", NULL, "", "quality_degradation"},
        {"ball", "ball@palette", NULL, "", "quality_degradation"},
        {"colors128", "colors128@palette", NULL, "", "quality_degradation"}, /* near colours */
        {"subtle", "subtle@reverse", NULL, "", "quality_degradation"},       /* hardly any error */
        {"subtle", "subtle", NULL, "", "-"},
        {"ball", "ball@pixel", NULL, "gifsicle -O3 in.gif", "quality_degradation"},
        {"ball", "ball@pixel", NULL, "gifsicle --lossy=80 in.gif", "-"},
        {"ball", "ball@pixel", NULL, "", "-"},
        {"local", "local@frozen", NULL, "", "quality_degradation"},
        {"mixed_delay", "mixed_delay@swap", NULL, "", "quality_degradation"},
        {"mixed_delay", "mixed_delay@black", NULL, "gifsicle --colors 8 in.gif",
         "color_count+quality_degradation"},
        {"ball", "ball@reverse", NULL, "convert in.gif -reverse out.gif", "-"}, /* asked */
        {"disposal2", "disposal1", NULL, "", "quality_degradation"},            /* ghosts */
        {"disposal0", "disposal1", NULL, "", "-"}, /* the same, said otherwise */
    };
    CHECK(rows);
}

static void what_cannot_be_told_is_no_failure(void **state) {
    (void)state;
    struct judge_limits limits = judge_limits_default();
    struct request none = request_none();
    struct fixture f = fixture_make("ball", NULL);
    limits.max_file_size_mb = 0.001;
    judge(&f, &f, &none, &limits);
    assert_int_equal(verdict.status, JUDGE_SKIPPED);
    assert_int_equal(judge_passed(&verdict), -1);
    assert_non_null(strstr(verdict.reason, "max_file_size_mb"));

    limits = judge_limits_default();
    judge(NULL, &f, &none, &limits);
    assert_int_equal(verdict.status, JUDGE_PASSED);
    for (size_t i = 1; i < verdict.results_used; i++)
        assert_int_equal(verdict.results[i].outcome, JUDGE_NOT_APPLICABLE);

    /* A source in another format: nothing of it is a canvas. */
    uint8_t other[] = "#!/bin/sh\n# no picture at all\n";
    struct fixture script = {other, sizeof other - 1};
    judge(&script, &f, &none, &limits);
    assert_int_equal(verdict.status, JUDGE_PASSED);
    assert_true(verdict.source_damaged);

    const struct judge_gif gif = {f.bytes, f.n};
    struct judge_case c = {.output = gif,
                           .sources = &gif,
                           .sources_used = 1,
                           .request = &none,
                           .limits = &limits,
                           .memory_bytes = 1000,
                           .now_us = sys_now_us};
    judge_run(&c, &verdict);
    assert_int_equal(verdict.status, JUDGE_SKIPPED);
    assert_non_null(strstr(verdict.reason, "memory"));

    /* The output can be read, its source cannot. */
    struct fixture pixel = fixture_make("pixel", NULL);
    c.output = (struct judge_gif){pixel.bytes, pixel.n};
    c.memory_bytes = 8000;
    judge_run(&c, &verdict);
    assert_int_equal(verdict.status, JUDGE_SKIPPED);
    assert_int_equal(verdict.results_used, JUDGE_CHECKS);
    assert_int_equal(verdict.results[JUDGE_FILE_INTEGRITY].outcome, JUDGE_PASS);
    for (size_t i = 1; i < verdict.results_used; i++) {
        assert_int_equal(verdict.results[i].check, i);
        assert_int_equal(verdict.results[i].outcome, JUDGE_UNKNOWN);
        assert_non_null(strstr(verdict.results[i].message, "memory"));
    }
    /* What is damaged by itself fails all the same, and then there is no reason to give. */
    c.output.used -= 1;
    judge_run(&c, &verdict);
    assert_int_equal(verdict.status, JUDGE_FAILED);
    assert_string_equal(verdict.reason, "");
    free(pixel.bytes);

    static struct judge_gif many[JUDGE_SOURCES_MAX + 1];
    c = (struct judge_case){.output = gif,
                            .sources = many,
                            .sources_used = JUDGE_SOURCES_MAX + 1,
                            .request = &none,
                            .limits = &limits,
                            .memory_bytes = 256 << 20,
                            .now_us = sys_now_us};
    judge_run(&c, &verdict);
    assert_int_equal(verdict.status, JUDGE_SKIPPED);
    assert_int_equal(verdict.sources_used, 0);
    free(f.bytes);
}

static int64_t slow_clock(void) {
    static int64_t now;
    return now += 2000000;
}

static void a_timeout_is_no_failure(void **state) {
    (void)state;
    const struct judge_limits limits = judge_limits_default();
    const struct request none = request_none();
    struct fixture f = fixture_make("hundred", NULL);
    const struct judge_gif gif = {f.bytes, f.n};
    const struct judge_case c = {.output = gif,
                                 .sources = &gif,
                                 .sources_used = 1,
                                 .request = &none,
                                 .limits = &limits,
                                 .memory_bytes = 256 << 20,
                                 .now_us = slow_clock};
    judge_run(&c, &verdict);
    assert_int_equal(verdict.status, JUDGE_TIMED_OUT);
    assert_int_equal(judge_passed(&verdict), -1);
    free(f.bytes);
}

static long clock_asks, clock_jumps_at;

static int64_t jumping_clock(void) {
    return clock_asks++ < clock_jumps_at ? 0 : 60000000;
}

/* Whenever the time runs out: a healthy output is passed or not judged, never failed; what a check
 * could not look at to its end has not passed. */
static void time_may_run_out_anywhere(void **state) {
    (void)state;
    const struct judge_limits limits = judge_limits_default();
    struct request r = request_none();
    struct fixture source = fixture_make("local", NULL), output = fixture_make("local@pixel", NULL);
    const struct judge_gif gif = {source.bytes, source.n};
    const struct judge_case c = {.output = {output.bytes, output.n},
                                 .sources = &gif,
                                 .sources_used = 1,
                                 .request = &r,
                                 .limits = &limits,
                                 .memory_bytes = 256 << 20,
                                 .now_us = jumping_clock};
    unsigned unknown = 0, timed_out = 0;
    clock_jumps_at = 1;
    for (bool jumped = true; jumped; clock_jumps_at++) {
        clock_asks = 0;
        judge_run(&c, &verdict);
        jumped = clock_asks > clock_jumps_at;
        bool late = verdict.results_used < JUDGE_CHECKS;
        for (size_t i = 0; i < verdict.results_used; i++)
            late |= verdict.results[i].outcome == JUDGE_UNKNOWN;
        assert_int_not_equal(judge_passed(&verdict), 0);
        assert_int_equal(judge_passed(&verdict), late ? -1 : 1);
        unknown += late;
        timed_out += verdict.status == JUDGE_TIMED_OUT && verdict.reason[0] != '\0';
    }
    assert_int_equal(judge_passed(&verdict), 1);
    assert_true(unknown > 5);
    assert_int_equal(timed_out, unknown);
    free(source.bytes);
    free(output.bytes);
}

static void a_damaged_source_is_not_the_outputs_fault(void **state) {
    (void)state;
    const struct judge_limits limits = judge_limits_default();
    const struct request none = request_none();
    struct fixture f = fixture_make("ball", "truncate=50");
    judge(&f, &f, &none, &limits);
    assert_int_equal(verdict.status, JUDGE_PASSED);
    assert_true(verdict.source_damaged);
    assert_non_null(strstr(verdict.results[0].message, "the source has the same fault"));
    free(f.bytes);
}

/* Nor is it when there is too little memory to read the source: what only a decoded frame shows is
 * not known to be the output's own. */
static void damage_that_the_source_may_have_is_not_told(void **state) {
    (void)state;
    static const uint8_t no_width[] = "GIF87a\x75\x01\xBD\0\0\x80\0"
                                      ",\0\0\x88\x01\0\0\0\x61\x6C\x0E\0"
                                      ",\0\0\0\r\r\r\x0E\x0El\x0E\0;";
    const struct judge_limits limits = judge_limits_default();
    const struct request none = request_none();
    const struct judge_gif gif = {no_width, sizeof no_width - 1};
    struct judge_case c = {.output = gif,
                           .sources = &gif,
                           .sources_used = 1,
                           .request = &none,
                           .limits = &limits,
                           .memory_bytes = 256 << 20,
                           .now_us = sys_now_us};
    judge_run(&c, &verdict);
    assert_int_equal(verdict.output.damaged, true);
    assert_int_equal(judge_passed(&verdict), 1);
    unsigned unknown = 0;
    for (c.memory_bytes = 1 << 16; c.memory_bytes < 64 << 20; c.memory_bytes *= 2) {
        judge_run(&c, &verdict);
        assert_int_not_equal(judge_passed(&verdict), 0);
        unknown += verdict.output.damaged && judge_passed(&verdict) < 0;
    }
    assert_true(unknown > 0);
}

static void merged_sources_stand_behind_each_other(void **state) {
    (void)state;
    const struct judge_limits limits = judge_limits_default();
    struct request r = request_of("gifsicle a.gif b.gif -o c.gif");
    struct fixture f = fixture_make("ball", NULL);
    const struct judge_gif two[] = {{f.bytes, f.n}, {f.bytes, f.n}};
    const struct judge_case c = {.output = two[0],
                                 .sources = two,
                                 .sources_used = 2,
                                 .request = &r,
                                 .limits = &limits,
                                 .memory_bytes = 256 << 20,
                                 .now_us = sys_now_us};
    judge_run(&c, &verdict);
    assert_int_equal(verdict.sources_used, 2);
    assert_string_equal(failed(), "frame_count+timing_preservation");
    free(f.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integrity),
        cmocka_unit_test(frame_count),
        cmocka_unit_test(color_count),
        cmocka_unit_test(timing),
        cmocka_unit_test(loops_and_canvas),
        cmocka_unit_test(pictures),
        cmocka_unit_test(what_cannot_be_told_is_no_failure),
        cmocka_unit_test(a_timeout_is_no_failure),
        cmocka_unit_test(time_may_run_out_anywhere),
        cmocka_unit_test(a_damaged_source_is_not_the_outputs_fault),
        cmocka_unit_test(damage_that_the_source_may_have_is_not_told),
        cmocka_unit_test(merged_sources_stand_behind_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
