/* From a closed output and its sources to a verdict: the bytes are read, the judge is run under
 * guard. For visits. */
#ifndef GIFVET_SHIM_VERDICT_H
#define GIFVET_SHIM_VERDICT_H

#include "judge/judge.h"
#include "request/request.h"
#include "shim/guard.h"
#include "shim/match.h"
#include "shim/output.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct verdict_job {
    const struct output_closed *closed;
    const struct request *request;
    struct match *match; /* a guess that does not explain the output is replaced by one that does */
    const char *unseen;  /* as struct judge_case */
    bool writer_untold;  /* another process may be the one that writes the output */
    struct judge_verdict *verdict;
    const uint8_t *bytes; /* of the output, once they were read; they live as long as the visit */
    size_t memory_bytes;  /* as struct judge_case */
    struct guard_fault *fault; /* what ended the judge, once faulted is set */
    bool faulted;
};

/* Runs a part of the work under guard. False when it did not come to its end: then the verdict says
 * why there is none. */
bool verdict_guarded(struct verdict_job *j, void (*work)(void *context), void *context);

/* There will be no verdict, for this reason. */
void verdict_skip(struct verdict_job *j, const char *reason);

/* Fills *j->verdict, unless a part before has faulted. */
void verdict_reach(struct verdict_job *j);

#endif
