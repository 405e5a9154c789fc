/* What an audit says: pair for pair, in their order, as they come, and a summary behind them. */
#ifndef GIFVET_AUDIT_REPORT_H
#define GIFVET_AUDIT_REPORT_H

#include "audit/outcome.h"
#include "audit/pairs.h"
#include "judge/judge.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct report_counts {
    size_t pairs; /* of all that there are; left of them when it was interrupted */
    size_t left;
    size_t passed, failed, not_judged, no_source, no_output;
    size_t by_check[JUDGE_CHECKS]; /* failures */
    size_t directories, links;     /* directories not readable, links to some not followed */
};

struct report {
    FILE *out;
    FILE *body; /* junit: its head says how many there are, so the pairs wait here */
    const char *sources, *outputs;
    struct report_counts counts;
    bool begun; /* something was said about a pair */
};

/* pair: line[0..n) is its record, newline included; o the same, read. */
struct report_format {
    const char *name;
    bool (*begin)(struct report *r); /* false, with errno, when it cannot begin */
    void (*pair)(struct report *r, const struct pair *p, const struct outcome *o, const char *line,
                 size_t n);
    bool (*end)(struct report *r); /* false, with errno, when not all could be written */
};

extern const struct report_format report_text, report_json, report_csv, report_junit;

/* "passed", "FAILED", "no source", "no output", else "not judged". */
const char *report_word(const struct pair *p, const struct outcome *o);

/* What is wrong with the pair in one line, for those that did not pass: messages of the checks,
 * each behind the check's name, separated by "; ", or the reason. It is written escaped, as
 * terminal_print() does. */
void report_why(FILE *out, const struct outcome *o);

#endif
