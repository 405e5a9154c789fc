/* What all plots are made of: inline SVG in three layers.
 *
 * Shapes stand in a field 1000 units wide that stretches with the page, its lines stay as thin as
 * they are; a unit of height is a pixel. Labels stand over it in percent of its width and in
 * pixels, so that they are as readable at 390 pixels as at 1280. A plot has a title and a
 * description for who does not see it. */
#ifndef GIFVET_REPORT_PLOT_H
#define GIFVET_REPORT_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define PLOT_WIDTH 1000.0

struct plot {
    FILE *out;
    int height; /* of the field, in pixels */
};

/* Begins a plot with its field: shapes may follow. id is plain and once on the page, title plain
 * text; the description is formatted, plain text too. axis: there is room for labels below. */
struct plot plot_begin(FILE *out, const char *id, int height, bool axis, const char *title,
                       const char *description, ...) __attribute__((format(printf, 6, 7)));

/* Ends the field: labels may follow. */
void plot_labels(const struct plot *p);
void plot_end(const struct plot *p);

/* ---- shapes ---- */

/* Horizontal lines where a linear scale from 0 to `top` has its steps. */
void plot_grid(const struct plot *p, double top, double step);
/* A bar from the bottom up to the share `height` of the field, from x to x + width. To be called
 * between plot_path() and plot_path_end(). */
void plot_path(const struct plot *p, const char *class);
void plot_bar(const struct plot *p, double x, double width, double height);
void plot_path_end(const struct plot *p);
/* A line over the whole height and a little more at x, and over the whole width at the share
 * `height`. */
void plot_vertical(const struct plot *p, const char *class, double x);
void plot_horizontal(const struct plot *p, const char *class, double height);

/* ---- labels ---- */

/* To the left of the field, at a share of its height. */
void plot_label_y(const struct plot *p, double height, const char *text);
/* Below it, at x; wide: only where the page is. */
void plot_label_x(const struct plot *p, double x, bool wide, const char *text);
/* In it, over that height. class: "end" stands to the left of x, "below" under it. */
void plot_label(const struct plot *p, const char *class, double x, double height, const char *text);

/* ---- scales ---- */

/* The step of a scale of whole numbers that goes up to `most`: 1, 2 or 5 times a power of ten, at
 * most `steps` of them; *top becomes where the scale ends. */
double plot_step(double most, int steps, double *top);

/* The counts on a linear scale, to its left. */
void plot_counts(const struct plot *p, double top, double step);

/* Local time from the hour `first` (since 1970) until the end of the hour `last`, below. */
void plot_time_axis(const struct plot *p, int64_t first, int64_t last);

/* Where a time (microseconds) is on it. */
double plot_time_x(int64_t first, int64_t last, int64_t us);

#endif
