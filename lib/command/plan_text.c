/* A plan as text.
 *
 * Rooms: what one operation takes · the table of the scenarios · all of it */
#include "command/plan.h"
#include "operate/amount.h"

#include <math.h>
#include <stdio.h>

/* ---- what one operation takes ---- */

static void print_basis_row(const char *name, const char *value, bool measured, const char *how) {
    printf("  %-26s %12s  %s%s%s\n", name, value, measured ? "measured" : "default",
           how[0] != '\0' ? ": " : "", how);
}

static void print_basis(const struct capacity_basis *b) {
    char value[AMOUNT_SIZE], n[AMOUNT_SIZE], x[AMOUNT_SIZE], y[AMOUNT_SIZE], z[AMOUNT_SIZE];
    char how[256] = "";
    printf("What one operation takes\n");
    if (b->validation_s.measured)
        snprintf(how, sizeof how, "%s validations, p50 %s, p95 %s, p99 %s",
                 amount_count(n, (double)b->validations), amount_time(x, b->p50_s),
                 amount_time(y, b->p95_s), amount_time(z, b->p99_s));
    print_basis_row("a validation", amount_time(value, b->validation_s.value),
                    b->validation_s.measured, how);
    print_basis_row("its memory", amount_bytes(value, b->memory.value), b->memory.measured,
                    b->memory.measured ? "the most that one has taken" : "");
    snprintf(how, sizeof how, "a validation is %s of it",
             amount_percent(n, b->validation_s.value / b->host_s.value));
    print_basis_row("the compressor's own time", amount_time(value, b->host_s.value),
                    b->host_s.measured, how);
    if (b->ratio.known) {
        snprintf(how, sizeof how, "A/B, with 95 %% confidence %+.1f to %+.1f %%",
                 100 * (b->ratio.low - 1), 100 * (b->ratio.high - 1));
        print_basis_row("with validation longer by", amount_percent(value, b->ratio.value - 1),
                        true, how);
    }
    snprintf(how, sizeof how, "%s records", amount_count(n, (double)b->records));
    print_basis_row("a record in the log", amount_bytes(value, b->record.value), b->record.measured,
                    b->record.measured ? how : "");
    print_basis_row("failures", amount_percent(value, b->failures.value), b->failures.measured,
                    "of the verdicts");
    print_basis_row("evidence of a failure", amount_bytes(value, b->evidence.value),
                    b->evidence.measured, b->evidence.measured ? "source and output" : "");
}

/* ---- the table of the scenarios ---- */

enum format { COUNT, WHOLE, BYTES, PERCENT, SIMULATED, FITS };

#define AT(member) offsetof(struct plan_scenario, member)
#define ALWAYS SIZE_MAX
#define WITH(budget) offsetof(struct plan, budget) /* printed when it is no NAN */

