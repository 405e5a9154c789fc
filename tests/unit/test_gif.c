/* Reading a GIF: the same indices as giflib, the same pictures as the rules say, every kind of
 * damage by its name, and nothing outside the bytes. */
#include "fixture.h"
#include "gif/lzw.h"
#include "gif/player.h"
#include "gif/reader.h"
#include "gif/scan.h"
#include "sys/sys.h"

#include <dirent.h>
#include <gif_lib.h>

static const char *const kinds[] = {
    "ball",      "one",       "two",        "hundred",    "local",       "interlaced", "disposal0",
    "disposal1", "disposal2", "disposal3",  "zero_delay", "mixed_delay", "no_loop",    "loop3",
    "gif87a",    "pixel",     "off_screen", "colors4",    "colors8",     "colors16",   "colors32",
    "colors64",  "colors128", "colors256",  "deferred",   "noise"};

static enum gif_outcome scan(const struct fixture *f, struct gif_scan *s) {
    const struct gif_budget budget = {
        .now_us = sys_now_us, .deadline_us = sys_now_us() + 20000000, .memory_bytes = 256 << 20};
    return gif_scan(f->bytes, f->n, &budget, NULL, s);
}

/* ---- LZW ---- */

struct memory {
    const uint8_t *bytes;
    size_t n, at;
};

static int give(GifFileType *gif, GifByteType *to, int n) {
    struct memory *m = gif->UserData;
    size_t there = m->n - m->at < (size_t)n ? m->n - m->at : (size_t)n;
    memcpy(to, m->bytes + m->at, there);
    m->at += there;
    return (int)there;
}

/* The indices of frame `number` as giflib's own decoder gives them. */
static void decode_with_giflib(const struct fixture *f, size_t number, uint8_t *indices, size_t n) {
    struct memory m = {f->bytes, f->n, 0};
    int error;
    GifFileType *gif = DGifOpen(&m, give, &error);
    GifRecordType type;
    size_t frame = 0;
    while (DGifGetRecordType(gif, &type) == GIF_OK && type != TERMINATE_RECORD_TYPE) {
        GifByteType *block;
        int code;
        if (type == EXTENSION_RECORD_TYPE) {
            DGifGetExtension(gif, &code, &block);
            while (block != NULL)
                DGifGetExtensionNext(gif, &block);
            continue;
        }
        DGifGetImageHeader(gif);
        if (frame++ == number) {
            assert_int_equal(DGifGetLine(gif, indices, (int)n), GIF_OK);
            break;
        }
        DGifGetCode(gif, &code, &block);
        while (block != NULL)
            DGifGetCodeNext(gif, &block);
    }
    DGifCloseFile(gif, &error);
}

static void indices_are_the_same_as_giflibs(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct fixture f = fixture_make(kinds[i], NULL);
        struct gif_reader *r = gif_reader_open(f.bytes, f.n);
        static struct gif_frame frame;
        static uint8_t room[1 << 20], theirs[1 << 20], *const ours = room + LZW_OUTPUT_FRONT;
        while (gif_reader_next(r, &frame) == GIF_FRAME) {
            struct gif_decoded d;
            size_t pixels = (size_t)frame.width * frame.height;
            assert_true(gif_reader_decode(r, &frame, NULL, ours, &d));
            assert_int_equal(d.fault.code, GIF_FAULT_NONE);
            assert_int_equal(d.lzw.written, pixels);
            decode_with_giflib(&f, frame.number, theirs, pixels);
            assert_memory_equal(ours, theirs, pixels);
            bool used[256] = {false};
            for (size_t k = 0; k < pixels; k++)
                used[ours[k]] = true;
            assert_memory_equal(used, d.lzw.used, sizeof used);
            /* Translated on the way, and a second time. */
            uint8_t inks[256];
            for (unsigned k = 0; k < 256; k++)
                inks[k] = (uint8_t)(k * 7 + 3);
            assert_true(gif_reader_decode(r, &frame, inks, ours, &d));
            for (size_t k = 0; k < pixels; k++)
                assert_int_equal(ours[k], inks[theirs[k]]);
        }
        gif_reader_close(r);
        free(f.bytes);
    }
}

