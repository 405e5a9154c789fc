/* Pictures as PNG (ISO/IEC 15948): indices into a palette where 256 colours will do, else RGB or
 * RGBA; deflated. */
#ifndef GIFVET_COMMAND_PNG_H
#define GIFVET_COMMAND_PNG_H

#include "text/error.h"

#include <stddef.h>
#include <stdint.h>

/* Makes a PNG of width × height pixels (0xFFRRGGBB, or 0 = transparent; row by row; neither is 0)
 * in memory: *used bytes, to be freed with free(). NULL without memory. */
uint8_t *png_make(uint32_t width, uint32_t height, const uint32_t *pixels, size_t *used);

/* Writes the same to a file that it creates or replaces. Returns 0, or an errno value with e
 * filled. */
int png_write(const char *path, uint32_t width, uint32_t height, const uint32_t *pixels,
              struct error *e);

#endif
