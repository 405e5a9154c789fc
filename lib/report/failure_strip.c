/* Rooms: places · lanes · marks · the axis · the whole */
#include "report/failure_strip.h"

#include "report/failure_tables.h"

/* The width of a lane in its own units, and the height of the marks' lane. */
#define WIDTH 10000.0
#define HEIGHT 100.0

/* More frames than that are no longer told apart in a lane. */
#define CELLS_MOST 600u

/* ---- places ---- */

static double at(const struct line *l, uint64_t time_cs) {
    return l->total_cs == 0 ? 0 : WIDTH * (double)time_cs / (double)l->total_cs;
}

static uint64_t end_of(const struct line *l, size_t i) {
    return i + 1 < l->used ? l->instants[i + 1].start_cs : l->total_cs;
}

/* ---- lanes ---- */

static uint32_t frame_at(const struct line *l, size_t i, bool source) {
    return source ? l->instants[i].source : l->instants[i].output;
}

/* Every second frame of a file, up to its end. */
static void put_cells(FILE *out, const struct line *l, bool source, uint64_t end_cs) {
    fputs("<path class=\"fp-cells\" d=\"", out);
    size_t number = 0;
    for (size_t i = 0; i < l->used; number++) {
        size_t next = i + 1;
        while (next < l->used && frame_at(l, next, source) == frame_at(l, i, source))
            next++;
        uint64_t until = end_of(l, next - 1) < end_cs ? end_of(l, next - 1) : end_cs;
        if (number % 2 == 1 && until > l->instants[i].start_cs)
            fprintf(out, "M%.0f 0H%.0fV10H%.0fZ", at(l, l->instants[i].start_cs), at(l, until),
                    at(l, l->instants[i].start_cs));
        i = next;
    }
    fputs("\"/>", out);
}

static void put_lane(FILE *out, const struct line *l, bool source, unsigned top) {
    const struct line_file *f = source ? &l->source : &l->output;
    fprintf(out,
            "<svg y=\"%u\" width=\"100%%\" height=\"12\" viewBox=\"0 0 10000 10\" "
            "preserveAspectRatio=\"none\"><rect class=\"fp-gone\" width=\"10000\" height=\"10\"/>"
            "<rect class=\"fp-lane\" width=\"%.0f\" height=\"10\"/>",
            top, f->scan.frames == 0 ? 0 : at(l, f->end_cs));
    if (f->scan.frames > 0 && l->used <= CELLS_MOST)
        put_cells(out, l, source, f->end_cs);
    fputs("</svg>\n", out);
}

/* ---- marks ---- */

static double most_levels(const struct line *l) {
    double most = 1;
    for (size_t i = 0; i < l->used; i++)
        if (l->instants[i].differs && line_levels(&l->instants[i]) > most)
            most = line_levels(&l->instants[i]);
    return most;
}

struct bar {
    double left, right, top;
};

static struct bar bar_of(const struct line *l, size_t i, double most) {
    double height = HEIGHT * line_levels(&l->instants[i]) / most;
    struct bar b = {at(l, l->instants[i].start_cs), at(l, end_of(l, i)),
                    HEIGHT - (height > 6 ? height : 6)};
    return b;
}

static void put_bar(FILE *out, struct bar b) {
    fprintf(out, "M%.0f %.0fH%.0fV%.0fH%.0fZ", b.left, HEIGHT, b.right, b.top, b.left);
}

static void put_words(FILE *out, const struct line_instant *i) {
    fprintf(out, "%.2f s: source frame %u, output frame %u, %.1f %% differ, %.1f levels%s",
            (double)i->start_cs / 100, i->source, i->output,
            100.0 * (double)i->different / (double)i->pixels, line_levels(i),
            i->elsewhen ? ", shown at another time" : "");
}

/* Its number is that among the chosen ones. */
static void put_link(FILE *out, const struct line *l, const char *id, size_t i, size_t number,
                     double most) {
    const struct line_instant *instant = &l->instants[i];
    struct bar b = bar_of(l, i, most);
    fprintf(out, "<a class=\"fp-mark%s\" data-number=\"%zu\" href=\"#%s",
            instant->elsewhen ? " fp-elsewhen" : "", number, id);
    if (instant->output < TABLE_ROWS_MOST)
        fprintf(out, "-output-%u", instant->output);
    fputs("\" aria-label=\"", out);
    put_words(out, instant);
    fprintf(out, "\"><path class=\"fp-hit\" d=\"M%.0f 0H%.0fV%.0fH%.0fZ\"/><path d=\"", b.left,
            b.right, HEIGHT, b.left);
    put_bar(out, b);
    fputs("\"><title>", out);
    put_words(out, instant);
    fputs("</title></path></a>\n", out);
}

