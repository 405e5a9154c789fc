/* The picture check's rules one by one, on figures made for each: what is right passes, and what
 * breaks just this rule fails. */
#include "judge/figures.h"
#include "judge/quality.h"

#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#define PAIRS 20u

static struct walk walk;
static struct walk_instant instants[PAIRS];
static struct gif_scan source, output;
static struct request request;
static struct judge_limits limits;
static struct judge_result result;
static struct fixture ball;

/* Pictures of 100 × 100, all with a little error: an output that is as it should be. */
static void begin(const char *line) {
    static char **words;
    static struct palette_pair none[512];
    size_t argc;
    request_free(&request);
    free(words);
    words = request_split(line, &argc, NULL);
    request = argc > 0 ? request_parse(argc, (const char *const *)words) : request_none();
    limits = judge_limits_default();
    walk = (struct walk){.moves = {.pairs = none, .size = 512},
                         .instants = instants,
                         .used = PAIRS,
                         .walked = PAIRS};
    memset(none, 0, sizeof none);
    source = (struct gif_scan){.colors_union = 200};
    output = (struct gif_scan){.colors_union = 200};
    for (uint32_t i = 0; i < PAIRS; i++)
        instants[i] = (struct walk_instant){
            .pair = {i, i}, .m = {.pixels = 10000, .differs = 3000, .mse = 20, .worst_tile = 60}};
    result = (struct judge_result){0};
}

/* The source's pixels, and the colour that the output shows for each. */
static void moves(uint32_t from, uint32_t to, uint64_t pixels) {
    walk.moves.pairs[walk.moves.used++] = (struct palette_pair){from, to, pixels};
    walk.moves.pixels += pixels;
}

static bool passes(void) {
    /* Played when it is asked whether colours explain an error: here they do not. */
    const struct judge_gif played = {ball.bytes, ball.n};
    const struct judge_case c = {.sources = &played,
                                 .sources_used = 1,
                                 .request = &request,
                                 .limits = &limits,
                                 .memory_bytes = 1 << 24};
    struct gif_inks inks;
    assert_true(gif_inks_open(&inks));
    const struct judge_context x = {
        .c = &c, .output_scan = &output, .source_scans = &source, .inks = &inks};
    struct quality q = {.x = &x, .w = &walk, .compared = walk.walked};
    double mse[PAIRS], strong[PAIRS], bias[PAIRS];
    for (size_t i = 0; i < PAIRS; i++) {
        mse[i] = i < walk.used ? instants[i].m.mse : 0;
        strong[i] = i < walk.used ? quality_strong(&instants[i]) : 0;
        bias[i] = i < walk.used ? instants[i].m.bias : 0;
    }
    q.usual_mse = figures_median(mse, PAIRS);
    q.usual_strong = figures_median(strong, PAIRS);
    q.usual_bias = figures_median(bias, PAIRS);
    q.mild = quality_is_mild(&q);
    bool passed = quality_locally(&q, &result) && quality_overall(&q, &result);
    gif_inks_close(&inks);
    return passed;
}

static void assert_fails(const char *words) {
    assert_false(passes());
    if (strstr(result.message, words) == NULL)
        fail_msg("'%s' is not in '%s'", words, result.message);
    assert_non_null(strstr(result.message, "source frame"));
}

static void a_little_error_passes(void **state) {
    (void)state;
    static const char *const lines[] = {"", "gifsicle --lossy=80 in.gif",
                                        "gifsicle --colors 64 in.gif",
                                        "convert in.gif -colors 16 out.gif"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        begin(lines[i]);
        assert_true(passes());
    }
}

static void what_vanished_is_missed(void **state) {
    (void)state;
    begin("");
    instants[3].m.vanished = 7;
    instants[3].m.opaque = 300;
    assert_true(passes());
    instants[3].m.vanished = 12;
    assert_fails("become transparent");
    begin("");
    instants[3].m.vanished = 12;
    instants[3].m.opaque = 9000;
    assert_true(passes());
}

static void a_fraction_of_the_colors_is_a_loss_when_it_is_seen(void **state) {
    (void)state;
    begin("gifsicle --colors 64 in.gif");
    output.colors_union = 5;
    assert_true(passes());
    for (size_t i = 0; i < PAIRS; i++)
        instants[i].m.mse = 600;
    assert_fails("5 colours are left");
    output.colors_union = 9;
    assert_true(passes());
}

/* The output fits one pixel to the side. */
static void displace(uint64_t own) {
    walk.shift.pixels = 1000;
    for (int k = 0; k < 9; k++)
        walk.shift.error[k] = 3000 * (k == 4 ? own : k == 3 ? own / 4 : own * 2);
}

static void a_move_is_told_where_the_colors_are_there(void **state) {
    (void)state;
    begin("gifsicle --colors 64 in.gif");
    displace(400);
    assert_fails("moved by 1,0 pixels");
    begin("gifsicle --colors 64 in.gif");
    displace(50);
    assert_true(passes());
    begin("gifsicle --colors 64 --dither in.gif");
    displace(400);
    assert_true(passes());
    /* The source's colours are far from all that the output has: that is no move. */
    begin("gifsicle --colors 64 in.gif");
    displace(400);
    moves(0xFFFFFFFFu, 0xFFE0E0E0u, 1000);
    walk.tone.samples[0] = 0xFFFFFFFFu;
    walk.tone.used = 1;
    assert_true(passes());
}

