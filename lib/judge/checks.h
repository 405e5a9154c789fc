/* What the files of the single checks share: the context, and one function per check.
 *
 * A check is a row of the table in judge.c and a file of its own. It fills *r (check and outcome
 * JUDGE_NOT_APPLICABLE are set) and must fail only for what it has seen. */
#ifndef GIFVET_JUDGE_CHECKS_H
#define GIFVET_JUDGE_CHECKS_H

#include "judge/film.h"
#include "judge/judge.h"

struct judge_context {
    const struct judge_case *c;
    const struct gif_scan *output_scan;
    const struct gif_scan *source_scans; /* c->sources_used of them */
    struct judge_film output;
    struct judge_film source;   /* all sources, one behind the other */
    struct judge_film expected; /* what the request makes of the source */
    int64_t deadline_us;        /* of c->now_us(), 0 = none */
};

void judge_file_integrity(const struct judge_context *x, struct judge_result *r);
void judge_frame_count(const struct judge_context *x, struct judge_result *r);
void judge_color_count(const struct judge_context *x, struct judge_result *r);
void judge_timing(const struct judge_context *x, struct judge_result *r);
void judge_loop_count(const struct judge_context *x, struct judge_result *r);
void judge_geometry(const struct judge_context *x, struct judge_result *r);
void judge_quality(const struct judge_context *x, struct judge_result *r);

/* Set the outcome and the message at once. */
void judge_pass(struct judge_result *r);
void judge_note(struct judge_result *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void judge_fail(struct judge_result *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void judge_not_applicable(struct judge_result *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
