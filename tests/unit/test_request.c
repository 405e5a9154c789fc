/* What a command line asked for, compressor by compressor. A wrong guess would be a false alarm, so
 * the second half of every table is what must stay unclear. */
#include "request/request.h"

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A request as one line: only what differs from "nothing asked". */
static void print_facets(const struct request *r, char *out, size_t size) {
    static const char *const asks[] = {"", "", "?"};
    static const char *const kinds[] = {"ratio", "select", "delete", "every",
                                        "rate",  "one",    "first"};
    static const char *const steps[] = {"exact", "scale", "fit",  "within",
                                        "cover", "crop",  "turn", "screen"};
    size_t n = (size_t)snprintf(out, size, "%s", request_operation_name(r->operation));
#define ADD(...) n += (size_t)snprintf(out + n, size - n, __VA_ARGS__)
    if (r->lossless)
        ADD(" lossless");
    if (!r->understood)
        ADD(" not-understood");
    if (r->pictures_edited)
        ADD(" edited");
    if (r->colors.ask == REQUEST_ASKED)
        ADD(" colors=%d%s", (int)r->colors.max,
            r->colors.counting == REQUEST_COUNT_UNION ? "" : "/frame");
    else if (r->colors.ask == REQUEST_UNCLEAR)
        ADD(" colors%s", asks[2]);
    if (r->frames.ask == REQUEST_UNCLEAR)
        ADD(" frames?");
    else if (r->frames.ask == REQUEST_ASKED) {
        ADD(" %s", kinds[r->frames.kind]);
        for (size_t i = 0; i < r->frames.spans_used; i++)
            ADD("%s%d..%d", i == 0 ? "=" : ",", (int)r->frames.spans[i].first,
                (int)r->frames.spans[i].last);
        for (size_t i = 0; i < r->frames.spans_used && i < 1; i++)
            if (r->frames.spans[i].delay_cs >= 0)
                ADD("@%d", (int)r->frames.spans[i].delay_cs);
        if (r->frames.kind == REQUEST_FRAMES_RATE)
            ADD("=%.3f", r->frames.fps);
        if (r->frames.kind == REQUEST_FRAMES_FIRST)
            ADD("=%d", (int)r->frames.every);
    }
    if (r->timing.ask == REQUEST_UNCLEAR)
        ADD(" timing?");
    else if (r->timing.ask == REQUEST_ASKED && r->timing.kind == REQUEST_TIMING_DELAY)
        ADD(" delay=%d", (int)r->timing.delay_cs);
    else if (r->timing.ask == REQUEST_ASKED && r->timing.kind == REQUEST_TIMING_SPEED)
        ADD(" speed=%.2f", r->timing.factor);
    else if (r->timing.ask == REQUEST_ASKED)
        ADD(" delays");
    if (r->canvas.ask == REQUEST_UNCLEAR)
        ADD(" canvas?");
    else
        for (size_t i = 0; i < r->canvas.steps_used; i++) {
            const struct request_step *s = &r->canvas.steps[i];
            ADD(" %s", steps[s->kind]);
            if (s->kind == REQUEST_STEP_SCALE)
                ADD("=%.2fx%.2f", s->x, s->y);
            else if (s->kind == REQUEST_STEP_TURN)
                ADD("=%d", s->turns);
            else
                ADD("=%dx%d", (int)s->width, (int)s->height);
            if (s->kind == REQUEST_STEP_CROP)
                ADD("+%d+%d", (int)s->left, (int)s->top);
        }
    if (r->canvas.flipped)
        ADD(" flipped");
    if (r->loops.ask == REQUEST_UNCLEAR)
        ADD(" loops?");
    else if (r->loops.ask == REQUEST_ASKED)
        ADD(" loops=%d", (int)r->loops.count);
    for (size_t i = 0; i < r->inputs.used; i++)
        ADD(" <%s", r->inputs.at[i]);
    for (size_t i = 0; i < r->not_sources.used; i++)
        ADD(" !%s", r->not_sources.at[i]);
#undef ADD
}

struct row {
    const char *line, *facets;
};

