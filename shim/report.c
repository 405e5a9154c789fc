#include "shim/report.h"

#include "record/record.h"
#include "record/sink.h"
#include "shim/arena.h"
#include "shim/backtrace.h"
#include "shim/session.h"
#include "sys/sys.h"

#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#define CALLERS_MAX 32

static const char *const mode_names[] = {"shadow", "alert", "enforce"};

static struct record_process process_of(const struct report *r, struct utsname *host) {
    static _Atomic uint64_t serial;
    const struct conf *c = session_conf();
    if (sys_call(SYS_uname, (long)host, 0, 0, 0, 0, 0) < 0)
        host->nodename[0] = '\0';
    return (struct record_process){
        .wall_us = sys_wall_us(),
        .serial = atomic_fetch_add(&serial, 1) + 1,
        .host = host->nodename,
        .pid = sys_getpid(),
        .tid = sys_gettid(),
        .program = session_program(),
        .argc = r->argc,
        .argv = r->argv,
        .environment = c->environment,
        .mode = mode_names[c->mode],
    };
}

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

void report_verdict(const struct report *r, const struct match *m, const struct request *request,
                    const struct judge_verdict *v, const struct guard_fault *fault) {
    if (!wanted(v))
        return;
    char *line = __wrap_malloc(RECORD_SIZE);
    struct record_file *sources = __wrap_malloc(sizeof *sources * JUDGE_SOURCES_MAX);
    struct record_caller *callers = __wrap_malloc(sizeof *callers * CALLERS_MAX);
    if (line == NULL || sources == NULL || callers == NULL)
        return;
    for (size_t i = 0; i < m->used; i++)
        sources[i] = (struct record_file){.path = m->at[i]->path,
                                          .bytes = m->at[i]->size,
                                          .dev = m->at[i]->dev,
                                          .ino = m->at[i]->ino};
    struct utsname host;
    struct record_process process = process_of(r, &host);
    struct record_file output = file_of(r->path, r->st);
    struct record_verdict record = {.process = &process,
                                    .output = &output,
                                    .sources = sources,
                                    .match = match_name(m->kind),
                                    .request = request,
                                    .verdict = v,
                                    .action = "none",
                                    .callers = callers};
    if (fault != NULL) {
        record.callers = fault->callers;
        record.callers_used = fault->callers_used;
    } else if (v->status == JUDGE_FAILED)
        record.callers_used = backtrace_callers(callers, CALLERS_MAX, session_host_stack());
    struct text t = text_over(line, RECORD_SIZE);
    record_verdict(&t, &record);
    send(&t, &process, v->status == JUDGE_FAILED);
}

void report_control(const struct report *r) {
    char *line = session_conf()->log_control ? __wrap_malloc(RECORD_SIZE) : NULL;
    if (line == NULL)
        return;
    struct utsname host;
    struct record_process process = process_of(r, &host);
    struct record_file output = file_of(r->path, r->st);
    struct text t = text_over(line, RECORD_SIZE);
    record_control(&t, &process, &output);
    send(&t, &process, false);
}

void report_config(const struct report *r) {
    const char *problems;
    if (!session_problems(&problems))
        return;
    char *line = __wrap_malloc(RECORD_SIZE);
    if (line == NULL)
        return;
    struct utsname host;
    struct record_process process = process_of(r, &host);
    struct text t = text_over(line, RECORD_SIZE);
    record_config_error(&t, &process, problems);
    send(&t, &process, true);
}
