/* Rules: one to three conditions that name a group in which a check fails more often than
 * elsewhere. The best single conditions first, then what narrows each of them down. */
#ifndef GIFVET_OPERATE_SEARCH_RULES_H
#define GIFVET_OPERATE_SEARCH_RULES_H

#include "operate/search_candidates.h"

/* One search under way. */
struct searching {
    struct search_rows rows;
    struct search_counts counts;
    struct search_numbers numbers;
    double log_level; /* of one step */
    uint64_t tried;
};

struct search_rule {
    struct condition conditions[SEARCH_CONDITIONS_MAX];
    size_t used;
    struct statistics_table table; /* against all rows that are searched */
    double g, log_p;
    bool exact;
};

/* The best rule of all lengths; false when nothing is significant. Adds to s->tried. Not for two
 * threads at once. */
bool search_rules_best(struct searching *s, struct search_rule *best);

/* The logarithm of a table's p, corrected for all tests of c; significant when not above
 * s->log_level. factor: how many groups the same was tried in. */
double search_rules_corrected(const struct searching *s, const struct search_candidates *c,
                              const struct statistics_table *t, double factor, bool *exact);

#endif
