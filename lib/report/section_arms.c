/* What was judged against what was left alone, as gifvet ab says it, with the intervals drawn. */
#include "report/sections.h"

#include "operate/amount.h"
#include "report/html.h"
#include "report/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PROGRAMS_SHOWN 10
#define COST 0.1

/* The percent that the drawings show, the same for all. */
struct range {
    double from, to;
};

static void widen(struct range *r, struct statistics_interval i) {
    if (!i.known)
        return;
    r->from = fmin(r->from, 100 * (i.low - 1));
    r->to = fmax(r->to, 100 * (i.high - 1));
}

/* Always with 0 and with the 10 % that are asked about; a few runs have intervals without end. */
static struct range range_of(const struct arms_program *const *shown, size_t used,
                             struct statistics_interval all) {
    struct range r = {-5, 15};
    widen(&r, all);
    for (size_t i = 0; i < used; i++)
        widen(&r, arms_ratio(shown[i]->of));
    return (struct range){fmax(r.from, -100), fmin(r.to, 200)};
}

static double place(const struct range *r, double percent) {
    double at = 100 * (percent - r->from) / (r->to - r->from);
    return fmin(fmax(at, 0), 100);
}

static void write_drawing(FILE *out, const struct range *r, struct statistics_interval i) {
    double low = place(r, 100 * (i.low - 1)), high = place(r, 100 * (i.high - 1));
    fprintf(out,
            "<svg class=\"interval\" aria-hidden=\"true\"><line class=\"zero\" x1=\"%.1f%%\" "
            "x2=\"%.1f%%\" y1=\"0\" y2=\"100%%\"/><line class=\"limit\" x1=\"%.1f%%\" "
            "x2=\"%.1f%%\" y1=\"0\" y2=\"100%%\"/>",
            place(r, 0), place(r, 0), place(r, 100 * COST), place(r, 100 * COST));
    if (i.known)
        fprintf(out,
                "<line class=\"range\" x1=\"%.1f%%\" x2=\"%.1f%%\" y1=\"50%%\" "
                "y2=\"50%%\"/><circle cx=\"%.1f%%\" cy=\"50%%\" r=\"4\"/>",
                low, high, place(r, 100 * (i.value - 1)));
    fprintf(out, "</svg>");
}

static void write_typical(FILE *out, const struct arm_times *t) {
    char buffer[WORDS_SIZE];
    fprintf(out, "<td>%s</td>", words_us(buffer, (int64_t)exp(t->log_us.mean), t->log_us.n > 0));
}

static void write_row(FILE *out, const char *name, const struct arm_times of[ARMS],
                      struct statistics_interval i, const struct range *r) {
    fprintf(out, "<tr><th scope=\"row\">");
    html_text(out, name);
    fprintf(out, "</th>");
    write_typical(out, &of[ARM_TEST]);
    write_typical(out, &of[ARM_CONTROL]);
    if (i.known)
        fprintf(out, "<td>%+.1f %% <span class=\"range\">%+.1f to %+.1f</span></td>",
                100 * (i.value - 1), 100 * (i.low - 1), 100 * (i.high - 1));
    else
        fprintf(out, "<td>-</td>");
    fprintf(out, "<td class=\"bar\">");
    write_drawing(out, r, i);
    fprintf(out, "</td></tr>\n");
}

static int by_processes(const void *x, const void *y) {
    const struct arms_program *a = *(const struct arms_program *const *)x,
                              *b = *(const struct arms_program *const *)y;
    uint64_t m = a->of[ARM_TEST].us.n + a->of[ARM_CONTROL].us.n;
    uint64_t n = b->of[ARM_TEST].us.n + b->of[ARM_CONTROL].us.n;
    return m != n ? (m > n ? -1 : 1) : strcmp(a->name, b->name);
}

static void write_table(FILE *out, const struct arms *a) {
    const struct arm_times all[ARMS] = {a->of[ARM_TEST].times, a->of[ARM_CONTROL].times};
    const struct arms_program *shown[ARMS_PROGRAMS_MAX] = {NULL};
    struct statistics_interval ratio = arms_ratio(all);
    size_t used = 0;
    for (size_t i = 0; i < a->programs_used; i++)
        shown[used++] = &a->programs[i];
    qsort(shown, used, sizeof *shown, by_processes);
    used = used < PROGRAMS_SHOWN ? used : PROGRAMS_SHOWN;
    const struct range range = range_of(shown, used, ratio);
    fprintf(out,
            "<p class=\"note\">Typical time until the output is closed; the lines are at 0 and "
            "at +10 %%.</p>"
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Test against "
            "control\"><table class=\"figures bars arms\"><thead><tr><th "
            "scope=\"col\">Program</th><th scope=\"col\">Test</th><th "
            "scope=\"col\">Control</th><th scope=\"col\">Change</th><td></td></tr></thead><tbody>");
    write_row(out, "all", all, ratio, &range);
    for (size_t i = 0; used > 1 && i < used; i++)
        write_row(out, shown[i]->name, shown[i]->of, arms_ratio(shown[i]->of), &range);
    fprintf(out, "</tbody></table></div>\n");
}

static void write_answer(FILE *out, const struct arms *a) {
    static const char *const answers[] = {
        [ARMS_CANNOT_TELL] =
            "It cannot be told whether validation costs more than 10 % of the time.",
        [ARMS_CHEAPER] = "Validation costs no more than 10 % of the time.",
        [ARMS_DEARER] = "Validation costs more than 10 % of the time."};
    const struct arm_times all[ARMS] = {a->of[ARM_TEST].times, a->of[ARM_CONTROL].times};
    char test[AMOUNT_SIZE], control[AMOUNT_SIZE];
    fprintf(out, "<p><b>%s</b> %s outputs were judged, %s left alone.</p>\n",
            answers[arms_cost(arms_ratio(all), COST)],
            amount_count(test, (double)a->of[ARM_TEST].outputs),
            amount_count(control, (double)a->of[ARM_CONTROL].outputs));
}

void section_arms(FILE *out, const struct report *r) {
    const struct arms *a = &r->data->arms;
    const char *why = arms_unfit(a);
    fprintf(out, "<section aria-labelledby=\"h-arms\"><h2 id=\"h-arms\">Test against "
                 "control</h2>\n");
    if (why == NULL) {
        write_answer(out, a);
        write_table(out, a);
    } else {
        fprintf(out, "<p class=\"none\">What validation costs cannot be told: ");
        html_text(out, why);
        fprintf(out, ".</p>\n");
    }
    fprintf(out, "</section>\n");
}
