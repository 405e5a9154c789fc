#include "operate/search_rules.h"

#include <math.h>
#include <stdlib.h>

double search_rules_corrected(const struct searching *s, const struct search_candidates *c,
                              const struct statistics_table *t, double factor, bool *exact) {
    double tests = search_candidates_log_tests(c, s->log_level - log(factor)) + log(factor);
    double p = statistics_log_p(t, exact) + tests;
    return p < 0 ? p : 0;
}

static void to_rule(struct search_rule *to, const struct search_rule *narrowed,
                    const struct search_candidate *c, const struct statistics_table *whole) {
    *to = *narrowed;
    to->conditions[to->used++] = c->condition;
    to->table =
        (struct statistics_table){c->table.in_hit, c->table.in_all, whole->in_hit - c->table.in_hit,
                                  whole->in_all - c->table.in_all};
    to->g = statistics_g(&to->table);
}

/* Rules of one condition more than `from` that are significant inside it. Returns how many. */
static size_t narrow(struct searching *s, const struct search_rule *from, size_t tried_in,
                     const struct statistics_table *whole, struct search_rule to[SEARCH_BEAM]) {
    static struct search_candidates found;
    size_t used = 0;
    search_counts_take(&s->counts, &s->rows, from->conditions, from->used);
    if (s->counts.hits == 0 || s->counts.hits == s->counts.rows)
        return 0;
    search_candidates_find(&found, s->rows.g, &s->numbers, &s->counts);
    s->tried += search_candidates_tried(&found);
    for (size_t i = 0; i < found.used; i++) {
        bool exact;
        double p = search_rules_corrected(s, &found, &found.at[i].table, (double)tried_in, &exact);
        if (p > s->log_level)
            continue;
        to_rule(&to[used], from, &found.at[i], whole);
        to[used].log_p = from->used == 0 || p > from->log_p ? p : from->log_p;
        to[used++].exact = exact;
    }
    return used;
}

static int by_g(const void *a, const void *b) {
    const struct search_rule *x = a, *y = b;
    if (x->g != y->g)
        return x->g > y->g ? -1 : 1;
    return x->used < y->used ? -1 : x->used > y->used;
}

bool search_rules_best(struct searching *s, struct search_rule *best) {
    static struct search_rule now[SEARCH_BEAM], more[SEARCH_BEAM * SEARCH_BEAM];
    const struct search_rule everything = {.used = 0};
    search_counts_take(&s->counts, &s->rows, NULL, 0);
    const struct statistics_table whole = {s->counts.hits, s->counts.rows, 0, 0};
    size_t used = narrow(s, &everything, 1, &whole, now);
    if (used == 0)
        return false;
    *best = now[0];
    for (size_t length = 1; length < SEARCH_CONDITIONS_MAX && used > 0; length++) {
        size_t found = 0;
        for (size_t i = 0; i < used; i++)
            found += narrow(s, &now[i], used, &whole, more + found);
        /* A condition that leaves failures outside must be worth it. */
        qsort(more, found, sizeof *more, by_g);
        used = 0;
        for (size_t i = 0; i < found && used < SEARCH_BEAM; i++)
            if (used == 0 || more[i].table.in_hit != now[used - 1].table.in_hit ||
                more[i].table.in_all != now[used - 1].table.in_all)
                now[used++] = more[i];
        if (used > 0 && now[0].g > best->g)
            *best = now[0];
    }
    return true;
}
