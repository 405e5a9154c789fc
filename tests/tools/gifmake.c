/* Makes test GIFs, deterministic, byte for byte: gifmake KIND FILE, gifmake list,
 * gifmake damage KIND IN OUT.
 *
 * The bytes are written here, not by an encoder: tests need files that no encoder writes. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a file being made ---- */

static uint8_t out[64 << 20];
static size_t used;

static void byte(unsigned b) {
    out[used++] = (uint8_t)b;
}

static void word(unsigned w) {
    byte(w & 255);
    byte(w >> 8 & 255);
}

static void bytes(const char *s, size_t n) {
    memcpy(out + used, s, n);
    used += n;
}

static uint32_t seed = 1;

static unsigned chance(unsigned below) {
    seed = seed * 1664525u + 1013904223u; /* Numerical Recipes' generator: good enough for noise */
    return (seed >> 8) % below;
}

/* ---- LZW: the plain algorithm, with all that the format allows ---- */

struct packer {
    uint8_t block[255];
    unsigned in_block, bits, count;
};

static void put_code(struct packer *p, unsigned code, unsigned width) {
    p->bits |= code << p->count;
    p->count += width;
    while (p->count >= 8) {
        p->block[p->in_block++] = (uint8_t)p->bits;
        p->bits >>= 8;
        p->count -= 8;
        if (p->in_block == 255) {
            byte(255);
            bytes((char *)p->block, 255);
            p->in_block = 0;
        }
    }
}

static void end_data(struct packer *p) {
    if (p->count > 0)
        put_code(p, 0, 8 - p->count);
    if (p->in_block > 0) {
        byte(p->in_block);
        bytes((char *)p->block, p->in_block);
    }
    byte(0);
}

/* deferred: never clear a full table. */
static void put_lzw(const uint8_t *pixels, size_t n, unsigned size, bool deferred) {
    static uint16_t children[4096][256];
    struct packer p = {0};
    unsigned clear = 1u << size, next = clear + 2, width = size + 1;
    memset(children, 0, sizeof children);
    byte(size);
    put_code(&p, clear, width);
    unsigned string = pixels[0];
    for (size_t i = 1; i < n; i++) {
        if (children[string][pixels[i]] != 0) {
            string = children[string][pixels[i]];
            continue;
        }
        put_code(&p, string, width);
        if (next < 4096) {
            children[string][pixels[i]] = (uint16_t)next;
            if (next++ == 1u << width && width < 12)
                width++;
        } else if (!deferred) {
            put_code(&p, clear, width);
            memset(children, 0, sizeof children);
            next = clear + 2;
            width = size + 1;
        }
        string = pixels[i];
    }
    put_code(&p, string, width);
    if (next < 4096 && next == 1u << width && width < 12)
        width++;
    put_code(&p, clear + 1, width);
    end_data(&p);
}

/* ---- blocks ---- */

static void put_table(unsigned bits, unsigned shade) {
    for (unsigned i = 0; i < 1u << bits; i++) {
        unsigned step = 255 / ((1u << bits) - 1);
        byte((i * step) & 255);
        byte((i * step * 7 + shade) & 255);
        byte((255 - i * step + shade * 3) & 255);
    }
}

static void put_screen(bool is_89a, unsigned w, unsigned h, unsigned table_bits) {
    used = 0;
    bytes(is_89a ? "GIF89a" : "GIF87a", 6);
    word(w);
    word(h);
    byte(table_bits > 0 ? 0x80 | (table_bits - 1) : 0);
    byte(0);
    byte(0);
    if (table_bits > 0)
        put_table(table_bits, 0);
}

static void put_loops(const char *name, unsigned loops) {
    bytes("\x21\xFF\x0B", 3);
    bytes(name, 11);
    bytes("\x03\x01", 2);
    word(loops);
    byte(0);
}

static void put_control(unsigned disposal, unsigned delay, int transparent) {
    bytes("\x21\xF9\x04", 3);
    byte(disposal << 2 | (transparent >= 0));
    word(delay);
    byte(transparent >= 0 ? (unsigned)transparent : 0);
    byte(0);
}

struct picture {
    unsigned left, top, width, height;
    unsigned size; /* LZW minimum code size */
    unsigned local_bits, shade;
    bool interlaced, deferred;
};

