/* A set of colours that grows: how many different ones does an animation use? */
#ifndef GIFVET_GIF_COLORS_H
#define GIFVET_GIF_COLORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* At most this many are counted; no picture that a person looks at needs more. */
#define GIF_COLORS_MOST 65536u

struct gif_colors {
    uint32_t *slots; /* 0 = free, else 0xFFRRGGBB */
    size_t size;     /* a power of two */
    uint32_t used;
};

/* False without memory. */
bool gif_colors_open(struct gif_colors *c);
void gif_colors_close(struct gif_colors *c);

/* Adds an opaque colour (0xFFRRGGBB). False without memory. */
bool gif_colors_add(struct gif_colors *c, uint32_t color);

#endif
