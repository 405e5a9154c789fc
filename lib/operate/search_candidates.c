/* Rooms: the traits that are numbers · the best · which conditions there are · how many */
#include "operate/search_candidates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SUPPORT_MIN 3

/* ---- the traits that are numbers ---- */

static int by_number(const void *a, const void *b, void *traits) {
    const struct traits *t = traits;
    const struct trait *x = &t->at[*(const uint32_t *)a];
    const struct trait *y = &t->at[*(const uint32_t *)b];
    if (x->feature != y->feature)
        return x->feature < y->feature ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

bool search_numbers_begin(struct search_numbers *n, const struct traits *t) {
    n->at = calloc(t->used + 1, sizeof *n->at);
    if (n->at == NULL)
        return false;
    for (uint32_t i = 0; i < t->used; i++)
        if (t->at[i].is_number)
            n->at[n->used++] = i;
    qsort_r(n->at, n->used, sizeof *n->at, by_number, (void *)t);
    return true;
}

/* ---- the best ---- */

static int order(const struct search_candidate *a, const struct search_candidate *b) {
    double most = fabs(a->g) + fabs(b->g);
    if (fabs(a->g - b->g) > most * 1e-12)
        return a->g > b->g ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    int names = strcmp(a->name, b->name);
    return names != 0 ? names
           : a->condition.kind != b->condition.kind
               ? (int)a->condition.kind - (int)b->condition.kind
           : a->condition.from != b->condition.from
               ? (a->condition.from < b->condition.from ? -1 : 1)
               : 0;
}

/* Groups with the same figures are mostly the same group under two names: the better name stays. */
static bool is_same(const struct search_candidate *a, const struct search_candidate *b) {
    return a->table.in_hit == b->table.in_hit && a->table.in_all == b->table.in_all;
}

static void insert(struct search_candidates *to, const struct search_candidate *new) {
    size_t at = 0;
    for (size_t i = 0; i < to->used; i++)
        if (is_same(&to->at[i], new)) {
            if (order(new, &to->at[i]) < 0)
                to->at[i] = *new;
            return;
        }
    while (at < to->used && order(&to->at[at], new) <= 0)
        at++;
    if (at == SEARCH_BEAM)
        return;
    size_t moved = to->used - at - (to->used == SEARCH_BEAM);
    memmove(&to->at[at + 1], &to->at[at], moved * sizeof *to->at);
    to->at[at] = *new;
    to->used += to->used < SEARCH_BEAM;
}

/* ---- which conditions there are ---- */

struct considering {
    const struct groups *g;
    const struct search_counts *counts;
    struct search_candidates *to;
};

static void consider(const struct considering *s, struct condition c, uint64_t hit, uint64_t all,
                     const char *name) {
    const struct search_counts *n = s->counts;
    struct search_candidates *to = s->to;
    if (all == 0 || all == n->rows)
        return;
    /* Half a unit lower each, so that what is rounded counts rather than not. */
    double least = -2 * statistics_log_p_least(all, n->hits, n->rows);
    size_t slots = sizeof to->least / sizeof *to->least;
    to->least[least < 0 ? 0 : least < (double)slots - 1 ? (size_t)least + 1 : slots - 1]++;
    if (hit < SUPPORT_MIN || hit * n->rows <= n->hits * all)
        return;
    struct search_candidate new = {
        .condition = c,
        .table = {hit, all, n->hits - hit, n->rows - all},
        .rank = s->g->traits.features[c.feature].kind,
        .name = name,
    };
    new.g = statistics_g(&new.table);
    if (to->used < SEARCH_BEAM || new.g >= to->at[to->used - 1].g)
        insert(to, &new);
}

struct numbers_of_feature {
    const struct search_numbers *numbers;
    size_t first, end;
};

/* Both directions at each place between two numbers of the feature that occur. */
static void consider_feature(const struct considering *s, const struct numbers_of_feature *f) {
    const struct search_counts *n = s->counts;
    const struct traits *t = &s->g->traits;
    const uint32_t *at = f->numbers->at;
    const uint32_t feature = t->at[at[f->first]].feature;
    uint64_t hits = 0, all = 0, hit = 0, seen = 0;
    size_t last = f->end;
    for (size_t i = f->first; i < f->end; i++) {
        hits += n->hit[at[i]];
        all += n->all[at[i]];
    }
    for (size_t i = f->first; i < f->end; i++) {
        uint32_t x = at[i];
        if (n->all[x] == 0)
            continue;
        if (last != f->end) {
            struct condition c = {.kind = CONDITION_UP_TO,
                                  .feature = feature,
                                  .trait = UINT32_MAX,
                                  .from = t->at[at[last]].number,
                                  .next = t->at[x].number};
            consider(s, c, hit, seen, t->features[feature].name);
            c.kind = CONDITION_OVER;
            consider(s, c, hits - hit, all - seen, t->features[feature].name);
        }
        hit += n->hit[x];
        seen += n->all[x];
        last = i;
    }
}

static void consider_numbers(const struct considering *s, const struct search_numbers *numbers) {
    const struct trait *traits = s->g->traits.at;
    struct numbers_of_feature f = {.numbers = numbers};
    for (; f.first < numbers->used; f.first = f.end) {
        uint32_t feature = traits[numbers->at[f.first]].feature;
        for (f.end = f.first;
             f.end < numbers->used && traits[numbers->at[f.end]].feature == feature; f.end++)
            ;
        consider_feature(s, &f);
    }
}

static void consider_trait(const struct considering *s, uint32_t i, const char *name) {
    const struct condition c = {
        .kind = CONDITION_IS, .feature = s->g->traits.at[i].feature, .trait = i};
    consider(s, c, s->counts->hit[i], s->counts->all[i], name);
}

static void consider_sources(const struct considering *s) {
    for (size_t i = 0; i < SEARCH_SOURCES; i++) {
        uint64_t hash = s->counts->sources[i].hash;
        const char *path = hash != 0 ? groups_source(s->g, hash) : NULL;
        const struct condition c = {
            .kind = CONDITION_IS, .feature = TRAITS_SOURCE, .trait = UINT32_MAX, .source = hash};
        if (path != NULL)
            consider(s, c, s->counts->sources[i].hit, s->counts->sources[i].all, path);
    }
}

static bool is_caller(const struct traits *t, uint32_t trait) {
    return t->features[t->at[trait].feature].kind == FEATURE_CALLER;
}

void search_candidates_find(struct search_candidates *to, const struct groups *g,
                            const struct search_numbers *numbers, const struct search_counts *c) {
    const struct traits *t = &g->traits;
    const struct considering s = {g, c, to};
    memset(to, 0, sizeof *to);
    for (uint32_t i = 0; i < t->used; i++)
        if (!t->at[i].is_number && !is_caller(t, i))
            consider_trait(&s, i,
                           t->at[i].text[0] != '\0' ? t->at[i].text
                                                    : t->features[t->at[i].feature].name);
    consider_numbers(&s, numbers);
    consider_sources(&s);
}

void search_candidates_callers(struct search_candidates *to, const struct groups *g,
                               const struct search_counts *c) {
    const struct considering s = {g, c, to};
    memset(to, 0, sizeof *to);
    for (uint32_t i = 0; i < g->traits.used; i++)
        if (is_caller(&g->traits, i))
            consider_trait(&s, i, g->traits.at[i].text);
}

/* ---- how many ---- */

uint64_t search_candidates_tried(const struct search_candidates *c) {
    uint64_t tried = 0;
    for (size_t i = 0; i < sizeof c->least / sizeof *c->least; i++)
        tried += c->least[i];
    return tried;
}

double search_candidates_log_tests(const struct search_candidates *c, double log_level) {
    size_t slots = sizeof c->least / sizeof *c->least;
    uint64_t tests = 0;
    double k = 1;
    for (size_t i = slots; i-- > 0;) {
        tests += c->least[i];
        /* All tests from here on can reach log p = -i / 2. */
        double reached = log_level + (double)i / 2;
        if (reached < 0 || (double)tests >= exp(reached < 700 ? reached : 700)) {
            k = (double)tests;
            break;
        }
    }
    return log(k > 1 ? k : 1);
}
