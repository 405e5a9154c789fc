/* What happened when: plots over one axis of time, and the times as a histogram.
 *
 * Rooms: changes on the axis · bars · times · changes · histogram · a table of it */
#include "report/sections.h"

#include "operate/amount.h"
#include "operate/summary.h"
#include "report/html.h"
#include "report/plot.h"
#include "report/words.h"

#include <inttypes.h>
#include <math.h>

struct activity {
    FILE *out;
    const struct report *r;
    int64_t first, last; /* hours */
};

static double width_of(const struct activity *a) {
    return PLOT_WIDTH / (double)(a->last - a->first + 1);
}

static double x_of(const struct activity *a, int64_t hour) {
    return (double)(hour - a->first) * width_of(a);
}

/* ---- changes on the axis ---- */

/* Each kind has a class of its own, and stands so in the key. */
static const struct {
    const char *class, *name;
} event_kinds[] = {
    [EVENT_PERFORMANCE] = {"event performance", "performance mode"},
    [EVENT_CONFIGURATION] = {"event configuration", "configuration"},
    [EVENT_SWITCH] = {"event switch", "kill switch"},
};

static bool is_in_plot(const struct activity *a, const struct event *e) {
    return e->time_us >= a->first * HOUR_US && e->time_us < (a->last + 1) * HOUR_US;
}

static size_t events_of(const struct activity *a, enum event_kind kind) {
    const struct events *e = &a->r->data->events;
    size_t n = 0;
    for (size_t i = 0; i < e->used; i++)
        n += e->at[i].kind == kind && is_in_plot(a, &e->at[i]);
    return n;
}

static const char *events_counted(const struct activity *a, char buffer[WORDS_SIZE]) {
    size_t n = events_of(a, EVENT_PERFORMANCE) + events_of(a, EVENT_CONFIGURATION) +
               events_of(a, EVENT_SWITCH);
    snprintf(buffer, WORDS_SIZE, "%zu change%s", n, n == 1 ? "" : "s");
    return buffer;
}

/* Of the kinds that are drawn. The spaces let a narrow page break it. */
static void write_event_key(const struct activity *a) {
    for (size_t i = 0; i < sizeof event_kinds / sizeof *event_kinds; i++)
        if (events_of(a, (enum event_kind)i) > 0)
            fprintf(a->out, " <span class=\"key\"><i class=\"%s\"></i>%s</span>",
                    event_kinds[i].class, event_kinds[i].name);
}

static void write_event_lines(const struct activity *a, const struct plot *p) {
    const struct events *e = &a->r->data->events;
    for (size_t i = 0; i < e->used; i++)
        if (is_in_plot(a, &e->at[i]))
            plot_vertical(p, event_kinds[e->at[i].kind].class,
                          plot_time_x(a->first, a->last, e->at[i].time_us));
}

/* ---- bars ---- */

struct series {
    const char *id, *name, *class;
    uint64_t (*of)(const struct state_hour *h);
    int height;
};

static uint64_t validations_of(const struct state_hour *h) {
    return summary_row(h).validations;
}

static uint64_t failures_of(const struct state_hour *h) {
    return h->results[STATE_FAILED];
}

static uint64_t most_of(const struct activity *a, const struct series *s, int64_t *when,
                        uint64_t *sum) {
    uint64_t most = 0;
    *when = a->first;
    *sum = 0;
    for (int64_t hour = a->first; hour <= a->last; hour++) {
        const struct state_hour *h = hours_find(&a->r->data->hours, hour);
        uint64_t n = h != NULL ? s->of(h) : 0;
        *sum += n;
        if (n > most) {
            most = n;
            *when = hour;
        }
    }
    return most;
}

static void write_bars(const struct activity *a, const struct plot *p, const struct series *s,
                       double top) {
    double width = width_of(a), bar = width > 4 ? width - 1 : width;
    plot_path(p, s->class);
    for (int64_t hour = a->first; hour <= a->last; hour++) {
        const struct state_hour *h = hours_find(&a->r->data->hours, hour);
        if (h != NULL && s->of(h) > 0)
            plot_bar(p, x_of(a, hour), bar, (double)s->of(h) / top);
    }
    plot_path_end(p);
}

