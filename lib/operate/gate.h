/* May a rollout go on? Each gate looks at one piece of evidence: its figure, its limit, and what to
 * do where it does not open. Pure; allocates nothing, any thread.
 *
 * Going up means a later phase or a larger share of the outputs, and only that is gated. The first
 * phase of a host that is in none has nothing to show yet and no gates but its order. */
#ifndef GIFVET_OPERATE_GATE_H
#define GIFVET_OPERATE_GATE_H

#include "conf/conf.h"
#include "operate/health.h"
#include "operate/statistics.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What was counted, of the validations of a phase or step. */
struct gate_counts {
    uint64_t passed, failed, validations, slow, faults; /* validations: all but control */
};

struct gate_facts {
    const struct conf *conf; /* [rollout], phase and percentage: of the file that is in force */
    enum conf_phase to;
    double percentage; /* asked for, 0 to 100 */
    enum health_status health;
    const char *health_why; /* the issues in words */
    bool disabled;
    const char *state_problem; /* why there are no counts; NULL = there are */
    struct gate_counts in_phase, in_step;
    double days_in_phase, days_in_step;  /* NAN: cannot be told */
    struct statistics_interval overhead; /* of the ratio of times, 1 = the same */
    const char *overhead_unfit;          /* why there is none, or NULL */
};

enum gate_kind {
    GATE_ORDER,
    GATE_STEP,
    GATE_HEALTH,
    GATE_VALIDATIONS,
    GATE_FAILURE_RATE,
    GATE_SLOW_RATE,
    GATE_FAULTS,
    GATE_OVERHEAD,
    GATE_DAYS,
    GATE_KINDS
};

enum gate_answer { GATE_PASSED, GATE_REFUSED, GATE_CANNOT_TELL };

struct gate {
    enum gate_kind kind;
    enum gate_answer answer;
    double figure, limit;      /* NAN: no number */
    char told[80], wanted[64]; /* the same for people */
    char hint[320];            /* what to do; empty when passed */
};

struct gates {
    bool phase_up, step_up;
    bool passed; /* all of them: what cannot be told is not passed */
    struct gate of[GATE_KINDS];
    size_t used;
};

void gate_judge(const struct gate_facts *f, struct gates *g);

/* The largest share that may follow a share of `percentage`: 1, 5, 10, 25, 50, 100. */
double gate_next_step(double percentage);

/* "validations"; "passed", "refused", "cannot tell"; "shadow". */
const char *gate_kind_name(enum gate_kind k);
const char *gate_answer_name(enum gate_answer a);
const char *gate_phase_name(enum conf_phase p);

/* The phase of that name; false when there is none. "none" is one. */
bool gate_phase(const char *name, enum conf_phase *p);

#endif
