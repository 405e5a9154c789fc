/* GIFs to try compressors on, made by giflib: the same bytes every time. */
#ifndef GIFVET_COMMAND_SPECIMEN_H
#define GIFVET_COMMAND_SPECIMEN_H

#include "text/error.h"

#include <stddef.h>

#define SPECIMENS 4
#define SPECIMEN_LARGE SPECIMENS /* one more: of a size that is worth compressing */

/* Writes the specimen of that number, 0 to SPECIMEN_LARGE, to path: a ball over a gradient, noise,
 * two colours, a single picture; 16 pictures of a texture with a ball. Returns 0, or EIO with e
 * naming path and giflib's reason. */
int specimen_write(size_t number, const char *path, struct error *e);

#endif
