/* Rooms: under guard · an output · a verdict */
#include "shim/tally.h"

#include "shim/arena.h"
#include "shim/guard.h"
#include "shim/session.h"
#include "state/state.h"

#include <stdatomic.h>
#include <string.h>

static struct state shared;
static _Atomic unsigned mode;

void tally_begin(const char *directory) {
    (void)state_open(&shared, directory);
}

/* ---- under guard ---- */

/* Somebody may cut the file short in the instant in which it is written; and nobody knows what a
 * mapping does on a disk that fails. Without a time limit: work that a slow disk holds up may have
 * descriptors open, and ended there it would leave them to the host. It waits for no lock. */
static bool guarded(void (*work)(void *context), void *context) {
    struct guard_fault *fault = __wrap_malloc(sizeof *fault);
    bool done = fault != NULL && guard_run(work, context, 0, 0, fault);
    __wrap_free(fault);
    return done;
}

/* ---- an output ---- */

static void note_closed(void *wall_us) {
    (void)state_closed(&shared, *(const int64_t *)wall_us);
    atomic_store(&mode, (unsigned)state_mode(&shared));
}

void tally_closed(int64_t wall_us) {
    if (guarded(note_closed, &wall_us))
        session_performance(atomic_load(&mode));
}

const char *tally_mode_name(void) {
    return state_mode_name((enum state_mode)atomic_load(&mode));
}

/* ---- a verdict ---- */

struct count {
    struct state_validation validation;
    struct state_change change;
    struct state_alerts alerts;
    bool changed, alarming;
};

static void count(void *context) {
    struct count *n = context;
    const struct conf *c = session_conf();
    const struct state_performance_limits pace = {c->slow_ms, c->emergency_ms,
                                                  c->performance_window, c->recovery_dwell_s};
    const struct state_monitor_limits monitor = {c->monitor_every, c->alert_threshold};
    if (state_update(&shared, &n->validation) != 0 || n->validation.result == STATE_CONTROL)
        return;
    n->changed = state_performance(&shared, &pace, n->validation.wall_us, &n->change);
    n->alarming = state_monitor(&shared, &monitor, &n->alerts);
}

static void report_alerts(const struct report *r, const struct state_alerts *all) {
    for (size_t i = 0; i < all->used; i++) {
        const struct state_alert *one = &all->alerts[i];
        const struct record_alert a = {.severity = "HIGH",
                                       .check = judge_check_name(one->check),
                                       .failed = one->failed,
                                       .judged = one->judged,
                                       .validations = all->validations,
                                       .threshold = session_conf()->alert_threshold};
        report_alert(r, &a);
    }
}

/* In mode alert. A file that is no whole GIF is worse than one that shows too little. */
static void report_failure(const struct report *r, const struct judge_verdict *v) {
    char id[RECORD_ID_SIZE];
    size_t i = 0;
    while (i < v->results_used && v->results[i].outcome != JUDGE_FAIL)
        i++;
    if (i == v->results_used)
        return;
    const enum judge_check check = v->results[i].check;
    const struct record_alert a = {.severity = check == JUDGE_FILE_INTEGRITY ? "HIGH" : "MEDIUM",
                                   .check = judge_check_name(check),
                                   .id = record_id(id, &r->process),
                                   .failed = 1,
                                   .judged = 1,
                                   .validations = 1};
    report_alert(r, &a);
}

void tally_verdict(const struct report *r, const struct judge_verdict *v) {
    struct count *n = __wrap_calloc(1, sizeof *n);
    if (v->status == JUDGE_FAILED && session_conf()->mode == CONF_ALERT)
        report_failure(r, v);
    if (n == NULL)
        return;
    n->validation = state_of_verdict(v);
    n->validation.program = r->process.program;
    n->validation.wall_us = r->process.wall_us;
    n->validation.arena_bytes = arena_peak();
    n->validation.slow = report_is_slow(v);
    n->validation.complex = report_is_complex(v);
    if (!guarded(count, n))
        return;
    if (n->changed) {
        const struct record_change c = {state_mode_name(n->change.from),
                                        state_mode_name(n->change.to), n->change.mean_ms};
        report_performance(r, &c);
    }
    if (n->alarming)
        report_alerts(r, &n->alerts);
}

void tally_control(const struct report *r) {
    struct count *n = __wrap_calloc(1, sizeof *n);
    if (n == NULL)
        return;
    n->validation = (struct state_validation){.result = STATE_CONTROL,
                                              .program = r->process.program,
                                              .bytes_out = (uint64_t)r->st->st_size,
                                              .wall_us = r->process.wall_us};
    (void)guarded(count, n);
}