static void check_rows(const struct row *rows, size_t used) {
    for (size_t i = 0; i < used; i++) {
        char facets[4096];
        size_t argc;
        char **argv = request_split(rows[i].line, &argc, NULL);
        assert_non_null(argv);
        struct request r = request_parse(argc, (const char *const *)argv);
        print_facets(&r, facets, sizeof facets);
        if (strcmp(facets, rows[i].facets) != 0)
            fail_msg("%s\n  is      %s\n  wanted  %s", rows[i].line, facets, rows[i].facets);
        request_free(&r);
        free(argv);
    }
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

static void gifsicle(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"gifsicle -O3 in.gif -o out.gif", "optimization lossless <in.gif"},
        {"/usr/bin/gifsicle -U --careful -i in.gif", "optimization lossless <in.gif"},
        {"gifsicle -O3 --lossy=80 in.gif", "lossy_compression <in.gif"},
        {"gifsicle --loss=80 in.gif", "lossy_compression <in.gif"},
        {"gifsicle --lossy 80 -o out.gif", "lossy_compression <80"},
        {"gifsicle --no-lossy in.gif", "optimization lossless <in.gif"},
        {"gifsicle --colors 64 in.gif", "color_reduction colors=64 <in.gif"},
        {"gifsicle --colors=0x10 in.gif", "color_reduction colors=16 <in.gif"},
        {"gifsicle -k8 in.gif", "color_reduction colors=8 <in.gif"},
        {"gifsicle -k 8 in.gif", "color_reduction colors=8 <in.gif"},
        {"gifsicle -k=8 in.gif", "color_reduction colors=8 <in.gif"},
        {"gifsicle -Uk16 in.gif", "color_reduction colors=16 <in.gif"},
        {"gifsicle -bk16 a.gif b.gif", "color_reduction colors=16 <a.gif <b.gif"},
        {"gifsicle --colors 1 in.gif", "optimization lossless <in.gif"},
        {"gifsicle --colors 300 in.gif", "optimization lossless <in.gif"},
        {"gifsicle --use-colormap web in.gif", "color_reduction edited colors=216 <in.gif"},
        {"gifsicle --use-colormap pal.gif in.gif",
         "color_reduction edited colors=256 <in.gif !pal.gif"},
        {"gifsicle in.gif #0-4", "frame_reduction lossless select=0..4 <in.gif"},
        {"gifsicle in.gif #3-", "frame_reduction lossless select=3..-1 <in.gif"},
        {"gifsicle in.gif #-1-0", "frame_reduction lossless select=-1..0 <in.gif"},
        {"gifsicle in.gif #-2", "frame_reduction lossless select=-2..-2 <in.gif"},
        {"gifsicle -O2 in.gif -d20 #0 -d20 #2",
         "frame_reduction lossless select=0..0,2..2@20 delays <in.gif"},
        {"gifsicle in.gif #name", "optimization lossless frames? timing? <in.gif"},
        {"gifsicle in.gif --delete #1-3", "frame_reduction lossless delete=1..3 <in.gif"},
        {"gifsicle --resize 80x60 in.gif", "resize exact=80x60 <in.gif"},
        {"gifsicle --resize 80x_ in.gif", "resize exact=80x0 <in.gif"},
        {"gifsicle --resize-fit 80x60 in.gif", "resize fit=80x60 <in.gif"},
        {"gifsicle --resize-width 80 in.gif", "resize exact=80x0 <in.gif"},
        {"gifsicle --scale 0.5 in.gif", "resize scale=0.50x0.50 <in.gif"},
        {"gifsicle --scale 1/2 in.gif", "resize scale=0.50x0.50 <in.gif"},
        {"gifsicle --scale 0.5x2 in.gif", "resize scale=0.50x2.00 <in.gif"},
        {"gifsicle --crop 1,2+30x40 in.gif", "resize crop=30x40+1+2 <in.gif"},
        {"gifsicle --crop 1,2-31,42 in.gif", "resize crop=30x40+1+2 <in.gif"},
        {"gifsicle --rotate-90 in.gif", "resize turn=1 <in.gif"},
        {"gifsicle --flip-horizontal in.gif", "optimization flipped <in.gif"},
        {"gifsicle -d5 in.gif", "timing lossless delay=5 <in.gif"},
        {"gifsicle --delay 5 in.gif", "timing lossless delay=5 <in.gif"},
        {"gifsicle -l in.gif", "timing lossless loops=0 <in.gif"},
        {"gifsicle -l5 in.gif", "timing lossless loops=5 <in.gif"},
        {"gifsicle --loopcount=forever in.gif", "timing lossless loops=0 <in.gif"},
        {"gifsicle --no-loopcount in.gif", "timing lossless loops=-1 <in.gif"},
        {"gifsicle +l in.gif", "timing lossless loops=-1 <in.gif"},
        {"gifsicle --merge a.gif b.gif -o c.gif", "merge lossless <a.gif <b.gif"},
        {"gifsicle a.gif b.gif -o c.gif", "merge lossless <a.gif <b.gif"},
        {"gifsicle --explode in.gif", "explode lossless one <in.gif"},
        {"gifsicle -e in.gif", "explode lossless one <in.gif"},
        {"gifsicle -- -strange.gif", "optimization lossless <-strange.gif"},
    };
    CHECK(rows);
}