/* Packs codes of the given widths, from the lowest bit up. */
static struct lzw_result decode_codes(const unsigned (*codes)[2], size_t n, unsigned size,
                                      size_t pixels, uint8_t *out) {
    uint8_t *data = calloc(1, n * 2);
    size_t bit = 0;
    for (size_t i = 0; i < n; i++)
        for (unsigned b = 0; b < codes[i][1]; b++, bit++)
            data[bit / 8] |= (uint8_t)((codes[i][0] >> b & 1) << bit % 8);
    const struct lzw_frame f = {data, (bit + 7) / 8, size, NULL, out, pixels};
    struct lzw_result r = lzw_decode(&f);
    free(data);
    return r;
}

#define DECODE(pixels, ...)                                                                        \
    decode_codes((const unsigned[][2]){__VA_ARGS__},                                               \
                 sizeof((const unsigned[][2]){__VA_ARGS__}) / sizeof(unsigned[2]), 2, pixels, out)

static void malformed_streams_have_names(void **state) {
    (void)state;
    uint8_t room[64 + LZW_OUTPUT_SLACK], *out = room + LZW_OUTPUT_FRONT;
    struct lzw_result r = DECODE(4, {4, 3}, {1, 3}, {6, 3}, {5, 3});
    assert_int_equal(r.status, LZW_ENDS_EARLY); /* 1, 1 1: three of four */
    assert_int_equal(r.written, 3);
    r = DECODE(3, {4, 3}, {1, 3}, {6, 3}, {5, 3});
    assert_int_equal(r.status, LZW_DONE); /* a code that is just being defined */
    assert_int_equal(out[0] + out[1] + out[2], 3);
    r = DECODE(4, {4, 3}, {6, 3});
    assert_int_equal(r.status, LZW_UNDEFINED_CODE); /* the first code must be a literal */
    r = DECODE(4, {4, 3}, {1, 3}, {7, 3});
    assert_int_equal(r.status, LZW_UNDEFINED_CODE);
    assert_int_equal(r.written, 1);
    r = DECODE(2, {1, 3}, {2, 3}, {5, 3});
    assert_int_equal(r.status, LZW_DONE); /* without a clear code at the beginning */
    r = DECODE(1, {4, 3}, {1, 3}, {2, 3}, {3, 3}, {1, 4}, {2, 4}, {5, 4});
    assert_int_equal(r.status, LZW_DONE);
    assert_int_equal(r.superfluous, 4);
    const struct lzw_frame f = {out, 0, 9, NULL, out, 1};
    assert_int_equal(lzw_decode(&f).status, LZW_CODE_SIZE);
}

static void random_bytes_stay_inside_the_buffers(void **state) {
    (void)state;
    uint32_t seed = 5;
    for (int round = 0; round < 20000; round++) {
        size_t n = seed % 300, pixels = 1 + (seed >> 9) % 2000;
        uint8_t *data = malloc(n + 1), *room = malloc(pixels + LZW_OUTPUT_SLACK);
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1664525u + 1013904223u;
            data[i] = (uint8_t)(seed >> 16);
        }
        const struct lzw_frame f = {data,  n, 2 + (seed >> 5) % 7, NULL, room + LZW_OUTPUT_FRONT,
                                    pixels};
        struct lzw_result r = lzw_decode(&f);
        assert_true(r.written <= pixels && r.at <= n);
        free(data);
        free(room);
    }
}

/* ---- canvas ---- */

/* The same rules, pixel by pixel and without any cleverness. */
struct naive {
    uint32_t w, h, *pixels, *before, *saved;
};

