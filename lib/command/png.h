/* Pictures as PNG files (ISO/IEC 15948), 8-bit RGB, stored without compression: the few pictures
 * that a person looks at are not worth a library. */
#ifndef GIFVET_COMMAND_PNG_H
#define GIFVET_COMMAND_PNG_H

#include "text/error.h"

#include <stdint.h>

/* Writes width × height pixels (0x00RRGGBB, row by row) to a file that it creates or replaces.
 * Returns 0, or an errno value with e filled. */
int png_write(const char *path, uint32_t width, uint32_t height, const uint32_t *pixels,
              struct error *e);

#endif
