/* Rooms: what is measured · workers that are up · simulating · sampling · the plan */
#include "operate/capacity.h"

#include "operate/summary.h"

#include <math.h>
#include <string.h>

#define DAY_S 86400.0
#define OPERATIONS 200000
#define OPERATIONS_MOST 1000000
#define JUDGED_SEARCH 5000
#define SEED 1

/* ---- what is measured ---- */

static struct capacity_figure measured(double value) {
    return (struct capacity_figure){value, true};
}

static struct capacity_figure assumed(double value) {
    return (struct capacity_figure){value, false};
}

static void from_state(struct capacity_basis *b, const struct state_snapshot *s) {
    const struct state_hour whole = summary_whole(s);
    const struct summary_row row = summary_row(&whole);
    b->validations = times_count(whole.times) > 0 ? row.validations : 0;
    if (b->validations > 0 && whole.time_us > 0) {
        b->validation_s = measured((double)whole.time_us / (double)row.validations / 1e6);
        b->p50_s = (double)row.p50_us / 1e6;
        b->p95_s = (double)row.p95_us / 1e6;
        b->p99_s = (double)row.p99_us / 1e6;
        memcpy(b->times, whole.times, sizeof b->times);
    }
    if (whole.arena_bytes > 0)
        b->memory = measured((double)whole.arena_bytes);
    if (row.verdicts > 0)
        b->failures = measured(1 - row.success_rate);
    if (row.validations > 0 && whole.bytes_in + whole.bytes_out > 0)
        b->evidence =
            measured((double)(whole.bytes_in + whole.bytes_out) / (double)row.validations);
}

static void from_log(struct capacity_basis *b, const struct capacity_log *log) {
    const struct arm_figures *of = log->arms.of;
    b->records = log->records;
    if (log->records > 0)
        b->record = measured((double)log->bytes / (double)log->records);
    if (of[ARM_CONTROL].times.us.n > 0) {
        b->host_s = measured(of[ARM_CONTROL].times.us.mean / 1e6);
        b->host_log_deviation = sqrt(statistics_variance(&of[ARM_CONTROL].times.log_us));
    } else if (of[ARM_TEST].passed > 0 &&
               of[ARM_TEST].times.us.mean / 1e6 > b->validation_s.value) {
        b->host_s = measured(of[ARM_TEST].times.us.mean / 1e6 - b->validation_s.value);
        b->host_log_deviation = sqrt(statistics_variance(&of[ARM_TEST].times.log_us));
    }
    if (of[ARM_CONTROL].times.us.n > 1 && of[ARM_TEST].times.us.n > 1 && of[ARM_TEST].passed > 0) {
        const struct arm_times times[ARMS] = {of[ARM_TEST].times, of[ARM_CONTROL].times};
        b->ratio = arms_ratio(times);
    }
}

void capacity_basis(struct capacity_basis *b, const struct state_snapshot *snapshot,
                    const struct capacity_log *log) {
    *b = (struct capacity_basis){.validation_s = assumed(CAPACITY_VALIDATION_S),
                                 .memory = assumed(CAPACITY_MEMORY),
                                 .record = assumed(CAPACITY_RECORD),
                                 .failures = assumed(CAPACITY_FAILURES),
                                 .evidence = assumed(CAPACITY_EVIDENCE)};
    if (snapshot != NULL)
        from_state(b, snapshot);
    b->host_s = assumed(b->validation_s.value / CAPACITY_OVERHEAD);
    if (log != NULL)
        from_log(b, log);
}

/* ---- workers that are up ---- */

/* The sum over how many are down, 0 to n - k: the few terms. */
double capacity_up(size_t k, size_t n, double p) {
    double term = (double)n * log(p), odds = log1p(-p) - log(p), sum = 0;
    if (k == 0)
        return 1;
    if (k > n)
        return 0;
    for (size_t down = 0; down <= n - k; down++) {
        sum += exp(term);
        term += log((double)(n - down) / (double)(down + 1)) + odds;
    }
    return sum < 1 ? sum : 1;
}

/* Rounding must not decide: one worker of 0.99 is there for a plan of 0.99. */
static bool holds(size_t k, size_t n, double availability) {
    return capacity_up(k, n, availability) >= availability - 1e-9;
}

/* The most that are up. */
static size_t up_of(size_t n, double availability) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t half = high - (high - low) / 2;
        if (holds(half, n, availability))
            low = half;
        else
            high = half - 1;
    }
    return low;
}

/* The least of which k are up. */
static size_t of_which(size_t k, double availability) {
    size_t low = k, high = (size_t)(2 * (double)k / availability) + 64;
    while (low < high) {
        size_t half = low + (high - low) / 2;
        if (holds(k, half, availability))
            high = half;
        else
            low = half + 1;
    }
    return low;
}

/* ---- simulating ---- */

static struct queue_times validation_times(const struct capacity_basis *b) {
    return (struct queue_times){.shape =
                                    b->validation_s.measured ? QUEUE_HISTOGRAM : QUEUE_EXPONENTIAL,
                                .mean_s = b->validation_s.value,
                                .histogram = b->times};
}

static struct queue_times host_times(const struct capacity_basis *b) {
    return (struct queue_times){.shape = b->host_s.measured ? QUEUE_LOGNORMAL : QUEUE_EXPONENTIAL,
                                .mean_s = b->host_s.value,
                                .log_deviation = b->host_log_deviation};
}