static void draw_naively(struct naive *n, const struct gif_frame *f, const uint8_t *indices,
                         uint8_t *last_disposal, struct gif_frame *last) {
    size_t bytes = (size_t)n->w * n->h * 4;
    memcpy(n->before, n->pixels, bytes);
    for (uint32_t y = 0; *last_disposal == 2 && y < last->height; y++)
        for (uint32_t x = 0; x < last->width; x++)
            if (last->left + x < n->w && last->top + y < n->h)
                n->pixels[(last->top + y) * n->w + last->left + x] = 0;
    if (*last_disposal == 3)
        memcpy(n->pixels, n->saved, bytes);
    memcpy(n->saved, n->pixels, bytes);
    static const unsigned start[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
    size_t at = 0;
    for (int pass = 0; pass < (f->interlaced ? 4 : 1); pass++)
        for (uint32_t y = f->interlaced ? start[pass] : 0; y < f->height;
             y += f->interlaced ? step[pass] : 1)
            for (uint32_t x = 0; x < f->width; x++, at++)
                if (f->left + x < n->w && f->top + y < n->h && indices[at] != f->transparent)
                    n->pixels[(f->top + y) * n->w + f->left + x] = f->palette[indices[at]];
    *last_disposal = f->disposal;
    *last = *f;
}

/* The player's picture against the naive one's, in colours. */
static void compare_pictures(const struct gif_player *p, const struct naive *n, bool first) {
    const struct gif_canvas *c = &p->canvas;
    static uint32_t row[1 << 12];
    for (uint32_t y = 0; y < n->h; y++) {
        gif_canvas_colors(c, p->inks, 0, y, n->w, row);
        assert_memory_equal(row, n->pixels + (size_t)y * n->w, n->w * sizeof *row);
    }
    size_t pixels = (size_t)n->w * n->h;
    bool differs = memcmp(n->before, n->pixels, pixels * 4) != 0;
    assert_true(first || c->changed == differs);
    for (uint32_t i = 0; i < pixels; i++) {
        struct gif_box b = c->dirty;
        uint32_t x = i % n->w, y = i / n->w;
        bool inside = x >= b.left && x < b.right && y >= b.top && y < b.bottom;
        assert_true(inside || n->before[i] == n->pixels[i]);
    }
}

static void play(const struct fixture *f, struct gif_inks *inks) {
    struct gif_reader *r = gif_reader_open(f->bytes, f->n);
    struct gif_screen screen = gif_reader_screen(r);
    struct gif_player p;
    assert_true(gif_player_open(&p, f->bytes, f->n, inks, 64 << 20));
    size_t pixels = (size_t)screen.width * screen.height;
    struct naive n = {screen.width, screen.height, calloc(pixels, 4), calloc(pixels, 4),
                      calloc(pixels, 4)};
    static struct gif_frame frame, last;
    static uint8_t room[1 << 20], *const indices = room + LZW_OUTPUT_FRONT;
    uint8_t last_disposal = 0;
    for (bool first = true; gif_reader_next(r, &frame) == GIF_FRAME; first = false) {
        struct gif_decoded d;
        assert_true(gif_reader_decode(r, &frame, NULL, indices, &d));
        assert_int_equal(gif_player_next(&p), GIF_FRAME);
        draw_naively(&n, &frame, indices, &last_disposal, &last);
        compare_pictures(&p, &n, first);
    }
    assert_int_equal(gif_player_next(&p), GIF_END);
    free(n.pixels);
    free(n.before);
    free(n.saved);
    gif_player_close(&p);
    gif_reader_close(r);
}

/* With few colours, with more than a byte tells apart, and with more than two do. */
static void pictures_follow_the_rules(void **state) {
    (void)state;
    static const uint32_t others[] = {0, 240, 252, 300, 65270, 65500, 70000};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct fixture f = fixture_make(kinds[i], NULL);
        for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
            struct gif_inks inks;
            assert_true(gif_inks_open(&inks));
            for (uint32_t color = 0; color < others[k]; color++)
                assert_int_not_equal(gif_inks_take(&inks, 0xFF3A0000u + color * 3 + 1), 0);
            play(&f, &inks);
            gif_inks_close(&inks);
        }
        free(f.bytes);
    }
}

