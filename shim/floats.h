/* The thread's floating-point environment: how it rounds, what traps, which exceptions were raised.
 * It is the host's; the judge must neither compute by it nor leave a mark in it. */
#ifndef GIFVET_SHIM_FLOATS_H
#define GIFVET_SHIM_FLOATS_H

#include <stdint.h>

/* The environment that every program begins with; returns what it was before. */
uint64_t floats_begin(void);
void floats_end(uint64_t before);

#endif
