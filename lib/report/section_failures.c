/* Each failure, the newest first, together where they share a cause. What of all of them would
 * choke a browser is shown of the newest alone, and said.
 *
 * Rooms: details and their pictures · rows · one cause · all of them */
#include "report/sections.h"

#include "operate/amount.h"
#include "report/detail.h"
#include "report/html.h"
#include "report/words.h"
#include "sys/sys.h"

#include <stdlib.h>
#include <string.h>

#define DETAILS_MOST 400
#define PICTURES_MOST 100
#define PICTURES_US INT64_C(8000000) /* of all together: each may take seconds */

/* ---- details and their pictures ---- */

struct detail {
    const struct cause *of;
    const struct failure_line *line;
    char *pictures;
    size_t pictures_used;
};

struct failures {
    const struct report *r;
    struct detail details[CAUSES_MOST * CAUSE_LINES]; /* the newest first */
    size_t details_used;
    uint64_t dropped; /* whose pictures found no room */
    size_t undrawn;   /* for want of time */
    size_t *next_row; /* of each row the next of its cause, rows_used: none */
    size_t first_row[CAUSES_MOST];
};

static int newest(const void *x, const void *y) {
    const struct detail *a = x, *b = y;
    if (a->line->time_us != b->line->time_us)
        return a->line->time_us > b->line->time_us ? -1 : 1;
    return a->line->key > b->line->key ? -1 : a->line->key < b->line->key;
}

static void draw(struct detail *d, size_t number, struct failure_pictures_budget *budget) {
    json_t *record = json_loadb(d->line->at, d->line->n, JSON_ALLOW_NUL, NULL);
    const char *bundle = detail_bundle(record);
    char id[32];
    snprintf(id, sizeof id, "f%zu", number);
    FILE *out = bundle != NULL ? open_memstream(&d->pictures, &d->pictures_used) : NULL;
    if (out != NULL) {
        bool is_drawn = failure_pictures(out, bundle, id, budget);
        if (fclose(out) != 0 || !is_drawn) {
            free(d->pictures);
            d->pictures = NULL;
        }
    }
    json_decref(record);
}

/* Pictures are the newest failures', whatever cause they are of. */
static void find_details(struct failures *f) {
    const struct causes *c = &f->r->data->causes;
    struct failure_pictures_budget budget = {.left_bytes = f->r->picture_bytes};
    for (size_t i = 0; i < CAUSES_MOST; i++)
        for (size_t k = 0; k < c->at[i].lines_used; k++)
            f->details[f->details_used++] = (struct detail){&c->at[i], &c->at[i].lines[k], NULL, 0};
    qsort(f->details, f->details_used, sizeof *f->details, newest);
    if (f->details_used > DETAILS_MOST)
        f->details_used = DETAILS_MOST;
    const int64_t deadline_us = sys_now_us() + PICTURES_US;
    size_t most = f->details_used < PICTURES_MOST ? f->details_used : PICTURES_MOST, i = 0;
    for (; i < most && sys_now_us() < deadline_us; i++)
        draw(&f->details[i], i, &budget);
    f->undrawn = most - i;
    f->dropped = budget.dropped;
}

static void write_details(FILE *out, const struct failures *f, const struct cause *of) {
    for (size_t i = 0; i < f->details_used; i++) {
        const struct detail *d = &f->details[i];
        if (d->of != of)
            continue;
        json_t *record = json_loadb(d->line->at, d->line->n, JSON_ALLOW_NUL, NULL);
        detail_write(out, record, d->line->time_us, d->pictures, d->pictures_used);
        json_decref(record);
    }
}

/* ---- rows ---- */

static size_t cause_of(const struct causes *c, uint64_t hash) {
    size_t i = 0;
    while (i < c->used && c->at[i].hash != hash)
        i++;
    return i < c->used ? i : CAUSES_MOST - 1;
}

/* Each cause's rows as a list, in order. */
static bool sort_rows(struct failures *f) {
    const struct causes *c = &f->r->data->causes;
    f->next_row = calloc(c->rows_used + 1, sizeof *f->next_row);
    if (f->next_row == NULL)
        return false;
    for (size_t i = 0; i < CAUSES_MOST; i++)
        f->first_row[i] = c->rows_used;
    for (size_t i = c->rows_used; i-- > 0;) {
        size_t k = cause_of(c, c->rows[i].cause);
        f->next_row[i] = f->first_row[k];
        f->first_row[k] = i;
    }
    return true;
}

static void write_row(FILE *out, const struct failure_row *row) {
    fprintf(out, "<tr><td>");
    words_time(out, row->time_us, false);
    fprintf(out, "</td><td>");
    html_text(out, row->program);
    fprintf(out, "</td><td>");
    html_text(out, row->output);
    fprintf(out, "</td><td>");
    html_text(out, row->words);
    fprintf(out, "</td><td>");
    html_text(out, row->id);
    fprintf(out, "</td></tr>\n");
}

