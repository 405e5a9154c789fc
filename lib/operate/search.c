/* Rooms: rows that are searched · counting · conditions · which are the best · narrowing down · the
 * figures of a finding · one check */
#include "operate/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A search looks at so many rows at the most; the figures of what it finds are of all. */
#define FAILURES_MAX 30000u
#define OTHERS_MAX 60000u
#define ROWS_MAX                                                                                   \
    (2 * (FAILURES_MAX + OTHERS_MAX)) /* the hash decides: about so many, not exactly */
#define BEAM 8
#define SUPPORT_MIN 3
#define SOURCES_SLOTS 4096u

/* ---- rows that are searched ---- */

struct rows {
    const struct row **at;
    size_t used;
};

struct gathering {
    uint16_t bit;
    size_t count[2]; /* passed, failed */
    uint32_t stride[2];
    struct rows *rows;
};

static void count_row(void *context, const struct row *r) {
    struct gathering *g = context;
    if (r->judged & g->bit)
        g->count[(r->failed & g->bit) != 0]++;
}

static void gather_row(void *context, const struct row *r) {
    struct gathering *g = context;
    bool failed = (r->failed & g->bit) != 0;
    /* Other bits of the hash than those that thin the rows. */
    if ((r->judged & g->bit) && (r->order >> 12) % g->stride[failed] == 0 &&
        g->rows->used < ROWS_MAX)
        g->rows->at[g->rows->used++] = r;
}

/* Drawn apart from what failed and what did not: the tests hold for any such shares (a
 * case-control study). */
static bool gather(const struct groups *g, uint16_t bit, struct rows *rows) {
    struct gathering it = {.bit = bit, .rows = rows};
    groups_each(g, count_row, &it);
    it.stride[0] = (uint32_t)(it.count[0] / OTHERS_MAX + 1);
    it.stride[1] = (uint32_t)(it.count[1] / FAILURES_MAX + 1);
    rows->at = malloc(ROWS_MAX * sizeof(*rows->at));
    rows->used = 0;
    if (rows->at == NULL)
        return false;
    groups_each(g, gather_row, &it);
    return true;
}

/* ---- counting ---- */

struct counts {
    uint32_t *hit, *all; /* of each trait */
    struct {
        uint64_t hash;
        uint32_t hit, all;
    } sources[SOURCES_SLOTS]; /* of the sources that failed */
    size_t sources_used;
    uint64_t hits, rows;
};

struct searching {
    const struct groups *g;
    uint16_t bit;
    struct rows rows;
    uint32_t *numbers; /* the traits that are numbers, by feature and number */
    size_t numbers_used;
    struct counts counts;
    double log_level; /* of one step */
    uint64_t tried;
};

static uint32_t source_slot(const struct counts *c, uint64_t hash) {
    uint32_t slot = (uint32_t)(hash >> 20) % SOURCES_SLOTS;
    while (c->sources[slot].hash != 0 && c->sources[slot].hash != hash)
        slot = (slot + 1) % SOURCES_SLOTS;
    return slot;
}

static void count_source(struct counts *c, uint64_t hash, bool failed, bool first_pass) {
    uint32_t slot = hash != 0 ? source_slot(c, hash) : 0;
    if (hash == 0)
        return;
    if (first_pass) {
        if (c->sources[slot].hash == 0 && c->sources_used < SOURCES_SLOTS / 2) {
            c->sources[slot].hash = hash;
            c->sources_used++;
        }
    } else if (c->sources[slot].hash == hash) {
        c->sources[slot].all++;
        c->sources[slot].hit += failed;
    }
}

static bool holds(const struct searching *s, const struct condition *c, const struct row *r) {
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
        const struct trait *t = &s->g->traits.at[x];
        if (t->feature == c->feature && t->is_number)
            return c->kind == CONDITION_OVER ? t->number > c->from : t->number <= c->from;
    }
    return false;
}

