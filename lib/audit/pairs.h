/* Which output belongs to which source. */
#ifndef GIFVET_AUDIT_PAIRS_H
#define GIFVET_AUDIT_PAIRS_H

#include "audit/tree.h"
#include "text/error.h"

#include <stddef.h>

enum pair_kind {
    PAIR_BOTH,      /* to be judged */
    PAIR_NO_SOURCE, /* an output that is no source's; source is NULL */
    PAIR_NO_OUTPUT, /* a source whose output is not there; output is the name it would have */
    PAIR_AMBIGUOUS  /* the output of several sources */
};

struct pair {
    enum pair_kind kind;
    const char *source, *output; /* relative to their roots */
};

struct pairs {
    struct pair *at; /* sorted by the output's name */
    size_t used;
    int sources, outputs;                 /* descriptors of the two roots */
    struct tree source_tree, output_tree; /* what could not be read is counted in them */
    char **mapped;                        /* the names that outputs have to have */
    size_t mapped_used;
};

/* Walks both directories and pairs what is there. map: see pattern.h, NULL for the same relative
 * name. Where both are the same directory, or one lies in the other, no file is taken for both an
 * output and a source. report is called as tree_read() says, with the whole path. Returns 0, or an
 * errno value with e filled; p is to be freed in either case. */
int pairs_read(struct pairs *p, const char *sources, const char *outputs, const char *map,
               tree_problem report, void *context, struct error *e);

void pairs_free(struct pairs *p);

#endif
