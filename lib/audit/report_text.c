/* For people: what did not pass, and a table. */
#include "audit/report.h"

#include "command/style.h"
#include "command/terminal.h"
#include "operate/amount.h"

#include <stdint.h>
#include <string.h>

static bool begin(struct report *r) {
    (void)r;
    return true;
}

static void print_failures(FILE *out, const struct outcome *o) {
    const char *check, *message;
    for (size_t i = 0; outcome_failure(o, i, &check, &message); i++) {
        fputs("    ", out);
        terminal_print(out, check, SIZE_MAX);
        fputs(": ", out);
        terminal_print(out, message, SIZE_MAX);
        fputc('\n', out);
    }
}

static void print_pair(struct report *r, const struct pair *p, const struct outcome *o,
                       const char *line, size_t n) {
    const char *word = report_word(p, o);
    (void)line;
    (void)n;
    if (o->passed > 0)
        return;
    r->begun = true;
    style_print(r->out, o->passed == 0 ? STYLE_BAD : STYLE_DOUBTFUL, word);
    fprintf(r->out, "%*s  ", (int)(strlen("not judged") - strlen(word)), "");
    terminal_print(r->out, p->output, SIZE_MAX);
    if (p->source != NULL && strcmp(p->source, p->output) != 0) {
        fputs(" from ", r->out);
        terminal_print(r->out, p->source, SIZE_MAX);
    }
    if (o->reason[0] != '\0' && p->kind != PAIR_NO_SOURCE && p->kind != PAIR_NO_OUTPUT) {
        fputs(": ", r->out);
        terminal_print(r->out, o->reason, SIZE_MAX);
    }
    fputc('\n', r->out);
    print_failures(r->out, o);
}

static void row(FILE *out, const char *name, size_t count) {
    char amount[AMOUNT_SIZE];
    fprintf(out, "%-26s %9s\n", name, amount_count(amount, (double)count));
}

static void row_if(FILE *out, const char *name, size_t count) {
    if (count > 0)
        row(out, name, count);
}

static bool end(struct report *r) {
    const struct report_counts *c = &r->counts;
    char name[64];
    if (r->begun)
        fputc('\n', r->out);
    row(r->out, "passed", c->passed);
    row(r->out, "failed", c->failed);
    for (size_t i = 0; i < JUDGE_CHECKS; i++) {
        snprintf(name, sizeof name, "  %s", judge_check_name((enum judge_check)i));
        row_if(r->out, name, c->by_check[i]);
    }
    row_if(r->out, "not judged", c->not_judged);
    row_if(r->out, "outputs without a source", c->no_source);
    row_if(r->out, "sources without an output", c->no_output);
    row_if(r->out, "directories not readable", c->directories);
    row_if(r->out, "links not followed", c->links);
    row_if(r->out, "left, interrupted", c->left);
    return true;
}

const struct report_format report_text = {"text", begin, print_pair, end};