static void every_color_has_an_ink_of_its_own(void **state) {
    (void)state;
    struct gif_inks inks;
    assert_true(gif_inks_open(&inks));
    for (uint32_t color = 0xFF000000u; color < 0xFF000000u + 3000; color++) {
        assert_int_equal(gif_inks_find(&inks, color), 0);
        uint32_t ink = gif_inks_take(&inks, color);
        assert_int_not_equal(ink & 255, 0);
        assert_int_equal(inks.colors[ink], color);
    }
    uint32_t next = inks.next;
    for (uint32_t color = 0xFF000000u; color < 0xFF000000u + 3000; color++) {
        assert_int_equal(inks.colors[gif_inks_take(&inks, color)], color);
        assert_int_equal(gif_inks_find(&inks, color), gif_inks_take(&inks, color));
    }
    assert_int_equal(inks.next, next);
    /* A free number may be chosen; what has one keeps it. */
    uint32_t chosen = gif_inks_free(&inks, next + 5);
    assert_true(chosen >= next + 5);
    assert_false(gif_inks_give(&inks, 0xFF000001u, chosen));
    assert_true(gif_inks_give(&inks, 0xFFABCDEFu, chosen));
    assert_true(gif_inks_give(&inks, 0xFFABCDEFu, chosen));
    assert_int_equal(gif_inks_find(&inks, 0xFFABCDEFu), chosen);
    for (uint32_t color = 0xFFBB0000u; color < 0xFFBB0000u + 600; color++)
        assert_int_not_equal(gif_inks_take(&inks, color), chosen);
    assert_int_equal(gif_inks_find(&inks, 0xFFABCDEFu), chosen);
    gif_inks_close(&inks);
}

/* ---- hashes ---- */

/* The same pictures have the same hashes whatever else shares the inks, others do not. */
static void hashes_tell_pictures_apart(void **state) {
    (void)state;
    struct fixture a = fixture_make("ball", NULL), b = fixture_make("ball", NULL),
                   other = fixture_make("ball@pixel", NULL), more = fixture_make("local", NULL);
    const struct gif_budget budget = {.memory_bytes = 64 << 20};
    struct gif_inks inks;
    struct gif_scan s[4];
    assert_true(gif_inks_open(&inks));
    const struct fixture *files[] = {&a, &more, &b, &other};
    for (int i = 0; i < 4; i++)
        assert_int_equal(gif_scan(files[i]->bytes, files[i]->n, &budget, &inks, &s[i]),
                         GIF_SCAN_DONE);
    size_t apart = 0;
    for (size_t k = 0; k < s[0].frames; k++) {
        assert_int_equal(s[0].frame[k].picture_hash, s[2].frame[k].picture_hash);
        apart += s[0].frame[k].picture_hash != s[3].frame[k].picture_hash;
    }
    assert_true(apart > 0);
    for (int i = 0; i < 4; i++)
        gif_scan_free(&s[i]);
    gif_inks_close(&inks);
    free(a.bytes);
    free(b.bytes);
    free(other.bytes);
    free(more.bytes);
}

static void take_until(struct gif_inks *inks, uint32_t next, uint32_t *color) {
    while (gif_inks_free(inks, inks->next) < next)
        assert_int_not_equal(gif_inks_take(inks, ++*color), 0);
}

/* Two pictures of which the inks differ in the second byte alone. */
static void hashes_look_at_every_plane(void **state) {
    (void)state;
    struct fixture a = fixture_make("ball", NULL), b = fixture_make("ball", NULL);
    const struct gif_budget budget = {.memory_bytes = 64 << 20};
    struct gif_inks inks;
    struct gif_scan s[2];
    uint32_t color = 0xFF770000u;
    assert_true(gif_inks_open(&inks));
    for (size_t i = 0; i < (size_t)6 << (b.bytes[10] & 7); i++)
        b.bytes[13 + i] ^= 1;
    take_until(&inks, 0x101, &color);
    assert_int_equal(gif_scan(a.bytes, a.n, &budget, &inks, &s[0]), GIF_SCAN_DONE);
    take_until(&inks, 0x201, &color);
    assert_int_equal(gif_scan(b.bytes, b.n, &budget, &inks, &s[1]), GIF_SCAN_DONE);
    for (size_t k = 0; k < s[0].frames; k++)
        assert_true(s[0].frame[k].picture_hash != s[1].frame[k].picture_hash);
    gif_scan_free(&s[0]);
    gif_scan_free(&s[1]);
    gif_inks_close(&inks);
    free(a.bytes);
    free(b.bytes);
}

