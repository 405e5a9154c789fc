/* What all processes of a host remember together: one small file, mapped shared, no daemon, no
 * lock.
 *
 * The file state.v1 in the state directory has a fixed size and holds nothing but 64-bit words,
 * each changed by one atomic operation that does not depend on any other: 64 processes at once lose
 * nothing, and one that is killed half way through an update leaves at worst that update counted in
 * part. What the file holds is only ever added up, never used as an index or a length without a
 * bound, so that no content of it can do harm.
 *
 * A file under that name that is not exactly ours (another size, magic number, version or layout, a
 * symbolic link, no regular file, another user's) is renamed aside to state.v1.damaged.1 to .4
 * (when all are taken, the last is replaced) and a new one begun. The name carries the version, so
 * that two versions of gifvet that run side by side have a file each.
 *
 * No descriptor is kept. Every function below that takes a struct state stats the path first
 * (half a microsecond): a file that was replaced, removed or cut short since is left alone, and the
 * one that is there now, or a new one, mapped in its stead, at the same address. One race remains:
 * a file cut short between that look and the words being written raises SIGBUS in the thread that
 * writes. Inside a host call them under a guard (shim/guard.h).
 *
 * All are safe in several threads, in signal handlers and after fork; none allocates, locks, writes
 * errno or asks for the time: times are given, in microseconds since 1970 (wall_us), and may step
 * back. Results are 0 or a negative errno. */
#ifndef GIFVET_STATE_STATE_H
#define GIFVET_STATE_STATE_H

#include "judge/judge.h"
#include "state/times.h"
#include "text/error.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATE_VERSION 1
#define STATE_NAME "state.v1"

enum state_result {
    STATE_PASSED,
    STATE_FAILED,
    STATE_SKIPPED,
    STATE_TIMED_OUT,
    STATE_FAULT,
    STATE_CONTROL, /* left to the control arm: counted by result, hour and program, and no more */
    STATE_RESULTS  /* how many there are */
};

enum state_mode { STATE_NORMAL, STATE_DEGRADED, STATE_EMERGENCY, STATE_MODES };

#define STATE_OUTCOMES 4   /* of enum judge_outcome */
#define STATE_PROGRAMS 32  /* the busiest */
#define STATE_NAME_SIZE 32 /* bytes of a program's name, NUL included; longer ones are cut */
#define STATE_RECENT 100   /* validations that are remembered one by one */
#define STATE_HOURS 168    /* 7 days */
#define STATE_CHANGES 16   /* changes of the performance mode that are remembered */

/* ---- attaching ---- */

/* Where the state is and what is mapped. All zero is one that was not opened. Its members are the
 * library's. */
struct state {
    _Atomic(struct state_file *) file; /* NULL: not mapped; else this address until detached */
    char directory[PATH_MAX];
    char path[PATH_MAX];
};

/* Remembers the directory (absolute, else it moves with the working directory). No system call: for
 * a constructor. The functions below attach by themselves. -ENAMETOOLONG. */
int state_open(struct state *s, const char *directory);

/* Maps the file, after making it and its directory where they are missing (0600, 0700). It appears
 * under its name only once complete, with all its blocks allocated; of several that make it at once
 * one wins, and all map that one. Errors are those of place.h (-EPERM: somebody else could replace
 * what is in the directory), of the disk (-ENOSPC, -EROFS), -EACCES (the file is there, and not to
 * be opened: it is not renamed either), -EAGAIN (others take it away as fast as it is made), -EFBIG
 * (RLIMIT_FSIZE: no signal is raised); the next call tries again. */
int state_attach(struct state *s);

/* Unmaps; for when no other thread uses s. It may be attached again. */
void state_detach(struct state *s);

/* ---- after each output ---- */

/* One verdict. */
struct state_validation {
    enum state_result result;
    enum judge_outcome outcomes[JUDGE_CHECKS]; /* of the checks in the enum's order */
    size_t outcomes_used;
    const char *program; /* base name; NULL: none */
    uint64_t bytes_in, bytes_out;
    int64_t time_us;      /* that validating took */
    uint64_t arena_bytes; /* most that was allocated */
    int64_t wall_us;
    bool slow, complex; /* over [performance] slow_ms; of more than 10 checks */
};

/* What the verdict says: result, outcomes, bytes (in: all sources) and time. The rest is for the
 * caller to fill. */
struct state_validation state_of_verdict(const struct judge_verdict *v);

/* An output was closed, and is now to be judged or left to the control arm. */
int state_closed(struct state *s, int64_t wall_us);

/* Counts it. An update costs less than 2 µs where the file is mapped and still there. */
int state_update(struct state *s, const struct state_validation *v);

/* ---- performance recovery ---- */

/* [performance] */
struct state_performance_limits {
    int64_t slow_ms, emergency_ms;
    int64_t window;           /* validations, 1 to STATE_RECENT */
    int64_t recovery_dwell_s; /* 0: restored at once */
};

struct state_change {
    int64_t wall_us;
    enum state_mode from, to;
    double mean_ms; /* in a snapshot 0: an operator reset it */
};

/* The mode of the host, for the next output; STATE_NORMAL where there is no state. */
enum state_mode state_mode(struct state *s);

