/* What failures have in common and what to do about them, as gifvet investigate says it. */
#include "report/sections.h"

#include "operate/amount.h"
#include "report/html.h"
#include "report/words.h"

#include <stdlib.h>

/* ---- what to do ---- */

static void write_advice(FILE *out, const struct groups *g, const size_t *checks, size_t used) {
    bool is_begun = false;
    for (size_t i = 0; i < used; i++) {
        const struct groups_check *c = &g->checks[checks[i]];
        struct investigate_advice a = investigate_advice(g, c);
        if (!a.is)
            continue;
        fprintf(out, "%s<li><b class=\"level\">",
                is_begun ? ""
                         : "<h3>Recommended</h3><ul "
                           "class=\"advice\">");
        html_text(out, a.level);
        fprintf(out, "</b> ");
        html_text(out, a.text);
        fprintf(out, " <span class=\"note\">(");
        html_text(out, c->name);
        fprintf(out, ")</span></li>");
        is_begun = true;
    }
    if (is_begun)
        fprintf(out, "</ul>\n");
}

/* ---- what they have in common ---- */

static void write_of(FILE *out, uint64_t hit, uint64_t all) {
    char a[AMOUNT_SIZE], b[AMOUNT_SIZE];
    fprintf(out, "%s of %s (%.1f %%)", amount_count(a, (double)hit), amount_count(b, (double)all),
            100 * investigate_share(hit, all));
}

static void write_words(FILE *out, struct investigate_words words) {
    if (words.at != NULL)
        html_text_n(out, words.at, words.n);
    free(words.at);
}

static void write_finding(FILE *out, const struct groups *g, const struct finding_of_check *f,
                          uint64_t failed) {
    struct investigate_words also = investigate_also(g, f);
    char p[INVESTIGATE_P_SIZE];
    fprintf(out, "<li><b>");
    write_words(out, investigate_name(g, f));
    fprintf(out, "</b><span>%.0f %% of the failures: ",
            100 * investigate_share(f->table.in_hit, failed));
    write_of(out, f->table.in_hit, f->table.in_all);
    fprintf(out, " failed there, ");
    write_of(out, f->table.out_hit, f->table.out_all);
    fprintf(out, " elsewhere; ");
    html_text(out, investigate_p(p, f->log_p, f->exact));
    fprintf(out, "</span>");
    if (also.n > 0)
        fprintf(out, "<span>All of that group, and few others: ");
    bool is_more = also.n > 0;
    write_words(out, also);
    fprintf(out, "%s</li>\n", is_more ? "</span>" : "");
}

static void write_caller(FILE *out, const struct groups *g, const struct finding_of_check *f) {
    fprintf(out, "<p>Of these failures %.1f %% were ",
            100 * investigate_share(f->table.in_hit, f->table.in_hit + f->table.out_hit));
    write_words(out, investigate_name(g, f));
    uint64_t others = f->table.in_all - f->table.in_hit;
    fprintf(out, ", of other failures %.1f %%.</p>\n",
            100 * investigate_share(others, others + f->table.out_all - f->table.out_hit));
}

static void write_findings(FILE *out, const struct investigation *v, size_t k) {
    fprintf(out, "<ul class=\"findings\">");
    for (size_t i = 0; i < v->search[k].used; i++)
        write_finding(out, &v->groups, &v->search[k].at[i], v->groups.checks[k].failed);
    fprintf(out, "</ul>\n");
}

static void write_check(FILE *out, const struct investigation *v, size_t k) {
    const struct groups_check *c = &v->groups.checks[k];
    char failed[AMOUNT_SIZE], judged[AMOUNT_SIZE];
    fprintf(out, "<h3>");
    html_text(out, c->name);
    fprintf(out, " <span class=\"note\">%s of %s failed</span></h3>\n",
            amount_count(failed, (double)c->failed), amount_count(judged, (double)c->judged));
    if (v->search[k].used > 0)
        write_findings(out, v, k);
    else
        fprintf(out, "<p class=\"none\">Nothing that they have in common is significant.</p>\n");
    if (v->has_caller[k])
        write_caller(out, &v->groups, &v->caller[k]);
}

void section_findings(FILE *out, const struct report *r) {
    const struct investigation *v = &r->data->found;
    size_t checks[GROUPS_CHECKS_MAX], used = investigate_order(&v->groups, checks);
    if (used == 0)
        return;
    fprintf(out, "<section aria-labelledby=\"h-findings\"><h2 id=\"h-findings\">What failures have "
                 "in common</h2>\n");
    write_advice(out, &v->groups, checks, used);
    for (size_t i = 0; i < used; i++)
        write_check(out, v, checks[i]);
    if (v->groups.levels[0] > 0 || v->groups.levels[1] > 0)
        fprintf(out,
                "<p class=\"note\">Too many to keep all: looked for in one of %u that passed "
                "and one of %u that failed; figures of groups are estimates.</p>\n",
                1u << v->groups.levels[0], 1u << v->groups.levels[1]);
    fprintf(out, "</section>\n");
}