static void write_series(const struct activity *a, const struct series *s) {
    int64_t when;
    uint64_t sum, most = most_of(a, s, &when, &sum);
    char time[WORDS_SIZE], changes[WORDS_SIZE];
    double top, step = plot_step((double)most, s->height > 100 ? 4 : 2, &top);
    fprintf(a->out, "<figure><figcaption><b>%s</b>", s->name);
    write_event_key(a);
    fprintf(a->out, "</figcaption>");
    struct plot p = plot_begin(a->out, s->id, s->height, false, s->name,
                               "%" PRIu64 " in %" PRId64
                               " hours; the most in one hour were %" PRIu64 ", from %s on; %s.",
                               sum, a->last - a->first + 1, most, words_local(time, when * HOUR_US),
                               events_counted(a, changes));
    plot_grid(&p, top, step);
    write_bars(a, &p, s, top);
    write_event_lines(a, &p);
    plot_labels(&p);
    plot_counts(&p, top, step);
    plot_end(&p);
    fprintf(a->out, "</figure>\n");
}

/* ---- times ---- */

/* A logarithmic scale over whole powers of ten, microseconds. */
struct decades {
    int from, to;
};

static struct decades decades_of(double least_us, double most_us) {
    struct decades d = {(int)floor(log10(fmax(least_us, 1))), (int)ceil(log10(fmax(most_us, 1)))};
    if (d.to <= d.from)
        d.to = d.from + 1;
    return d;
}

static double height_of(struct decades d, double us) {
    double height = (log10(fmax(us, 1)) - d.from) / (d.to - d.from);
    return fmin(fmax(height, 0), 1);
}

static int64_t percentile_of(const struct state_hour *h, int which) {
    const struct summary_row row = summary_row(h);
    const int64_t all[] = {row.p50_us, row.p95_us, row.p99_us};
    return all[which];
}

/* A step for each hour, joined where nothing is missing between. */
static void write_percentile(const struct activity *a, const struct plot *p, struct decades d,
                             int which, const char *class) {
    bool is_joined = false;
    plot_path(p, class);
    for (int64_t hour = a->first; hour <= a->last; hour++) {
        const struct state_hour *h = hours_find(&a->r->data->hours, hour);
        if (h == NULL || summary_row(h).validations == 0) {
            is_joined = false;
            continue;
        }
        double y = p->height * (1 - height_of(d, (double)percentile_of(h, which)));
        if (is_joined)
            fprintf(p->out, "V%.1fh%.2f", y, width_of(a));
        else
            fprintf(p->out, "M%.1f,%.1fh%.2f", x_of(a, hour), y, width_of(a));
        is_joined = true;
    }
    plot_path_end(p);
}

static struct decades decades_plotted(const struct activity *a, double slow_us) {
    double least = slow_us, most = slow_us;
    for (int64_t hour = a->first; hour <= a->last; hour++) {
        const struct state_hour *h = hours_find(&a->r->data->hours, hour);
        if (h == NULL || summary_row(h).validations == 0)
            continue;
        least = fmin(least, (double)percentile_of(h, 0));
        most = fmax(most, (double)percentile_of(h, 2));
    }
    return decades_of(least, most);
}

static void write_decades(const struct plot *p, struct decades d) {
    char buffer[WORDS_SIZE];
    for (int i = d.from; i <= d.to; i++)
        plot_label_y(p, (double)(i - d.from) / (d.to - d.from), words_tick(buffer, pow(10, i)));
}

static void write_times(const struct activity *a) {
    double slow_us = (double)a->r->conf->slow_ms * 1000;
    char slow[WORDS_SIZE], changes[WORDS_SIZE], label[80];
    struct decades d = decades_plotted(a, slow_us);
    words_tick(slow, slow_us);
    snprintf(label, sizeof label, "slow: %s", slow);
    fprintf(a->out, "<figure><figcaption><b>Time per validation</b><span class=\"key\"><i "
                    "class=\"p50\"></i>p50</span><span class=\"key\"><i "
                    "class=\"p95\"></i>p95</span><span class=\"key\"><i "
                    "class=\"p99\"></i>p99</span>");
    write_event_key(a);
    fprintf(a->out, "</figcaption>");
    struct plot p = plot_begin(a->out, "plot-times", 150, true, "Time per validation by the hour",
                               "Percentiles 50, 95 and 99 of each hour on a logarithmic scale; "
                               "over %s a validation is slow; %s. All figures are in the table "
                               "below.",
                               slow, events_counted(a, changes));
    plot_grid(&p, d.to - d.from, 1);
    write_event_lines(a, &p);
    plot_horizontal(&p, "limit", height_of(d, slow_us));
    write_percentile(a, &p, d, 2, "line p99");
    write_percentile(a, &p, d, 1, "line p95");
    write_percentile(a, &p, d, 0, "line p50");
    plot_labels(&p);
    write_decades(&p, d);
    /* Over it, where there is room. */
    plot_label(&p, height_of(d, slow_us) > 0.9 ? "limit below" : "limit end", 1000,
               height_of(d, slow_us), label);
    plot_time_axis(&p, a->first, a->last);
    plot_end(&p);
    fprintf(a->out, "</figure>\n");
}

