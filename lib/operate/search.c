/* One check: what its failures have in common, and who closed the files. */
#include "operate/search.h"

#include "operate/search_figures.h"

#include <math.h>
#include <stdlib.h>

static bool begin(struct searching *s, const struct groups *g, size_t check) {
    return search_counts_begin(&s->counts, g->traits.used) &&
           search_numbers_begin(&s->numbers, &g->traits) && search_rows_draw(&s->rows, g, check);
}

static void end(struct searching *s) {
    search_rows_free(&s->rows);
    search_counts_free(&s->counts);
    free(s->numbers.at);
    free(s);
}

/* What is compared with the level of one step, so that it is compared with that of all. */
static double said(const struct searching *s, double log_p) {
    double p = log_p + log(SEARCH_LEVEL) - s->log_level;
    return p < 0 ? p : 0;
}

void search_check(const struct groups *g, size_t check, size_t checks, struct search *found) {
    struct searching *s = calloc(1, sizeof *s);
    struct search_rule best;
    *found = (struct search){.no_memory = true};
    if (s == NULL)
        return;
    found->no_memory = !begin(s, g, check);
    while (!found->no_memory && found->used < SEARCH_FINDINGS_MAX) {
        struct finding_of_check *f = &found->at[found->used];
        /* Half of the level for what is said first, a quarter for what is said second ...; of each,
         * the same part for one, two and three conditions, and for the caller. */
        s->log_level = log(SEARCH_LEVEL / (double)checks / 4) - log(2) * (double)(found->used + 1);
        if (!search_rules_best(s, &best))
            break;
        search_figures(s, &best, f);
        f->log_p = said(s, best.log_p);
        found->used++;
        search_rows_put_aside(&s->rows, best.conditions, best.used);
    }
    found->tried = s->tried;
    end(s);
}

static bool find_caller(struct searching *s, size_t checks, struct finding_of_check *found) {
    static struct search_candidates c;
    search_rows_keep_failures(&s->rows);
    search_counts_take(&s->counts, &s->rows, NULL, 0);
    search_candidates_callers(&c, s->rows.g, &s->counts);
    s->log_level = log(SEARCH_LEVEL / (double)checks / 4);
    if (c.used == 0)
        return false;
    double p = search_rules_corrected(s, &c, &c.at[0].table, 1, &found->exact);
    if (p > s->log_level)
        return false;
    found->conditions[0] = c.at[0].condition;
    found->conditions_used = 1;
    found->table = c.at[0].table;
    found->log_p = said(s, p);
    return true;
}

bool search_caller(const struct groups *g, size_t check, size_t checks,
                   struct finding_of_check *found) {
    struct searching *s = calloc(1, sizeof *s);
    *found = (struct finding_of_check){0};
    if (s == NULL)
        return false;
    bool any = begin(s, g, check) && find_caller(s, checks, found);
    end(s);
    return any;
}