/* ---- scan ---- */

static void facts_are_right(void **state) {
    (void)state;
    static const struct {
        const char *kind;
        uint32_t w, h;
        size_t frames;
        uint64_t effective_cs;
        int64_t loops;
        uint32_t colors;
    } rows[] = {
        {"ball", 160, 120, 20, 200, 0, 15},   {"one", 64, 48, 1, 10, -1, 15},
        {"zero_delay", 64, 48, 6, 60, 0, 15}, {"mixed_delay", 64, 48, 14, 352, 0, 15},
        {"loop3", 64, 48, 6, 60, 3, 15},      {"gif87a", 64, 48, 1, 10, -1, 15},
        {"pixel", 1, 1, 1, 10, -1, 1},        {"hundred", 64, 48, 100, 1000, 0, 15},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f = fixture_make(rows[i].kind, NULL);
        struct gif_scan s;
        assert_int_equal(scan(&f, &s), GIF_SCAN_DONE);
        assert_int_equal(s.faults, 0);
        assert_true(s.trailer);
        assert_int_equal(s.width, rows[i].w);
        assert_int_equal(s.height, rows[i].h);
        assert_int_equal(s.frames, rows[i].frames);
        assert_int_equal(s.effective_duration_cs, rows[i].effective_cs);
        assert_int_equal(s.loops, rows[i].loops);
        assert_int_equal(s.colors_union, rows[i].colors);
        gif_scan_free(&s);
        free(f.bytes);
    }
}

static void damage_has_a_name_and_a_place(void **state) {
    (void)state;
    static const struct {
        const char *how;
        enum gif_fault_code code;
    } rows[] = {
        {"empty", GIF_FAULT_EMPTY},          {"badmagic", GIF_FAULT_SIGNATURE},
        {"notrailer", GIF_FAULT_NO_TRAILER}, {"truncate=50", GIF_FAULT_DATA_CUT},
        {"truncate=0", GIF_FAULT_EMPTY},     {"trailing", GIF_FAULT_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f = fixture_make("ball", rows[i].how);
        struct gif_scan s;
        assert_int_equal(scan(&f, &s), GIF_SCAN_DONE);
        assert_int_equal(s.fault.code, rows[i].code);
        if (strcmp(rows[i].how, "trailing") == 0)
            assert_int_equal(s.trailing_bytes, 10);
        gif_scan_free(&s);
        free(f.bytes);
    }
    struct fixture f = fixture_make("past_table", NULL);
    struct gif_scan s;
    assert_int_equal(scan(&f, &s), GIF_SCAN_DONE);
    assert_int_equal(s.fault.code, GIF_FAULT_INDEX_RANGE);
    gif_scan_free(&s);
    free(f.bytes);
    f = fixture_make("ball", "zerotail");
    assert_int_equal(scan(&f, &s), GIF_SCAN_DONE);
    assert_true(s.faults > 0 && !s.trailer);
    char words[256];
    struct text t = text_over(words, sizeof words);
    gif_fault_describe(&s.fault, &t);
    assert_non_null(strstr(words, "frame "));
    gif_scan_free(&s);
    free(f.bytes);
}

static void every_cut_is_noticed(void **state) {
    (void)state;
    static const char *const some[] = {"two", "disposal3", "local", "pixel"};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        struct fixture f = fixture_make(some[i], NULL);
        for (size_t n = 0; n < f.n; n++) {
            struct fixture cut = {malloc(n + 1), n};
            cut.bytes = realloc(cut.bytes, n > 0 ? n : 1);
            memcpy(cut.bytes, f.bytes, n);
            struct gif_scan s;
            assert_int_equal(scan(&cut, &s), GIF_SCAN_DONE);
            assert_int_equal(s.faults, 1); /* one cut, told once */
            gif_scan_free(&s);
            free(cut.bytes);
        }
        free(f.bytes);
    }
}