static bool has_details(const struct failures *f, const struct failure_row *row) {
    const struct failure_line line = {.time_us = row->time_us, .key = row->key};
    const struct detail wanted = {.line = &line};
    return bsearch(&wanted, f->details, f->details_used, sizeof *f->details, newest) != NULL;
}

/* The first of the cause's rows from this one on that has no details. */
static size_t next_bare(const struct failures *f, size_t row) {
    const struct causes *c = &f->r->data->causes;
    while (row < c->rows_used && has_details(f, &c->rows[row]))
        row = f->next_row[row];
    return row;
}

static void write_rows(FILE *out, const struct failures *f, size_t cause) {
    const struct causes *c = &f->r->data->causes;
    size_t row = next_bare(f, f->first_row[cause]);
    if (row == c->rows_used)
        return;
    fprintf(out,
            "<details class=\"quiet rest\"><summary>Earlier ones</summary><div "
            "class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Earlier ones\"><table "
            "class=\"figures rows\"><thead><tr><th scope=\"col\">Time</th><th "
            "scope=\"col\">Program</th><th scope=\"col\">Output</th><th "
            "scope=\"col\">Message</th><th scope=\"col\">Record</th></tr></thead><tbody>\n");
    for (; row < c->rows_used; row = next_bare(f, f->next_row[row]))
        write_row(out, &c->rows[row]);
    fprintf(out, "</tbody></table></div></details>\n");
}

/* ---- one cause ---- */

static void write_cause_head(FILE *out, const struct cause *of) {
    char count[AMOUNT_SIZE];
    fprintf(out, "<summary><h3><span class=\"count\">%s</span> <span class=\"what\">",
            amount_count(count, (double)of->count));
    if (of->message != NULL && of->message[0] != '\0')
        html_text(out, of->message);
    else
        fprintf(out, of->message != NULL ? "no message" : "other causes");
    fprintf(out, "</span></h3><p>");
    html_text(out, of->checks);
    fprintf(out, " <span>newest ");
    words_time(out, of->last_us, false);
    fprintf(out, "</span></p></summary>");
}

static void write_cause(FILE *out, const struct failures *f, size_t i, bool is_open) {
    const struct cause *of = &f->r->data->causes.at[i];
    fprintf(out, "<details class=\"cause\"%s>", is_open ? " open" : "");
    write_cause_head(out, of);
    fprintf(out, "<div class=\"body\">\n");
    write_details(out, f, of);
    write_rows(out, f, i);
    fprintf(out, "</div></details>\n");
}

/* ---- all of them ---- */

static void write_left_out(FILE *out, const struct failures *f) {
    const struct causes *c = &f->r->data->causes;
    char megabytes[AMOUNT_SIZE];
    if (c->failed > c->rows_used) {
        fprintf(out, "<p class=\"note\">The oldest ");
        words_number_of(out, c->failed - c->rows_used, "failure");
        fprintf(out, " are counted and not listed: <code>gifvet log --failed</code> prints them."
                     "</p>\n");
    }
    if (f->details_used > PICTURES_MOST)
        fprintf(out,
                "<p class=\"note\">Pictures, where evidence was kept, are of the newest %d.</p>\n",
                PICTURES_MOST);
    if (f->undrawn > 0) {
        fprintf(out, "<p class=\"note\">Pictures of the oldest ");
        words_number_of(out, f->undrawn, "failure");
        fprintf(out, " of these were not drawn: all together may take %d seconds.</p>\n",
                (int)(PICTURES_US / 1000000));
    }
    if (f->dropped > 0) {
        fprintf(out, "<p class=\"note\" id=\"dropped\">Pictures of ");
        words_number_of(out, f->dropped, "failure");
        fprintf(out, " found no room in %s (--max-mb): the oldest ones'.</p>\n",
                amount_bytes(megabytes, (double)f->r->picture_bytes));
    }
}

static void write_all(FILE *out, const struct failures *f) {
    const struct causes *c = &f->r->data->causes;
    fprintf(out, "<p class=\"note\">");
    words_number_of(out, c->failed, "failure");
    fprintf(out, " of ");
    words_number_of(out, c->used + (c->at[CAUSES_MOST - 1].count > 0), "cause");
    fprintf(out, ", the newest first. Numbers in the words of a cause are left out.</p>\n");
    write_left_out(out, f);
    for (size_t i = 0; i < CAUSES_MOST; i++)
        if (c->at[i].count > 0)
            write_cause(out, f, i, i == 0);
}

void section_failures(FILE *out, const struct report *r) {
    static struct failures f;
    f = (struct failures){.r = r};
    fprintf(out, "<section aria-labelledby=\"h-failures\"><h2 id=\"h-failures\">Failures</h2>\n");
    if (r->data->causes.failed == 0) {
        fprintf(out, "<p class=\"none\">No failure is on record.</p>\n");
    } else if (sort_rows(&f)) {
        find_details(&f);
        write_all(out, &f);
    } else {
        fprintf(out, "<p class=\"none\">There was no memory to list them.</p>\n");
    }
    for (size_t i = 0; i < f.details_used; i++)
        free(f.details[i].pictures);
    free(f.next_row);
    fprintf(out, "</section>\n");
}
