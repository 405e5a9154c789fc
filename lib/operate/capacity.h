/* What validation will take of a host that has so many operations a day: from what was measured
 * here, or documented defaults where nothing was. Pure.
 *
 * The peak is three times the mean of the day. Everything that is bought (cores, workers, memory)
 * has 20 % left over at the peak: need / 0.8.
 *
 * Availability A is both of each worker, on its own, and of the plan. Of n workers X are up, X ~
 * Binomial(n, A). The plan needs k; it asks for the least n with P(X >= k) >= A. Of the W workers
 * that there are it counts on the most u with P(X >= u) >= A, and simulates with u. */
#ifndef GIFVET_OPERATE_CAPACITY_H
#define GIFVET_OPERATE_CAPACITY_H

#include "operate/arms.h"
#include "operate/queue.h"
#include "state/state.h"

#include <stdbool.h>
#include <stdint.h>

#define CAPACITY_PEAK 3
#define CAPACITY_USED 0.8 /* of what is bought, at the peak */

/* The documented defaults. */
#define CAPACITY_VALIDATION_S 0.025
#define CAPACITY_MEMORY 2e6    /* bytes that a validation allocates at most */
#define CAPACITY_OVERHEAD 0.05 /* a validation's share of the host's own time */
#define CAPACITY_RECORD 1e5    /* bytes of a record */
#define CAPACITY_FAILURES 0.05 /* share of the verdicts */
#define CAPACITY_EVIDENCE 2e6  /* bytes of a bundle */

/* One figure, and where it is from. */
struct capacity_figure {
    double value;
    bool measured;
};

/* What was read of the log. */
struct capacity_log {
    struct arms arms;
    uint64_t records, bytes; /* of outputs, newline included */
};

/* What one operation takes. */
struct capacity_basis {
    uint64_t validations, records;
    struct capacity_figure validation_s, memory, host_s, record, failures, evidence;
    double p50_s, p95_s, p99_s;       /* of a validation, as measured; 0 when it was not */
    double host_log_deviation;        /* where host_s is measured */
    struct statistics_interval ratio; /* A/B: time with over time without; not known without */
    uint64_t times[STATE_TIMES];      /* of validations; as state/times.h */
};

/* Fills *b. snapshot and log may be NULL: nothing is known. The host's time is that of the control
 * arm, else that of the test arm less a validation, else a validation / CAPACITY_OVERHEAD. */
void capacity_basis(struct capacity_basis *b, const struct state_snapshot *snapshot,
                    const struct capacity_log *log);

/* What is asked, and what the configuration says of it. */
struct capacity_asked {
    double daily;                    /* operations a day, over 0 */
    size_t workers;                  /* 1 to QUEUE_WORKERS_MAX */
    double availability;             /* 0.5 to below 1 */
    double percentage;               /* [sampling] percentage */
    double max_cores, max_latency_s; /* NAN: no budget */
    bool passes, failures, control;  /* what goes to the log */
    bool keeps_evidence;
    double evidence_most; /* bytes that evidence may take */
};

struct capacity_plan {
    double mean_s, peak_s;         /* operations a second */
    double judged_s;               /* of them at the peak */
    double cores, host_cores;      /* for validation, and for the host itself; head room included */
    double memory;                 /* bytes, every worker validating at once; likewise */
    double log_day, evidence_day;  /* bytes a day */
    double log_day_without_passes; /* the same if passes were not recorded */
    double evidence_days;          /* that evidence is kept; INFINITY: for ever */
    size_t workers_up;             /* that the plan counts on */
    size_t workers_needed;         /* that are to be up */
    size_t workers_wanted;         /* that there are to be, for so many to be up */
    struct queue_result queue;     /* at the peak, of workers_up */
    /* The largest sampling percentages within each budget, in tenths; NAN: no such budget.
     * Negative: none is within it. */
    double percentage_workers; /* the workers that are up have 20 % left over */
    double percentage_cores, percentage_latency;
    double percentage; /* within all of them */
};

/* Latency: of 95 % of the outputs that are judged, at the peak. */
struct capacity_plan capacity_plan(const struct capacity_basis *b, const struct capacity_asked *a);

/* P(X >= k) of n, each up with probability p. */
double capacity_up(size_t k, size_t n, double p);

#endif