static void put_picture(const struct picture *p, const uint8_t *pixels) {
    byte(0x2C);
    word(p->left);
    word(p->top);
    word(p->width);
    word(p->height);
    byte((p->local_bits > 0 ? 0x80 | (p->local_bits - 1) : 0) | (p->interlaced ? 0x40 : 0));
    if (p->local_bits > 0)
        put_table(p->local_bits, p->shade);
    if (!p->interlaced) {
        put_lzw(pixels, (size_t)p->width * p->height, p->size, p->deferred);
        return;
    }
    static uint8_t rows[1 << 22];
    static const unsigned start[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
    size_t at = 0;
    for (int pass = 0; pass < 4; pass++)
        for (unsigned y = start[pass]; y < p->height; y += step[pass], at += p->width)
            memcpy(rows + at, pixels + (size_t)y * p->width, p->width);
    put_lzw(rows, at, p->size, p->deferred);
}

/* ---- pictures ---- */

static uint8_t pixels[1 << 22];

/* A disc that moves over a slanted ground: every frame differs from every other. */
static void draw_ball(unsigned w, unsigned h, unsigned frame, unsigned frames, unsigned colors) {
    int cx = (int)(w / 6 + (w - w / 3) * frame / (frames > 1 ? frames - 1 : 1));
    int cy = (int)(h / 2), radius = (int)(h / 5) + 2;
    for (unsigned y = 0; y < h; y++)
        for (unsigned x = 0; x < w; x++) {
            int dx = (int)x - cx, dy = (int)y - cy;
            bool inside = dx * dx + dy * dy < radius * radius;
            pixels[(size_t)y * w + x] = (uint8_t)(inside ? 1 : 2 + (x / 5 + y / 3) % (colors - 2));
        }
}

static void fill(unsigned w, unsigned h, unsigned color) {
    memset(pixels, (int)color, (size_t)w * h);
}

/* ---- kinds ---- */

static unsigned plain_delay(unsigned i) {
    (void)i;
    return 10;
}

static unsigned mixed_delay(unsigned i) {
    static const unsigned delays[] = {5, 13, 30, 2, 100, 8, 18};
    return delays[i % 7];
}

static unsigned zero_delay(unsigned i) {
    (void)i;
    return 0;
}

struct kind {
    const char *name;
    unsigned w, h, frames, bits;
    unsigned disposal;
    int transparent;
    unsigned (*delay)(unsigned);
    int loops; /* -1 none */
    bool local, interlaced, deferred, is_87a, noise, off_screen;
};

static const struct kind kinds[] = {
    {"ball", 160, 120, 20, 4, 1, -1, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"one", 64, 48, 1, 4, 0, -1, plain_delay, -1, 0, 0, 0, 0, 0, 0},
    {"two", 64, 48, 2, 4, 0, -1, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"hundred", 64, 48, 100, 4, 0, -1, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"local", 64, 48, 6, 5, 0, -1, plain_delay, 0, 1, 0, 0, 0, 0, 0},
    {"interlaced", 67, 53, 4, 4, 0, -1, plain_delay, 0, 0, 1, 0, 0, 0, 0},
    {"disposal0", 80, 60, 8, 4, 0, 0, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"disposal1", 80, 60, 8, 4, 1, 0, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"disposal2", 80, 60, 8, 4, 2, 0, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"disposal3", 80, 60, 8, 4, 3, 0, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"zero_delay", 64, 48, 6, 4, 0, -1, zero_delay, 0, 0, 0, 0, 0, 0, 0},
    {"mixed_delay", 64, 48, 14, 4, 0, -1, mixed_delay, 0, 0, 0, 0, 0, 0, 0},
    {"no_loop", 64, 48, 6, 4, 0, -1, plain_delay, -1, 0, 0, 0, 0, 0, 0},
    {"loop3", 64, 48, 6, 4, 0, -1, plain_delay, 3, 0, 0, 0, 0, 0, 0},
    {"gif87a", 64, 48, 1, 4, 0, -1, NULL, -1, 0, 0, 0, 1, 0, 0},
    {"pixel", 1, 1, 1, 2, 0, -1, plain_delay, -1, 0, 0, 0, 0, 0, 0},
    {"off_screen", 64, 48, 5, 4, 0, -1, plain_delay, 0, 0, 0, 0, 0, 0, 1},
    {"colors4", 40, 30, 3, 2, 0, -1, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"colors8", 40, 30, 3, 3, 0, -1, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"colors16", 40, 30, 3, 4, 0, -1, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"colors32", 40, 30, 3, 5, 0, -1, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"colors64", 40, 30, 3, 6, 0, -1, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"colors128", 40, 30, 3, 7, 0, -1, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"colors256", 40, 30, 3, 8, 0, -1, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"deferred", 200, 200, 3, 8, 0, -1, plain_delay, 0, 0, 0, 1, 0, 1, 0},
    {"noise", 200, 200, 3, 8, 0, -1, plain_delay, 0, 0, 0, 0, 0, 1, 0},
    {"subtle", 64, 48, 10, 8, 0, -1, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"past_table", 40, 30, 2, 4, 0, -1, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"time100k", 320, 240, 13, 5, 1, -1, plain_delay, 0, 0, 0, 0, 0, 0, 0},
    {"time2m", 480, 360, 26, 8, 1, -1, plain_delay, 0, 0, 0, 0, 0, 1, 0},
};

/* Where disposal matters, frames behind the first are small and wander over the first. */
static struct picture placed(const struct kind *k, unsigned frame) {
    struct picture p = {.width = k->w, .height = k->h, .size = k->bits};
    if (k->transparent >= 0 && frame > 0) {
        p.width = k->w / 3;
        p.height = k->h / 3;
        p.left = (k->w - p.width) * frame / k->frames;
        p.top = (k->h - p.height) * (k->frames - frame) / k->frames;
    }
    if (k->off_screen && frame > 0) {
        p.left = k->w - 10;
        p.top = frame * 10;
    }
    p.local_bits = k->local && frame % 2 == 1 ? k->bits : 0;
    p.shade = frame * 11;
    p.interlaced = k->interlaced;
    p.deferred = k->deferred;
    return p;
}

/* What a damaging tool would have done to the pictures: KIND@VARIANT. */
static unsigned picture_of(const char *variant, unsigned i, unsigned frames) {
    if (strcmp(variant, "swap") == 0 && (i == 6 || i == 7))
        return 13 - i;
    if (strcmp(variant, "reverse") == 0)
        return frames - 1 - i;
    return strcmp(variant, "frozen") == 0 ? 0 : i;
}

static void spoil(const char *variant, const struct picture *p) {
    if (strcmp(variant, "black") == 0)
        fill(p->width, p->height, 0);
    if (strcmp(variant, "pixel") == 0)
        pixels[p->width + 1] ^= 1;
    for (unsigned y = p->height / 3; strcmp(variant, "scrambled") == 0 && y < p->height / 2; y++)
        for (unsigned x = 0; x < p->width; x++)
            pixels[(size_t)y * p->width + x] = (uint8_t)chance(16);
}

static void make(const struct kind *k, const char *variant) {
    seed = 1;
    /* One kind has indices that its table does not reach. */
    put_screen(!k->is_87a, k->w, k->h, strcmp(k->name, "past_table") == 0 ? 3 : k->bits);
    if (strcmp(variant, "palette") == 0) {
        uint8_t first[3];
        size_t table = (size_t)3 << k->bits;
        memcpy(first, out + 13, 3);
        memmove(out + 13, out + 16, table - 3);
        memcpy(out + 13 + table - 3, first, 3);
    }
    if (k->loops >= 0)
        put_loops("NETSCAPE2.0", (unsigned)k->loops);
    for (unsigned i = 0; i < k->frames; i++) {
        struct picture p = placed(k, i);
        if (k->delay != NULL)
            put_control(k->disposal, k->delay(i), k->transparent);
        if (k->w == 1)
            fill(1, 1, 1);
        else
            draw_ball(p.width, p.height,
                      k->transparent >= 0 ? 0 : picture_of(variant, i, k->frames),
                      k->transparent >= 0 ? 1 : k->frames,
                      strcmp(k->name, "subtle") == 0 ? 4 : 1u << k->bits);
        if (k->transparent >= 0 && i > 0)
            for (size_t n = 0; n < (size_t)p.width * p.height; n += 3)
                pixels[n] = (uint8_t)k->transparent;
        if (k->noise)
            for (size_t n = 0; n < (size_t)p.width * p.height; n += (k->w > 300) ? 12 : 1)
                pixels[n] = (uint8_t)chance(1u << k->bits);
        if (i == 5)
            spoil(variant, &p);
        put_picture(&p, pixels);
    }
    byte(0x3B);
}

/* ---- damage ---- */

static size_t find_block(const char *start, size_t n) {
    for (size_t i = 0; i + n <= used; i++)
        if (memcmp(out + i, start, n) == 0)
            return i;
    return used;
}

static void each_delay(unsigned (*change)(unsigned delay)) {
    for (size_t i = 0; i + 8 <= used; i++)
        if (memcmp(out + i, "\x21\xF9\x04", 3) == 0 && out[i + 7] == 0) {
            unsigned delay = change(out[i + 4] | (unsigned)out[i + 5] << 8);
            out[i + 4] = delay & 255;
            out[i + 5] = delay >> 8 & 255;
        }
}

static unsigned doubled(unsigned d) {
    return d * 2;
}

static unsigned zeroed(unsigned d) {
    (void)d;
    return 0;
}

static void lengthen_last_delay(void) {
    for (size_t i = used - 8; i > 0; i--)
        if (memcmp(out + i, "\x21\xF9\x04", 3) == 0 && out[i + 7] == 0) {
            out[i + 4] = 60;
            return;
        }
}

static bool damage(const char *how) {
    size_t loop = find_block("\x21\xFF\x0BNETSCAPE2.0", 14);
    if (strncmp(how, "truncate=", 9) == 0)
        used = used * (size_t)atoi(how + 9) / 100;
    else if (strcmp(how, "notrailer") == 0)
        used--;
    else if (strcmp(how, "trailing") == 0)
        bytes("more bytes", 10);
    else if (strcmp(how, "badmagic") == 0)
        out[4] = '9', out[3] = '9';
    else if (strcmp(how, "zerotail") == 0)
        memset(out + used * 7 / 10, 0, used - used * 7 / 10);
    else if (strcmp(how, "empty") == 0)
        used = 0;
    else if (strcmp(how, "flip") == 0)
        out[used / 2] ^= 0x10;
    else if (strcmp(how, "double_delays") == 0)
        each_delay(doubled);
    else if (strcmp(how, "zero_delays") == 0)
        each_delay(zeroed);
    else if (strcmp(how, "long_end") == 0)
        lengthen_last_delay();
    else if (strcmp(how, "wide_screen") == 0)
        out[6] = (uint8_t)(out[6] + 40);
    else if (strcmp(how, "no_loop") == 0 && loop < used) {
        memmove(out + loop, out + loop + 19, used - loop - 19);
        used -= 19;
    } else
        return false;
    return true;
}

static int write_file(const char *path) {
    FILE *f = fopen(path, "wb");
    if (f == NULL || fwrite(out, 1, used, f) != used || fclose(f) != 0) {
        perror(path);
        return 1;
    }
    return 0;
}

static int make_damaged(const char *how, const char *in, const char *to) {
    FILE *f = fopen(in, "rb");
    if (f == NULL) {
        perror(in);
        return 1;
    }
    used = fread(out, 1, sizeof out / 2, f);
    fclose(f);
    if (damage(how))
        return write_file(to);
    fprintf(stderr, "gifmake: no such damage: %s\n", how);
    return 2;
}

int main(int argc, char **argv) {
    char *variant = argc == 3 ? strchr(argv[1], '@') : NULL;
    if (variant != NULL)
        *variant++ = '\0';
    if (argc == 5 && strcmp(argv[1], "damage") == 0)
        return make_damaged(argv[2], argv[3], argv[4]);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (argc == 2 && strcmp(argv[1], "list") == 0)
            puts(kinds[i].name);
        else if (argc == 3 && strcmp(argv[1], kinds[i].name) == 0) {
            make(&kinds[i], variant != NULL ? variant : "");
            return write_file(argv[2]);
        }
    }
    if (argc == 2 && strcmp(argv[1], "list") == 0)
        return 0;
    fprintf(stderr, "usage: gifmake KIND FILE | list | damage HOW IN OUT\n");
    return 2;
}
