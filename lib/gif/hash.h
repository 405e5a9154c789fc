/* A hash of bytes, for telling pictures apart: fast, and no protection from whoever looks for two
 * with the same. */
#ifndef GIFVET_GIF_HASH_H
#define GIFVET_GIF_HASH_H

#include <stddef.h>
#include <stdint.h>

/* The same bytes at another place have another hash. */
uint64_t gif_hash(const uint8_t *bytes, size_t n, uint64_t place);

#endif
