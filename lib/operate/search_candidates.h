/* Single conditions that part the failures of a group from the rest of it: all that there are,
 * counted, and the best few of them. */
#ifndef GIFVET_OPERATE_SEARCH_CANDIDATES_H
#define GIFVET_OPERATE_SEARCH_CANDIDATES_H

#include "operate/search_counts.h"

#define SEARCH_BEAM 8

struct search_candidate {
    struct condition condition;
    struct statistics_table table;
    double g;
    unsigned rank;    /* of its feature: the lower is preferred */
    const char *name; /* for an order that is always the same */
};

struct search_candidates {
    struct search_candidate at[SEARCH_BEAM]; /* the best first */
    size_t used;
    /* How many tests there were whose least possible log p is in [-(i + 1) / 2, -i / 2). */
    uint64_t least[1500];
};

/* The traits that are numbers, by feature and number. */
struct search_numbers {
    uint32_t *at;
    size_t used;
};

/* False without memory; free(n->at) in either case. */
bool search_numbers_begin(struct search_numbers *n, const struct traits *t);

/* Fills *to with the best of all conditions but callers, by what was counted. */
void search_candidates_find(struct search_candidates *to, const struct groups *g,
                            const struct search_numbers *numbers, const struct search_counts *c);

/* The same of the callers alone: failures alone have one. */
void search_candidates_callers(struct search_candidates *to, const struct groups *g,
                               const struct search_counts *c);

/* How many conditions were tested. */
uint64_t search_candidates_tried(const struct search_candidates *c);

/* The logarithm of Tarone's number: the least k such that no more than k tests can at all come out
 * below level / k. log_level: the level's logarithm. */
double search_candidates_log_tests(const struct search_candidates *c, double log_level);

#endif
