/* What was measured on this host, for `gifvet plan`: the state and the log. */
#include "command/plan.h"
#include "operate/log_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define WORKERS_MAX 8 /* threads that read the log */

static void take_record(void *context, const struct log_record *r) {
    struct capacity_log *log = context;
    bool of_an_output = log_text_is(r->type, "validation") || log_text_is(r->type, "control");
    arms_take(&log->arms, r);
    log->records += of_an_output;
}

static bool take_line(void *context, const char *text, size_t n) {
    struct capacity_log *log = context;
    uint64_t before = log->records;
    bool is_record = log_record_read(text, n, take_record, log) == LOG_RECORD;
    if (log->records > before)
        log->bytes += n + 1;
    return is_record;
}

/* Not there, or empty, is nothing measured. */
static int read_log(struct capacity_log *all, const struct conf *c) {
    static struct capacity_log each[WORKERS_MAX];
    void *contexts[WORKERS_MAX];
    const char *path = c->log_path;
    struct log_read_counts counts;
    struct stat st;
    if (c->log_syslog || (stat(path, &st) != 0 && errno == ENOENT) ||
        (stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0))
        return 0;
    for (size_t i = 0; i < WORKERS_MAX; i++)
        contexts[i] = &each[i];
    const struct log_reading reading = {.paths = &path,
                                        .paths_used = 1,
                                        .since_us = INT64_MIN,
                                        .workers = log_workers(),
                                        .line = take_line,
                                        .contexts = contexts};
    int result = log_read("plan", &reading, &counts);
    for (size_t i = 0; i < WORKERS_MAX; i++) {
        arms_merge(&all->arms, &each[i].arms);
        all->records += each[i].records;
        all->bytes += each[i].bytes;
    }
    return result;
}

int plan_measure(struct plan *p, const struct conf *c) {
    static struct capacity_log log;
    struct error e = {0};
    struct state_snapshot *snapshot = calloc(1, sizeof *snapshot);
    if (snapshot == NULL) {
        fprintf(stderr, "gifvet plan: no memory\n");
        return 2;
    }
    int state = state_read(c->state_dir, snapshot, &e);
    if (state != 0 && state != ENOENT)
        fprintf(stderr, "gifvet plan: %s\n", e.message);
    int result = read_log(&log, c);
    capacity_basis(&p->basis, state == 0 ? snapshot : NULL, &log);
    free(snapshot);
    return state != 0 && state != ENOENT ? 2 : result;
}
