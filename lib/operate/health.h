/* Is gifvet doing its work on this host? From the state's figures, what was asked of the host, and
 * thresholds, to one word and the list of what is wrong. Pure. */
#ifndef GIFVET_OPERATE_HEALTH_H
#define GIFVET_OPERATE_HEALTH_H

#include "conf/conf.h"
#include "state/state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As exit statuses of monitoring plugins. */
enum health_status { HEALTH_HEALTHY, HEALTH_DEGRADED, HEALTH_UNHEALTHY, HEALTH_UNKNOWN };

enum health_kind {
    HEALTH_DISABLED_VARIABLE,
    HEALTH_DISABLED_FILE,
    HEALTH_DISABLED_CONFIGURATION,
    HEALTH_CONFIGURATION_BROKEN,
    HEALTH_CONSECUTIVE_FAILURES,
    HEALTH_MEMORY,
    HEALTH_PERFORMANCE_MODE,
    HEALTH_STATE_UNWRITABLE,
    HEALTH_LOG_UNWRITABLE,
    HEALTH_DISK_LOW,
    HEALTH_NO_VERDICT,
    HEALTH_KINDS /* how many there are */
};

/* One place where something is written: the state directory, the log's. */
struct health_place {
    const char *path;   /* the file that is written */
    int error;          /* why it cannot be, an errno; 0 = it can */
    int64_t free_bytes; /* on its disk, for us; negative: cannot be told, or does not matter */
};

/* What is known. state is NULL when it could not be read, state_problem says then why. Strings are
 * the caller's. */
struct health_facts {
    const struct conf *conf;
    size_t configuration_problems;
    const char *variable; /* of the kill switch: its value, or NULL */
    int kill_switch; /* the file: 0 it is there, ENOENT it is not, else why it cannot be told */
    const char *kill_switch_says; /* who, when, why, as it follows a message; NULL or "": nothing */
    struct health_place state_file, log;
    const struct state_snapshot *state;
    const char *state_problem;
    bool no_state_yet; /* nothing was ever judged: that, and nothing worse, is why state is NULL */
    int64_t wall_us;
};

struct health_issue {
    enum health_kind kind;
    char message[480]; /* one line: what is wrong, with the figures; control bytes of paths too */
};

struct health {
    enum health_status status;
    struct health_issue issues[HEALTH_KINDS]; /* each kind at most once, in the enum's order */
    size_t used;
    char unknown[480]; /* what could not be told, "" = everything could be */
    bool fresh;        /* unknown, but only for want of anything judged so far: nobody's concern */
    /* The most that one validation allocated in the last 24 hours. The peak since the beginning
     * would never come down again. */
    uint64_t arena_bytes;
};

/* Fills *h. The worst issue decides the status; without one it is unknown when the state or the
 * kill switch could not be looked at. */
void health_judge(const struct health_facts *f, struct health *h);

/* Has h an issue of this kind? */
bool health_has(const struct health *h, enum health_kind kind);

/* Is nothing judged, by variable, file or configuration? */
bool health_disabled(const struct health *h);

/* "healthy", "degraded", "unhealthy", "unknown"; "disabled_variable", … */
const char *health_status_name(enum health_status s);
const char *health_kind_name(enum health_kind k);

#endif
