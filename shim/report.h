/* From a verdict to the log: who, where, and the line. For visits. */
#ifndef GIFVET_SHIM_REPORT_H
#define GIFVET_SHIM_REPORT_H

#include "judge/judge.h"
#include "record/record.h"
#include "request/request.h"
#include "shim/guard.h"
#include "shim/match.h"

#include <stddef.h>
#include <sys/stat.h>
#include <sys/utsname.h>

struct report {
    const char *path; /* the output's */
    const struct stat *st;
    /* filled by report_begin() */
    size_t argc;
    const char *const *argv;
    struct record_process process;
    struct utsname host;
};

/* Who and when. False when this process was given no arguments, not even a name. */
bool report_begin(struct report *r);

struct verdict_job;

/* What there is to say about a verdict. */
struct report_verdict {
    const struct match *match;
    const struct request *request;
    const struct judge_verdict *verdict;
    const struct guard_fault *fault;              /* what ended the judge, for JUDGE_FAULTED */
    const struct record_enforcement *enforcement; /* what was done about it, or NULL */
    const struct verdict_job *judged;             /* how it was reached: for the evidence */
};

/* Writes the verdict, if the configuration wants this kind on record, beside an output in the
 * quarantine, and into the evidence. */
void report_verdict(const struct report *r, const struct report_verdict *what);

/* Writes that the output was left to the control arm, if the configuration wants that. */
void report_control(const struct report *r);

/* Writes what follows from a verdict for the host. */
void report_performance(const struct report *r, const struct record_change *c);
void report_alert(const struct report *r, const struct record_alert *a);

/* Did it take longer than performance.slow_ms; did it have more than 10 checks? */
bool report_is_slow(const struct judge_verdict *v);
bool report_is_complex(const struct judge_verdict *v);
/* The process ends with status: written when it had outputs in either arm of the sampling and the
 * configuration wants the control arm on record, to compare the two. A visit of its own. */
void report_exit(int status);

/* Once per process: what is wrong with the configuration. */
void report_config(const struct report *r);

#endif
