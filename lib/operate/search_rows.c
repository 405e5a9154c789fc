#include "operate/search_rows.h"

#include <stdlib.h>

/* The hash decides: about so many, not exactly. */
#define FAILURES_MAX 30000u
#define OTHERS_MAX 60000u
#define ROWS_MAX (2 * (FAILURES_MAX + OTHERS_MAX))

struct gathering {
    size_t count[2]; /* passed, failed */
    uint32_t stride[2];
    struct search_rows *rows;
};

bool search_rows_failed(const struct search_rows *rows, const struct row *r) {
    return (r->failed & rows->bit) != 0;
}

static void count_row(void *context, const struct row *r) {
    struct gathering *g = context;
    if (r->judged & g->rows->bit)
        g->count[search_rows_failed(g->rows, r)]++;
}

static void gather_row(void *context, const struct row *r) {
    struct gathering *g = context;
    bool failed = search_rows_failed(g->rows, r);
    /* Other bits of the hash than those that thin the rows. */
    if ((r->judged & g->rows->bit) && (r->order >> 12) % g->stride[failed] == 0 &&
        g->rows->used < ROWS_MAX)
        g->rows->at[g->rows->used++] = r;
}

bool search_rows_draw(struct search_rows *rows, const struct groups *g, size_t check) {
    struct gathering it = {.rows = rows};
    *rows = (struct search_rows){.g = g, .bit = (uint16_t)(1u << check)};
    rows->at = malloc(ROWS_MAX * sizeof(*rows->at));
    if (rows->at == NULL)
        return false;
    groups_each(g, count_row, &it);
    it.stride[0] = (uint32_t)(it.count[0] / OTHERS_MAX + 1);
    it.stride[1] = (uint32_t)(it.count[1] / FAILURES_MAX + 1);
    groups_each(g, gather_row, &it);
    return true;
}

void search_rows_free(struct search_rows *rows) {
    free(rows->at);
}

static bool holds(const struct traits *traits, const struct condition *c, const struct row *r) {
    if (c->trait == UINT32_MAX && c->kind == CONDITION_IS)
        return r->source == c->source;
    for (size_t i = 0; i < r->used; i++) {
        uint16_t x = r->traits[i];
        if (x == UINT16_MAX)
            continue;
        if (c->kind == CONDITION_IS) {
            if (x == c->trait)
                return true;
            continue;
        }
        const struct trait *t = &traits->at[x];
        if (t->feature == c->feature && t->is_number)
            return c->kind == CONDITION_OVER ? t->number > c->from : t->number <= c->from;
    }
    return false;
}

bool search_rows_hold(const struct search_rows *rows, const struct condition *c, size_t n,
                      const struct row *r) {
    for (size_t i = 0; i < n; i++)
        if (!holds(&rows->g->traits, &c[i], r))
            return false;
    return true;
}

void search_rows_put_aside(struct search_rows *rows, const struct condition *c, size_t n) {
    size_t left = 0;
    for (size_t i = 0; i < rows->used; i++)
        if (!search_rows_hold(rows, c, n, rows->at[i]))
            rows->at[left++] = rows->at[i];
    rows->used = left;
}

void search_rows_keep_failures(struct search_rows *rows) {
    size_t left = 0;
    for (size_t i = 0; i < rows->used; i++)
        if (rows->at[i]->failed != 0)
            rows->at[left++] = rows->at[i];
    rows->used = left;
}
