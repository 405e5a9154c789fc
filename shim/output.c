/* Rooms: which states were judged · what the table of descriptors says · one output, step by step
 */
#include "shim/output.h"

#include "request/request.h"
#include "shim/arena.h"
#include "shim/enforce.h"
#include "shim/match.h"
#include "shim/private.h"
#include "shim/report.h"
#include "shim/rescue.h"
#include "shim/sampling.h"
#include "shim/session.h"
#include "shim/sources.h"
#include "shim/table.h"
#include "shim/tally.h"
#include "shim/verdict.h"
#include "sys/sys.h"
#include "text/text.h"

#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#define MIB 1048576.0

/* ---- which states were judged ---- */

/* A ring of keys: device, inode, size and modification time, mixed into one word. */
#define KNOWN_MAX 256
static _Atomic uint64_t known_states[KNOWN_MAX];
static _Atomic uint64_t known_files[KNOWN_MAX];
static _Atomic unsigned known_next;

static uint64_t mixed(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint64_t key_of_file(const struct stat *st) {
    return mixed(mixed(1, st->st_dev), st->st_ino) | 1; /* 0 is an empty place */
}

uint64_t output_state(const struct stat *st) {
    uint64_t hash = mixed(key_of_file(st), (uint64_t)st->st_size);
    hash = mixed(hash, (uint64_t)st->st_mtim.tv_sec);
    return mixed(hash, (uint64_t)st->st_mtim.tv_nsec) | 1;
}

static bool is_in(const _Atomic uint64_t *ring, uint64_t key) {
    for (size_t i = 0; i < KNOWN_MAX; i++)
        if (atomic_load_explicit(&ring[i], memory_order_relaxed) == key)
            return true;
    return false;
}

bool output_is_known(const struct stat *st) {
    return is_in(known_files, key_of_file(st));
}

/* True for the first caller with this state. */
static bool claim(const struct stat *st) {
    uint64_t key = output_state(st);
    if (is_in(known_states, key))
        return false;
    unsigned at = atomic_fetch_add(&known_next, 1) % KNOWN_MAX;
    atomic_store(&known_states[at], key);
    atomic_store(&known_files[at], key_of_file(st));
    return true;
}

/* ---- what the table of descriptors says ---- */

struct survey {
    const struct output_closed *closed;
    bool still_written; /* another descriptor of this process may still write the output */
};

static bool survey_entry(void *context, const struct table_entry *e) {
    struct survey *s = context;
    const struct stat *output = &s->closed->st;
    if (e->st.st_dev == output->st_dev && e->st.st_ino == output->st_ino) {
        s->still_written |= e->writable && !s->closed->at_exit;
        return !s->still_written;
    }
    /* A source that is still open is read through the host's own descriptor: opening another one
     * and closing it would drop the host's POSIX locks. */
    if (e->readable && (!e->writable || !session_changed(&e->st)) && e->st.st_size >= 6 &&
        table_starts_with_gif(e->fd)) {
        struct source_seen seen = {
            .fd = e->fd, .st = &e->st, .open = true, .own_output = output_is_known(&e->st)};
        sources_keep(&seen);
    }
    return true;
}

/* The bytes that an "io" file of /proc says were written; -1 when it does not. */
static int64_t written_by(const char *path) {
    char text[256];
    int64_t written = -1;
    int fd = sys_open(path, SYS_READING, 0);
    if (fd < 0)
        return -1;
    ssize_t n = sys_read(fd, text, sizeof text - 1);
    sys_close(fd);
    text[n > 0 ? n : 0] = '\0';
    char *number = strstr(text, "wchar: ");
    if (number == NULL)
        return -1;
    number += 7;
    number[strcspn(number, "\n")] = '\0';
    return text_to_int(number, false, &written) ? written : -1;
}

static bool has_waited_for_children(void) {
    struct rusage children;
    return sys_call(SYS_getrusage, RUSAGE_CHILDREN, (long)&children, 0, 0, 0, 0) == 0 &&
           children.ru_minflt > 0;
}

/* Has this process written as many bytes as the file has? A shell or a parent that only opened it
 * for another process has not: the file is that one's to judge. The kernel adds what children wrote
 * to their parent when it waits for them; then this thread's own account is asked. What cannot be
 * told (by a process that has changed its user, in a sandbox with its own /proc) counts as written,
 * but *untold: then it is not blamed on anyone. */
static bool is_ours(const struct stat *st, bool *untold) {
    int64_t written =
        written_by(has_waited_for_children() ? "/proc/thread-self/io" : "/proc/self/io");
    *untold = written < 0;
    return *untold || written >= st->st_size;
}

/* ---- one output, step by step ---- */

struct job {
    struct report report;
    struct request request;
    struct match match;
    struct verdict_job judged;
    const char *unsure; /* why nothing can be said of this output, or NULL */
    bool rejected;
    const struct record_enforcement *enforcement;
};

struct visited {
    const struct output_closed *closed;
    bool rejected;
};

static bool ends_in_gif(const char *path) {
    size_t n = strlen(path);
    if (n < 4 || path[n - 4] != '.')
        return false;
    for (size_t i = 0; i < 3; i++)
        if ((path[n - 3 + i] | 0x20) != "gif"[i])
            return false;
    return true;
}

/* A source that the environment or the configuration names. */
static bool explicit_source(struct job *j) {
    const char *path = session_conf()->request_source;
    if (path[0] == '\0')
        return false;
    struct source *s = __wrap_calloc(1, sizeof *s);
    struct stat st;
    int fd = s != NULL ? private_open_path(AT_FDCWD, path) : -1;
    if (fd < 0)
        return false;
    bool got = sys_fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (got) {
        uint8_t *bytes = (double)st.st_size <= session_conf()->limits.max_file_size_mb * MIB
                             ? __wrap_malloc((size_t)st.st_size)
                             : NULL;
        s->dev = st.st_dev;
        s->ino = st.st_ino;
        s->size = (size_t)st.st_size;
        s->path = path;
        if (bytes != NULL && sys_pread_full(fd, bytes, s->size, 0) == st.st_size)
            s->bytes = bytes;
        j->match = (struct match){.kind = MATCH_EXPLICIT, .used = 1, .at = {s}};
    }
    private_close(fd, &st);
    return got;
}

static void parse_request(void *context) {
    struct job *j = context;
    j->request = request_parse(j->report.argc, j->report.argv);
}

static void override_request(struct request *r) {
    const struct conf *c = session_conf();
    /* Checked when the configuration was read. */
    (void)request_override(r, c->request_operation[0] != '\0' ? c->request_operation : NULL,
                           c->request_ratio, c->request_colors, NULL);
}

static struct match_output output_of(const struct job *j) {
    const struct stat *st = &j->judged.closed->st;
    return (struct match_output){st->st_dev, st->st_ino, j->report.path};
}

/* Something of the process could not be looked at, or not be kept: it may have read a GIF all the
 * same. */
static bool may_have_read(const struct job *j) {
    return j->judged.closed->is_gif && (session_blindness() > 0 || sources_missed());
}

/* Is a GIF that this process writes, and has read none for, one that it made from another? */
static bool is_for_us(struct job *j) {
    const struct conf *c = session_conf();
    if (c->request_source[0] != '\0' ||
        (j->judged.closed->is_gif && text_matches_any(c->encoders, session_program())))
        return true;
    if (!may_have_read(j))
        return false;
    if (j->unsure == NULL)
        j->unsure = "whether the process has read a GIF could not be told";
    return true;
}

/* The arguments, the request and the match; false when this output is not for us. */
static bool prepare(struct job *j, const struct source **list, size_t used) {
    /* First, also of what is not judged: a program that reads its own output again (rsync to set
     * its mode) has not read a source. */
    if (!claim(&j->judged.closed->st))
        return false;
    if (used == 0 && !is_for_us(j))
        return false;
    tally_closed(sys_wall_us());
    if (!report_begin(&j->report))
        return false;
    if (!verdict_guarded(&j->judged, parse_request, j))
        j->request = request_none();
    override_request(&j->request);
    struct match_output output = output_of(j);
    if (!explicit_source(j))
        j->match = match_sources(list, used, &output, &j->request);
    return true;
}

/* Rejected or not: what is done about it, and whether the copy of its source is needed on. */
static void enforce(struct job *j, const struct source **list, size_t used) {
    char id[RECORD_ID_SIZE];
    struct match_output output = output_of(j);
    if (!enforce_rejects(j->judged.verdict)) {
        /* Of what could not be judged nobody knows whether the source will be missed. */
        if (judge_passed(j->judged.verdict) >= 0)
            rescue_drop(&j->judged.closed->st);
        return;
    }
    j->rejected = true;
    j->enforcement =
        enforce_act(j->judged.closed, j->report.path, match_in_place(list, used, &output),
                    record_id(id, &j->report.process));
}

static void decide(struct job *j, const struct source **list, size_t used) {
    struct verdict_job *v = &j->judged;
    const int64_t start = session_elapsed_us();
    v->request = &j->request;
    v->match = &j->match;
    if (!prepare(j, list, used))
        return;
    const struct conf *c = session_conf();
    report_config(&j->report);
    if (!sampling_takes(c->percentage, c->sampling_key == CONF_BY_SOURCE, &j->match)) {
        rescue_drop(&v->closed->st);
        tally_control(&j->report);
        report_control(&j->report);
        return;
    }
    if (!sampling_takes_one_of(c->quality_sample_every))
        v->unseen = "left out this time, as quality.sample_every says";
    if (j->unsure != NULL && !v->faulted)
        verdict_skip(v, j->unsure);
    else
        verdict_reach(v);
    /* Without a verdict there is no time that judging took, but it was taken from the host. */
    if (v->verdict->took_us == 0)
        v->verdict->took_us = session_elapsed_us() - start;
    /* What another process may still be writing is not taken away from it, fail_closed or not. */
    bool is_others = v->writer_untold && judge_passed(v->verdict) < 0;
    if (c->mode == CONF_ENFORCE && j->unsure == NULL && !is_others)
        enforce(j, list, used);
    const struct report_verdict what = {.match = &j->match,
                                        .request = &j->request,
                                        .verdict = v->verdict,
                                        .fault = v->faulted ? v->fault : NULL,
                                        .enforcement = j->enforcement,
                                        .judged = v};
    report_verdict(&j->report, &what);
    tally_verdict(&j->report, v->verdict);
}

static void visit_output(void *context) {
    struct visited *visited = context;
    struct job job = {.judged.closed = visited->closed};
    if (session_killed()) {
        enforce_forget();
        session_stop();
        return;
    }
    job.report.path =
        visited->closed->fd >= 0 ? session_path_of(visited->closed->fd) : visited->closed->path;
    job.report.st = &job.judged.closed->st;
    if (!job.judged.closed->is_gif && !ends_in_gif(job.report.path))
        return;
    struct survey survey = {.closed = job.judged.closed};
    const unsigned blindness = session_blindness();
    (void)table_each(survey_entry, &survey);
    if (job.judged.closed->fd < 0)
        job.unsure = "output could not be opened or looked at";
    /* It may be half an output, or one that a shell has just made for another program. */
    else if (blindness != session_blindness() && !job.judged.closed->at_exit) {
        if (!job.judged.closed->is_gif)
            return;
        job.unsure = "whether another descriptor still writes the output could not be told";
    }
    if (survey.still_written || !is_ours(&job.judged.closed->st, &job.judged.writer_untold))
        return;
    const struct source *list[SOURCES_MAX];
    size_t used = sources_borrow(list);
    /* On the visit's own stack, of which there is plenty: the arena may have nothing left. */
    struct judge_verdict verdict;
    struct guard_fault fault;
    job.judged.verdict = &verdict;
    job.judged.fault = &fault;
    decide(&job, list, used);
    sources_return(list, used);
    visited->rejected = job.rejected;
}

/* Most files that a process writes are no GIFs and not called so: for them no visit is made. */
static bool is_worth_a_visit(const struct output_closed *closed) {
    char link[40], path[256];
    if (closed->is_gif)
        return true;
    if (closed->fd < 0)
        return ends_in_gif(closed->path);
    ssize_t n = sys_readlink(text_print(link, sizeof link, "/proc/thread-self/fd/%d", closed->fd),
                             path, sizeof path);
    return n < 0 || ends_in_gif(path);
}

bool output_judge(const struct output_closed *closed) {
    struct visited visited = {.closed = closed};
    if (is_worth_a_visit(closed))
        session_visit(visit_output, &visited);
    return visited.rejected;
}
