#include "audit/report.h"

#include "command/terminal.h"

#include <stdint.h>

const char *report_word(const struct pair *p, const struct outcome *o) {
    if (p->kind == PAIR_NO_SOURCE)
        return "no source";
    if (p->kind == PAIR_NO_OUTPUT)
        return "no output";
    return o->passed > 0 ? "passed" : o->passed == 0 ? "FAILED" : "not judged";
}

void report_why(FILE *out, const struct outcome *o) {
    const char *check, *message;
    terminal_print(out, o->reason, SIZE_MAX);
    for (size_t i = 0; outcome_failure(o, i, &check, &message); i++) {
        fputs(i > 0 ? "; " : "", out);
        terminal_print(out, check, SIZE_MAX);
        fputs(": ", out);
        terminal_print(out, message, SIZE_MAX);
    }
}