static struct queue_result simulate(const struct capacity_basis *b, const struct capacity_plan *p,
                                    double arrivals, double percentage, size_t operations) {
    const struct queue_system s = {.arrivals = arrivals,
                                   .workers = p->workers_up,
                                   .share = percentage / 100,
                                   .host = host_times(b),
                                   .validation = validation_times(b),
                                   .operations = operations,
                                   .seed = SEED};
    return queue_simulate(&s);
}

/* ---- sampling ---- */

/* Down to a tenth of a percent: what is said must be within the budget. */
static double tenths(double percentage) {
    return percentage >= 100 ? 100 : floor(percentage * 10 + 1e-6) / 10;
}

static double within_workers(const struct capacity_basis *b, const struct capacity_plan *p) {
    double left = CAPACITY_USED * (double)p->workers_up - p->peak_s * b->host_s.value;
    double whole = p->peak_s * b->validation_s.value;
    return left < 0 ? -1 : tenths(100 * left / whole);
}

static double within_cores(const struct capacity_basis *b, const struct capacity_plan *p,
                           double cores) {
    return isnan(cores) ? (double)NAN
                        : tenths(100 * CAPACITY_USED * cores / (p->peak_s * b->validation_s.value));
}

/* So many operations that enough of them are judged. */
static size_t operations_for(double percentage) {
    double n = 100 * (double)JUDGED_SEARCH / percentage;
    return n < OPERATIONS ? OPERATIONS / 2 : n < OPERATIONS_MOST ? (size_t)n : OPERATIONS_MOST;
}

static bool is_within(const struct capacity_basis *b, const struct capacity_plan *p, int tenth,
                      double latency_s) {
    double percentage = tenth / 10.0;
    const struct queue_result r = simulate(b, p, p->peak_s, percentage, operations_for(percentage));
    return r.answer == QUEUE_STABLE && r.added.p95 <= latency_s;
}

/* A validation that meets no other one takes too long already. */
static bool is_hopeless(const struct capacity_basis *b, const struct capacity_plan *p,
                        double latency_s) {
    const double hardly_ever = 1e-6 / (b->host_s.value + b->validation_s.value);
    return simulate(b, p, hardly_ever, 100, OPERATIONS / 2).added.p95 > latency_s;
}

/* The more is judged, the longer all wait: by halving, in tenths of a percent. */
static double within_latency(const struct capacity_basis *b, const struct capacity_plan *p,
                             double latency_s) {
    int low = 0, high = 1000;
    if (isnan(latency_s))
        return (double)NAN;
    if (is_hopeless(b, p, latency_s) || !is_within(b, p, 1, latency_s))
        return -1;
    while (low < high) {
        int half = high - (high - low) / 2;
        if (is_within(b, p, half, latency_s))
            low = half;
        else
            high = half - 1;
    }
    return low / 10.0;
}

/* ---- the plan ---- */

static void reckon_storage(struct capacity_plan *p, const struct capacity_basis *b,
                           const struct capacity_asked *a) {
    double judged = a->daily * a->percentage / 100, failed = judged * b->failures.value;
    double anyway = (a->failures ? failed : 0) + (a->control ? a->daily - judged : 0);
    p->log_day_without_passes = anyway * b->record.value;
    p->log_day = p->log_day_without_passes + (a->passes ? (judged - failed) * b->record.value : 0);
    p->evidence_day = a->keeps_evidence ? failed * (b->evidence.value + b->record.value) : 0;
    p->evidence_days = p->evidence_day > 0 ? a->evidence_most / p->evidence_day : (double)INFINITY;
}

static void reckon_workers(struct capacity_plan *p, const struct capacity_basis *b,
                           const struct capacity_asked *a) {
    double load = p->peak_s * b->host_s.value + p->judged_s * b->validation_s.value;
    p->workers_up = up_of(a->workers, a->availability);
    p->workers_needed = (size_t)fmax(1, ceil(load / CAPACITY_USED - 1e-9));
    p->workers_wanted = of_which(p->workers_needed, a->availability);
}

static double smallest(double a, double b) {
    return isnan(b) || a <= b ? a : b;
}

struct capacity_plan capacity_plan(const struct capacity_basis *b, const struct capacity_asked *a) {
    struct capacity_plan p = {.mean_s = a->daily / DAY_S};
    p.peak_s = CAPACITY_PEAK * p.mean_s;
    p.judged_s = p.peak_s * a->percentage / 100;
    p.cores = p.judged_s * b->validation_s.value / CAPACITY_USED;
    p.host_cores = p.peak_s * b->host_s.value / CAPACITY_USED;
    p.memory = (double)a->workers * b->memory.value / CAPACITY_USED;
    reckon_workers(&p, b, a);
    reckon_storage(&p, b, a);
    p.queue = simulate(b, &p, p.peak_s, a->percentage, OPERATIONS);
    p.percentage_workers = within_workers(b, &p);
    p.percentage_cores = within_cores(b, &p, a->max_cores);
    p.percentage_latency = within_latency(b, &p, a->max_latency_s);
    p.percentage =
        smallest(smallest(p.percentage_workers, p.percentage_cores), p.percentage_latency);
    return p;
}
