/* JUnit's XML, as continuous integration reads it: a test case for each output. */
#include "audit/report.h"

#include "report/html.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool begin(struct report *r) {
    r->body = tmpfile();
    return r->body != NULL;
}

/* U+FFFE and U+FFFF are UTF-8, but may not stand in XML. */
static const char *forbidden(const char *s) {
    for (s = strstr(s, "\xEF\xBF"); s != NULL; s = strstr(s + 1, "\xEF\xBF"))
        if ((unsigned char)s[2] >= 0xBE)
            return s;
    return NULL;
}

static void put(FILE *out, const char *s) {
    for (const char *bad; (bad = forbidden(s)) != NULL; s = bad + 3) {
        html_text_n(out, s, (size_t)(bad - s));
        fprintf(out, "\\uff%02x", (unsigned)(unsigned char)bad[2] + 0x40);
    }
    html_text(out, s);
}

/* Escaped for the terminal first: so it has no line feed, and what is left for put() is markup. */
static void put_why(FILE *out, const struct outcome *o) {
    char *why = NULL;
    size_t size;
    FILE *f = open_memstream(&why, &size);
    if (f == NULL)
        return;
    report_why(f, o);
    fclose(f);
    put(out, why);
    free(why);
}

static void print_pair(struct report *r, const struct pair *p, const struct outcome *o,
                       const char *line, size_t n) {
    FILE *out = r->body;
    (void)line;
    (void)n;
    fputs("    <testcase classname=\"gifvet.check\" name=\"", out);
    put(out, p->output);
    fprintf(out, "\" time=\"%.6f\"", (double)o->took_us / 1e6);
    if (o->passed > 0) {
        fputs("/>\n", out);
        return;
    }
    const char *element = o->passed == 0 ? "failure" : "error";
    fprintf(out, ">\n      <%s type=\"%s\" message=\"", element, report_word(p, o));
    put_why(out, o);
    fprintf(out, "\"/>\n    </testcase>\n");
}

static void put_counts(FILE *out, const struct report_counts *c) {
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", c->pairs - c->left, c->failed,
            c->not_judged + c->no_source + c->no_output);
}

static bool end(struct report *r) {
    char buffer[65536];
    size_t n;
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", r->out);
    put_counts(r->out, &r->counts);
    fputs(">\n  <testsuite name=\"", r->out);
    put(r->out, r->outputs);
    fputc('"', r->out);
    put_counts(r->out, &r->counts);
    fputs(" skipped=\"0\">\n", r->out);
    bool whole = fflush(r->body) == 0 && fseek(r->body, 0, SEEK_SET) == 0;
    while (whole && (n = fread(buffer, 1, sizeof buffer, r->body)) > 0)
        fwrite(buffer, 1, n, r->out);
    fputs("  </testsuite>\n</testsuites>\n", r->out);
    whole = whole && !ferror(r->body);
    fclose(r->body);
    return whole;
}

const struct report_format report_junit = {"junit", begin, print_pair, end};