/* ---- changes ---- */

static void write_changes(FILE *out, const struct report *r) {
    const struct events *e = &r->data->events;
    fprintf(out, "<h3>Changes</h3>\n");
    if (e->used == 0) {
        fprintf(out, "<p class=\"none\">Performance mode, configuration and kill switch stayed as "
                     "they were, as far as the log says.</p>\n");
        return;
    }
    fprintf(out, "<ol class=\"events\">");
    for (size_t i = 0; i < e->used; i++) {
        fprintf(out, "<li class=\"%s\">", event_kinds[e->at[i].kind].class);
        words_time(out, e->at[i].time_us, false);
        fprintf(out, " <span>");
        html_text(out, e->at[i].text);
        fprintf(out, "</span></li>");
    }
    fprintf(out, "</ol>\n");
    if (e->dropped > 0) {
        fprintf(out, "<p class=\"note\">");
        words_number_of(out, e->dropped, "older change");
        fprintf(out, " left out.</p>\n");
    }
}

/* ---- histogram ---- */

#define TOGETHER 4 /* buckets of the state in one bar: four bars for each doubling */
#define BARS (STATE_TIMES / TOGETHER + 1)
#define BARS_LEAST 8

struct histogram {
    uint64_t at[BARS], most;
    size_t first, last;
    double slow_us;
};

static struct histogram histogram_of(const struct state_hour *h, double slow_us) {
    struct histogram g = {.first = BARS, .slow_us = slow_us};
    for (size_t i = 0; i < STATE_TIMES; i++) {
        uint64_t *bar = &g.at[i / TOGETHER];
        *bar += h->times[i];
        if (*bar > g.most)
            g.most = *bar;
        if (h->times[i] == 0)
            continue;
        g.first = i / TOGETHER < g.first ? i / TOGETHER : g.first;
        g.last = i / TOGETHER;
    }
    /* Times that are all alike stand in the middle of a scale. */
    while (g.first < BARS && g.last - g.first + 1 < BARS_LEAST) {
        g.first -= g.first > 0;
        g.last += g.last < BARS - 1;
    }
    return g;
}

static double bar_from(size_t bar) {
    size_t bucket = bar * TOGETHER;
    return (double)times_from(bucket < STATE_TIMES ? bucket : STATE_TIMES - 1);
}

/* Where a time is on the logarithmic axis. */
static double histogram_x(const struct histogram *g, double us) {
    double from = log2(fmax(bar_from(g->first), 1)), to = log2(fmax(bar_from(g->last + 1), 2));
    return PLOT_WIDTH * (log2(fmax(us, 1)) - from) / (to - from);
}

static void write_histogram_bars(const struct plot *p, const struct histogram *g, double top) {
    plot_path(p, "bars");
    for (size_t i = g->first; i <= g->last; i++) {
        double x = histogram_x(g, bar_from(i)), end = histogram_x(g, bar_from(i + 1));
        if (g->at[i] > 0)
            plot_bar(p, x, end - x > 4 ? end - x - 1.5 : end - x, (double)g->at[i] / top);
    }
    plot_path_end(p);
}

static void write_histogram_axis(const struct plot *p, const struct histogram *g) {
    static const double steps[] = {1, 2, 5};
    char buffer[WORDS_SIZE];
    double wide = PLOT_WIDTH / log2(bar_from(g->last + 1) / fmax(bar_from(g->first), 1));
    for (int power = 0; power < 9; power++)
        for (size_t i = 0; i < 3; i++) {
            double us = steps[i] * pow(10, power), x = histogram_x(g, us);
            /* Of a narrow range all, of a wide one the powers of ten. */
            if (x >= 0 && x <= PLOT_WIDTH && (i == 0 || wide > 100))
                plot_label_x(p, x, i > 0, words_tick(buffer, us));
        }
}

