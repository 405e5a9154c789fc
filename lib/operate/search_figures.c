#include "operate/search_figures.h"

#include <string.h>

struct figures {
    const struct search_rows *of; /* of the group's check */
    const struct search_rule *rule;
    double in_hit, in_all, out_hit, out_all;
    uint32_t *inside, *all; /* rows with each trait */
    uint32_t rows_inside, rows;
};

static void add_figures(void *context, const struct row *r) {
    struct figures *f = context;
    if (!(r->judged & f->of->bit))
        return;
    double weight = groups_weight(f->of->g, r), hit = search_rows_failed(f->of, r) ? weight : 0;
    bool in = search_rows_hold(f->of, f->rule->conditions, f->rule->used, r);
    *(in ? &f->in_all : &f->out_all) += weight;
    *(in ? &f->in_hit : &f->out_hit) += hit;
    f->rows++;
    f->rows_inside += in;
    for (size_t i = 0; i < r->used; i++)
        if (r->traits[i] != UINT16_MAX) {
            f->all[r->traits[i]]++;
            f->inside[r->traits[i]] += in;
        }
}

static bool is_told(const struct finding_of_check *to, const struct groups *g, uint32_t trait) {
    for (size_t i = 0; i < to->conditions_used; i++)
        if (to->conditions[i].feature == g->traits.at[trait].feature)
            return true;
    return false;
}

/* The program always, other traits where few others have them. */
static void add_also(const struct figures *f, struct finding_of_check *to) {
    const struct traits *t = &f->of->g->traits;
    for (unsigned kind = 0; kind < FEATURE_KINDS; kind++)
        for (uint32_t i = 0; i < t->used && to->also_used < SEARCH_ALSO_MAX; i++) {
            const struct feature *feature = &t->features[t->at[i].feature];
            bool is_program = kind == FEATURE_PROGRAM;
            uint32_t outside = f->all[i] - f->inside[i], others = f->rows - f->rows_inside;
            if (feature->kind != kind || f->inside[i] != f->rows_inside || kind == FEATURE_CALLER ||
                kind >= FEATURE_MATCH || t->at[i].is_number || is_told(to, f->of->g, i) ||
                (is_program ? outside == others : outside > others / 20))
                continue;
            to->also[to->also_used++] = i;
        }
}

void search_figures(struct searching *s, const struct search_rule *rule,
                    struct finding_of_check *to) {
    const struct groups *g = s->rows.g;
    struct figures f = {
        .of = &s->rows, .rule = rule, .inside = s->counts.hit, .all = s->counts.all};
    memset(f.inside, 0, g->traits.used * sizeof *f.inside);
    memset(f.all, 0, g->traits.used * sizeof *f.all);
    groups_each(g, add_figures, &f);
    *to = (struct finding_of_check){
        .conditions_used = rule->used,
        .table = {(uint64_t)f.in_hit, (uint64_t)f.in_all, (uint64_t)f.out_hit, (uint64_t)f.out_all},
        .exact = rule->exact};
    memcpy(to->conditions, rule->conditions, sizeof to->conditions);
    add_also(&f, to);
}