static bool all_hold(const struct searching *s, const struct condition *c, size_t n,
                     const struct row *r) {
    for (size_t i = 0; i < n; i++)
        if (!holds(s, &c[i], r))
            return false;
    return true;
}

/* Of the rows for which all conditions hold. */
static void count(struct searching *s, const struct condition *conditions, size_t n) {
    struct counts *c = &s->counts;
    size_t traits = s->g->traits.used;
    memset(c->hit, 0, traits * sizeof *c->hit);
    memset(c->all, 0, traits * sizeof *c->all);
    memset(c->sources, 0, sizeof c->sources);
    c->sources_used = 0;
    c->hits = c->rows = 0;
    for (size_t i = 0; i < s->rows.used; i++)
        if ((s->rows.at[i]->failed & s->bit) && all_hold(s, conditions, n, s->rows.at[i]))
            count_source(c, s->rows.at[i]->source, true, true);
    for (size_t i = 0; i < s->rows.used; i++) {
        const struct row *r = s->rows.at[i];
        if (!all_hold(s, conditions, n, r))
            continue;
        bool failed = (r->failed & s->bit) != 0;
        c->rows++;
        c->hits += failed;
        for (size_t k = 0; k < r->used; k++)
            if (r->traits[k] != UINT16_MAX) {
                c->all[r->traits[k]]++;
                c->hit[r->traits[k]] += failed;
            }
        count_source(c, r->source, failed, false);
    }
}

/* ---- conditions ---- */

struct candidate {
    struct condition condition;
    struct statistics_table table;
    double g;
    unsigned rank;    /* of its feature: the lower is preferred */
    const char *name; /* for an order that is always the same */
};

struct candidates {
    struct candidate at[BEAM];
    size_t used;
    /* How many tests there were whose least possible log p is in [-(i + 1) / 2, -i / 2). */
    uint64_t least[1500];
};