static void no_mutation_does_harm(void **state) {
    (void)state;
    uint32_t seed = 11;
    static const char *const some[] = {"two", "disposal3", "local", "interlaced", "off_screen"};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        struct fixture f = fixture_make(some[i], NULL);
        for (int round = 0; round < 1500; round++) {
            struct fixture m = {malloc(f.n), f.n};
            memcpy(m.bytes, f.bytes, f.n);
            for (int k = 0; k < 1 + round % 4; k++) {
                seed = seed * 1664525u + 1013904223u;
                /* Mostly the first bytes: there stand the sizes. */
                m.bytes[(seed >> 8) % (round % 2 ? f.n : 60)] = (uint8_t)(seed >> 3);
            }
            struct gif_scan s;
            (void)scan(&m, &s);
            gif_scan_free(&s);
            free(m.bytes);
        }
        free(f.bytes);
    }
}

static void bombs_are_refused_before_memory_is_taken(void **state) {
    (void)state;
    struct fixture f = fixture_make("one", NULL);
    f.bytes[6] = f.bytes[7] = f.bytes[8] = f.bytes[9] = 0xFF;
    struct gif_scan s;
    int64_t start = sys_now_us();
    assert_int_equal(scan(&f, &s), GIF_SCAN_MEMORY);
    assert_true(sys_now_us() - start < 1000000);
    gif_scan_free(&s);
    free(f.bytes);
}

static void a_deadline_ends_it(void **state) {
    (void)state;
    struct fixture f = fixture_make("hundred", NULL);
    const struct gif_budget budget = {
        .now_us = sys_now_us, .deadline_us = 1, .memory_bytes = 256 << 20};
    struct gif_scan s;
    assert_int_equal(gif_scan(f.bytes, f.n, &budget, NULL, &s), GIF_SCAN_TIMEOUT);
    gif_scan_free(&s);
    free(f.bytes);
}

/* Real and hostile files, where they are there. */
static void scan_folder(const char *folder, size_t *files) {
    DIR *d = opendir(folder);
    struct dirent *e;
    while (d != NULL && (e = readdir(d)) != NULL) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] == '.')
            continue;
        struct fixture f = fixture_read(path);
        struct gif_scan s;
        if (f.bytes != NULL) {
            (void)scan(&f, &s);
            gif_scan_free(&s);
            ++*files;
        }
        free(f.bytes);
    }
    if (d != NULL)
        closedir(d);
}

static void no_file_of_the_corpus_does_harm(void **state) {
    (void)state;
    static const char *const folders[] = {
        "hostile",      "dvyukov+go-fuzz-corpus",   "conformance/test-suite",
        "google+wuffs", "netsurf-browser+libnsgif", "image-rs+image-gif"};
    size_t files = 0;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char folder[256];
        snprintf(folder, sizeof folder, "../shared/corpus/%s", folders[i]);
        scan_folder(folder, &files);
    }
    if (files == 0)
        skip(); /* no corpus beside the project */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indices_are_the_same_as_giflibs),
        cmocka_unit_test(malformed_streams_have_names),
        cmocka_unit_test(random_bytes_stay_inside_the_buffers),
        cmocka_unit_test(pictures_follow_the_rules),
        cmocka_unit_test(every_color_has_an_ink_of_its_own),
        cmocka_unit_test(hashes_tell_pictures_apart),
        cmocka_unit_test(hashes_look_at_every_plane),
        cmocka_unit_test(facts_are_right),
        cmocka_unit_test(damage_has_a_name_and_a_place),
        cmocka_unit_test(every_cut_is_noticed),
        cmocka_unit_test(no_mutation_does_harm),
        cmocka_unit_test(bombs_are_refused_before_memory_is_taken),
        cmocka_unit_test(a_deadline_ends_it),
        cmocka_unit_test(no_file_of_the_corpus_does_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
