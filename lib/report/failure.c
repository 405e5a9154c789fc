/* Rooms: the bundle · the parts · the budget */
#include "report/failure.h"

#include "command/bundle.h"
#include "evidence/bundle.h"
#include "report/failure_film.h"
#include "report/failure_line.h"
#include "report/failure_player.h"
#include "report/failure_strip.h"
#include "report/failure_tables.h"
#include "report/failure_worst.h"
#include "report/html.h"
#include "sys/sys.h"

#include <stdlib.h>
#include <unistd.h>

/* Of all files of a bundle together, and of reading each of the two animations: bytes. */
#define BUNDLE_MOST ((size_t)48 << 20)
#define GIF_MEMORY ((size_t)24 << 20)
#define TIME_US ((int64_t)2000000)

/* No part is smaller. */
#define PART_LEAST 2048

/* ---- the bundle ---- */

struct part {
    const char *id;
    struct kept kept;
    struct conf then;
    struct request request;
    const char **argv;
    struct line line;
    size_t chosen[FILM_MOST];
    size_t used;
};

static bool open_part(struct part *p, const char *directory) {
    struct error e = {0};
    if (kept_read_within(&p->kept, directory, BUNDLE_MOST, &e) != 0)
        return false;
    kept_conf(&p->kept, &p->then, NULL, NULL);
    if (kept_request(&p->kept, &p->then, &p->request, &p->argv, &e) != 0)
        return false;
    const struct judge_case c = {.output = p->kept.output,
                                 .sources = p->kept.sources,
                                 .sources_used = p->kept.sources_used,
                                 .request = &p->request,
                                 .limits = &p->then.limits,
                                 .now_us = sys_now_us};
    const struct gif_budget budget = {
        .now_us = sys_now_us, .deadline_us = sys_now_us() + TIME_US, .memory_bytes = GIF_MEMORY};
    if (!line_open(&p->line, &c, &budget))
        return false;
    p->used = player_choose(&p->line, p->chosen);
    return true;
}

static void close_part(struct part *p) {
    line_close(&p->line);
    request_free(&p->request);
    free(p->argv);
    kept_free(&p->kept);
}

/* ---- the parts ---- */

static void put_state(FILE *out, const struct line_file *f, const char *name) {
    char words[200];
    struct text t = text_over(words, sizeof words);
    if (f->outcome == GIF_SCAN_DONE && f->scan.faults == 0)
        return;
    if (f->scan.faults > 0)
        gif_fault_describe(&f->scan.fault, &t);
    else
        text_add(&t, "not read to its end: it takes more %s than a report has",
                 f->outcome == GIF_SCAN_TIMEOUT ? "time" : "memory");
    fprintf(out, "<p class=\"fp-fault\"><strong>%s:</strong> ", name);
    html_text(out, words);
    if (f->scan.faults > 1)
        fprintf(out, " (and %zu faults more)", f->scan.faults - 1);
    fputs("</p>\n", out);
}

static void put_head(FILE *out, const struct part *p) {
    fprintf(out, "<div class=\"failure-pictures\" id=\"%s\">\n", p->id);
    put_state(out, &p->line.source, "Source");
    put_state(out, &p->line.output, "Output");
    if (p->kept.sources_used > 1)
        fprintf(out, "<p class=\"fp-note\">The first of %zu sources is shown.</p>\n",
                p->kept.sources_used);
    if (p->line.uncompared == NULL && p->line.unmeasured > 0)
        fprintf(out,
                "<p class=\"fp-note\">%zu of %zu instants could not be compared in time.</p>\n",
                p->line.unmeasured, p->line.used);
}

static void put_still(FILE *out, const struct part *p, const char *why) {
    strip_write(out, &p->line, p->id, p->chosen, p->used);
    fprintf(out, "<p class=\"fp-note\">The animations are not shown: %s.</p>\n", why);
}

/* Writes what of the part is asked for to memory: free() it; NULL without memory. */
static char *make(struct part *p, bool animated, size_t *used) {
    char *at = NULL;
    FILE *out = open_memstream(&at, used);
    if (out == NULL)
        return NULL;
    p->line.budget.deadline_us = sys_now_us() + TIME_US;
    put_head(out, p);
    if (!animated)
        put_still(out, p, "there is no room left for them on this page");
    else if (!player_write(out, &p->line, p->id, p->chosen, p->used))
        put_still(out, p, "they take more time, memory or room than a report has");
    if (!worst_write(out, &p->line, p->id))
        fputs("<p class=\"fp-note\">The worst instant could not be drawn.</p>\n", out);
    tables_write(out, &p->line, p->id);
    fputs("</div>\n", out);
    if (fclose(out) == 0)
        return at;
    free(at);
    return NULL;
}

/* ---- the budget ---- */

static bool is_there(const char *directory) {
    char path[PATH_MAX];
    struct text t = text_over(path, sizeof path);
    text_add(&t, "%s/%s", directory, BUNDLE_SUMS);
    return !t.cut && access(path, R_OK) == 0;
}

static bool drop(struct failure_pictures_budget *budget) {
    budget->left_bytes = 0;
    budget->dropped++;
    return false;
}

static bool put_part(FILE *out, struct part *p, struct failure_pictures_budget *budget) {
    size_t used = 0;
    char *made = make(p, true, &used);
    if (made != NULL && used > budget->left_bytes) {
        free(made);
        made = make(p, false, &used);
    }
    bool fits = made != NULL && used <= budget->left_bytes;
    if (fits) {
        fwrite(made, 1, used, out);
        budget->left_bytes -= used;
    }
    free(made);
    return fits || (made != NULL && drop(budget));
}

bool failure_pictures(FILE *out, const char *directory, const char *id,
                      struct failure_pictures_budget *budget) {
    if (!is_there(directory))
        return false;
    if (budget->left_bytes < PART_LEAST)
        return drop(budget);
    struct part *p = calloc(1, sizeof *p);
    if (p == NULL)
        return false;
    p->id = id;
    p->request = request_none();
    bool written = open_part(p, directory) && put_part(out, p, budget);
    close_part(p);
    free(p);
    return written;
}
