/* loop_count: loops as before, unless asked otherwise. No extension plays once, 0 for ever. */
#include "judge/checks.h"
#include "text/text.h"

static struct judge_value shown(int64_t loops) {
    return loops < 0    ? judge_text("once")
           : loops == 0 ? judge_text("for ever")
                        : judge_integer(loops);
}

static const char *words(int64_t loops, char *buffer, size_t size) {
    if (loops < 0)
        return "once (no loop extension)";
    return loops == 0 ? "for ever"
                      : text_print(buffer, size, "with a loop count of %lld", (long long)loops);
}

void judge_loop_count(const struct judge_context *x, struct judge_result *r) {
    const struct request_loops *asked = &x->c->request->loops;
    int64_t wanted = asked->ask == REQUEST_ASKED ? asked->count : x->source_scans[0].loops;
    int64_t have = x->output_scan->loops;
    if (asked->ask == REQUEST_UNCLEAR) {
        judge_not_applicable(r, "the request changes loops in a way that is not known");
        return;
    }
    /* Tools leave the extension out of what does not move. */
    if (x->output.used <= 1 || x->source.changes <= 1) {
        judge_not_applicable(r, "a single picture does not loop");
        return;
    }
    for (size_t i = 1; i < x->c->sources_used; i++)
        if (asked->ask == REQUEST_NOT_ASKED && x->source_scans[i].loops != wanted) {
            judge_not_applicable(r, "the merged sources loop differently");
            return;
        }
    char a[40], b[40];
    r->expected = shown(wanted);
    r->actual = shown(have);
    judge_pass(r);
    if (have != wanted)
        judge_fail(r, "plays %s; %s %s", words(have, a, sizeof a),
                   asked->ask == REQUEST_ASKED ? "asked for was" : "the source plays",
                   words(wanted, b, sizeof b));
}
