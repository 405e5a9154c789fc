#include "report/failure_tables.h"

#include <stdlib.h>

/* What is to be said of a frame by the instants at which it is shown. */
struct seen {
    bool measured, differs, elsewhen;
    double levels;
};

static void see(struct seen *s, const struct line_instant *i) {
    s->measured |= i->measured;
    s->differs |= i->differs;
    s->elsewhen |= i->differs && i->elsewhen;
    if (i->differs && line_levels(i) > s->levels)
        s->levels = line_levels(i);
}

static struct seen *see_all(const struct line *l, bool source) {
    size_t frames = source ? l->source.scan.frames : l->output.scan.frames;
    struct seen *seen = calloc(frames + 1, sizeof *seen);
    for (size_t i = 0; seen != NULL && i < l->used; i++) {
        uint32_t frame = source ? l->instants[i].source : l->instants[i].output;
        if (frame < frames)
            see(&seen[frame], &l->instants[i]);
    }
    return seen;
}

static const char *disposal_name(uint8_t disposal) {
    static const char *const names[] = {"none", "keep", "clear", "restore"};
    return disposal < 4 ? names[disposal] : "reserved";
}

static void put_seen(FILE *out, const struct gif_scan_frame *f, const struct seen *s) {
    if (f->damaged)
        fputs("<strong>damaged</strong>", out);
    else if (!s->measured)
        fputs("not compared", out);
    else if (!s->differs)
        fputs("no", out);
    else
        fprintf(out, "%s%.1f levels", s->elsewhen ? "another time, " : "", s->levels);
}

static void put_row(FILE *out, const struct gif_scan_frame *f, size_t number, uint64_t start_cs,
                    const struct seen *s) {
    uint32_t effective = gif_effective_delay_cs(f->delay_cs);
    fprintf(out, "%s><th scope=\"row\">%zu</th><td>",
            f->damaged || s->differs ? " class=\"fp-bad\"" : "", number);
    put_seen(out, f, s);
    fprintf(out,
            "</td><td>%.2f</td><td>%u</td><td>%u%s</td><td>%s</td><td>%u × %u + %u + %u</td>"
            "<td>%u%s</td></tr>\n",
            (double)start_cs / 100, f->delay_cs, effective, effective != f->delay_cs ? "*" : "",
            disposal_name(f->disposal), f->width, f->height, f->left, f->top, f->colors_used,
            f->local_table ? " local" : "");
}

static void put_rows(FILE *out, const struct line_file *f, const char *id,
                     const struct seen *seen) {
    uint64_t start_cs = 0;
    for (size_t i = 0; i < f->scan.frames && i < TABLE_ROWS_MOST; i++) {
        fputs("<tr", out);
        if (id != NULL)
            fprintf(out, " id=\"%s-output-%zu\"", id, i);
        put_row(out, &f->scan.frame[i], i, start_cs, &seen[i]);
        start_cs += gif_effective_delay_cs(f->scan.frame[i].delay_cs);
    }
}

static void put_loops(FILE *out, int64_t loops) {
    if (loops == 0)
        fputs("loops for ever", out);
    else if (loops > 0)
        fprintf(out, "plays %lld times more", (long long)loops);
    else
        fputs("plays once", out);
}

static void put_table(FILE *out, const struct line_file *f, const char *name, const char *id,
                      const struct seen *seen) {
    const struct gif_scan *s = &f->scan;
    fprintf(out, "<details><summary>%s: %zu frame%s, %.2f s, %u × %u pixels, %u colours, ", name,
            s->frames, s->frames == 1 ? "" : "s", (double)s->effective_duration_cs / 100, s->width,
            s->height, s->colors_union);
    put_loops(out, s->loops);
    fprintf(out,
            "</summary><div class=\"fp-scroll\" tabindex=\"0\" role=\"group\" "
            "aria-label=\"Frames of the %s\"><table><thead><tr>"
            "<th scope=\"col\">Frame</th><th scope=\"col\">Differs</th>"
            "<th scope=\"col\">Start, s</th><th scope=\"col\">Delay, 1/100 s</th>"
            "<th scope=\"col\">Shown for</th><th scope=\"col\">Disposal</th>"
            "<th scope=\"col\">Rectangle</th><th scope=\"col\">Colours</th></tr></thead><tbody>\n",
            id != NULL ? "output" : "source");
    put_rows(out, f, id, seen);
    fputs("</tbody></table></div>", out);
    if (s->frames > TABLE_ROWS_MOST)
        fprintf(out, "<p class=\"fp-note\">and %s%zu more</p>", f->cut ? "over " : "",
                s->frames - TABLE_ROWS_MOST);
    fputs("</details>\n", out);
}

/* Is a row of it marked with an asterisk? */
static bool is_marked(const struct line_file *f) {
    for (size_t i = 0; i < f->scan.frames && i < TABLE_ROWS_MOST; i++)
        if (gif_effective_delay_cs(f->scan.frame[i].delay_cs) != f->scan.frame[i].delay_cs)
            return true;
    return false;
}

void tables_write(FILE *out, const struct line *l, const char *id) {
    struct seen *source = see_all(l, true), *output = see_all(l, false);
    fputs("<div class=\"fp-tables\">\n", out);
    if (source != NULL && l->source.scan.frames > 0)
        put_table(out, &l->source, "Frames of the source", NULL, source);
    if (output != NULL && l->output.scan.frames > 0)
        put_table(out, &l->output, "Frames of the output", id, output);
    if (is_marked(&l->source) || is_marked(&l->output))
        fputs("<p class=\"fp-note\">* players show a delay of 0 or 1 as 10 hundredths of a "
              "second.</p>\n",
              out);
    fputs("</div>\n", out);
    free(source);
    free(output);
}