static void gifsicle_edits_and_what_is_unclear(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"gifsicle --no-delete --no-output +o --no-colors in.gif", "optimization lossless <in.gif"},
        {"gifsicle --gray in.gif", "optimization edited <in.gif"},
        {"gifsicle --change-color #000000 #010101 in.gif", "optimization edited <in.gif"},
        {"gifsicle --change-color=1,2,3 #010101 in.gif", "optimization edited <in.gif"},
        {"gifsicle -x 12 hello in.gif", "optimization lossless <in.gif"},
        {"gifsicle -x12 hello in.gif", "optimization lossless <in.gif"},
        {"gifsicle --app-extension NAME hello in.gif", "optimization lossless <in.gif"},
        {"gifsicle --color in.gif",
         "unknown not-understood edited colors? frames? timing? canvas? loops? <in.gif"},
        {"gifsicle --nonsense in.gif",
         "unknown not-understood edited colors? frames? timing? canvas? loops? <in.gif"},
        {"gifsicle --resize nonsense in.gif", "resize canvas? <in.gif"},
        {"gifsicle --crop-transparency in.gif", "resize canvas? <in.gif"},
        {"gifsicle in.gif --replace #0 b.gif", "merge edited frames? timing? <in.gif <b.gif"},
        {"gifsicle a.gif #0 b.gif #1", "merge lossless frames? timing? <a.gif <b.gif"},
        {"gifsicle --change-color #000000",
         "unknown not-understood edited colors? frames? timing? canvas? loops?"},
        {"gifsicle --colors",
         "unknown not-understood edited colors? frames? timing? canvas? loops?"},
    };
    CHECK(rows);
}

static void magick(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"/usr/bin/convert in.gif out.gif", "conversion <in.gif"},
        {"convert-im6.q16 in.gif -layers optimize out.gif", "optimization <in.gif"},
        {"magick convert in.gif -coalesce out.gif", "conversion <in.gif"},
        {"magick in.gif -coalesce out.gif", "conversion <in.gif"},
        {"convert in.gif -colors 64 out.gif", "color_reduction colors=64/frame <in.gif"},
        {"convert in.gif[0-3] out.gif", "frame_reduction select=0..3 <in.gif"},
        {"convert in.gif[0,2] out.gif", "frame_reduction select=0..0,2..2 <in.gif"},
        {"convert in.gif[100x80] out.gif", "resize within=100x80 <in.gif"},
        {"convert in.gif -delete 1-3 out.gif", "frame_reduction delete=1..3 <in.gif"},
        {"convert in.gif -coalesce -resize 50% out.gif", "resize scale=0.50x0.50 <in.gif"},
        {"convert in.gif -resize 80x60! out.gif", "resize exact=80x60 <in.gif"},
        {"convert in.gif -resize 80x60 out.gif", "resize within=80x60 <in.gif"},
        {"convert in.gif -resize x60> out.gif", "resize fit=0x60 <in.gif"},
        {"convert in.gif -rotate 90 out.gif", "resize turn=1 <in.gif"},
        {"convert -delay 5 in.gif out.gif", "timing delay=5 <in.gif"},
        {"convert -delay 1x20 in.gif out.gif", "timing delay=5 <in.gif"},
        {"gm convert in.gif -delay 5 out.gif", "timing delay=5 <in.gif"},
        {"convert in.gif -loop 3 out.gif", "timing loops=2 <in.gif"},
        {"gm convert in.gif -loop 3 out.gif", "timing loops=3 <in.gif"},
        {"convert in.gif -loop 1 out.gif", "timing loops=-1 <in.gif"},
        {"convert in.gif +adjoin f%02d.gif", "explode one <in.gif"},
        {"convert a.gif b.gif out.gif", "merge <a.gif <b.gif"},
        {"mogrify -colors 8 a.gif b.gif", "color_reduction colors=8/frame <a.gif <b.gif"},
        {"convert in.gif gif:-", "conversion <in.gif"},
        {"convert in.gif -fuzz 5% -layers optimize out.gif", "lossy_compression <in.gif"},
        /* unclear */
        {"convert in.gif -delay 5 out.gif", "conversion timing? <in.gif"},
        {"convert in.gif -remap pal.gif out.gif", "conversion colors? <in.gif !pal.gif"},
        {"convert in.gif -trim out.gif", "resize canvas? <in.gif"},
        {"convert in.gif -reverse out.gif", "conversion edited frames? timing? <in.gif"},
        {"convert in.gif -nonsense 5 out.gif",
         "conversion not-understood edited colors? frames? timing? canvas? loops? <in.gif"},
        {"convert in.gif -resize",
         "conversion not-understood edited colors? frames? timing? canvas? loops? <in.gif"},
        {"convert", "conversion"},
    };
    CHECK(rows);
}

