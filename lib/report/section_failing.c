/* Failures by check and by program. */
#include "report/sections.h"

#include "operate/amount.h"
#include "report/html.h"
#include "report/words.h"

#include <math.h>

#define PROGRAMS_SHOWN 12

struct failing_row {
    const char *name;
    uint64_t failed, all;
};

void section_bar(FILE *out, double share) {
    double width = isnan(share) ? 0 : 100 * share;
    fprintf(out,
            "<svg class=\"bar\" aria-hidden=\"true\"><rect width=\"%.1f%%\" "
            "height=\"100%%\"/></svg>",
            width > 0 && width < 0.5 ? 0.5 : width);
}

static void begin_table(FILE *out, const char *what, const char *all) {
    fprintf(out,
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Failures by "
            "%s\"><table class=\"figures bars\"><caption>By %s</caption><thead><tr><th "
            "scope=\"col\">%c%s</th><th scope=\"col\">Failed</th><th "
            "scope=\"col\">%s</th><th scope=\"col\">Share</th><td></td></tr></thead><tbody>",
            what, what, what[0] - 'a' + 'A', what + 1, all);
}

/* most: the failures that fill the bar. */
static void write_row(FILE *out, const struct failing_row *r, uint64_t most) {
    char buffer[WORDS_SIZE];
    fprintf(out, "<tr><th scope=\"row\">");
    html_text(out, r->name);
    fprintf(out, "</th><td>%s</td>", amount_count(buffer, (double)r->failed));
    fprintf(out, "<td>%s</td>", amount_count(buffer, (double)r->all));
    fprintf(out, "<td>%s</td><td class=\"bar\">",
            words_share(buffer, r->all > 0 ? investigate_share(r->failed, r->all) : (double)NAN));
    section_bar(out, investigate_share(r->failed, most));
    fprintf(out, "</td></tr>\n");
}

static void end_table(FILE *out) {
    fprintf(out, "</tbody></table></div>\n");
}

static void write_checks(FILE *out, const struct groups *g) {
    size_t checks[GROUPS_CHECKS_MAX], used = investigate_order(g, checks);
    begin_table(out, "check", "Judged");
    for (size_t i = 0; i < used; i++) {
        const struct groups_check *c = &g->checks[checks[i]];
        const struct failing_row row = {c->name, c->failed, c->judged};
        write_row(out, &row, g->checks[checks[0]].failed);
    }
    end_table(out);
}

static void write_programs(FILE *out, const struct programs *p) {
    struct program_row rest = p->rest;
    uint64_t most = p->used > 0 ? p->at[0].failed : 0;
    begin_table(out, "program", "Verdicts");
    for (size_t i = 0; i < p->used; i++) {
        const struct program_row *r = &p->at[i];
        const struct failing_row row = {r->name, r->failed, r->passed + r->failed};
        if (i < PROGRAMS_SHOWN) {
            write_row(out, &row, most);
            continue;
        }
        rest.passed += r->passed;
        rest.failed += r->failed;
    }
    const struct failing_row others = {"others", rest.failed, rest.passed + rest.failed};
    if (others.all > 0)
        write_row(out, &others, most > others.failed ? most : others.failed);
    end_table(out);
}

void section_failing(FILE *out, const struct report *r) {
    const struct gathered *d = r->data;
    if (d->causes.failed == 0)
        return;
    fprintf(out, "<section aria-labelledby=\"h-failing\"><h2 id=\"h-failing\">What fails</h2>\n");
    if (r->is_of_this_host && !r->conf->log_passes)
        fprintf(
            out,
            "<p class=\"note\" id=\"failures-alone\">Passes are not on record here ([log] passes): "
            "these are shares of what is.</p>\n");
    fprintf(out, "<div class=\"columns\">\n");
    write_checks(out, &d->found.groups);
    write_programs(out, &d->programs);
    fprintf(out, "</div></section>\n");
}
