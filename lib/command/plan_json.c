/* A plan as JSON. */
#include "command/plan.h"
#include "command/schema.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static json_t *json_figure(struct capacity_figure f) {
    return json_pack("{s:f, s:b}", "value", f.value, "measured", f.measured);
}

static json_t *json_number(double n) {
    return isfinite(n) ? json_real(n) : json_null();
}

static json_t *json_percentiles(const struct queue_percentiles *p) {
    return json_pack("{s:f, s:f, s:f, s:f}", "mean", p->mean, "p50", p->p50, "p95", p->p95, "p99",
                     p->p99);
}

static json_t *json_queue(const struct queue_result *q) {
    static const char *const answers[] = {"stable", "unstable", "unstable without validation",
                                          "no memory"};
    json_t *j = json_pack("{s:s, s:f, s:f, s:f}", "answer", answers[q->answer], "load", q->load,
                          "load_without", q->load_without, "utilisation", q->utilisation);
    if (q->answer != QUEUE_STABLE)
        return j;
    json_object_set_new(j, "busy", json_real(q->busy));
    json_object_set_new(j, "waiting_s", json_percentiles(&q->waiting));
    json_object_set_new(j, "waiting_without_s", json_percentiles(&q->waiting_without));
    json_object_set_new(j, "added_s", json_percentiles(&q->added));
    json_object_set_new(j, "added_to_all_mean_s", json_real(q->added_mean));
    return j;
}

static json_t *json_percentage(double percentage) {
    return percentage < 0 ? json_null() : json_number(percentage);
}

static json_t *json_scenario(const struct plan_scenario *s) {
    const struct capacity_plan *p = &s->plan;
    return json_pack(
        "{s:s, s:f, s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:o, s:I, s:I, s:I, s:o, s:o, "
        "s:o, s:o, s:o}",
        "name", s->name, "daily_operations", s->daily, "workers", (json_int_t)s->workers,
        "operations_s", p->mean_s, "peak_operations_s", p->peak_s, "cores", p->cores,
        "compressor_cores", p->host_cores, "memory_bytes", p->memory, "log_bytes_day", p->log_day,
        "log_bytes_day_without_passes", p->log_day_without_passes, "evidence_bytes_day",
        p->evidence_day, "evidence_days", json_number(p->evidence_days), "workers_up",
        (json_int_t)p->workers_up, "workers_needed", (json_int_t)p->workers_needed,
        "workers_wanted", (json_int_t)p->workers_wanted, "queue", json_queue(&p->queue),
        "percentage_by_workers", json_percentage(p->percentage_workers), "percentage_by_cores",
        json_percentage(p->percentage_cores), "percentage_by_latency",
        json_percentage(p->percentage_latency), "percentage", json_percentage(p->percentage));
}

static json_t *json_basis(const struct capacity_basis *b) {
    json_t *ratio = b->ratio.known ? json_pack("{s:f, s:f, s:f}", "value", b->ratio.value, "low",
                                               b->ratio.low, "high", b->ratio.high)
                                   : json_null();
    return json_pack("{s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "validations",
                     (json_int_t)b->validations, "records", (json_int_t)b->records, "validation_s",
                     json_figure(b->validation_s), "memory_bytes", json_figure(b->memory),
                     "compressor_s", json_figure(b->host_s), "record_bytes", json_figure(b->record),
                     "failures", json_figure(b->failures), "evidence_bytes",
                     json_figure(b->evidence), "time_ratio", ratio);
}

int plan_print_json(const struct plan *p) {
    json_t *plans = json_array(), *advice = json_array();
    for (size_t i = 0; i < p->used; i++)
        json_array_append_new(plans, json_scenario(&p->of[i]));
    for (size_t i = 0; i < p->advice.used; i++)
        json_array_append_new(advice, json_string(p->advice.lines[i]));
    json_t *j = json_pack("{s:f, s:f, s:o, s:o, s:o}", "percentage", p->asked.percentage,
                          "availability", p->availability, "basis", json_basis(&p->basis), "plans",
                          plans, "recommendations", advice);
    schema_set(j, "plan");
    char *text = j != NULL ? json_dumps(j, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) : NULL;
    json_decref(j);
    if (text == NULL) {
        fprintf(stderr, "gifvet plan: no memory\n");
        return 2;
    }
    puts(text);
    free(text);
    return 0;
}
