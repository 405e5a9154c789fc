/* Rooms: the call · telling pairs · taking answers · going through them · the whole */
#include "audit/audit.h"

#include "audit/pattern.h"
#include "audit/progress.h"
#include "audit/report.h"
#include "audit/resume.h"
#include "audit/workers.h"
#include "command/heard.h"
#include "command/terminal.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { PASSED = 0, FAILED = 1, NOT_JUDGED = 2 };

/* Answers come out of order; those behind one that is late wait for it, so many at the most. */
#define WAITING 1024

struct waiting {
    char *line; /* NULL: not answered yet */
    size_t n;
};

struct work {
    const struct audit *audit;
    const struct report_format *format;
    size_t jobs;
    struct pairs pairs;
    struct judging judging;
    struct workers workers;
    struct resume resume;
    struct report report;
    struct progress progress;
    struct waiting waiting[WAITING];
    size_t told, given; /* pairs before these are */
    size_t judged, recorded;
    int signals;
    int signal; /* that came; 0 = none */
    bool trouble, no_memory;
};

static void complain(struct work *w, const char *name, const char *why) {
    progress_hide(&w->progress);
    fputs("gifvet check: ", stderr);
    terminal_print(stderr, name, SIZE_MAX);
    fputs(name[0] != '\0' ? ": " : "", stderr);
    terminal_print(stderr, why, SIZE_MAX);
    fputc('\n', stderr);
}

static int refuse(struct work *w, const struct error *e) {
    complain(w, "", e->message);
    return NOT_JUDGED;
}

static void tell_tree(void *context, const char *name, const char *why) {
    complain(context, name, why);
}

/* ---- the call ---- */

static size_t processors(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? (size_t)CPU_COUNT(&set) : 1;
}

static int read_call(struct work *w, struct error *e) {
    static const struct report_format *const formats[] = {&report_text, &report_json, &report_csv,
                                                          &report_junit};
    const struct audit *a = w->audit;
    int64_t jobs = (int64_t)processors();
    jobs = jobs > WORKERS_MOST ? WORKERS_MOST : jobs;
    if (a->jobs != NULL && (!text_to_int(a->jobs, false, &jobs) || jobs < 1 || jobs > WORKERS_MOST))
        return error_set(e, EINVAL, "-j takes a number from 1 to %d", WORKERS_MOST);
    w->jobs = (size_t)jobs;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(a->format != NULL ? a->format : "text", formats[i]->name) == 0)
            w->format = formats[i];
    if (w->format == NULL)
        return error_set(e, EINVAL, "--format takes text, json, csv or junit, not '%s'", a->format);
    return a->map != NULL ? pattern_check(a->map, e) : 0;
}

/* ---- telling pairs ---- */

static void count_failures(struct report_counts *c, const struct outcome *o) {
    const char *check, *message;
    for (size_t i = 0; outcome_failure(o, i, &check, &message); i++)
        for (size_t k = 0; k < JUDGE_CHECKS; k++)
            if (strcmp(check, judge_check_name((enum judge_check)k)) == 0)
                c->by_check[k]++;
}

static void count(struct report_counts *c, const struct pair *p, const struct outcome *o) {
    if (p->kind == PAIR_NO_SOURCE)
        c->no_source++;
    else if (p->kind == PAIR_NO_OUTPUT)
        c->no_output++;
    else if (o->passed > 0)
        c->passed++;
    else if (o->passed < 0)
        c->not_judged++;
    else
        c->failed++;
    c->left--;
    count_failures(c, o);
}

static void tell(struct work *w, size_t pair, const struct waiting *one) {
    const struct pair *p = &w->pairs.at[pair];
    struct outcome o;
    if (!outcome_read(&o, one->line, one->n)) {
        complain(w, p->output, "its record cannot be read");
        w->trouble = true;
        return;
    }
    count(&w->report.counts, p, &o);
    bool prints = w->format == &report_text ? o.passed <= 0 : w->format != &report_junit;
    if (w->progress.covers && prints)
        progress_hide(&w->progress);
    w->format->pair(&w->report, p, &o, one->line, one->n);
    outcome_free(&o);
}

