#include "shim/report.h"

#include "record/sink.h"
#include "shim/arena.h"
#include "shim/backtrace.h"
#include "shim/evidence.h"
#include "shim/session.h"
#include "shim/tally.h"
#include "store/store.h"
#include "sys/sys.h"

#include <stdatomic.h>
#include <sys/syscall.h>

#define CALLERS_MAX 32

static const char *const mode_names[] = {"shadow", "alert", "enforce"};

/* Of the process: which arms its outputs belong to, and whose note that is (a fork takes it
 * along). */
enum { TEST_ARM = 1, CONTROL_ARM = 2 };
static _Atomic int arms, arms_of;

static void note_arm(int arm) {
    int self = sys_getpid();
    if (atomic_exchange(&arms_of, self) != self)
        atomic_store(&arms, 0);
    atomic_fetch_or(&arms, arm);
}

#define COMPLEX_CHECKS 10

static uint64_t next_serial(void) {
    static _Atomic uint64_t serial;
    return atomic_fetch_add(&serial, 1) + 1;
}

bool report_is_slow(const struct judge_verdict *v) {
    return v->took_us > session_conf()->slow_ms * 1000;
}

bool report_is_complex(const struct judge_verdict *v) {
    return v->results_used > COMPLEX_CHECKS;
}

bool report_begin(struct report *r) {
    const struct conf *c = session_conf();
    r->argv = (const char *const *)session_arguments(&r->argc);
    if (r->argv == NULL)
        return false;
    if (sys_call(SYS_uname, (long)&r->host, 0, 0, 0, 0, 0) < 0)
        r->host.nodename[0] = '\0';
    r->process = (struct record_process){
        .wall_us = sys_wall_us(),
        .serial = next_serial(),
        .host = r->host.nodename,
        .pid = sys_getpid(),
        .tid = sys_gettid(),
        .program = session_program(),
        .executable = session_executable(),
        .version = session_version(),
        .argc = r->argc,
        .argv = r->argv,
        .environment = c->environment,
        .mode = mode_names[c->mode],
        .performance = tally_mode_name(),
        .config = c->checksum,
    };
    return true;
}

/* ---- room for a line ---- */

/* The longest record needs more than most visits take in all; nearly every one is a few KiB long.
 * Of that much there is a reserve on the visit's own stack, for when the arena has nothing left. */
#define RESERVE_SIZE ((size_t)24 << 10)

struct room {
    char *at;
    size_t size;
};

static struct room room_or(char *reserve) {
    char *line = __wrap_malloc(RECORD_SIZE);
    return line != NULL ? (struct room){line, RECORD_SIZE} : (struct room){reserve, RESERVE_SIZE};
}

/* What a record can do without, where it is too long, are the arguments. */
static struct text verdict_line(const struct room *room, const struct record_verdict *record) {
    struct text t = text_over(room->at, room->size);
    record_verdict(&t, record);
    if (!t.cut)
        return t;
    struct record_process process = *record->process;
    struct record_verdict shorter = *record;
    process.argc = 0;
    shorter.process = &process;
    t = text_over(room->at, room->size);
    record_verdict(&t, &shorter);
    return t;
}

/* ---- sending ---- */

static struct record_file file_of(const char *path, const struct stat *st) {
    return (struct record_file){
        .path = path, .bytes = (uint64_t)st->st_size, .dev = st->st_dev, .ino = st->st_ino};
}

/* A record that cannot be written is lost: there is nowhere else to say so, and the host's streams
 * are not ours. */
static void send(const struct text *t, const struct record_process *p, bool warn) {
    const struct conf *c = session_conf();
    if (t->cut)
        return;
    if (c->log_syslog) {
        struct sink_syslog to = {.path = "/dev/log",
                                 .host = p->host,
                                 .pid = p->pid,
                                 .wall_us = p->wall_us,
                                 .warn = warn};
        (void)sink_syslog(&to, t->at, t->used - 1);
    } else {
        (void)sink_file(c->log_path, t->at, t->used, c->log_sync);
    }
}

static bool wanted(const struct judge_verdict *v) {
    const struct conf *c = session_conf();
    if (v->status == JUDGE_FAILED)
        return c->log_validation_failures;
    return v->status != JUDGE_PASSED || c->log_passes;
}

struct trace {
    struct record_caller *callers;
    size_t used;
};

static void walk(void *context) {
    struct trace *t = context;
    t->used = backtrace_callers(t->callers, CALLERS_MAX, session_host_stack());
}

/* Under guard: how the host's frames are made is the host's business, and the loader's lock may be
 * held by a thread that waits for this one. */
