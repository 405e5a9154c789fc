/* Workers that take operations in the order in which they come, with and without validation,
 * simulated. Pure: the same input gives the same output, on any thread; allocates while it runs.
 *
 * Arrivals are Poisson. A worker is busy with an operation for the host's time and, where it is
 * judged, for the validation's. Both systems, with and without validation, meet the same arrivals
 * and the same times (common random numbers), so that what validation adds to each operation is
 * known exactly, waiting for workers that are busy validating included. */
#ifndef GIFVET_OPERATE_QUEUE_H
#define GIFVET_OPERATE_QUEUE_H

#include <stddef.h>
#include <stdint.h>

#define QUEUE_WORKERS_MAX 1000000

enum queue_shape { QUEUE_FIXED, QUEUE_EXPONENTIAL, QUEUE_LOGNORMAL, QUEUE_HISTOGRAM };

/* How long something takes. The mean is kept whatever the shape: a histogram's values are scaled to
 * it. */
struct queue_times {
    enum queue_shape shape;
    double mean_s;             /* 0 = no time at all, of any shape */
    double log_deviation;      /* QUEUE_LOGNORMAL: standard deviation of the natural logarithm */
    const uint64_t *histogram; /* QUEUE_HISTOGRAM: as state/times.h; not empty */
};

struct queue_system {
    double arrivals; /* a second, over 0 */
    size_t workers;  /* 1 to QUEUE_WORKERS_MAX */
    double share;    /* of the operations that are judged, 0 to 1 */
    struct queue_times host, validation;
    size_t operations; /* that are counted, after the system has warmed up; at least 1 */
    uint64_t seed;
};

enum queue_answer {
    QUEUE_STABLE,
    QUEUE_UNSTABLE,        /* with validation there is as much work as workers can do, or more */
    QUEUE_UNSTABLE_ANYWAY, /* without it, too */
    QUEUE_NO_MEMORY
};

struct queue_percentiles {
    double mean, p50, p95, p99; /* seconds; 0 where there was nothing */
};

/* The loads are known in any case; the rest only of a stable system. */
struct queue_result {
    enum queue_answer answer;
    double load, load_without; /* workers that are busy, on average */
    double utilisation;        /* load / workers */
    double busy;               /* the same as simulated: share of the workers' time */
    struct queue_percentiles waiting, waiting_without; /* for a free worker, of all operations */
    struct queue_percentiles added;                    /* by validation, to those judged */
    double added_mean;                                 /* to all operations */
};

/* Simulates. An unstable system is said to be so, and not simulated. */
struct queue_result queue_simulate(const struct queue_system *s);

#endif
