/* One frame's LZW data. The first three bytes are the code size and the size of the frame. The
 * decoder gives what a second one gives, which is written as plainly as the format is described,
 * byte for byte; and it writes nowhere but where it may. */
#include "gif/lzw.h"
#include "tests/fuzz/fuzz.h"

/* ---- the plain decoder ---- */

struct plain {
    const uint8_t *data;
    size_t bits, at; /* of the data: how many, and how many were taken */
    unsigned size, width, next;
    int before; /* the code before, -1 behind a clear code */
    uint16_t prefix[4096], length[4096];
    uint8_t last[4096], first[4096];
    uint8_t *output;
    size_t pixels;
    struct lzw_result r;
};

static unsigned take_bits(struct plain *p) {
    unsigned code = 0;
    for (unsigned i = 0; i < p->width; i++, p->at++)
        code |= (unsigned)(p->data[p->at / 8] >> p->at % 8 & 1) << i;
    return code;
}

static void clear_table(struct plain *p) {
    p->next = (1u << p->size) + 2;
    p->width = p->size + 1;
    p->before = -1;
}

static void define(struct plain *p, unsigned first) {
    unsigned before = (unsigned)p->before;
    p->prefix[p->next] = (uint16_t)before;
    p->length[p->next] = (uint16_t)(p->length[before] + 1);
    p->first[p->next] = p->first[before];
    p->last[p->next] = (uint8_t)first;
    p->next++;
}

static void write_string(struct plain *p, unsigned code) {
    size_t length = p->length[code], start = p->r.written;
    for (size_t i = length; i > 0; i--, code = p->prefix[code]) {
        if (start + i - 1 >= p->pixels) {
            p->r.superfluous++;
            continue;
        }
        p->output[start + i - 1] = p->last[code];
        p->r.used[p->last[code]] = true;
        p->r.written++;
    }
}

/* False when the data ends here. */
static bool decode_code(struct plain *p) {
    unsigned clear = 1u << p->size;
    size_t left = p->bits - p->at;
    if (left < p->width || (p->r.written == p->pixels && left < 8)) {
        p->at = p->bits;
        return false;
    }
    unsigned code = take_bits(p);
    if (code == clear + 1)
        return false;
    if (code == clear) {
        clear_table(p);
        return true;
    }
    bool new = p->before >= 0 && p->next < 4096;
    if (code > p->next || (code == p->next && !new) || (p->before < 0 && code > clear)) {
        p->r.status = LZW_UNDEFINED_CODE;
        return false;
    }
    if (new)
        define(p, p->first[code == p->next ? (unsigned)p->before : code]);
    write_string(p, code);
    p->before = (int)code;
    if (p->next == 1u << p->width && p->width < 12)
        p->width++;
    return true;
}

static void decode_plainly(struct plain *p) {
    p->r = (struct lzw_result){.status = LZW_ENDS_EARLY};
    if (p->size < 2 || p->size > 8) {
        p->r.status = LZW_CODE_SIZE;
        return;
    }
    for (unsigned i = 0; i < 1u << p->size; i++) {
        p->first[i] = p->last[i] = (uint8_t)i;
        p->length[i] = 1;
    }
    clear_table(p);
    while (decode_code(p)) {
    }
    p->r.at = (p->at + 7) / 8 - (p->r.status == LZW_UNDEFINED_CODE);
    if (p->r.status == LZW_ENDS_EARLY && p->r.written == p->pixels)
        p->r.status = LZW_DONE;
}

/* ---- ours ---- */

static struct lzw_result decode(const uint8_t *data, size_t n, unsigned size, const uint8_t *inks,
                                uint8_t *room, size_t pixels) {
    const struct lzw_frame frame = {.data = data,
                                    .data_used = n,
                                    .min_code_size = size,
                                    .inks = inks,
                                    .output = room + LZW_OUTPUT_FRONT,
                                    .pixels = pixels};
    return lzw_decode(&frame);
}

static void hold_same(const struct lzw_result *a, const struct lzw_result *b) {
    HOLDS(a->status == b->status);
    HOLDS(a->written == b->written);
    HOLDS(a->at == b->at);
    /* Strings that begin behind the last index are counted too short. */
    HOLDS((a->superfluous > 0) == (b->superfluous > 0) && a->superfluous <= b->superfluous);
    HOLDS(memcmp(a->used, b->used, sizeof a->used) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static struct plain plain;
    uint8_t inks[256];
    if (n < 3)
        return 0;
    size_t pixels =
        ((size_t)data[1] << 8 | data[2]) + 1; /* frames without pixels are not decoded */
    unsigned size = data[0] % 13;
    uint8_t *bytes = fuzz_copy(data + 3, n - 3), *expected = malloc(pixels + 1);
    uint8_t *as_is = malloc(pixels + LZW_OUTPUT_SLACK), *inked = malloc(pixels + LZW_OUTPUT_SLACK);
    HOLDS(expected != NULL && as_is != NULL && inked != NULL);
    for (size_t i = 0; i < 256; i++)
        inks[i] = (uint8_t)(i * 7 + 3);
    plain = (struct plain){
        .data = bytes, .bits = (n - 3) * 8, .size = size, .output = expected, .pixels = pixels};
    decode_plainly(&plain);
    struct lzw_result a = decode(bytes, n - 3, size, NULL, as_is, pixels);
    struct lzw_result b = decode(bytes, n - 3, size, inks, inked, pixels);
    hold_same(&a, &plain.r);
    hold_same(&b, &plain.r);
    for (size_t i = 0; i < a.written; i++) {
        HOLDS(as_is[LZW_OUTPUT_FRONT + i] == expected[i]);
        HOLDS(inked[LZW_OUTPUT_FRONT + i] == inks[expected[i]]);
    }
    free(bytes);
    free(expected);
    free(as_is);
    free(inked);
    return 0;
}