static void areas_keep_their_tone(void **state) {
    (void)state;
    begin("");
    walk.tone.error = 50 * 40;
    walk.tone.cells = 50;
    assert_true(passes());
    walk.tone.error = 50 * 400;
    moves(0xFFFFFFFFu, 0xFF808080u, 1000);
    moves(0xFFFCFCFCu, 0xFFFCFCFCu, 1000);
    walk.tone.samples[0] = 0xFFFFFFFFu;
    walk.tone.used = 1;
    assert_fails("areas have other colours");
}

static void a_median_over_the_limit_fails(void **state) {
    (void)state;
    begin("");
    for (size_t i = 0; i < PAIRS; i++)
        instants[i].m.mse = 1590;
    assert_true(passes());
    for (size_t i = 0; i < PAIRS; i++)
        instants[i].m.mse = 1610;
    assert_fails("half of the pictures");
    begin("gifsicle --lossy=80 in.gif");
    for (size_t i = 0; i < PAIRS; i++)
        instants[i].m.mse = 250;
    assert_fails("half of the pictures");
}

/* What was transparent and is black now has words of its own, but no limit. */
static void painted_transparency_is_told_as_such(void **state) {
    (void)state;
    begin("");
    for (size_t i = 0; i < PAIRS; i++) {
        instants[i].m.painted = 4150;
        instants[i].m.mse = 27026;
    }
    assert_fails("transparency is painted: 41.5 % of the picture");
    assert_non_null(strstr(result.message, "half of the pictures differ"));
    for (size_t i = 0; i < PAIRS; i++)
        instants[i].m.painted = 2000; /* less than half of the error */
    assert_fails("half of the pictures");
    assert_null(strstr(result.message, "transparen"));
    begin("");
    instants[3].m.painted = instants[3].m.strong = 4150;
    instants[3].m.mse = 27026;
    assert_fails(
        "frame 3 (0.00 s, source frame 3): transparency is painted: 41.5 % of the picture");
    begin("");
    for (size_t i = 0; i < PAIRS; i++) {
        instants[i].m.painted = 200; /* all of an error that is none */
        instants[i].m.mse = 1300;
    }
    assert_true(passes());
}

static void brightness_has_a_limit_by_colors(void **state) {
    (void)state;
    static const struct {
        const char *line;
        double most;
    } rows[] = {{"", 14}, {"gifsicle --colors 16 in.gif", 30}, {"gifsicle --colors 8 in.gif", 40}};
    for (size_t k = 0; k < 3; k++)
        for (int over = 0; over < 2; over++) {
            begin(rows[k].line);
            for (size_t i = 0; i < PAIRS; i++)
                instants[i].m.bias = rows[k].most + (over ? 0.5 : -0.5);
            if (over)
                assert_fails("too dark or too bright");
            else
                assert_true(passes());
        }
    begin("gifsicle --colors 4 in.gif");
    for (size_t i = 0; i < PAIRS; i++)
        instants[i].m.bias = 90;
    assert_true(passes());
}

/* One instant with these figures among others that are as usual. */
static bool one(const char *line, double mse, double tile, uint64_t strong) {
    begin(line);
    instants[7].m.mse = mse;
    instants[7].m.worst_tile = tile;
    instants[7].m.strong = strong;
    return passes();
}

static void one_instant_is_held_against_the_others(void **state) {
    (void)state;
    assert_true(one("convert in.gif out.gif", 310, 900, 150)); /* under 6 × 20 + 200 */
    assert_true(one("convert in.gif out.gif", 330, 900, 90));  /* not strongly */
    assert_false(one("convert in.gif out.gif", 330, 900, 150));
    assert_true(one("convert in.gif out.gif", 300, 5900, 80)); /* a small patch */
    assert_false(one("convert in.gif out.gif", 300, 6100, 80));
    assert_false(one("gifsicle --lossy=80 in.gif", 195, 700, 0)); /* over 2 × 20 + 150 */
    assert_true(one("gifsicle --lossy=80 in.gif", 185, 700, 0));
    assert_false(one("gifsicle --lossy=80 in.gif", 100, 900, 40)); /* a strong patch */
    assert_true(one("gifsicle --lossy=80 in.gif", 100, 700, 40));
    assert_true(one("gifsicle --lossy=80 in.gif", 100, 900, 20));
}

static void colors_that_are_there_explain_nothing(void **state) {
    (void)state;
    begin("gifsicle --colors 200 in.gif"); /* as many as there are */
    instants[7].m.mse = 1000;
    assert_false(passes());
    assert_non_null(strstr(result.message, "frame 7 "));
}

/* Where most pictures are exactly the source's, less is too much. */
static void a_patch_among_exact_pictures_is_found(void **state) {
    (void)state;
    begin("convert in.gif out.gif");
    instants[0] = instants[7];
    instants[0].m.mse = 180;
    instants[0].m.worst_tile = 2600;
    instants[0].m.strong = 50;
    walk.used = 1;
    assert_false(passes());
    assert_true(one("convert in.gif out.gif", 180, 2600, 50));
}

int main(void) {
    ball = fixture_make("ball", NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_little_error_passes),
        cmocka_unit_test(what_vanished_is_missed),
        cmocka_unit_test(painted_transparency_is_told_as_such),
        cmocka_unit_test(a_fraction_of_the_colors_is_a_loss_when_it_is_seen),
        cmocka_unit_test(a_move_is_told_where_the_colors_are_there),
        cmocka_unit_test(areas_keep_their_tone),
        cmocka_unit_test(a_median_over_the_limit_fails),
        cmocka_unit_test(brightness_has_a_limit_by_colors),
        cmocka_unit_test(one_instant_is_held_against_the_others),
        cmocka_unit_test(colors_that_are_there_explain_nothing),
        cmocka_unit_test(a_patch_among_exact_pictures_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
