#include "gif/inks.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE 1024

bool gif_inks_open(struct gif_inks *inks) {
    *inks = (struct gif_inks){.size = FIRST_SIZE, .next = 1};
    inks->slots = calloc(inks->size, sizeof *inks->slots);
    inks->colors = calloc(inks->size, sizeof *inks->colors);
    if (inks->slots != NULL && inks->colors != NULL)
        return true;
    gif_inks_close(inks);
    return false;
}

void gif_inks_close(struct gif_inks *inks) {
    free(inks->slots);
    free(inks->colors);
    *inks = (struct gif_inks){0};
}

/* Where the colour is, or would be. */
static size_t place_of(const struct gif_inks *inks, uint32_t color) {
    /* Multiplicative hashing (Knuth, volume 3, 6.4): the high bits are the good ones. */
    size_t at = (color * UINT32_C(0x9E3779B1)) >> 8 & (inks->size - 1);
    while (inks->slots[at] != 0 && inks->colors[inks->slots[at]] != color)
        at = (at + 1) & (inks->size - 1);
    return at;
}

uint32_t gif_inks_find(const struct gif_inks *inks, uint32_t color) {
    return inks->slots[place_of(inks, color)];
}

static bool grow(struct gif_inks *inks) {
    size_t before = inks->size, size = before * 2;
    uint32_t *slots = calloc(size, sizeof *slots);
    uint32_t *colors = realloc(inks->colors, size * sizeof *colors);
    if (colors != NULL)
        inks->colors = colors;
    if (slots == NULL || colors == NULL) {
        free(slots);
        return false;
    }
    memset(colors + before, 0, before * sizeof *colors);
    free(inks->slots);
    inks->slots = slots;
    inks->size = size;
    for (uint32_t ink = 1; ink < before; ink++)
        if (colors[ink] != 0)
            slots[place_of(inks, colors[ink])] = ink;
    return true;
}

uint32_t gif_inks_free(const struct gif_inks *inks, uint32_t from) {
    while ((from & 255) == 0 || (from < inks->size && inks->colors[from] != 0))
        from++;
    return from;
}

/* Sets a colour that has no ink yet; there is room. */
static void set(struct gif_inks *inks, uint32_t color, uint32_t ink) {
    inks->slots[place_of(inks, color)] = ink;
    inks->colors[ink] = color;
    inks->used++;
}

/* Half of the slots stay free, and so there is room for the numbers too, zeros left out. */
static bool make_room(struct gif_inks *inks) {
    return inks->used * 2 < inks->size - 1 || grow(inks);
}

uint32_t gif_inks_take(struct gif_inks *inks, uint32_t color) {
    uint32_t ink = inks->slots[place_of(inks, color)];
    if (ink != 0)
        return ink;
    inks->next = gif_inks_free(inks, inks->next);
    if (inks->next >= GIF_INKS_MOST || !make_room(inks))
        return 0;
    set(inks, color, inks->next);
    return inks->next++;
}

bool gif_inks_give(struct gif_inks *inks, uint32_t color, uint32_t ink) {
    uint32_t has = inks->slots[place_of(inks, color)];
    if (has != 0 || !make_room(inks))
        return has == ink;
    set(inks, color, ink);
    return true;
}