static void put_marks(FILE *out, const struct line *l, const char *id, const size_t *chosen,
                      size_t used) {
    double most = most_levels(l);
    size_t next = 0;
    fputs("<svg y=\"32\" width=\"100%\" height=\"48\" viewBox=\"0 0 10000 100\" "
          "preserveAspectRatio=\"none\"><rect class=\"fp-ground\" width=\"10000\" height=\"100\"/>"
          "<path class=\"fp-other\" d=\"",
          out);
    for (size_t i = 0; i < l->used; i++) {
        bool linked = next < used && chosen[next] == i;
        next += linked;
        if (!linked && l->instants[i].differs)
            put_bar(out, bar_of(l, i, most));
    }
    fputs("\"/>\n", out);
    for (size_t k = 0; k < used; k++)
        if (l->instants[chosen[k]].differs)
            put_link(out, l, id, chosen[k], k, most);
    fputs("</svg>\n", out);
}

/* ---- the axis ---- */

/* The smallest of 1, 2, 5 × 10^n that leaves at most five steps: 1/100 s. */
static uint64_t step_cs(uint64_t total_cs) {
    static const unsigned factors[] = {2, 5, 10};
    for (uint64_t unit = 1;; unit *= 10)
        for (int i = 0; i < 3; i++)
            if (unit * factors[i] / 2 * 5 >= total_cs)
                return unit * factors[i] / 2;
}

static void put_axis(FILE *out, const struct line *l) {
    uint64_t step = l->total_cs > 0 ? step_cs(l->total_cs) : 1;
    for (uint64_t t = 0; t <= l->total_cs; t += step) {
        double percent = at(l, t) / 100;
        const char *anchor = percent < 3 ? "start" : percent > 95 ? "end" : "middle";
        fprintf(out,
                "<line class=\"fp-tick\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"80\" y2=\"84\"/>"
                "<text class=\"fp-axis\" x=\"%.2f%%\" y=\"96\" text-anchor=\"%s\">%.*f s</text>\n",
                percent, percent, percent, anchor,
                step % 100 == 0  ? 0
                : step % 10 == 0 ? 1
                                 : 2,
                (double)t / 100);
    }
}

/* ---- the whole ---- */

static void put_legend(FILE *out, const struct line *l) {
    bool elsewhen = false;
    for (size_t i = 0; i < l->used; i++)
        elsewhen |= l->instants[i].differs && l->instants[i].elsewhen;
    fprintf(out,
            "<p class=\"fp-note\"><span class=\"fp-key fp-red\"></span> pictures differ, the "
            "higher the more: at most %.1f levels (root mean squared)",
            most_levels(l));
    if (elsewhen)
        fputs("; <span class=\"fp-key fp-amber\"></span> the source’s picture of another time",
              out);
    fputs("</p>\n", out);
}

void strip_write(FILE *out, const struct line *l, const char *id, const size_t *chosen,
                 size_t used) {
    fputs("<div class=\"fp-strip\"><div class=\"fp-lanes\" aria-hidden=\"true\">"
          "<span>Source</span><span>Output</span><span>Difference</span></div>\n",
          out);
    fprintf(
        out,
        "<svg class=\"fp-line\" width=\"100%%\" height=\"100\" role=\"group\" aria-label=\"Time "
        "line of %.2f seconds: %zu instants, the pictures differ at %zu\">\n",
        (double)l->total_cs / 100, l->used, l->differ);
    put_lane(out, l, true, 0);
    put_lane(out, l, false, 16);
    put_marks(out, l, id, chosen, used);
    put_axis(out, l);
    fputs("<line class=\"fp-head\" x1=\"0\" x2=\"0\" y1=\"0\" y2=\"80\"/></svg></div>\n", out);
    if (l->uncompared != NULL)
        fprintf(out, "<p class=\"fp-note\">Pictures are not compared: %s.</p>\n", l->uncompared);
    else if (l->differ == 0)
        fputs("<p class=\"fp-note\">At no instant that was compared do the pictures differ.</p>\n",
              out);
    else
        put_legend(out, l);
    if (l->paced)
        fputs("<p class=\"fp-note\">The request changes the times: the source is shown at the "
              "output’s pace.</p>\n",
              out);
}