/* To be called after each state_update(). Looks at the mean time of the last `window` validations
 * (all but control; as long as there are fewer, nothing changes): over emergency_ms the mode
 * becomes emergency, over slow_ms at least degraded, at once. A mode is left one step at a time,
 * after recovery_dwell_s in it and with a mean below half the threshold by which it is entered;
 * with a dwell of 0 the mode is always what the mean says. Where the clock stepped back, the dwell
 * begins anew.
 *
 * True, and *change filled, for exactly one caller per change of the mode: that one records it. */
bool state_performance(struct state *s, const struct state_performance_limits *limits,
                       int64_t wall_us, struct state_change *change);

/* For an operator: makes the mode normal and forgets the last validations one by one (their times
 * would bring the mode back at once), so that it changes again only after a whole window of new
 * ones. What has been counted stays. 1, and *change filled (mean_ms is NaN), when the mode was
 * another; 0 when it was not; or a negative errno. */
int state_performance_reset(struct state *s, int64_t wall_us, struct state_change *change);

/* ---- monitoring ---- */

/* [monitor] */
struct state_monitor_limits {
    int64_t every;          /* validations, at least 1 */
    double alert_threshold; /* 0 to 1 */
};

struct state_alert {
    enum judge_check check;
    uint64_t failed, judged; /* in the window; judged: the check passed or failed */
    double rate;             /* failed / judged */
};

struct state_alerts {
    uint64_t validations; /* in the window: `every`, or some more that were in flight */
    struct state_alert alerts[JUDGE_CHECKS];
    size_t used;
};

/* To be called after each state_update(). Once `every` validations (all but control) have been
 * counted since the last window, exactly one caller gets the checks whose failure rate over them is
 * above the threshold: true when there is one, *alerts filled. Every validation is in one window:
 * what is still in flight when one ends is in the next, and what a killed process did not report is
 * in the window after. */
bool state_monitor(struct state *s, const struct state_monitor_limits *limits,
                   struct state_alerts *alerts);

/* ---- reading ---- */

struct state_recent {
    int64_t wall_us;
    enum state_result result;
    uint64_t bytes_in, bytes_out;
    int64_t time_us;
};

struct state_hour {
    int64_t hour; /* hours since 1970; 0: nothing is known of it */
    uint64_t results[STATE_RESULTS];
    uint64_t failed[JUDGE_CHECKS];
    uint64_t slow, complex;
    uint64_t bytes_in, bytes_out;
    int64_t time_us, longest_us; /* sum and maximum */
    uint64_t arena_bytes;        /* maximum */
    uint64_t times[STATE_TIMES]; /* see times.h */
};

struct state_program {
    char name[STATE_NAME_SIZE]; /* any bytes but NUL; "" for the row of the others */
    uint64_t outputs;           /* of any result, control too */
    uint64_t passed, failed, slow;
    int64_t time_us; /* sum */
};

/* Plain figures, some 520 KB: not for a stack. Taken while others count, each figure is whole, but
 * an update that is under way may be in one and not yet in another. With nobody counting, they
 * agree with each other. */
struct state_snapshot {
    int64_t began_us; /* first update; 0: none yet */
    uint64_t outputs; /* that were closed (state_closed) */
    uint64_t results[STATE_RESULTS];
    uint64_t checks[JUDGE_CHECKS][STATE_OUTCOMES];
    uint64_t slow, complex;
    uint64_t bytes_in, bytes_out;
    int64_t time_us, longest_us;
    uint64_t times[STATE_TIMES];
    uint64_t arena_bytes; /* the most that one validation allocated */
    uint64_t consecutive_failures;
    /* When, 0 = never. Only passed is a success; a verdict is any result but control. */
    int64_t last_success_us, last_failure_us, last_verdict_us, last_output_us;

    enum state_mode mode;
    int64_t mode_since_us;                      /* 0: since the beginning */
    uint64_t mode_changes[STATE_MODES];         /* to that mode */
    struct state_change changes[STATE_CHANGES]; /* the newest first */
    size_t changes_used;

    /* The newest first; no control. A process that was held up while thousands were counted may
     * take the place of one, which is then missing here (as a program's row may be), not in the
     * totals. */
    struct state_recent recent[STATE_RECENT];
    size_t recent_used;

    /* The busiest first. A program may have been here before, been displaced, and come back: what
     * it did before is among the others'. others: everything that is in no row. */
    struct state_program programs[STATE_PROGRAMS];
    size_t programs_used;
    struct state_program others;

    /* The newest first, without those in which nothing was counted. An hour may be older than 7
     * days where nothing came since, and in the future where the clock stepped back. */
    struct state_hour hours[STATE_HOURS];
    size_t hours_used;
};

/* Fills *snapshot from an attached state. */
int state_snapshot(struct state *s, struct state_snapshot *snapshot);

/* The same for who only reads: makes and changes nothing, maps nothing that could be cut short. 0,
 * or an errno (positive) with e->message one line that names the file: ENOENT there is none, EINVAL
 * it is no state of this version or damaged, EPERM, EACCES, ELOOP as place.h. */
int state_read(const char *directory, struct state_snapshot *snapshot, struct error *e);

/* "passed", "failed", "skipped", "timed_out", "fault", "control"; "normal", "degraded",
 * "emergency". */
const char *state_result_name(enum state_result r);
const char *state_mode_name(enum state_mode m);

#endif