static int order(const struct candidate *a, const struct candidate *b) {
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
static bool is_same(const struct candidate *a, const struct candidate *b) {
    return a->table.in_hit == b->table.in_hit && a->table.in_all == b->table.in_all;
}

static void insert(struct candidates *to, const struct candidate *new) {
    size_t at = 0;
    for (size_t i = 0; i < to->used; i++)
        if (is_same(&to->at[i], new)) {
            if (order(new, &to->at[i]) < 0)
                to->at[i] = *new;
            return;
        }
    while (at < to->used && order(&to->at[at], new) <= 0)
        at++;
    if (at == BEAM)
        return;
    size_t moved = to->used - at - (to->used == BEAM);
    memmove(&to->at[at + 1], &to->at[at], moved * sizeof *to->at);
    to->at[at] = *new;
    to->used += to->used < BEAM;
}

static void consider(const struct searching *s, struct candidates *to, struct condition c,
                     uint64_t hit, uint64_t all, const char *name) {
    const struct counts *n = &s->counts;
    if (all == 0 || all == n->rows)
        return;
    /* Half a unit lower each, so that what is rounded counts rather than not. */
    double least = -2 * statistics_log_p_least(all, n->hits, n->rows);
    size_t slots = sizeof to->least / sizeof *to->least;
    to->least[least < 0 ? 0 : least < (double)slots - 1 ? (size_t)least + 1 : slots - 1]++;
    if (hit < SUPPORT_MIN || hit * n->rows <= n->hits * all)
        return;
    struct candidate new = {
        .condition = c,
        .table = {hit, all, n->hits - hit, n->rows - all},
        .rank = s->g->traits.features[c.feature].kind,
        .name = name,
    };
    new.g = statistics_g(&new.table);
    if (to->used < BEAM || new.g >= to->at[to->used - 1].g)
        insert(to, &new);
}

/* Both directions at each place between two numbers of a feature that occur. */
static void consider_numbers(const struct searching *s, struct candidates *to) {
    const struct counts *n = &s->counts;
    const struct traits *t = &s->g->traits;
    for (size_t first = 0, end; first < s->numbers_used; first = end) {
        uint32_t feature = t->at[s->numbers[first]].feature;
        uint64_t hits = 0, all = 0, hit = 0, seen = 0;
        for (end = first; end < s->numbers_used && t->at[s->numbers[end]].feature == feature;
             end++) {
            hits += n->hit[s->numbers[end]];
            all += n->all[s->numbers[end]];
        }
        size_t last = end;
        for (size_t i = first; i < end; i++) {
            uint32_t x = s->numbers[i];
            if (n->all[x] == 0)
                continue;
            if (last != end) {
                struct condition c = {.kind = CONDITION_UP_TO,
                                      .feature = feature,
                                      .trait = UINT32_MAX,
                                      .from = t->at[s->numbers[last]].number,
                                      .next = t->at[x].number};
                consider(s, to, c, hit, seen, t->features[feature].name);
                c.kind = CONDITION_OVER;
                consider(s, to, c, hits - hit, all - seen, t->features[feature].name);
            }
            hit += n->hit[x];
            seen += n->all[x];
            last = i;
        }
    }
}

static bool is_of_failures(const struct searching *s, uint32_t feature) {
    return s->g->traits.features[feature].kind == FEATURE_CALLER;
}

static void consider_all(const struct searching *s, struct candidates *to) {
    const struct traits *t = &s->g->traits;
    memset(to, 0, sizeof *to);
    for (uint32_t i = 0; i < t->used; i++)
        if (!t->at[i].is_number && !is_of_failures(s, t->at[i].feature))
            consider(
                s, to,
                (struct condition){.kind = CONDITION_IS, .feature = t->at[i].feature, .trait = i},
                s->counts.hit[i], s->counts.all[i],
                t->at[i].text[0] != '\0' ? t->at[i].text : t->features[t->at[i].feature].name);
    consider_numbers(s, to);
    for (size_t i = 0; i < SOURCES_SLOTS; i++) {
        const char *path =
            s->counts.sources[i].hash != 0 ? groups_source(s->g, s->counts.sources[i].hash) : NULL;
        if (path != NULL)
            consider(s, to,
                     (struct condition){.kind = CONDITION_IS,
                                        .feature = TRAITS_SOURCE,
                                        .trait = UINT32_MAX,
                                        .source = s->counts.sources[i].hash},
                     s->counts.sources[i].hit, s->counts.sources[i].all, path);
    }
}

/* ---- which are the best ---- */

/* Tarone's number: the least k such that no more than k tests can at all come out below level / k.
 */
static double log_tests(const struct candidates *c, double log_level) {
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

/* The logarithm of a table's corrected p; significant when below s->log_level. `factor`: how many
 * groups the same was tried in. */
static double corrected(struct searching *s, const struct candidates *c,
                        const struct statistics_table *t, double factor, bool *exact) {
    double tests = log_tests(c, s->log_level - log(factor)) + log(factor);
    double p = statistics_log_p(t, exact) + tests;
    return p < 0 ? p : 0;
}

/* What is compared with the level of one step, so that it is compared with that of all. */
static double said(const struct searching *s, double log_p) {
    double p = log_p + log(SEARCH_LEVEL) - s->log_level;
    return p < 0 ? p : 0;
}

/* ---- narrowing down ---- */

struct rule {
    struct condition conditions[SEARCH_CONDITIONS_MAX];
    size_t used;
    struct statistics_table table; /* against all rows that are searched */
    double g, log_p;
    bool exact;
};

static void to_rule(struct rule *to, const struct rule *narrowed, const struct candidate *c,
                    const struct statistics_table *whole) {
    *to = *narrowed;
    to->conditions[to->used++] = c->condition;
    to->table =
        (struct statistics_table){c->table.in_hit, c->table.in_all, whole->in_hit - c->table.in_hit,
                                  whole->in_all - c->table.in_all};
    to->g = statistics_g(&to->table);
}

/* Rules of one condition more than `from` that are significant inside it. Returns how many. */
static size_t narrow(struct searching *s, const struct rule *from, size_t tried_in,
                     const struct statistics_table *whole, struct rule to[BEAM]) {
    static struct candidates found;
    size_t used = 0;
    count(s, from->conditions, from->used);
    if (s->counts.hits == 0 || s->counts.hits == s->counts.rows)
        return 0;
    consider_all(s, &found);
    for (size_t i = 0; i < sizeof found.least / sizeof *found.least; i++)
        s->tried += found.least[i];
    for (size_t i = 0; i < found.used; i++) {
        bool exact;
        double p = corrected(s, &found, &found.at[i].table, (double)tried_in, &exact);
        if (p > s->log_level)
            continue;
        to_rule(&to[used], from, &found.at[i], whole);
        to[used].log_p = from->used == 0 || p > from->log_p ? p : from->log_p;
        to[used++].exact = exact;
    }
    return used;
}

static int by_g(const void *a, const void *b) {
    const struct rule *x = a, *y = b;
    if (x->g != y->g)
        return x->g > y->g ? -1 : 1;
    return x->used < y->used ? -1 : x->used > y->used;
}

/* The best rule of all lengths; false when nothing is significant. */
static bool best_rule(struct searching *s, struct rule *best) {
    static struct rule now[BEAM], more[BEAM * BEAM];
    const struct rule everything = {.used = 0};
    count(s, NULL, 0);
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
        for (size_t i = 0; i < found && used < BEAM; i++)
            if (used == 0 || more[i].table.in_hit != now[used - 1].table.in_hit ||
                more[i].table.in_all != now[used - 1].table.in_all)
                now[used++] = more[i];
        if (used > 0 && now[0].g > best->g)
            *best = now[0];
    }
    return true;
}

/* ---- the figures of a finding ---- */

struct figures {
    struct searching *s;
    const struct rule *rule;
    double in_hit, in_all, out_hit, out_all;
    uint32_t *inside, *all; /* rows with each trait */
    uint32_t rows_inside, rows;
};

static void add_figures(void *context, const struct row *r) {
    struct figures *f = context;
    if (!(r->judged & f->s->bit))
        return;
    double weight = groups_weight(f->s->g, r), hit = (r->failed & f->s->bit) != 0 ? weight : 0;
    bool in = all_hold(f->s, f->rule->conditions, f->rule->used, r);
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
    const struct traits *t = &f->s->g->traits;
    for (unsigned kind = 0; kind < FEATURE_KINDS; kind++)
        for (uint32_t i = 0; i < t->used && to->also_used < SEARCH_ALSO_MAX; i++) {
            const struct feature *feature = &t->features[t->at[i].feature];
            bool is_program = kind == FEATURE_PROGRAM;
            uint32_t outside = f->all[i] - f->inside[i], others = f->rows - f->rows_inside;
            if (feature->kind != kind || f->inside[i] != f->rows_inside || kind == FEATURE_CALLER ||
                kind >= FEATURE_MATCH || t->at[i].is_number || is_told(to, f->s->g, i) ||
                (is_program ? outside == others : outside > others / 20))
                continue;
            to->also[to->also_used++] = i;
        }
}

static void finish(struct searching *s, const struct rule *rule, struct finding_of_check *to) {
    struct figures f = {.s = s, .rule = rule, .inside = s->counts.hit, .all = s->counts.all};
    memset(f.inside, 0, s->g->traits.used * sizeof *f.inside);
    memset(f.all, 0, s->g->traits.used * sizeof *f.all);
    groups_each(s->g, add_figures, &f);
    *to = (struct finding_of_check){
        .conditions_used = rule->used,
        .table = {(uint64_t)f.in_hit, (uint64_t)f.in_all, (uint64_t)f.out_hit, (uint64_t)f.out_all},
        .log_p = said(s, rule->log_p),
        .exact = rule->exact};
    memcpy(to->conditions, rule->conditions, sizeof to->conditions);
    add_also(&f, to);
}

/* ---- one check ---- */

static const struct traits *compared;

static int by_number(const void *a, const void *b) {
    const struct trait *x = &compared->at[*(const uint32_t *)a];
    const struct trait *y = &compared->at[*(const uint32_t *)b];
    if (x->feature != y->feature)
        return x->feature < y->feature ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static void sort_numbers(struct searching *s) {
    const struct traits *t = &s->g->traits;
    for (uint32_t i = 0; i < t->used; i++)
        if (t->at[i].is_number)
            s->numbers[s->numbers_used++] = i;
    compared = t;
    qsort(s->numbers, s->numbers_used, sizeof *s->numbers, by_number);
}

static bool begin(struct searching *s, const struct groups *g, size_t check) {
    size_t traits = g->traits.used + 1;
    s->g = g;
    s->bit = (uint16_t)(1u << check);
    s->counts.hit = calloc(traits, sizeof *s->counts.hit);
    s->counts.all = calloc(traits, sizeof *s->counts.all);
    s->numbers = calloc(traits, sizeof *s->numbers);
    if (s->counts.hit == NULL || s->counts.all == NULL || s->numbers == NULL ||
        !gather(g, s->bit, &s->rows))
        return false;
    sort_numbers(s);
    return true;
}

static void end(struct searching *s) {
    free(s->rows.at);
    free(s->counts.hit);
    free(s->counts.all);
    free(s->numbers);
    free(s);
}

/* What is explained is put aside. */
static void set_aside(struct searching *s, const struct rule *rule) {
    size_t left = 0;
    for (size_t i = 0; i < s->rows.used; i++)
        if (!all_hold(s, rule->conditions, rule->used, s->rows.at[i]))
            s->rows.at[left++] = s->rows.at[i];
    s->rows.used = left;
}

void search_check(const struct groups *g, size_t check, size_t checks, struct search *found) {
    struct searching *s = calloc(1, sizeof *s);
    struct rule best;
    *found = (struct search){.no_memory = true};
    if (s == NULL)
        return;
    found->no_memory = !begin(s, g, check);
    while (!found->no_memory && found->used < SEARCH_FINDINGS_MAX) {
        /* Half of the level for what is said first, a quarter for what is said second ...; of each,
         * the same part for one, two and three conditions, and for the caller. */
        s->log_level = log(SEARCH_LEVEL / (double)checks / 4) - log(2) * (double)(found->used + 1);
        if (!best_rule(s, &best))
            break;
        finish(s, &best, &found->at[found->used++]);
        set_aside(s, &best);
    }
    found->tried = s->tried;
    end(s);
}

static void keep_failures(struct searching *s) {
    size_t left = 0;
    for (size_t i = 0; i < s->rows.used; i++)
        if (s->rows.at[i]->failed != 0)
            s->rows.at[left++] = s->rows.at[i];
    s->rows.used = left;
}

bool search_caller(const struct groups *g, size_t check, size_t checks,
                   struct finding_of_check *found) {
    static struct candidates c;
    struct searching *s = calloc(1, sizeof *s);
    bool any = false;
    *found = (struct finding_of_check){0};
    if (s != NULL && begin(s, g, check)) {
        keep_failures(s);
        count(s, NULL, 0);
        memset(&c, 0, sizeof c);
        for (uint32_t i = 0; i < g->traits.used; i++)
            if (is_of_failures(s, g->traits.at[i].feature))
                consider(s, &c,
                         (struct condition){
                             .kind = CONDITION_IS, .feature = g->traits.at[i].feature, .trait = i},
                         s->counts.hit[i], s->counts.all[i], g->traits.at[i].text);
        s->log_level = log(SEARCH_LEVEL / (double)checks / 4);
        double p = c.used > 0 ? corrected(s, &c, &c.at[0].table, 1, &found->exact) : 0;
        any = c.used > 0 && p <= s->log_level;
        if (any) {
            found->conditions[0] = c.at[0].condition;
            found->conditions_used = 1;
            found->table = c.at[0].table;
            found->log_p = said(s, p);
        }
    }
    if (s != NULL)
        end(s);
    return any;
}