static const struct row {
    const char *name;
    enum format format; /* a size_t where it is WHOLE, else a double */
    size_t at;          /* of the figure in struct plan_scenario */
    size_t budget;      /* that it is printed for, in struct plan */
} rows[] = {
    {"operations a day", COUNT, AT(daily), ALWAYS},
    {"workers", WHOLE, AT(workers), ALWAYS},
    {"operations a second, mean", COUNT, AT(plan.mean_s), ALWAYS},
    {"  at the peak (3 times)", COUNT, AT(plan.peak_s), ALWAYS},
    {"cores for validation", COUNT, AT(plan.cores), ALWAYS},
    {"cores for the compressors", COUNT, AT(plan.host_cores), ALWAYS},
    {"memory, all validating", BYTES, AT(plan.memory), ALWAYS},
    {"log a day", BYTES, AT(plan.log_day), ALWAYS},
    {"evidence a day", BYTES, AT(plan.evidence_day), ALWAYS},
    {"workers to be counted on", WHOLE, AT(plan.workers_up), ALWAYS},
    {"workers needed", WHOLE, AT(plan.workers_needed), ALWAYS},
    {"  with spare ones", WHOLE, AT(plan.workers_wanted), ALWAYS},
    {"utilisation at the peak", PERCENT, AT(plan.queue.utilisation), ALWAYS},
    {"waiting, p50", SIMULATED, AT(plan.queue.waiting.p50), ALWAYS},
    {"waiting, p95", SIMULATED, AT(plan.queue.waiting.p95), ALWAYS},
    {"waiting, p99", SIMULATED, AT(plan.queue.waiting.p99), ALWAYS},
    {"  without gifvet, p99", SIMULATED, AT(plan.queue.waiting_without.p99), ALWAYS},
    {"added latency, p50", SIMULATED, AT(plan.queue.added.p50), ALWAYS},
    {"added latency, p95", SIMULATED, AT(plan.queue.added.p95), ALWAYS},
    {"added latency, p99", SIMULATED, AT(plan.queue.added.p99), ALWAYS},
    {"  mean of all operations", SIMULATED, AT(plan.queue.added_mean), ALWAYS},
    {"sampling, by the workers", FITS, AT(plan.percentage_workers), ALWAYS},
    {"sampling, by --max-cores", FITS, AT(plan.percentage_cores), WITH(max_cores)},
    {"sampling, by the latency", FITS, AT(plan.percentage_latency), WITH(max_latency_ms)},
};

static char *fits(char *to, double percentage) {
    if (percentage < 0)
        snprintf(to, AMOUNT_SIZE, "none");
    else
        amount_percent(to, percentage / 100);
    return to;
}

/* Of a system that was simulated. */
static char *simulated(char *to, const struct queue_result *q, double seconds) {
    switch (q->answer) {
    case QUEUE_STABLE:
        return amount_time(to, seconds);
    case QUEUE_NO_MEMORY:
        snprintf(to, AMOUNT_SIZE, "no memory");
        return to;
    default:
        snprintf(to, AMOUNT_SIZE, "unstable");
        return to;
    }
}

static char *cell(char *to, const struct row *row, const struct plan_scenario *s) {
    const void *at = (const char *)s + row->at;
    switch (row->format) {
    case COUNT:
        return amount_count(to, *(const double *)at);
    case WHOLE:
        return amount_count(to, (double)*(const size_t *)at);
    case BYTES:
        return amount_bytes(to, *(const double *)at);
    case PERCENT:
        return amount_percent(to, *(const double *)at);
    case SIMULATED:
        return simulated(to, &s->plan.queue, *(const double *)at);
    default:
        return fits(to, *(const double *)at);
    }
}

static void print_row(const struct plan *p, const struct row *row) {
    char text[AMOUNT_SIZE];
    if (row->budget != ALWAYS &&
        isnan(*(const double *)(const void *)((const char *)p + row->budget)))
        return;
    printf("  %-26s", row->name);
    for (size_t i = 0; i < p->used; i++)
        printf(" %*s", i == 0 ? 14 : 16, cell(text, row, &p->of[i]));
    putchar('\n');
}

/* ---- all of it ---- */

void plan_print_text(const struct plan *p) {
    char text[AMOUNT_SIZE];
    print_basis(&p->basis);
    printf("\n%-26s", "The plan");
    for (size_t i = 0; i < p->used; i++)
        printf(" %16s", p->of[i].name);
    putchar('\n');
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        print_row(p, &rows[i]);
    printf("\nSampling is %s; cores, memory and workers needed have 20 %% left over; availability "
           "%g.\n",
           amount_percent(text, p->asked.percentage / 100), p->availability);
    printf("Added latency is that of outputs that are judged. Simulated: %s.\n",
           p->basis.validation_s.measured ? "the measured times" : "exponential times");
    if (p->advice.used > 0)
        printf("\nWhat to do\n");
    for (size_t i = 0; i < p->advice.used; i++)
        printf("  %s\n", p->advice.lines[i]);
}
