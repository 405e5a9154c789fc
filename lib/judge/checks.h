/* What the files of the single checks share: the context, and one function per check.
 *
 * A check is a row of the table in judge.c and a file of its own. It fills *r (check and outcome
 * JUDGE_NOT_APPLICABLE are set) and must fail only for what it has seen. */
#ifndef GIFVET_JUDGE_CHECKS_H
#define GIFVET_JUDGE_CHECKS_H

#include "judge/film.h"
#include "judge/judge.h"

struct walk;

struct judge_context {
    const struct judge_case *c;
    struct gif_inks *inks;   /* of all files */
    const struct walk *walk; /* what the pictures' comparison found; NULL: none was made */
    const char *unwalked;    /* why none was made, or NULL: for lack of memory */
    int64_t deadline_us;     /* of c->now_us(), 0 = none */
    const struct gif_scan *output_scan;
    const struct gif_scan *source_scans; /* c->sources_used of them */
    struct judge_film output;
    struct judge_film source;   /* all sources, one behind the other */
    struct judge_film expected; /* what the request makes of the source */
    /* The same two on delays as they are stored, 0 and 1 not shown as 10: tools that merge frames
     * add up what is stored. */
    struct judge_film stored_output, stored_expected;
    bool source_damaged;
    size_t source_whole; /* frames of the source before its first damaged one */
    bool source_broken;  /* its container breaks off: more may follow than was read */
};

/* Fills *x from scans that stay the caller's; false without memory. Close it in either case. */
bool judge_context_open(struct judge_context *x, const struct judge_case *c,
                        const struct gif_scan *output, const struct gif_scan *sources);
void judge_context_close(struct judge_context *x);

/* Is the time that judging may take used up? */
bool judge_is_late(const struct judge_context *x);

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