static void write_histogram(const struct activity *a) {
    struct state_hour all = hours_sum(&a->r->data->hours, a->first, a->last + 1);
    const struct histogram g = histogram_of(&all, (double)a->r->conf->slow_ms * 1000);
    const struct summary_row row = summary_row(&all);
    char p50[WORDS_SIZE], p99[WORDS_SIZE], longest[WORDS_SIZE];
    double top, step = plot_step((double)g.most, 3, &top);
    if (row.validations == 0)
        return;
    fprintf(a->out, "<figure><figcaption><b>Validations by their time</b></figcaption>");
    struct plot p = plot_begin(
        a->out, "plot-histogram", 120, true, "Validations by their time",
        "A histogram on a logarithmic scale: half of the validations took up to %s, 99 %% up to "
        "%s, the longest %s.",
        words_us(p50, row.p50_us, true), words_us(p99, row.p99_us, true),
        words_us(longest, row.longest_us, true));
    double slow = histogram_x(&g, g.slow_us);
    plot_grid(&p, top, step);
    write_histogram_bars(&p, &g, top);
    if (slow >= 0 && slow <= PLOT_WIDTH)
        plot_vertical(&p, "limit", slow);
    plot_labels(&p);
    plot_counts(&p, top, step);
    if (slow >= 0 && slow <= PLOT_WIDTH)
        plot_label(&p, slow > 500 ? "limit end" : "limit", slow, 0.9, "slow");
    write_histogram_axis(&p, &g);
    plot_end(&p);
    fprintf(a->out, "</figure>\n");
}

/* ---- a table of it ---- */

#define ROWS_MOST 336

static void write_hour(FILE *out, const struct state_hour *h) {
    const struct summary_row row = summary_row(h);
    bool is_timed = row.validations > 0;
    char buffer[WORDS_SIZE];
    fprintf(out, "<tr><th scope=\"row\">");
    words_time(out, h->hour * HOUR_US, false);
    fprintf(out, "</th><td>%s</td>", amount_count(buffer, (double)row.validations));
    fprintf(out, "<td>%s</td>", amount_count(buffer, (double)h->results[STATE_FAILED]));
    fprintf(out, "<td>%s</td>", words_share(buffer, row.success_rate));
    for (int i = 0; i < 3; i++)
        fprintf(out, "<td>%s</td>", words_us(buffer, percentile_of(h, i), is_timed));
    fprintf(out, "</tr>\n");
}

static void write_table(const struct activity *a) {
    int rows = 0;
    fprintf(a->out, "<details class=\"quiet\"><summary>Figures by the hour</summary><div "
                    "class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Figures by the "
                    "hour\"><table class=\"figures\"><thead><tr><th scope=\"col\">Hour from</th>");
    static const char *const names[] = {"Validations", "Failed", "Success", "p50", "p95", "p99"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        fprintf(a->out, "<th scope=\"col\">%s</th>", names[i]);
    fprintf(a->out, "</tr></thead><tbody>\n");
    for (int64_t hour = a->last; hour >= a->first && rows < ROWS_MOST; hour--) {
        const struct state_hour *h = hours_find(&a->r->data->hours, hour);
        if (h != NULL) {
            write_hour(a->out, h);
            rows++;
        }
    }
    fprintf(a->out, "</tbody></table></div></details>\n");
}

static void write_left_out(FILE *out, const struct gathered *data) {
    const struct summary_row row = summary_row(&data->hours.older);
    if (row.outputs > 0) {
        fprintf(out, "<p class=\"note\">");
        words_number_of(out, row.outputs, "output");
        fprintf(out, " from more than %d hours before the last are not shown.</p>\n", HOURS_MOST);
    }
    if (data->ahead > 0) {
        fprintf(out, "<p class=\"note\" id=\"ahead\">");
        words_number_of(out, data->ahead, "record");
        fprintf(out, " of a time to come, by a wrong clock, are in no figure of an hour.</p>\n");
    }
}

void section_activity(FILE *out, const struct report *r) {
    static const struct series all = {"plot-validations", "Validations per hour", "bars",
                                      validations_of, 110};
    static const struct series failed = {"plot-failures", "Failures per hour", "bars failed",
                                         failures_of, 70};
    struct activity a = {.out = out, .r = r};
    struct report_span span;
    fprintf(out, "<section aria-labelledby=\"h-activity\"><h2 id=\"h-activity\">Activity</h2>\n");
    if (report_span_plotted(r, &span)) {
        a.first = span.from;
        a.last = span.end - 1;
        fprintf(out, "<div class=\"stack\">");
        write_series(&a, &all);
        write_series(&a, &failed);
        write_times(&a);
        fprintf(out, "</div>");
        write_histogram(&a);
        write_table(&a);
    } else {
        fprintf(out, "<p class=\"none\">Nothing was validated in this time.</p>\n");
    }
    write_left_out(out, r->data);
    write_changes(out, r);
    fprintf(out, "</section>\n");
}
