/* Since when a host is in its phase and step of a rollout, and what had been counted by then: the
 * small file `rollout` in the state directory, written when either begins.
 *
 * The configuration file says which phase it is of, and that is believed. Where the file here is of
 * another phase or step (the configuration was rolled back or put in place by hand), is missing or
 * damaged, the phase is taken to have begun when the configuration was last written, and counted is
 * what whole hours since then hold. So neither a lost state directory nor a rolled back file makes
 * a phase look older than it is. Not for signal handlers. */
#ifndef GIFVET_OPERATE_STANDING_H
#define GIFVET_OPERATE_STANDING_H

#include "conf/conf.h"
#include "operate/gate.h"
#include "state/state.h"
#include "text/error.h"

#include <stdint.h>

#define STANDING_NAME "rollout"

/* The beginning of a phase or step: when, and the counts of the state then. */
struct standing_since {
    int64_t wall_us;  /* microseconds since 1970 */
    int64_t began_us; /* of the state; another one was begun anew */
    struct gate_counts counts;
};

struct standing {
    enum conf_phase phase;
    double percentage;
    struct standing_since in_phase, in_step;
};

/* Reads the file: 0, ENOENT, or another errno value with e naming it (EINVAL: it is none). */
int standing_read(const char *state_dir, struct standing *s, struct error *e);

/* Replaces it; 0 or an errno value with e filled. */
int standing_write(const char *state_dir, const struct standing *s, struct error *e);

/* What the state holds at a moment; snapshot NULL: nothing yet. */
struct standing_since standing_now(const struct state_snapshot *snapshot, int64_t wall_us);

/* What is known of the phase and step that c (its file alone) is of: since when, and what was
 * counted since. recorded is NULL where there is no file; written_us: the configuration's last
 * change, 0 = there is none. */
struct standing_evidence {
    int64_t phase_us, step_us; /* 0: not known */
    struct gate_counts in_phase, in_step;
};
struct standing_evidence standing_evidence(const struct conf *c, const struct standing *recorded,
                                           int64_t written_us,
                                           const struct state_snapshot *snapshot, int64_t wall_us);

#endif
