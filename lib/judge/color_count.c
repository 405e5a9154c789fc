/* color_count: no more colours than asked for, counted from the pixels used. */
#include "judge/checks.h"

static uint32_t counted(const struct gif_scan *scans, size_t used, enum request_counting counting) {
    uint32_t most = 0;
    for (size_t i = 0; i < used; i++) {
        uint32_t n =
            counting == REQUEST_COUNT_UNION ? scans[i].colors_union : scans[i].colors_largest_frame;
        if (n > most)
            most = n;
    }
    return most;
}

void judge_color_count(const struct judge_context *x, struct judge_result *r) {
    const struct request_colors *asked = &x->c->request->colors;
    const struct judge_limits *limits = x->c->limits;
    if (asked->ask != REQUEST_ASKED) {
        judge_not_applicable(r, asked->ask == REQUEST_UNCLEAR
                                    ? "the request changes colours in a way that is not known"
                                    : "no number of colours was asked for");
        return;
    }
    uint32_t have = counted(x->output_scan, 1, asked->counting);
    uint32_t had = counted(x->source_scans, x->c->sources_used, asked->counting);
    int64_t most = asked->max + limits->color_count_tolerance;
    const char *where = asked->counting == REQUEST_COUNT_UNION ? "all frames" : "one frame";
    r->expected = judge_integer(asked->max);
    r->actual = judge_integer(have);
    judge_detail_bound(r, "colors", judge_integer(have), judge_integer(most));
    judge_detail_add(r, "source_colors", judge_integer(had));
    judge_detail_add(r, "counted_over", judge_text(where));
    judge_pass(r);
    if ((int64_t)have > most)
        judge_fail(r, "%u colours in %s, %lld were asked for (tolerance %lld); the source has %u",
                   have, where, (long long)asked->max, (long long)limits->color_count_tolerance,
                   had);
    else if ((int64_t)have > asked->max && (int64_t)had > most &&
             (double)have > (double)had * (1 - limits->min_color_reduction_percent))
        judge_fail(r, "%u colours in %s, hardly fewer than the source's %u; %lld were asked for",
                   have, where, had, (long long)asked->max);
}
