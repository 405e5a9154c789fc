/* RFC 4180: lines end with CR LF, every text is in quotation marks. */
#include "audit/report.h"

#include "command/terminal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool begin(struct report *r) {
    fputs("output,source,result,status,failed_checks,message,output_bytes,source_bytes,"
          "validation_us\r\n",
          r->out);
    return true;
}

/* Spreadsheets take what begins with one of these for a formula, quoted or not: an apostrophe in
 * front makes it a text. */
static bool is_formula(char c) {
    return c != '\0' && strchr("=+-@\t\r", c) != NULL;
}

/* s with what steers a terminal escaped, so that a line of the file is a row; to be freed. */
static char *plain(const char *s) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    terminal_print(out, s, SIZE_MAX);
    fclose(out);
    return text;
}

static void put(FILE *out, const char *s) {
    putc('"', out);
    if (is_formula(s[0]))
        putc('\'', out);
    for (; s[0] != '\0'; s++) {
        if (s[0] == '"')
            putc('"', out);
        putc(s[0], out);
    }
    putc('"', out);
}

static void put_name(FILE *out, const char *name) {
    char *s = name != NULL ? plain(name) : NULL;
    put(out, s != NULL ? s : "");
    putc(',', out);
    free(s);
}

static void put_checks(FILE *out, const struct outcome *o) {
    const char *check, *message;
    char *checks = NULL;
    size_t size;
    FILE *f = open_memstream(&checks, &size);
    for (size_t i = 0; f != NULL && outcome_failure(o, i, &check, &message); i++) {
        fputs(i > 0 ? " " : "", f);
        fputs(check, f);
    }
    if (f != NULL)
        fclose(f);
    put_name(out, checks != NULL ? checks : ""); /* of a file of --resume they may be anything */
    free(checks);
}

static void put_why(FILE *out, const struct outcome *o) {
    char *why = NULL;
    size_t size;
    FILE *f = open_memstream(&why, &size);
    if (f != NULL) {
        report_why(f, o);
        fclose(f);
    }
    put(out, why != NULL ? why : "");
    free(why);
}

static void print_pair(struct report *r, const struct pair *p, const struct outcome *o,
                       const char *line, size_t n) {
    (void)line;
    (void)n;
    put_name(r->out, p->output);
    put_name(r->out, p->source);
    fprintf(r->out, "%s,",
            o->passed > 0    ? "passed"
            : o->passed == 0 ? "failed"
                             : report_word(p, o));
    put_name(r->out, o->status);
    put_checks(r->out, o);
    put_why(r->out, o);
    fprintf(r->out, ",%lld,%lld,%lld\r\n", (long long)o->output_bytes, (long long)o->source_bytes,
            (long long)o->took_us);
}

static bool end(struct report *r) {
    (void)r;
    return true;
}

const struct report_format report_csv = {"csv", begin, print_pair, end};
