/* How many rows of a group have each trait and each source, and how many of them failed. */
#ifndef GIFVET_OPERATE_SEARCH_COUNTS_H
#define GIFVET_OPERATE_SEARCH_COUNTS_H

#include "operate/search_rows.h"

#define SEARCH_SOURCES 4096u

struct search_counts {
    uint32_t *hit, *all; /* of each trait: rows that failed, all rows */
    struct {
        uint64_t hash; /* 0: an empty slot */
        uint32_t hit, all;
    } sources[SEARCH_SOURCES]; /* of the sources that failed, as many as find a place */
    size_t sources_used;
    uint64_t hits, rows;
};

/* Room for so many traits; false without memory. search_counts_free() in either case. */
bool search_counts_begin(struct search_counts *c, size_t traits);
void search_counts_free(struct search_counts *c);

/* Counts anew: of the rows for which all n conditions hold. */
void search_counts_take(struct search_counts *c, const struct search_rows *rows,
                        const struct condition *conditions, size_t n);

#endif
