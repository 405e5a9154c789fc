/* Pictures measured against each other: the same figures as a plain pixel-by-pixel reckoning. */
#include "judge/figures.h"
#include "judge/picture.h"
#include "judge/quantise.h"
#include "judge/shift.h"

#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST 100u

static uint32_t seed = 7;
static uint32_t a[MOST * MOST], b[MOST * MOST];

static uint32_t next(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static uint32_t color(void) {
    return 0xFF000000u | (next() & 0xFFFFFF);
}

static struct picture_pair pair(uint32_t width, uint32_t height) {
    return (struct picture_pair){.source = {.width = width, .height = height, .colors = a},
                                 .output = {.width = width, .height = height, .colors = b}};
}

struct plain {
    double error, luma;
    uint64_t differs, strong, vanished, painted;
    bool rounding;
    double worst_tile;
};

static void add_plainly(struct plain *p, double *tiles, uint32_t x, uint32_t s, uint32_t o) {
    double error = 0;
    int largest = 0;
    if (s == o)
        return;
    for (int shift = 0; shift <= 16; shift += 8) {
        int d = (int)(o >> shift & 255) - (int)(s >> shift & 255);
        error += d * d;
        largest = abs(d) > largest ? abs(d) : largest;
    }
    if (s == 0 || o == 0) {
        error = 3 * 255 * 255;
        largest = 255;
    }
    p->error += error;
    tiles[x / 16] += error;
    p->luma += 77 * ((double)(o >> 16 & 255) - (double)(s >> 16 & 255)) +
               150 * ((double)(o >> 8 & 255) - (double)(s >> 8 & 255)) +
               29 * ((double)(o & 255) - (double)(s & 255));
    p->differs++;
    p->strong += largest >= 64;
    p->vanished += o == 0;
    p->painted += s == 0;
    p->rounding = p->rounding && largest <= 8;
}

static struct plain measure_plainly(uint32_t width, uint32_t height) {
    struct plain p = {.rounding = true};
    for (uint32_t top = 0; top < height; top += 16) {
        double tiles[MOST / 16 + 1] = {0};
        uint32_t bottom = top + 16 < height ? top + 16 : height;
        for (uint32_t y = top; y < bottom; y++)
            for (uint32_t x = 0; x < width; x++)
                add_plainly(&p, tiles, x, a[y * width + x], b[y * width + x]);
        for (uint32_t x = 0; x < width; x += 16) {
            uint32_t wide = width - x < 16 ? width - x : 16;
            double mse = tiles[x / 16] / 3 / wide / (bottom - top);
            p.worst_tile = mse > p.worst_tile ? mse : p.worst_tile;
        }
    }
    return p;
}

static void assert_near(double x, double y) {
    assert_true(fabs(x - y) <= 1e-9 * (1 + fabs(y)));
}

/* Noise, small changes, and transparency here and there; widths with and without a rest. */
static void figures_are_those_of_plain_reckoning(void **state) {
    (void)state;
    for (unsigned round = 0; round < 300; round++) {
        uint32_t width = 1 + next() % MOST, height = 1 + next() % MOST;
        unsigned kind = round % 4;
        for (uint32_t i = 0; i < width * height; i++) {
            a[i] = color();
            b[i] = kind == 0                ? color()
                   : kind == 1              ? a[i] ^ (next() % 8 == 0 ? next() & 0x070707 : 0)
                   : next() % 50 < kind - 1 ? 0
                                            : a[i] ^ (next() & 0x3F3F3F);
            if (kind == 3 && next() % 40 == 0)
                a[i] = 0;
        }
        struct picture_room room;
        assert_true(picture_room_open(&room, width));
        struct picture_pair p = pair(width, height);
        struct picture_measure m = picture_compare(&p, &room, 0, 1);
        struct plain wanted = measure_plainly(width, height);
        uint64_t pixels = (uint64_t)width * height;
        assert_int_equal(m.pixels, pixels);
        assert_int_equal(m.differs, wanted.differs);
        assert_int_equal(m.strong, wanted.strong);
        assert_int_equal(m.vanished, wanted.vanished);
        assert_int_equal(m.painted, wanted.painted);
        assert_int_equal(m.is_rounding, wanted.rounding);
        assert_near(m.mse, wanted.error / 3 / (double)pixels);
        assert_near(m.bias, wanted.luma / 256 / (double)pixels);
        assert_near(m.worst_tile, wanted.worst_tile);
        assert_true(m.ssim <= 1 + 1e-9);
        picture_room_close(&room);
    }
}

static void the_box_is_around_what_differs(void **state) {
    (void)state;
    struct picture_room room;
    assert_true(picture_room_open(&room, 60));
    for (uint32_t i = 0; i < 60 * 40; i++)
        a[i] = b[i] = color();
    b[7 * 60 + 20] = 0xFF000000u ^ (a[7 * 60 + 20] ^ 0x00808080u);
    b[30 * 60 + 11] ^= 0x00808080u;
    struct picture_pair p = pair(60, 40);
    struct picture_measure m = picture_compare(&p, &room, 0, 1);
    assert_int_equal(m.box.left, 11);
    assert_int_equal(m.box.right, 21);
    assert_int_equal(m.box.top, 7);
    assert_int_equal(m.box.bottom, 31);
    assert_int_equal(m.strong_top, 7);
    assert_int_equal(m.strong_bottom, 30);
    assert_true(m.ssim < 1);
    picture_room_close(&room);
}

/* A row in four is looked at, another one from instant to instant. */
static void a_step_looks_at_some_rows(void **state) {
    (void)state;
    struct picture_room room;
    assert_true(picture_room_open(&room, 50));
    for (uint32_t i = 0; i < 50 * 48; i++)
        a[i] = b[i] = color();
    for (uint32_t x = 0; x < 50; x++)
        b[21 * 50 + x] ^= 0xFFFFFFu;
    struct picture_pair p = pair(50, 48);
    for (uint32_t first = 0; first < 4; first++) {
        struct picture_measure m = picture_compare(&p, &room, first, 4);
        assert_int_equal(m.pixels, 50 * 12);
        assert_int_equal(m.differs, first == 21 % 4 ? 50 : 0);
    }
    picture_room_close(&room);
}

static void what_is_cleared_may_be_painted(void **state) {
    (void)state;
    struct picture_room room;
    assert_true(picture_room_open(&room, 20));
    for (uint32_t i = 0; i < 400; i++) {
        a[i] = i % 3 == 0 ? 0 : color();
        b[i] = i % 3 == 0 ? 0xFF102030u : a[i];
    }
    struct picture_pair p = pair(20, 20);
    assert_int_equal(picture_compare(&p, &room, 0, 1).differs, 134);
    p.cleared_as = 0xFF102030u;
    assert_int_equal(picture_compare(&p, &room, 0, 1).differs, 0);
    p.cleared_as = 0xFF102050u;
    assert_int_equal(picture_compare(&p, &room, 0, 1).differs, 134);
    picture_room_close(&room);
}

static void a_picture_that_is_moved_is_found_by_how_much(void **state) {
    (void)state;
    for (int k = 0; k < 9; k++) {
        int dx = k % 3 - 1, dy = k / 3 - 1, x = 5, y = 5;
        struct shift s = {0};
        struct picture_room room;
        assert_true(picture_room_open(&room, 64));
        for (uint32_t i = 0; i < 64 * 64; i++)
            a[i] = color();
        for (int row = 0; row < 64; row++)
            for (int at = 0; at < 64; at++)
                b[row * 64 + at] = a[(row - dy + 64) % 64 * 64 + (at - dx + 64) % 64];
        struct picture_pair p = pair(64, 64);
        shift_add(&s, &p, &room);
        assert_int_equal(shift_find(&s, &x, &y), k != 4);
        if (k != 4) {
            assert_int_equal(x, dx);
            assert_int_equal(y, dy);
            assert_true(shift_error(&s, dx, dy) < 1 && shift_error(&s, 0, 0) > 1000);
        }
        picture_room_close(&room);
    }
}

/* Chequers of two phases fit to both sides: that is dithering. */
static void another_phase_of_a_pattern_is_no_move(void **state) {
    (void)state;
    int dx, dy;
    struct shift s = {0};
    struct picture_room room;
    assert_true(picture_room_open(&room, 64));
    for (uint32_t i = 0; i < 64 * 64; i++) {
        a[i] = (i ^ i / 64) & 1 ? 0xFFFFFFFFu : 0xFF000000u;
        b[i] = ~a[i] | 0xFF000000u;
    }
    struct picture_pair p = pair(64, 64);
    shift_add(&s, &p, &room);
    assert_false(shift_find(&s, &dx, &dy));
    picture_room_close(&room);
}

static void colors_are_cut_down_to_their_groups(void **state) {
    (void)state;
    struct quantise_color colors[40];
    uint32_t means[8];
    for (uint32_t i = 0; i < 40; i++)
        colors[i] = (struct quantise_color){
            0xFF000000u | (i % 4) * 0x400000 | (i % 4) * 0x50 | i / 4, 1 + i % 3};
    assert_int_equal(quantise(colors, 40, 4, means), 4);
    for (uint32_t group = 0; group < 4; group++) {
        int found = 0;
        for (int k = 0; k < 4; k++)
            found += (means[k] & 0xFF0000) == group * 0x400000 &&
                     labs((long)(means[k] & 255) - (long)(group * 0x50 + 5)) < 6;
        assert_int_equal(found, 1);
    }
    assert_int_equal(quantise(colors, 1, 8, means), 1);
    assert_int_equal(means[0], colors[0].color);
    assert_int_equal(quantise(colors, 0, 8, means), 0);
}

static void figures_of_arithmetic(void **state) {
    (void)state;
    double odd[] = {5, 1, 4, 2, 3}, even[] = {4, 1, 3, 2}, one[] = {7};
    assert_near(figures_median(odd, 5), 3);
    assert_near(figures_median(even, 4), 3);
    assert_near(figures_median(one, 1), 7);
    assert_near(figures_median(NULL, 0), 0);
    double mse = 0.001, x = 1e-6;
    for (int i = 0; i < 33; i++, mse *= 1.7)
        assert_true(fabs(figures_psnr(mse) - 10 * log10(65025 / mse)) < 1e-6);
    assert_near(figures_psnr(0), 100);
    assert_near(figures_psnr(65025), 0);
    for (int i = 0; i < 36; i++, x *= 3.1)
        assert_near(figures_root(x), sqrt(x));
    assert_near(figures_root(0), 0);
    assert_near(figures_composite(1, 100, 1), 1);
    assert_near(figures_composite(0.5, 25, 0.5), 0.5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_those_of_plain_reckoning),
        cmocka_unit_test(the_box_is_around_what_differs),
        cmocka_unit_test(a_step_looks_at_some_rows),
        cmocka_unit_test(what_is_cleared_may_be_painted),
        cmocka_unit_test(a_picture_that_is_moved_is_found_by_how_much),
        cmocka_unit_test(another_phase_of_a_pattern_is_no_move),
        cmocka_unit_test(colors_are_cut_down_to_their_groups),
        cmocka_unit_test(figures_of_arithmetic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