#define TRACE_MS 10000
static size_t trace(struct record_caller *callers) {
    struct trace t = {callers, 0};
    struct guard_fault *fault = __wrap_malloc(sizeof *fault);
    if (fault == NULL || !guard_run(walk, &t, TRACE_MS, 0, fault))
        return 0;
    return t.used;
}

/* Beside the rejected output, whatever the log is told to hold. */
static void note_quarantined(const struct report *r, const struct text *t) {
    char id[RECORD_ID_SIZE];
    int store = store_open(session_conf()->quarantine, NULL, false);
    if (store < 0 || t->cut)
        return;
    (void)store_note(store, record_id(id, &r->process), t->at, t->used);
    sys_close(store);
}

void report_verdict(const struct report *r, const struct report_verdict *what) {
    const struct judge_verdict *v = what->verdict;
    const struct match *m = what->match;
    const bool quarantined = what->enforcement != NULL && what->enforcement->quarantined != NULL;
    note_arm(TEST_ARM);
    if (!wanted(v) && !quarantined && !evidence_wanted(v))
        return;
    char reserve[RESERVE_SIZE];
    const struct room room = room_or(reserve);
    struct record_file sources[JUDGE_SOURCES_MAX];
    struct record_caller callers[CALLERS_MAX];
    for (size_t i = 0; i < m->used; i++)
        sources[i] = (struct record_file){.path = m->at[i]->path,
                                          .bytes = m->at[i]->size,
                                          .dev = m->at[i]->dev,
                                          .ino = m->at[i]->ino};
    struct record_file output = file_of(r->path, r->st);
    struct record_verdict record = {.process = &r->process,
                                    .output = &output,
                                    .sources = sources,
                                    .match = match_name(m->kind),
                                    .request = what->request,
                                    .verdict = v,
                                    .enforcement = what->enforcement,
                                    .slow = report_is_slow(v),
                                    .complex = report_is_complex(v),
                                    .callers = callers};
    if (what->fault != NULL) {
        record.callers = what->fault->callers;
        record.callers_used = what->fault->callers_used;
    } else if (v->status == JUDGE_FAILED) {
        record.callers_used = trace(callers);
    }
    record.elapsed_us = session_elapsed_us();
    struct evidence *evidence = evidence_begin(r, what);
    record.evidence = evidence_said(evidence, v);
    struct text t = verdict_line(&room, &record);
    if (!evidence_end(evidence, &t))
        t = verdict_line(&room, &record);
    if (quarantined)
        note_quarantined(r, &t);
    if (wanted(v))
        send(&t, &r->process, v->status == JUDGE_FAILED);
}

void report_control(const struct report *r) {
    char reserve[RESERVE_SIZE];
    if (!session_conf()->log_control)
        return;
    const struct room room = room_or(reserve);
    note_arm(CONTROL_ARM);
    struct record_file output = file_of(r->path, r->st);
    struct text t = text_over(room.at, room.size);
    record_control(&t, &r->process, &output, session_elapsed_us());
    send(&t, &r->process, false);
}

/* A record of its own beside the verdict's: another id. */
static struct record_process another(const struct report *r) {
    struct record_process p = r->process;
    p.serial = next_serial();
    return p;
}

void report_performance(const struct report *r, const struct record_change *c) {
    const struct record_process p = another(r);
    char *line = __wrap_malloc(RECORD_SIZE);
    if (line == NULL)
        return;
    struct text t = text_over(line, RECORD_SIZE);
    record_performance_mode(&t, &p, c);
    send(&t, &p, true);
}

void report_alert(const struct report *r, const struct record_alert *a) {
    const struct record_process p = another(r);
    char *line = __wrap_malloc(RECORD_SIZE);
    if (line == NULL)
        return;
    struct text t = text_over(line, RECORD_SIZE);
    record_alert(&t, &p, a);
    send(&t, &p, true);
}

static void visit_exit(void *context) {
    static const char *const names[] = {"", "test", "control", "both"};
    struct report r = {0};
    char *line = __wrap_malloc(RECORD_SIZE);
    if (line == NULL || !report_begin(&r))
        return;
    struct text t = text_over(line, RECORD_SIZE);
    record_exit(&t, &r.process, names[atomic_load(&arms)], *(const int *)context & 0xFF,
                session_elapsed_us());
    send(&t, &r.process, false);
}

void report_exit(int status) {
    if (session_conf()->log_control && atomic_load(&arms) != 0 &&
        atomic_load(&arms_of) == sys_getpid())
        session_visit(visit_exit, &status);
}

void report_config(const struct report *r) {
    const char *problems;
    char reserve[RESERVE_SIZE];
    if (!session_problems(&problems))
        return;
    const struct room room = room_or(reserve);
    struct text t = text_over(room.at, room.size);
    record_config_error(&t, &r->process, problems);
    send(&t, &r->process, true);
}
