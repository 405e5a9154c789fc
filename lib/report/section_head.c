/* Is all well, and the figures against those of the time before.
 *
 * Rooms: health · what is in force · figures · all results */
#include "report/sections.h"

#include "operate/amount.h"
#include "operate/gate.h"
#include "operate/summary.h"
#include "report/html.h"
#include "report/words.h"

#include <math.h>

/* ---- health ---- */

static void write_reasons(FILE *out, const struct health *h) {
    fprintf(out, "<ul class=\"reasons\">");
    for (size_t i = 0; i < h->used; i++) {
        fprintf(out, "<li>");
        html_text(out, h->issues[i].message);
        fprintf(out, "</li>");
    }
    if (h->unknown[0] != '\0') {
        fprintf(out, "<li>");
        html_text(out, h->unknown);
        fprintf(out, "</li>");
    }
    if (h->used == 0 && h->unknown[0] == '\0')
        fprintf(out, "<li>No issues.</li>");
    fprintf(out, "</ul>");
}

static void write_health(FILE *out, const struct report *r) {
    const char *status = health_status_name(r->health->status);
    fprintf(out, "<div class=\"health %s\"><p class=\"status\" id=\"status\">%s</p>", status,
            status);
    write_reasons(out, r->health);
    fprintf(out, "</div>\n");
}

/* ---- what is in force ---- */

static void write_fact(FILE *out, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void write_fact(FILE *out, const char *name, const char *format, ...) {
    char value[512];
    va_list args;
    va_start(args, format);
    vsnprintf(value, sizeof value, format, args);
    va_end(args);
    fprintf(out, "<div><dt>%s</dt><dd>", name);
    html_text(out, value);
    fprintf(out, "</dd></div>");
}

static void write_switch(FILE *out, const struct report *r) {
    static const enum health_kind kinds[] = {HEALTH_DISABLED_VARIABLE, HEALTH_DISABLED_FILE};
    const char *says = "not set";
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t i = 0; i < r->health->used; i++)
            if (r->health->issues[i].kind == kinds[k])
                says = k == 0 ? "set in the environment" : "set";
    write_fact(out, "Kill switch", "%s", says);
}

static void write_facts(FILE *out, const struct report *r) {
    static const char *const modes[] = {"shadow", "alert", "enforce"};
    const struct conf *c = r->conf;
    const struct state_snapshot *s = r->around->facts.state;
    fprintf(out, "<dl class=\"facts\">");
    write_fact(out, "Mode", "%s", modes[c->mode]);
    write_fact(out, "Phase", "%s",
               c->rollout_phase != CONF_PHASE_NONE ? gate_phase_name(c->rollout_phase) : "none");
    write_fact(out, "Sampling", "%g %%%s", c->percentage,
               c->sampling_key == CONF_BY_SOURCE ? " by source" : "");
    write_switch(out, r);
    write_fact(out, "Performance mode", "%s", s != NULL ? state_mode_name(s->mode) : "not known");
    write_fact(out, "Configuration", "%s%s%s", c->file[0] != '\0' ? c->file : "built-in defaults",
               c->checksum[0] != '\0' ? ", " : "", c->checksum);
    fprintf(out, "</dl>\n");
}

/* ---- figures ---- */

struct compared {
    struct state_hour now, before;
    struct summary_row row, row_before;
    bool is_before; /* there is something to compare with */
};

static struct compared compare(const struct report *r) {
    const struct report_span s = report_span(r), b = report_span_before(r);
    struct compared c = {.now = hours_all(&r->data->hours), .before = hours_all(&r->data->earlier)};
    if (r->since_us == INT64_MIN) {
        c.now = hours_sum(&r->data->hours, s.from, s.end);
        c.before = hours_sum(&r->data->hours, b.from, b.end);
    } else if (r->data->last_us < r->wall_us - HOUR_US) {
        /* Logs that ended a while ago: as long before as they go on. In whole hours: where they end
         * was not known when they were read. */
        c.before = hours_sum(&r->data->earlier, b.from, b.end);
    }
    /* Before the state's hours begin the log of a host that does not log passes has failures alone.
     */
    if (r->is_of_this_host && !r->conf->log_passes)
        c.before = (struct state_hour){0};
    c.row = summary_row(&c.now);
    c.row_before = summary_row(&c.before);
    c.is_before = c.row_before.outputs > 0;
    return c;
}

/* value: for machines. */
static void begin_tile(FILE *out, const char *id, const char *name, double value,
                       const char *words) {
    fprintf(out, "<div><dt>%s</dt><dd><data id=\"%s\" value=\"", name, id);
    fprintf(out, isnan(value) ? "\">" : "%.10g\">", value);
    fprintf(out, "%s</data>", words);
}

static void end_tile(FILE *out) {
    fprintf(out, "</dd></div>");
}

