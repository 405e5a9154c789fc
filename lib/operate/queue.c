/* Rooms: random numbers · times · workers · percentiles · the simulation */
#include "operate/queue.h"

#include "state/times.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Until the queues are as they usually are: so many operations, and so many for each worker, in
 * which each has been free and busy several times. */
#define WARM_UP 50000
#define WARM_UP_WORKER 20
#define WARM_UP_MOST 4000000

/* ---- random numbers ---- */

/* SplitMix64 (Steele, Lea, Flood 2014): one word of state, no seed is a bad one. */
static uint64_t next(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* 0 to below 1. */
static double uniform(uint64_t *state) {
    return (double)(next(state) >> 11) * 0x1p-53;
}

static double exponential(uint64_t *state) {
    return -log1p(-uniform(state));
}

/* Box and Muller, the one half of it. */
static double normal(uint64_t *state) {
    double radius = sqrt(2 * exponential(state));
    return radius * cos(2 * M_PI * uniform(state));
}

/* ---- times ---- */

/* Times to be drawn from, each kind with random numbers of its own: what is judged must not change
 * what the host does. */
struct source {
    struct queue_times of;
    uint64_t random;
    double up_to[STATE_TIMES]; /* counted in this bucket and those before it */
    double scale;              /* seconds for a microsecond of the histogram */
};

static double middle_us(size_t bucket) {
    double from = (double)times_from(bucket);
    return bucket < STATE_TIMES - 1 ? (from + (double)times_below(bucket)) / 2 : from;
}

static void source_open(struct source *s, const struct queue_times *of, uint64_t seed) {
    double count = 0, sum_us = 0;
    s->of = *of;
    s->random = seed;
    if (of->shape != QUEUE_HISTOGRAM)
        return;
    for (size_t i = 0; i < STATE_TIMES; i++) {
        count += (double)of->histogram[i];
        sum_us += (double)of->histogram[i] * middle_us(i);
        s->up_to[i] = count;
    }
    s->scale = sum_us > 0 ? of->mean_s * count / sum_us : 0;
}

static double draw_histogram(struct source *s) {
    double rank = uniform(&s->random) * s->up_to[STATE_TIMES - 1];
    double within = uniform(&s->random);
    size_t low = 0, high = STATE_TIMES - 1;
    while (low < high) {
        size_t half = (low + high) / 2;
        if (s->up_to[half] > rank)
            high = half;
        else
            low = half + 1;
    }
    double from = (double)times_from(low);
    double width = low < STATE_TIMES - 1 ? (double)times_below(low) - from : 0;
    return (from + within * width) * s->scale;
}

static double draw(struct source *s) {
    const struct queue_times *of = &s->of;
    switch (of->shape) {
    case QUEUE_EXPONENTIAL:
        return of->mean_s * exponential(&s->random);
    case QUEUE_LOGNORMAL:
        return of->mean_s * exp(of->log_deviation * normal(&s->random) -
                                of->log_deviation * of->log_deviation / 2);
    case QUEUE_HISTOGRAM:
        return draw_histogram(s);
    default:
        return of->mean_s;
    }
}

/* ---- workers ---- */

/* When each is free next: a heap, the first to be free at its head. */
struct pool {
    double *free_at;
    size_t used;
};

static void sink(struct pool *p, double at) {
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= p->used)
            break;
        if (child + 1 < p->used && p->free_at[child + 1] < p->free_at[child])
            child++;
        if (p->free_at[child] >= at)
            break;
        p->free_at[i] = p->free_at[child];
        i = child;
    }
    p->free_at[i] = at;
}

/* An operation that comes at `now` and takes `takes`. Returns how long it waits. */
static double serve(struct pool *p, double now, double takes) {
    double start = p->free_at[0] > now ? p->free_at[0] : now;
    sink(p, start + takes);
    return start - now;
}

/* ---- percentiles ---- */

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Nearest rank, as times_percentile(). */
static double rank(const double *sorted, size_t n, double share) {
    size_t i = (size_t)ceil(share * (double)n);
    return sorted[i > 0 ? i - 1 : 0];
}

