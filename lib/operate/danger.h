/* Settings that are valid and yet not to be deployed: what they let pass, or lose. Pure. */
#ifndef GIFVET_OPERATE_DANGER_H
#define GIFVET_OPERATE_DANGER_H

#include "conf/conf.h"

#include <stdbool.h>
#include <stddef.h>

#define DANGERS 6

struct danger {
    const char *name; /* "frame_ratio_tolerance" */
    bool is;
    char value[160]; /* what it is, and what it may be: "0.6, over 0.5" */
};

/* Looks for the danger of that number, 0 to DANGERS - 1, in c. */
struct danger danger_look(const struct conf *c, size_t number);

#endif