/* sign: of what is better, 0: neither. */
static void write_change(FILE *out, double change, double least, int better, const char *format) {
    if (isnan(change) || isinf(change))
        return;
    bool is_same = fabs(change) < least;
    const char *class = is_same || better == 0 ? "" : change * better > 0 ? " better" : " worse";
    fprintf(out, "<span class=\"change%s\">", class);
    if (is_same)
        fprintf(out, "unchanged");
    else
        fprintf(out, format, change > 0 ? "+" : "\xE2\x88\x92", fabs(change));
    fprintf(out, "</span>");
}

static double relative(double now, double before) {
    return before > 0 ? 100 * (now - before) / before : (double)NAN;
}

static void write_count_tile(FILE *out, const char *id, const char *name, uint64_t now,
                             uint64_t before, int better) {
    char words[AMOUNT_SIZE];
    begin_tile(out, id, name, (double)now, amount_count(words, (double)now));
    write_change(out, relative((double)now, (double)before), 0.5, better, "%s%.0f %%");
    end_tile(out);
}

static void write_time_tile(FILE *out, const char *id, const char *name, int64_t now,
                            int64_t before, const struct compared *c) {
    char words[WORDS_SIZE];
    bool is_known = c->row.validations > 0;
    begin_tile(out, id, name, is_known ? (double)now : (double)NAN, words_us(words, now, is_known));
    if (c->row_before.validations > 0)
        write_change(out, relative((double)now, (double)before), 0.5, -1, "%s%.0f %%");
    end_tile(out);
}

static void write_tiles(FILE *out, const struct compared *c) {
    const struct summary_row *n = &c->row, *b = &c->row_before;
    char words[WORDS_SIZE];
    fprintf(out, "<dl class=\"tiles\">");
    begin_tile(out, "success-rate", "Success", n->success_rate,
               words_share(words, n->success_rate));
    write_change(out, 100 * (n->success_rate - b->success_rate), 0.005, 1, "%s%.2f points");
    end_tile(out);
    write_count_tile(out, "failed", "Failed", c->now.results[STATE_FAILED],
                     c->before.results[STATE_FAILED], -1);
    write_count_tile(out, "validations", "Validations", n->validations, b->validations, 0);
    write_time_tile(out, "p50", "Time, p50", n->p50_us, b->p50_us, c);
    write_time_tile(out, "p95", "Time, p95", n->p95_us, b->p95_us, c);
    write_time_tile(out, "p99", "Time, p99", n->p99_us, b->p99_us, c);
    fprintf(out, "</dl>\n");
}

static void write_span(FILE *out, const struct report *r, const struct compared *c) {
    fprintf(out, "<p class=\"note\">");
    if (r->since_us == INT64_MIN) {
        fprintf(out, "The 7 days until ");
        words_time(out, r->is_of_this_host ? r->wall_us : report_span(r).end * HOUR_US, true);
    } else {
        fprintf(out, "Since ");
        words_time(out, r->since_us, true);
    }
    fprintf(out, "%s</p>\n",
            c->is_before ? ", against as long before."
                         : "; nothing is known of the time before to compare with.");
}

/* ---- all results ---- */

static void write_cell(FILE *out, uint64_t n) {
    char words[AMOUNT_SIZE];
    fprintf(out, "<td>%s</td>", amount_count(words, (double)n));
}

static void write_results(FILE *out, const struct compared *c) {
    static const char *const names[STATE_RESULTS] = {"Passed",
                                                     "Failed",
                                                     "Skipped",
                                                     "Timed out",
                                                     "Faults of the judge",
                                                     "Left to the control arm"};
    fprintf(out, "<details class=\"quiet\"><summary>All results</summary><div class=\"scroll\" "
                 "tabindex=\"0\" role=\"group\" aria-label=\"All results\"><table "
                 "class=\"figures narrow\"><thead><tr><th scope=\"col\">Result</th><th "
                 "scope=\"col\">Outputs</th><th scope=\"col\">Before</th></tr></thead><tbody>");
    for (size_t i = 0; i < STATE_RESULTS; i++) {
        fprintf(out, "<tr><th scope=\"row\">%s</th>", names[i]);
        write_cell(out, c->now.results[i]);
        write_cell(out, c->before.results[i]);
        fprintf(out, "</tr>");
    }
    fprintf(out, "<tr><th scope=\"row\">Slow</th>");
    write_cell(out, c->now.slow);
    write_cell(out, c->before.slow);
    fprintf(out, "</tr></tbody></table></div></details>\n");
}

void section_head(FILE *out, const struct report *r) {
    const struct compared c = compare(r);
    fprintf(out, "<section aria-labelledby=\"h-now\"><h2 id=\"h-now\">This host now</h2>\n");
    write_health(out, r);
    write_facts(out, r);
    fprintf(out, "</section>\n<section aria-labelledby=\"h-figures\"><h2 "
                 "id=\"h-figures\">Figures</h2>\n");
    write_tiles(out, &c);
    write_span(out, r, &c);
    write_results(out, &c);
    fprintf(out, "</section>\n");
}
