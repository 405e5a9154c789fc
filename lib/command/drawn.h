/* How pictures and their differences are drawn for people. Pixels are 0xFFRRGGBB, or 0 =
 * transparent. Pure. */
#ifndef GIFVET_COMMAND_DRAWN_H
#define GIFVET_COMMAND_DRAWN_H

#include <stdint.h>

/* The pixel at x, y; chequered grey where it is transparent. */
uint32_t drawn_pixel(uint32_t color, uint32_t x, uint32_t y);

/* The largest difference of the three channels, 0 to 255; 255 when one only is transparent. */
uint32_t drawn_difference(uint32_t source, uint32_t output);

/* The colour of such a difference, of 1 and more: from dark red over red to orange. */
uint32_t drawn_heat(uint32_t difference);

/* A pixel of the difference of two pictures: a dark copy of the source where they are equal, else
 * the difference's colour. */
uint32_t drawn_marked(uint32_t source, uint32_t output);

#endif
