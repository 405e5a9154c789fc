/* Rooms: layers · shapes · labels · scales · time */
#include "report/plot.h"

#include "operate/amount.h"
#include "report/hours.h"

#include <math.h>
#include <stdarg.h>
#include <time.h>

#define ABOVE 10 /* pixels over the field, for the half of a label */
#define OVER 6   /* of that, what a vertical line stands out of bars of its own colour */
#define BELOW 26 /* under it, where it has an axis */

/* ---- layers ---- */

struct plot plot_begin(FILE *out, const char *id, int height, bool axis, const char *title,
                       const char *description, ...) {
    const struct plot p = {out, height};
    va_list args;
    fprintf(out,
            "<svg class=\"plot\" role=\"img\" aria-labelledby=\"%s-t %s-d\" height=\"%d\">"
            "<title id=\"%s-t\">%s</title><desc id=\"%s-d\">",
            id, id, height + ABOVE + (axis ? BELOW : ABOVE), id, title, id);
    va_start(args, description);
    vfprintf(out, description, args);
    va_end(args);
    fprintf(out,
            "</desc><svg class=\"field\" y=\"%d\" height=\"%d\" viewBox=\"0 0 1000 %d\" "
            "preserveAspectRatio=\"none\">",
            ABOVE, height, height);
    return p;
}

void plot_labels(const struct plot *p) {
    fprintf(p->out, "</svg><svg class=\"labels\" y=\"%d\" height=\"%d\">", ABOVE, p->height);
}

void plot_end(const struct plot *p) {
    fprintf(p->out, "</svg></svg>\n");
}

/* ---- shapes ---- */

static double y_of(const struct plot *p, double height) {
    return p->height * (1 - height);
}

void plot_grid(const struct plot *p, double top, double step) {
    plot_path(p, "grid");
    for (int i = 0; i * step <= top * 1.0001; i++)
        fprintf(p->out, "M0,%.1fH1000", y_of(p, i * step / top));
    plot_path_end(p);
}

void plot_path(const struct plot *p, const char *class) {
    fprintf(p->out, "<path class=\"%s\" d=\"", class);
}

void plot_bar(const struct plot *p, double x, double width, double height) {
    double h = height * p->height;
    /* What is there is seen. */
    if (h > 0 && h < 1.5)
        h = 1.5;
    fprintf(p->out, "M%.1f,%dv%.1fh%.1fv%.1fz", x, p->height, -h, width, h);
}

void plot_path_end(const struct plot *p) {
    fprintf(p->out, "\"/>");
}

void plot_vertical(const struct plot *p, const char *class, double x) {
    fprintf(p->out, "<path class=\"%s\" d=\"M%.1f,%dV%d\"/>", class, x, -OVER, p->height);
}

void plot_horizontal(const struct plot *p, const char *class, double height) {
    fprintf(p->out, "<path class=\"%s\" d=\"M0,%.1fH1000\"/>", class, y_of(p, height));
}

/* ---- labels ---- */

void plot_label_y(const struct plot *p, double height, const char *text) {
    fprintf(p->out, "<text class=\"y\" x=\"-8\" y=\"%.1f\">%s</text>", y_of(p, height) + 4, text);
}

void plot_label_x(const struct plot *p, double x, bool wide, const char *text) {
    const char *anchor = x < 30 ? "x start" : x > 970 ? "x end" : "x";
    fprintf(p->out, "<text class=\"%s%s\" x=\"%.2f%%\" y=\"%d\">%s</text>", anchor,
            wide ? " wide" : "", x / 10, p->height + 19, text);
}

void plot_label(const struct plot *p, const char *class, double x, double height,
                const char *text) {
    fprintf(p->out, "<text class=\"%s\" x=\"%.2f%%\" y=\"%.1f\">%s</text>", class, x / 10,
            y_of(p, height) - 5, text);
}

/* ---- scales ---- */

double plot_step(double most, int steps, double *top) {
    static const double nice[] = {1, 2, 5};
    double step = 1;
    for (int i = 1; step * steps < most && i < 60; i++) {
        int power = i / 3;
        step = nice[i % 3] * pow(10, power);
    }
    *top = most > 0 ? ceil(most / step) * step : 1;
    return step;
}

void plot_counts(const struct plot *p, double top, double step) {
    char buffer[AMOUNT_SIZE];
    for (int i = 0; i * step <= top * 1.0001; i++)
        plot_label_y(p, i * step / top, amount_count(buffer, i * step));
}

/* ---- time ---- */

double plot_time_x(int64_t first, int64_t last, int64_t us) {
    double hours = (double)(last - first + 1);
    return PLOT_WIDTH * ((double)us / (double)HOUR_US - (double)first) / hours;
}

static struct tm local(int64_t hour) {
    struct tm tm = {0};
    time_t seconds = (time_t)(hour * 3600);
    (void)localtime_r(&seconds, &tm);
    return tm;
}

/* Does a tick of every so many hours stand at this one? By the local day. */
static bool has_tick(int64_t hour, int step) {
    struct tm tm = local(hour);
    int64_t days = (hour * 3600 + tm.tm_gmtoff) / 86400;
    return step < 24 ? tm.tm_hour % step == 0 : tm.tm_hour == 0 && days % (step / 24) == 0;
}

/* Of the steps the shortest with at most so many ticks. */
static int time_step(int64_t first, int64_t last, int ticks) {
    static const int steps[] = {1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 720};
    size_t i = 0;
    while (i + 1 < sizeof steps / sizeof *steps && (last - first + 1) / steps[i] > ticks)
        i++;
    return steps[i];
}

void plot_time_axis(const struct plot *p, int64_t first, int64_t last) {
    int few = time_step(first, last, 4), many = time_step(first, last, 9);
    char buffer[32];
    for (int64_t hour = first; hour <= last; hour++) {
        bool is_wide = !has_tick(hour, few);
        if (is_wide && (!has_tick(hour, many) || few % many != 0))
            continue;
        struct tm tm = local(hour);
        bool is_day = tm.tm_hour == 0;
        if (strftime(buffer, sizeof buffer, is_day ? "%-d %b" : "%H:%M", &tm) > 0)
            plot_label_x(p, plot_time_x(first, last, hour * HOUR_US), is_wide, buffer);
    }
}
