/* Rooms: policy · head and foot · the page */
#include "report/page.h"

#include "evidence/sha256.h"
#include "report/failure.h"
#include "report/html.h"
#include "report/sections.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>

/* ---- policy ---- */

static unsigned digit(char c) {
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* The hash of what stands in an element, as a policy names it. */
static void write_hash(FILE *out, const char *a, const char *b) {
    char hex[SHA256_SIZE], *both = malloc(strlen(a) + strlen(b) + 1);
    uint8_t bytes[(SHA256_SIZE - 1) / 2];
    if (both == NULL)
        return;
    size_t n = (size_t)(stpcpy(stpcpy(both, a), b) - both);
    sha256(both, n, hex);
    free(both);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
    fprintf(out, " 'sha256-");
    html_base64(out, bytes, sizeof bytes);
    fprintf(out, "'");
}

static void write_policy(FILE *out) {
    fprintf(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                 "img-src data:; style-src");
    write_hash(out, page_css, failure_css);
    fprintf(out, "; script-src");
    write_hash(out, page_js, failure_js);
    fprintf(out, "; base-uri 'none'; form-action 'none'\">\n");
}

/* ---- head and foot ---- */

static void write_head(FILE *out, const struct report *r) {
    fprintf(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    write_policy(out);
    fprintf(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                 "<meta name=\"color-scheme\" content=\"light dark\">\n"
                 "<meta name=\"referrer\" content=\"no-referrer\">\n<title>gifvet report, ");
    html_text(out, r->host);
    fprintf(out, "</title>\n<style>%s%s</style>\n</head>\n<body>\n", page_css, failure_css);
}

static void write_records(FILE *out, const struct report *r) {
    const struct log_read_counts *c = &r->data->found.counts;
    if (r->data->last_us == 0) {
        fprintf(out, "No records");
    } else {
        words_number_of(out, c->records, "record");
        fprintf(out, ", ");
        words_time(out, r->data->first_us, false);
        fprintf(out, " to ");
        words_time(out, r->data->last_us, false);
    }
}

static void write_banner(FILE *out, const struct report *r) {
    char zone[WORDS_SIZE];
    fprintf(out, "<a class=\"skip\" href=\"#h-failures\">Skip to the failures</a>\n<header><h1>"
                 "gifvet report <span>");
    html_text(out, r->host);
    fprintf(out, "</span></h1>\n<p>");
    write_records(out, r);
    fprintf(out, ". Made ");
    words_time(out, r->wall_us, true);
    fprintf(out, "; times are of the zone ");
    html_text(out, words_zone(zone, r->wall_us));
    fprintf(out, ".</p>\n");
    if (r->is_incomplete)
        fprintf(out, "<p class=\"warning\" id=\"incomplete\">Not all logs could be read in full: "
                     "what the command said when it made this page tells which.</p>\n");
    fprintf(out, "</header>\n");
}

static void write_foot(FILE *out) {
    fprintf(out,
            "<footer><p>gifvet " GIFVET_VERSION ". Percentiles are within 3.2 %%. Success is "
            "of what passed or failed. Times in the names of groups are "
            "UTC.</p></footer>\n<script>%s%s</script>\n</body>\n</html>\n",
            page_js, failure_js);
}

/* ---- the page ---- */

void page_write(FILE *out, const struct report *r) {
    write_head(out, r);
    write_banner(out, r);
    fprintf(out, "<main>\n");
    section_head(out, r);
    section_activity(out, r);
    section_failing(out, r);
    section_findings(out, r);
    section_failures(out, r);
    section_arms(out, r);
    fprintf(out, "</main>\n");
    write_foot(out);
}
