#include "operate/search_counts.h"

#include <stdlib.h>
#include <string.h>

bool search_counts_begin(struct search_counts *c, size_t traits) {
    c->hit = calloc(traits + 1, sizeof *c->hit);
    c->all = calloc(traits + 1, sizeof *c->all);
    return c->hit != NULL && c->all != NULL;
}

void search_counts_free(struct search_counts *c) {
    free(c->hit);
    free(c->all);
}

static uint32_t source_slot(const struct search_counts *c, uint64_t hash) {
    uint32_t slot = (uint32_t)(hash >> 20) % SEARCH_SOURCES;
    while (c->sources[slot].hash != 0 && c->sources[slot].hash != hash)
        slot = (slot + 1) % SEARCH_SOURCES;
    return slot;
}

static void place_source(struct search_counts *c, uint64_t hash) {
    if (hash == 0)
        return;
    uint32_t slot = source_slot(c, hash);
    if (c->sources[slot].hash == 0 && c->sources_used < SEARCH_SOURCES / 2) {
        c->sources[slot].hash = hash;
        c->sources_used++;
    }
}

static void count_source(struct search_counts *c, uint64_t hash, bool failed) {
    if (hash == 0)
        return;
    uint32_t slot = source_slot(c, hash);
    if (c->sources[slot].hash == hash) {
        c->sources[slot].all++;
        c->sources[slot].hit += failed;
    }
}

static void count_row(struct search_counts *c, const struct row *r, bool failed) {
    c->rows++;
    c->hits += failed;
    for (size_t k = 0; k < r->used; k++)
        if (r->traits[k] != UINT16_MAX) {
            c->all[r->traits[k]]++;
            c->hit[r->traits[k]] += failed;
        }
    count_source(c, r->source, failed);
}

void search_counts_take(struct search_counts *c, const struct search_rows *rows,
                        const struct condition *conditions, size_t n) {
    size_t traits = rows->g->traits.used;
    memset(c->hit, 0, traits * sizeof *c->hit);
    memset(c->all, 0, traits * sizeof *c->all);
    memset(c->sources, 0, sizeof c->sources);
    c->sources_used = 0;
    c->hits = c->rows = 0;
    /* The sources that failed first: others find no place. */
    for (size_t i = 0; i < rows->used; i++)
        if (search_rows_failed(rows, rows->at[i]) &&
            search_rows_hold(rows, conditions, n, rows->at[i]))
            place_source(c, rows->at[i]->source);
    for (size_t i = 0; i < rows->used; i++)
        if (search_rows_hold(rows, conditions, n, rows->at[i]))
            count_row(c, rows->at[i], search_rows_failed(rows, rows->at[i]));
}
