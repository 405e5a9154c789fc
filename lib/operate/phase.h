/* The configuration of a phase, made of the one in force: what the old phase's preset said goes,
 * what the new one's says comes, and what the operator wrote himself stays, with his comments.
 *
 * A setting is the operator's where the present file says something else than the old preset, or
 * something of which that does not speak. Where the new preset speaks of it too, the preset has its
 * say, and the change is told as one that takes something of the operator's. Pure; one thread at a
 * time (inih). */
#ifndef GIFVET_OPERATE_PHASE_H
#define GIFVET_OPERATE_PHASE_H

#include "text/error.h"

#include <stdbool.h>
#include <stddef.h>

/* One setting beside the new preset's. */
struct phase_extra {
    const char *section, *key, *value;
};

/* Texts are INI files, NUL-terminated, well formed (conf_load() had no complaint). */
struct phase_input {
    const char *present, *old_preset, *new_preset;
    const struct phase_extra *extras; /* win over the new preset */
    size_t extras_used;
};

/* One setting that is in the present file, in the new one, or in both. */
struct phase_change {
    char section[64], key[64];
    const char *before, *after; /* NULL: not in that file, the default is in force */
    bool yours;                 /* the operator's own: kept, or taken from him */
};

struct phase {
    char *text; /* the new file */
    struct phase_change *changes;
    size_t used;
    char *words; /* what the changes point to */
};

/* 0, or ENOMEM with e filled and nothing to free. */
int phase_compose(const struct phase_input *in, struct phase *out, struct error *e);
void phase_free(struct phase *p);

#endif
