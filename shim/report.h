/* From a verdict to the log: who, where, and the line. For visits. */
#ifndef GIFVET_SHIM_REPORT_H
#define GIFVET_SHIM_REPORT_H

#include "judge/judge.h"
#include "request/request.h"
#include "shim/guard.h"
#include "shim/match.h"

#include <stddef.h>
#include <sys/stat.h>

struct report {
    size_t argc;
    const char *const *argv;
    const char *path; /* the output's */
    const struct stat *st;
};

/* Writes the verdict, if the configuration wants this kind on record. fault: what ended the judge,
 * for JUDGE_FAULTED; else NULL. */
void report_verdict(const struct report *r, const struct match *m, const struct request *request,
                    const struct judge_verdict *v, const struct guard_fault *fault);

/* Writes that the output was left to the control arm, if the configuration wants that. */
void report_control(const struct report *r);

/* Once per process: what is wrong with the configuration. */
void report_config(const struct report *r);

#endif