static void ffmpeg(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"ffmpeg -i in.gif out.gif", "conversion <in.gif"},
        {"ffmpeg -y -v error -i in.gif -filter_complex "
         "split[a][b];[a]palettegen[p];[b][p]paletteuse out.gif",
         "conversion <in.gif"},
        {"ffmpeg -i in.gif -vf fps=10 out.gif", "frame_reduction rate=10.000 <in.gif"},
        {"ffmpeg -i in.gif -vf fps=fps=30000/1001 out.gif", "frame_reduction rate=29.970 <in.gif"},
        {"ffmpeg -i in.gif -r 5 out.gif", "frame_reduction rate=5.000 <in.gif"},
        {"ffmpeg -i in.gif -vf scale=80:-1 out.gif", "resize exact=80x0 <in.gif"},
        {"ffmpeg -i in.gif -vf scale=w=80:h=60:flags=lanczos out.gif",
         "resize exact=80x60 <in.gif"},
        {"ffmpeg -i in.gif -s 80x60 out.gif", "resize exact=80x60 <in.gif"},
        {"ffmpeg -i in.gif -lavfi "
         "\"fps=5,split[a][b];[a]palettegen=max_colors=32[p];[b][p]paletteuse=dither=none\" o.gif",
         "frame_reduction colors=32 rate=5.000 <in.gif"},
        {"ffmpeg -i in.gif -lavfi "
         "split[a][b];[a]palettegen=16:stats_mode=single[p];[b][p]paletteuse o.gif",
         "color_reduction colors=16/frame <in.gif"},
        {"ffmpeg -i in.gif -loop -1 out.gif", "timing loops=-1 <in.gif"},
        {"ffmpeg -i in.gif -loop 3 out.gif", "timing loops=3 <in.gif"},
        /* unclear */
        {"ffmpeg -i in.gif -vf setpts=0.5*PTS out.gif", "timing frames? speed=0.50 <in.gif"},
        {"ffmpeg -i in.gif -vf scale=iw/2:ih/2 out.gif", "resize canvas? <in.gif"},
        {"ffmpeg -i in.gif -vf 'select=not(mod(n\\,2))' out.gif",
         "conversion frames? timing? <in.gif"},
        {"ffmpeg -i in.gif -t 2 out.gif", "conversion frames? timing? <in.gif"},
        {"ffmpeg -r 5 -i in.gif out.gif", "conversion frames? timing? <in.gif"},
        {"ffmpeg -i in.gif -vf crop=10:10 out.gif", "resize canvas? <in.gif"},
        {"ffmpeg -i in.gif -vf boxblur=2 out.gif",
         "conversion not-understood edited colors? frames? timing? canvas? loops? <in.gif"},
        {"ffmpeg -i a.gif -i b.gif -filter_complex overlay out.gif",
         "conversion not-understood edited colors? frames? timing? canvas? loops? <a.gif <b.gif"},
    };
    CHECK(rows);
}