/* At the end, what is still judged is passed over. */
static void tell_those_that_can(struct work *w, bool at_end) {
    for (; w->told < w->given; w->told++) {
        struct waiting *one = &w->waiting[w->told % WAITING];
        if (one->line == NULL && at_end)
            continue;
        if (one->line == NULL)
            return;
        tell(w, w->told, one);
        free(one->line);
        one->line = NULL;
    }
}

/* ---- taking answers ---- */

/* The line is the pair's from now on; it was malloc()ed. NULL: no memory. */
static void put(struct work *w, size_t pair, char *line, size_t n) {
    w->no_memory = w->no_memory || line == NULL;
    w->waiting[pair % WAITING] = (struct waiting){line, n};
}

static void keep(struct work *w, const char *line, size_t n) {
    struct error e;
    if (w->resume.fd < 0 || memcmp(line, JUDGING_HEAD, sizeof JUDGING_HEAD - 1) != 0 ||
        resume_add(&w->resume, line, n, &e) == 0)
        return;
    complain(w, "", e.message);
    w->trouble = true;
    resume_close(&w->resume);
    w->resume = (struct resume){.fd = -1};
}

static void answered(void *context, size_t pair, const char *line, size_t n) {
    struct work *w = context;
    char *kept = malloc(n);
    if (kept != NULL)
        memcpy(kept, line, n);
    w->judged++;
    keep(w, line, n);
    put(w, pair, kept, n);
}

/* ---- going through them ---- */

static char *without_judging(const struct pair *p, size_t *n) {
    static char line[JUDGING_LINE];
    static const struct {
        const char *status, *reason;
    } said[] = {[PAIR_NO_SOURCE] = {"no source", "there is no source for it"},
                [PAIR_NO_OUTPUT] = {"no output", "the source has no output"},
                [PAIR_AMBIGUOUS] = {"ambiguous", "it is the output of several sources"}};
    *n = judging_not(p, said[p->kind].status, said[p->kind].reason, line);
    char *copy = malloc(*n);
    if (copy != NULL)
        memcpy(copy, line, *n);
    return copy;
}

/* What needs no worker is answered at once. A verdict that could not be told is never on record:
 * it is tried again. */
static bool is_known(struct work *w, size_t pair) {
    const struct pair *p = &w->pairs.at[pair];
    char key[SHA256_SIZE];
    size_t n;
    if (p->kind != PAIR_BOTH) {
        char *line = without_judging(p, &n);
        put(w, pair, line, n);
        return true;
    }
    if (w->resume.used == 0 || !judging_key(&w->judging, p, key))
        return false;
    char *line = resume_find(&w->resume, key, &n);
    struct outcome o;
    bool read = line != NULL && outcome_read(&o, line, n), known = read && o.passed >= 0;
    if (read)
        outcome_free(&o);
    if (!known) {
        free(line);
        return false;
    }
    w->recorded++;
    put(w, pair, line, n);
    return true;
}

/* False: no worker can be started. */
static bool give_those_that_can(struct work *w, struct error *e) {
    for (; w->given < w->pairs.used && w->given < w->told + WAITING; w->given++) {
        if (!workers_have_room(&w->workers))
            return true;
        if (!is_known(w, w->given) && workers_give(&w->workers, w->given, e) != 0)
            return false;
    }
    return true;
}

static void note_signal(struct work *w) {
    struct signalfd_siginfo got;
    if (read(w->signals, &got, sizeof got) == (ssize_t)sizeof got)
        w->signal = (int)got.ssi_signo;
}

static int wait_for_answers(struct work *w, struct error *e) {
    struct pollfd fds[WORKERS_MOST + 1];
    workers_poll(&w->workers, fds);
    fds[w->jobs] = (struct pollfd){.fd = w->signals, .events = POLLIN};
    if (poll(fds, w->jobs + 1, 1000) < 0)
        return errno == EINTR ? 0 : error_set(e, errno, "poll: %s", strerror(errno));
    note_signal(w);
    return workers_take(&w->workers, fds, answered, w, e);
}

