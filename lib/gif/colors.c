#include "gif/colors.h"

#include <stdlib.h>

#define FIRST_SIZE 1024

bool gif_colors_open(struct gif_colors *c) {
    *c = (struct gif_colors){.size = FIRST_SIZE};
    c->slots = calloc(c->size, sizeof *c->slots);
    return c->slots != NULL;
}

void gif_colors_close(struct gif_colors *c) {
    free(c->slots);
    *c = (struct gif_colors){0};
}

static size_t place_of(const struct gif_colors *c, uint32_t color) {
    /* Multiplicative hashing (Knuth, volume 3, 6.4): the high bits are the good ones. */
    size_t at = (color * UINT32_C(0x9E3779B1)) >> 8 & (c->size - 1);
    while (c->slots[at] != 0 && c->slots[at] != color)
        at = (at + 1) & (c->size - 1);
    return at;
}

static bool grow(struct gif_colors *c) {
    struct gif_colors larger = {.size = c->size * 2, .used = c->used};
    larger.slots = calloc(larger.size, sizeof *larger.slots);
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < c->size; i++)
        if (c->slots[i] != 0)
            larger.slots[place_of(&larger, c->slots[i])] = c->slots[i];
    free(c->slots);
    *c = larger;
    return true;
}

bool gif_colors_add(struct gif_colors *c, uint32_t color) {
    size_t at = place_of(c, color);
    if (c->slots[at] == color || c->used == GIF_COLORS_MOST)
        return true;
    c->slots[at] = color;
    c->used++;
    return c->used * 2 < c->size || grow(c);
}
