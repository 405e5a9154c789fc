/* What a run left on record, and whether it is true. */
#ifndef GIFVET_TESTS_FAULT_RECORDS_H
#define GIFVET_TESTS_FAULT_RECORDS_H

#include "tests/fault/stage.h"

#define RECORDS_MAX 16
#define RECORDS_NOTHING (-2)

struct records_verdict {
    char path[PATH_MAX]; /* the output's */
    int passed;          /* 1, 0, -1: null */
};

struct records {
    struct records_verdict verdicts[RECORDS_MAX];
    size_t used;     /* verdicts */
    size_t others;   /* control arm, mistakes of the configuration */
    int otherwise;   /* what is true of outputs without a verdict; RECORDS_NOTHING */
    bool enforced;   /* an output whose source is known met mode enforce */
    bool torn;       /* the log ends inside a line */
    char wrong[512]; /* a line that no reader should meet; "" = none */
};

/* Every line of every log in the stage's state directory, and what went to its syslog. */
struct records records_of(const struct stage *s);

/* What is untrue in these, held against the records of a run without a fault, into why: a verdict
 * the other way round, two about one output, a line that is none. False when all is well. */
bool records_lie(const struct records *r, const struct records *truth, char *why, size_t size);

#endif