static int go_through(struct work *w, struct error *e) {
    while (w->told < w->pairs.used && w->signal == 0) {
        if (w->no_memory)
            return error_set(e, ENOMEM, "no memory for a record");
        if (!give_those_that_can(w, e))
            return e->code;
        tell_those_that_can(w, false);
        progress_show(&w->progress, w->told, w->judged, w->report.counts.failed);
        note_signal(w); /* where nothing is waited for, too */
        if (w->told < w->given && w->waiting[w->told % WAITING].line == NULL &&
            wait_for_answers(w, e) != 0)
            return e->code;
    }
    return 0;
}

/* ---- the whole ---- */

static int take_signals(struct work *w, sigset_t *before, struct error *e) {
    static const int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    sigset_t set;
    heard_signals(&set, taken, sizeof taken / sizeof *taken);
    (void)sigprocmask(SIG_BLOCK, &set, before);
    w->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return w->signals >= 0 ? 0 : error_set(e, errno, "signalfd: %s", strerror(errno));
}

/* As if it had come now: the caller sees by the status what has ended it. */
static void die_of(int signal, const sigset_t *before) {
    (void)raise(signal);
    (void)sigprocmask(SIG_SETMASK, before, NULL);
}

static int status_of(const struct work *w) {
    const struct report_counts *c = &w->report.counts;
    if (c->failed > 0)
        return FAILED;
    return w->trouble || c->left > 0 ||
                   c->not_judged + c->no_source + c->no_output + c->directories > 0
               ? NOT_JUDGED
               : PASSED;
}

static bool finish(struct work *w) {
    progress_hide(&w->progress);
    bool whole = w->format->end(&w->report);
    whole = fflush(stdout) == 0 && !ferror(stdout) && whole;
    progress_close(&w->progress, w->judged, w->recorded);
    return whole;
}

static int judge_all(struct work *w, struct error *e) {
    char settings[SHA256_SIZE];
    w->judging = (struct judging){
        &w->pairs, w->audit->conf, w->audit->request,
        judging_settings(w->audit->conf, w->audit->words, w->audit->words_used, settings)};
    w->report.out = stdout;
    w->report.sources = w->audit->sources;
    w->report.outputs = w->audit->outputs;
    w->report.counts = (struct report_counts){
        .pairs = w->pairs.used,
        .left = w->pairs.used,
        .directories = w->pairs.source_tree.unreadable + w->pairs.output_tree.unreadable,
        .links = w->pairs.source_tree.links + w->pairs.output_tree.links};
    if (w->pairs.used == 0)
        return error_set(e, ENOENT, "%s, %s: there are no GIFs", w->audit->sources,
                         w->audit->outputs);
    if (workers_open(&w->workers, &w->judging, w->jobs, e) != 0) {
        workers_close(&w->workers);
        return e->code;
    }
    progress_open(&w->progress, w->pairs.used);
    if (!w->format->begin(&w->report))
        return error_set(e, errno, "the report cannot be begun: %s", strerror(errno));
    struct error stopped = {0};
    if (go_through(w, &stopped) != 0) {
        complain(w, "", stopped.message);
        w->trouble = true;
    }
    workers_close(&w->workers);
    tell_those_that_can(w, true);
    if (!finish(w))
        return error_set(e, EIO, "the report could not be written: %s", strerror(errno));
    return 0;
}

int audit_run(const struct audit *a) {
    static struct work w;
    struct error e = {0};
    sigset_t before;
    w = (struct work){.audit = a, .resume = {.fd = -1}, .pairs = {.sources = -1, .outputs = -1}};
    if (read_call(&w, &e) != 0)
        return refuse(&w, &e);
    int result = a->resume != NULL ? resume_open(&w.resume, a->resume, &e) : 0;
    if (result == 0 && a->resume != NULL && w.resume.strange > 0)
        complain(&w, a->resume, "lines that are no records are left out");
    if (result == 0)
        result = pairs_read(&w.pairs, a->sources, a->outputs, a->map, tell_tree, &w, &e);
    if (result == 0)
        result = take_signals(&w, &before, &e);
    if (result == 0) {
        result = judge_all(&w, &e);
        close(w.signals);
    }
    resume_close(&w.resume);
    int status = result != 0 ? refuse(&w, &e) : status_of(&w);
    for (size_t i = 0; i < WAITING; i++)
        free(w.waiting[i].line);
    pairs_free(&w.pairs);
    if (w.signal != 0)
        die_of(w.signal, &before);
    return status;
}
