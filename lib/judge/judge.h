/* Is this output what its source and the request say it should be? One verdict over a pair.
 *
 * Pure: no files, no globals, no clock but the time budget. The shim and the gifvet command call
 * the same function, so they always agree. */
#ifndef GIFVET_JUDGE_JUDGE_H
#define GIFVET_JUDGE_JUDGE_H

#include "gif/scan.h"
#include "judge/limits.h"
#include "request/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum judge_check {
    JUDGE_FILE_INTEGRITY,
    JUDGE_FRAME_COUNT,
    JUDGE_COLOR_COUNT,
    JUDGE_TIMING_PRESERVATION,
    JUDGE_LOOP_COUNT,
    JUDGE_GEOMETRY,
    JUDGE_QUALITY_DEGRADATION,
    JUDGE_CHECKS /* how many there are */
};

enum judge_outcome { JUDGE_PASS, JUDGE_FAIL, JUDGE_NOT_APPLICABLE, JUDGE_UNKNOWN };

/* A figure in a verdict. decimals: digits after the point for JUDGE_REAL. */
struct judge_value {
    enum { JUDGE_NOTHING, JUDGE_INTEGER, JUDGE_REAL, JUDGE_TEXT } kind;
    int decimals;
    int64_t integer;
    double real;
    char text[64];
};

struct judge_detail {
    const char *key; /* a literal; carries its unit ("drift_ms") */
    struct judge_value value;
    struct judge_value limit; /* what it is held against; JUDGE_NOTHING = a figure alone */
};

#define JUDGE_DETAILS_MAX 28

struct judge_result {
    enum judge_check check;
    enum judge_outcome outcome;
    struct judge_value expected, actual;
    char message[320]; /* why it failed, or is not applicable or unknown, in plain words naming the
                          numbers; a note on a pass ("12 bytes after the trailer"); else empty */
    struct judge_detail details[JUDGE_DETAILS_MAX];
    size_t details_used;
    int64_t took_us;
};

enum judge_status {
    JUDGE_PASSED,
    JUDGE_FAILED,    /* at least one check failed */
    JUDGE_SKIPPED,   /* too large, or over the memory cap: nothing is said about the output */
    JUDGE_TIMED_OUT, /* the budget was used up and no check had failed before */
    JUDGE_FAULTED,   /* the judge itself failed; set by who called it, never by judge_run() */
};

/* What the record says about a file. colors is the union over all frames. */
struct judge_facts {
    bool known;
    uint64_t bytes;
    uint32_t width, height;
    uint64_t frames;
    uint64_t duration_ms; /* effective */
    int64_t loops;        /* as struct gif_scan */
    uint32_t colors;
    bool damaged;
};

struct judge_gif {
    const uint8_t *bytes;
    size_t used;
};

#define JUDGE_SOURCES_MAX 64

struct judge_case {
    struct judge_gif output;
    const struct judge_gif *sources; /* in the order in which the request names them */
    size_t sources_used;             /* 0: the output is judged alone; more than one: merged */
    const struct request *request;
    const struct judge_limits *limits;
    const char *unseen;      /* why the pictures are not to be compared this time; NULL: they are */
    size_t memory_bytes;     /* what the reading of one file may allocate */
    int64_t (*now_us)(void); /* a monotonic clock, microseconds */
};

/* A pair of pictures that differ, by the frames that show them. */
struct judge_instant {
    uint32_t output_frame, source_frame;
    double mse; /* mean squared error, 0 to 65025 */
};

#define JUDGE_WORST_MAX 4

struct judge_verdict {
    enum judge_status status;
    char reason[160];                          /* for all but passed and failed: why; else empty */
    struct judge_result results[JUDGE_CHECKS]; /* one per check, in the enum's order */
    size_t results_used;
    struct judge_facts output;
    struct judge_facts sources[JUDGE_SOURCES_MAX];
    size_t sources_used;
    bool source_damaged;
    struct judge_instant worst[JUDGE_WORST_MAX]; /* the largest error first */
    size_t worst_used;
    int64_t took_us;
};

/* Judges one case into *v (some 30 KB: not for a small stack). Allocates with malloc() and frees
 * all of it. A check that cannot be carried out is not applicable or unknown, never a failure. */
void judge_run(const struct judge_case *c, struct judge_verdict *v);

/* "file_integrity", … and "pass", "fail", "not_applicable", "unknown". */
const char *judge_check_name(enum judge_check c);
const char *judge_outcome_name(enum judge_outcome o);

/* What is recorded as validation_passed: 1 passed, 0 failed, -1 could not tell (null). */
int judge_passed(const struct judge_verdict *v);

/* For the files of single checks. */
struct judge_value judge_integer(int64_t n);
struct judge_value judge_real(double x, int decimals);
struct judge_value judge_text(const char *s);
void judge_detail_add(struct judge_result *r, const char *key, struct judge_value value);
void judge_detail_bound(struct judge_result *r, const char *key, struct judge_value value,
                        struct judge_value limit);

/* The built-in defaults of limits.h. */
struct judge_limits judge_limits_default(void);

#endif
