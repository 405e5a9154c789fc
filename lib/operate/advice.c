#include "operate/advice.h"

#include "operate/amount.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* Fewer validations than this say little of the slowest of a hundred. */
#define FEW 1000
/* A day's log that is worth a word: so much, or so much of what is free. */
#define LOG_LARGE 1e9
#define LOG_SHARE 0.01
/* A slowest percent so much above the median is that of files of another kind. */
#define TAIL 10

static void say(struct advice *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct advice *a, const char *format, ...) {
    va_list args;
    if (a->used == ADVICE_MOST)
        return;
    va_start(args, format);
    vsnprintf(a->lines[a->used++], sizeof *a->lines, format, args);
    va_end(args);
}

static void on_workers(struct advice *to, const struct capacity_asked *a,
                       const struct capacity_plan *p) {
    char needed[AMOUNT_SIZE], wanted[AMOUNT_SIZE], up[AMOUNT_SIZE];
    amount_count(needed, (double)p->workers_needed);
    amount_count(wanted, (double)p->workers_wanted);
    amount_count(up, (double)p->workers_up);
    if (a->workers < p->workers_wanted)
        say(to,
            "workers: %s are wanted (%s busy at the peak with 20 %% head room, and spare ones for "
            "failures); %s can be counted on",
            wanted, needed, up);
    if (p->queue.answer == QUEUE_UNSTABLE_ANYWAY)
        say(to, "sampling cannot help: the compressors alone keep more than all workers busy");
}

static void on_sampling(struct advice *to, const struct capacity_asked *a,
                        const struct capacity_plan *p) {
    if (p->percentage_latency < 0)
        say(to, "max latency: no sampling keeps to it; make single validations faster "
                "(validation.max_file_size_mb, quality.enabled) or add workers");
    if (p->percentage >= 0 && p->percentage < a->percentage)
        say(to, "sampling.percentage = %g: what fits; it is %g now%s", p->percentage, a->percentage,
            p->percentage == 0 ? " (less than a tenth of a percent fits)" : "");
    else if (a->percentage < 100 && p->percentage > a->percentage)
        say(to, "sampling.percentage could be raised from %g to %g", a->percentage, p->percentage);
}

static void on_files(struct advice *to, const struct capacity_basis *b,
                     const struct capacity_plan *p, const struct advice_facts *f) {
    char slow[AMOUNT_SIZE], usual[AMOUNT_SIZE];
    if (b->p99_s > f->slow_s && b->p99_s > TAIL * b->p50_s)
        say(to,
            "validation.max_file_size_mb: lower it from %g: the slowest hundredth of the "
            "validations takes %s and more, the median %s; large files are then not judged",
            f->max_file_size_mb, amount_time(slow, b->p99_s), amount_time(usual, b->p50_s));
    else if (p->percentage_latency < 0 && b->p95_s > 0)
        say(to,
            "validation.max_file_size_mb: lower it from %g: a twentieth of the validations "
            "takes %s and more",
            f->max_file_size_mb, amount_time(slow, b->p95_s));
}

static void on_log(struct advice *to, const struct capacity_asked *a, const struct capacity_plan *p,
                   const struct advice_facts *f) {
    char now[AMOUNT_SIZE], then[AMOUNT_SIZE];
    bool large =
        p->log_day > LOG_LARGE || (f->log_free >= 0 && p->log_day > LOG_SHARE * f->log_free);
    amount_bytes(now, p->log_day);
    amount_bytes(then, p->log_day_without_passes);
    if (large && a->passes)
        say(to, "log.passes = false: %s a day become %s", now, then);
    else if (large)
        say(to, "log: %s a day: rotate it by size (conf/logrotate), or ship it", now);
    if (f->log_free >= 0 && p->log_day > 0 && f->log_free / p->log_day < 7)
        say(to, "log: its disk is full in %s", amount_time(then, 86400 * f->log_free / p->log_day));
}

static void on_evidence(struct advice *to, const struct capacity_plan *p) {
    char days[AMOUNT_SIZE];
    if (p->evidence_days < 1)
        say(to, "evidence.max_mb: what failed is kept for %s only",
            amount_time(days, 86400 * p->evidence_days));
}

static void on_measuring(struct advice *to, const struct capacity_basis *b) {
    char n[AMOUNT_SIZE];
    if (!b->validation_s.measured || b->validations < FEW)
        say(to, "measure first: %s validations are on record here",
            amount_count(n, (double)b->validations));
    if (!b->host_s.measured)
        say(to, "the compressors' own time is not measured: records of passes have it "
                "(log.passes = true), better the control arm (log.control = true, "
                "sampling.percentage below 100)");
}

void advice_of(struct advice *advice, const struct capacity_basis *b,
               const struct capacity_asked *a, const struct capacity_plan *p,
               const struct advice_facts *f) {
    advice->used = 0;
    on_workers(advice, a, p);
    on_sampling(advice, a, p);
    on_files(advice, b, p, f);
    on_log(advice, a, p, f);
    on_evidence(advice, p);
    on_measuring(advice, b);
}
