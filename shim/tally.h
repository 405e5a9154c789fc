/* One output's part in what the host's processes remember together (lib/state): counters, the
 * performance mode, alerts. For visits; what cannot be counted is not, and nothing else happens. */
#ifndef GIFVET_SHIM_TALLY_H
#define GIFVET_SHIM_TALLY_H

#include "judge/judge.h"
#include "shim/report.h"

#include <stdint.h>

/* Where the state is. For the constructor; no system call. */
void tally_begin(const char *directory);

/* An output is there to be judged: counts it, and from here on the settings of the host's
 * performance mode hold (session_conf()). */
void tally_closed(int64_t wall_us);

/* The mode that was found then: "normal", "degraded", "emergency". */
const char *tally_mode_name(void);

/* Counts a verdict, and records what follows from it for the host: another performance mode,
 * failure rates above monitor.alert_threshold. */
void tally_verdict(const struct report *r, const struct judge_verdict *v);

/* Counts an output that was left to the control arm. */
void tally_control(const struct report *r);

#endif