static struct queue_percentiles percentiles(double *values, size_t n) {
    struct queue_percentiles p = {0};
    if (n == 0)
        return p;
    qsort(values, n, sizeof *values, by_value);
    for (size_t i = 0; i < n; i++)
        p.mean += values[i];
    p.mean /= (double)n;
    p.p50 = rank(values, n, 0.50);
    p.p95 = rank(values, n, 0.95);
    p.p99 = rank(values, n, 0.99);
    return p;
}

/* ---- the simulation ---- */

struct simulation {
    struct source host, validation;
    uint64_t arrivals, choice;
    struct pool with, without;
    double *waiting, *waiting_without, *added;
    size_t judged;
    double now, added_sum, work_s;
};

/* No host has room for more. */
#define MOST ((size_t)1 << 32)

static bool room(struct simulation *x, const struct queue_system *s) {
    if (s->operations > MOST || s->workers > MOST)
        return false;
    x->with.free_at = calloc(s->workers, sizeof(double));
    x->without.free_at = calloc(s->workers, sizeof(double));
    x->waiting = calloc(s->operations, sizeof(double));
    x->waiting_without = calloc(s->operations, sizeof(double));
    x->added = calloc(s->operations, sizeof(double));
    x->with.used = x->without.used = s->workers;
    return x->with.free_at != NULL && x->without.free_at != NULL && x->waiting != NULL &&
           x->waiting_without != NULL && x->added != NULL;
}

static void drop(struct simulation *x) {
    free(x->with.free_at);
    free(x->without.free_at);
    free(x->waiting);
    free(x->waiting_without);
    free(x->added);
}

/* One operation; its number among those that count, or -1 while the system warms up. */
static void operation(struct simulation *x, const struct queue_system *s, int64_t number) {
    x->now += exponential(&x->arrivals) / s->arrivals;
    double host = draw(&x->host), validation = draw(&x->validation);
    bool judged = uniform(&x->choice) < s->share;
    double takes = host + (judged ? validation : 0);
    double waits = serve(&x->with, x->now, takes);
    double waits_without = serve(&x->without, x->now, host);
    if (number < 0)
        return;
    double added = waits + takes - waits_without - host;
    x->waiting[number] = waits;
    x->waiting_without[number] = waits_without;
    x->added_sum += added;
    x->work_s += takes;
    if (judged)
        x->added[x->judged++] = added;
}

static size_t warm_up(const struct queue_system *s) {
    size_t n = WARM_UP + WARM_UP_WORKER * s->workers;
    return n < WARM_UP_MOST ? n : WARM_UP_MOST;
}

static void run(struct simulation *x, const struct queue_system *s, struct queue_result *r) {
    for (size_t i = warm_up(s); i > 0; i--)
        operation(x, s, -1);
    double began = x->now;
    for (size_t i = 0; i < s->operations; i++)
        operation(x, s, (int64_t)i);
    r->busy = x->now > began ? x->work_s / (x->now - began) / (double)s->workers : 0;
    r->waiting = percentiles(x->waiting, s->operations);
    r->waiting_without = percentiles(x->waiting_without, s->operations);
    r->added = percentiles(x->added, x->judged);
    r->added_mean = x->added_sum / (double)s->operations;
}

struct queue_result queue_simulate(const struct queue_system *s) {
    struct queue_result r = {.load_without = s->arrivals * s->host.mean_s};
    r.load = r.load_without + s->arrivals * s->share * s->validation.mean_s;
    r.utilisation = r.load / (double)s->workers;
    if (r.load_without >= (double)s->workers)
        r.answer = QUEUE_UNSTABLE_ANYWAY;
    else if (r.load >= (double)s->workers)
        r.answer = QUEUE_UNSTABLE;
    if (r.answer != QUEUE_STABLE)
        return r;
    struct simulation *x = calloc(1, sizeof *x);
    if (x == NULL || !room(x, s)) {
        r.answer = QUEUE_NO_MEMORY;
    } else {
        uint64_t seeds = s->seed;
        x->arrivals = next(&seeds);
        x->choice = next(&seeds);
        source_open(&x->host, &s->host, next(&seeds));
        source_open(&x->validation, &s->validation, next(&seeds));
        run(x, s, &r);
    }
    if (x != NULL)
        drop(x);
    free(x);
    return r;
}
