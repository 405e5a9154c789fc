/* A/B: is this output judged (test arm) or left alone (control arm)? */
#ifndef GIFVET_SHIM_SAMPLING_H
#define GIFVET_SHIM_SAMPLING_H

#include "shim/match.h"

#include <stdbool.h>
#include <stdint.h>

/* Decided per output by chance, or (key = source) by the source's bytes, so that the same source
 * always falls into the same arm. 0 and 100 percent are exact. The host's random state is not
 * touched: chance comes from the kernel. */
bool sampling_takes(double percentage, bool by_source, const struct match *m);

/* One of `every`, by chance. */
bool sampling_takes_one_of(int64_t every);

#endif
