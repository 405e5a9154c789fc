/* What was found as JSON. */
#include "command/investigate.h"
#include "command/schema.h"

#include "operate/phrase.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static json_t *real_or_null(double d) {
    return isfinite(d) ? json_real(d) : json_null();
}

static json_t *json_condition(const struct investigation *v, const struct condition *c) {
    static const char *const relations[] = {"is", "over", "up_to"};
    const struct groups *g = &v->groups;
    const struct feature *f = &g->traits.features[c->feature];
    json_t *value = c->kind != CONDITION_IS  ? json_real(c->from)
                    : c->trait == UINT32_MAX ? json_string_nocheck(groups_source(g, c->source))
                                             : json_string_nocheck(g->traits.at[c->trait].text);
    return json_pack("{s:s, s:o, s:s, s:o}", "feature", phrase_feature(f->kind), "option",
                     f->name[0] != '\0' ? json_string_nocheck(f->name) : json_null(), "relation",
                     relations[c->kind], "value", value);
}

static json_t *json_finding(const struct investigation *v, const struct finding_of_check *f) {
    struct investigate_words name = investigate_name(&v->groups, f),
                             also = investigate_also(&v->groups, f);
    const struct statistics_table *t = &f->table;
    json_t *conditions = json_array();
    bool exact;
    double log_p = statistics_log_p(t, &exact);
    for (size_t i = 0; i < f->conditions_used; i++)
        json_array_append_new(conditions, json_condition(v, &f->conditions[i]));
    json_t *j = json_pack(
        "{s:o, s:o, s:o, s:I, s:I, s:f, s:I, s:I, s:f, s:f, s:f, s:s}", "group",
        name.at != NULL ? json_string_nocheck(name.at) : json_null(), "conditions", conditions,
        "also", also.at != NULL && also.n > 0 ? json_string_nocheck(also.at) : json_null(),
        "failed_inside", (json_int_t)t->in_hit, "judged_inside", (json_int_t)t->in_all,
        "rate_inside", investigate_share(t->in_hit, t->in_all), "failed_outside",
        (json_int_t)t->out_hit, "judged_outside", (json_int_t)t->out_all, "rate_outside",
        investigate_share(t->out_hit, t->out_all), "log10_p", f->log_p / M_LN10, "log10_p_of_table",
        log_p / M_LN10, "test", exact ? "fisher" : "chi_squared");
    free(name.at);
    free(also.at);
    return j;
}

static json_t *json_check(const struct investigation *v, size_t k) {
    const struct groups_check *c = &v->groups.checks[k];
    struct investigate_advice a = investigate_advice(&v->groups, c);
    json_t *findings = json_array();
    for (size_t i = 0; i < v->search[k].used; i++)
        json_array_append_new(findings, json_finding(v, &v->search[k].at[i]));
    json_t *advice = a.is ? json_pack("{s:s, s:s, s:o}", "level", a.level, "text", a.text,
                                      "tolerance", real_or_null(a.tolerance))
                          : json_null();
    return json_pack("{s:o, s:I, s:I, s:o, s:o, s:o, s:I}", "check", json_string_nocheck(c->name),
                     "failed", (json_int_t)c->failed, "judged", (json_int_t)c->judged, "groups",
                     findings, "caller",
                     v->has_caller[k] ? json_finding(v, &v->caller[k]) : json_null(), "recommended",
                     advice, "conditions_tried", (json_int_t)v->search[k].tried);
}

int investigate_print_json(const struct investigation *v) {
    const struct groups *g = &v->groups;
    const struct log_read_counts *c = &v->counts;
    size_t checks[GROUPS_CHECKS_MAX], used = investigate_order(g, checks);
    json_t *list = json_array();
    for (size_t i = 0; i < used; i++)
        json_array_append_new(list, json_check(v, checks[i]));
    json_t *j = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:i, s:i, s:o}", "files",
        (json_int_t)c->files, "lines", (json_int_t)c->lines, "records", (json_int_t)c->records,
        "foreign_lines", (json_int_t)c->foreign, "later_records", (json_int_t)c->later, "verdicts",
        (json_int_t)g->verdicts, "passed", (json_int_t)g->passed, "failed", (json_int_t)g->failed,
        "timed_out", (json_int_t)g->timed_out, "skipped", (json_int_t)g->skipped, "faults",
        (json_int_t)g->faults, "level", SEARCH_LEVEL, "passed_thinned", 1 << g->levels[0],
        "failed_thinned", 1 << g->levels[1], "checks", list);
    schema_set(j, "investigate");
    char *text = j != NULL ? json_dumps(j, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(j);
    if (text == NULL) {
        fprintf(stderr, "gifvet investigate: no memory\n");
        return 2;
    }
    puts(text);
    free(text);
    return 0;
}
