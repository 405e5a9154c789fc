/* What follows from a plan's figures, as sentences. Pure. */
#ifndef GIFVET_OPERATE_ADVICE_H
#define GIFVET_OPERATE_ADVICE_H

#include "operate/capacity.h"

#include <stddef.h>

#define ADVICE_MOST 8

/* What of the configuration and the host advice needs besides. */
struct advice_facts {
    double slow_s;           /* [performance] slow_ms */
    double max_file_size_mb; /* [validation] */
    double log_free;         /* bytes on the log's disk; negative: not known */
};

struct advice {
    char lines[ADVICE_MOST][256];
    size_t used;
};

/* Fills *advice; used is 0 when nothing is to be done. */
void advice_of(struct advice *advice, const struct capacity_basis *b,
               const struct capacity_asked *a, const struct capacity_plan *p,
               const struct advice_facts *f);

#endif