static void others(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"vips copy in.gif[n=-1] out.gif", "conversion <in.gif"},
        {"vips copy in.gif out.gif", "conversion <in.gif"},
        {"vips copy in.gif[n=3] out.gif", "frame_reduction first=3 <in.gif"},
        {"vips copy in.gif[n=-1] out.gif[bitdepth=5]", "color_reduction colors=32/frame <in.gif"},
        {"vips gifsave in.gif out.gif --bitdepth 4", "color_reduction colors=16/frame <in.gif"},
        {"vips invert in.gif out.gif",
         "conversion not-understood edited colors? frames? timing? canvas? loops? <in.gif"},
        {"vipsthumbnail -s 60x40 in.gif[n=-1] -o out.gif", "resize within=60x40 <in.gif"},
        {"gifski -o out.gif --fps 20 -Q 80 a.png b.png",
         "frame_reduction rate=20.000 <a.png <b.png"},
        {"animately -i in.gif -o out.gif --colors 32 --lossy=60",
         "color_reduction colors=32/frame"},
        {"animately -i in.gif -o out.gif -f 0.5", "frame_reduction ratio"},
        {"giftool -d 20", "timing lossless delay=20"},
        {"giffix in.gif", "optimization lossless <in.gif"},
        {"gifclrmp -g 1.1 in.gif", "unknown edited colors? <in.gif"},
        {"cp in.gif out.gif", "unknown not-understood"},
        {"python3 job.py in.gif", "unknown not-understood"},
    };
    CHECK(rows);
}

static void overriding(void **state) {
    (void)state;
    struct error e = {0};
    struct request r = request_none();
    assert_int_equal(request_override(&r, NULL, 0.5, 0, &e), 0);
    assert_int_equal(r.operation, REQUEST_FRAME_REDUCTION);
    assert_int_equal(r.frames.kind, REQUEST_FRAMES_RATIO);
    assert_int_equal(request_override(&r, "optimization", 0, 32, &e), 0);
    assert_true(r.lossless);
    assert_int_equal(r.colors.max, 32);
    assert_int_not_equal(request_override(&r, "nonsense", 0, 0, &e), 0);
    assert_string_equal(e.message, "no such operation: nonsense");
    assert_int_not_equal(request_override(&r, NULL, 1.5, 0, &e), 0);
    assert_int_not_equal(request_override(&r, NULL, 0, 257, &e), 0);
}

static void splitting(void **state) {
    (void)state;
    struct error e = {0};
    size_t argc;
    char **w = request_split("  gifsicle '#0 x' \"a\\\"b\" c\\ d '' #1 ", &argc, &e);
    assert_int_equal(argc, 6);
    assert_string_equal(w[1], "#0 x");
    assert_string_equal(w[2], "a\"b");
    assert_string_equal(w[3], "c d");
    assert_string_equal(w[4], "");
    assert_string_equal(w[5], "#1");
    assert_null(w[6]);
    free(w);
    w = request_split("", &argc, &e);
    assert_int_equal(argc, 0);
    free(w);
    assert_null(request_split("a 'b", &argc, &e));
    assert_string_equal(e.message, "a quote is not closed");
}

static void hostile_lines_do_no_harm(void **state) {
    (void)state;
    static const char *const pieces[] = {
        "gifsicle", "convert", "gm",      "ffmpeg",
        "vips",     "-i",      "--",      "-",
        "#",        "#-",      "#1-",     "--=",
        "-k",       "-o",      "[",       "]",
        "x[",       "x[]",     "x[0-",    "-vf",
        "fps=",     "scale=",  ":::",     "[a][b",
        "'",        "-loop",   "",        "99999999999999999999",
        "-resize",  "x",       "%",       "1x",
        "--crop",   "1,",      "--scale", "1/0",
        "-delay",   "n=-1",    "copy",    "convert",
        "mogrify",  "-set",    "a=b=c",   "in.gif",
        "\xff\xfe", "--no-",   "+",       "palettegen=",
    };
    uint32_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        const char *argv[12];
        size_t argc = 1 + (seed >> 10) % 10;
        for (size_t i = 0; i < argc; i++) {
            seed = seed * 1664525u + 1013904223u;
            argv[i] = pieces[(seed >> 8) % (i == 0 ? 5 : sizeof pieces / sizeof *pieces)];
        }
        struct request r = request_parse(argc, argv);
        request_free(&r);
    }
    static const char *many[10000];
    for (size_t i = 0; i < 10000; i++)
        many[i] = i == 0 ? "gifsicle" : i % 2 ? "in.gif" : "#0-9";
    struct request r = request_parse(10000, many);
    assert_int_equal(r.inputs.used, 5000);
    request_free(&r);
    r = request_parse(0, many);
    request_free(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gifsicle),  cmocka_unit_test(gifsicle_edits_and_what_is_unclear),
        cmocka_unit_test(magick),    cmocka_unit_test(ffmpeg),
        cmocka_unit_test(others),    cmocka_unit_test(overriding),
        cmocka_unit_test(splitting), cmocka_unit_test(hostile_lines_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
