/* Rooms: the format · the host · counters · times · the present · all of it */
#include "operate/prometheus.h"

#include "judge/judge.h"
#include "operate/summary.h"
#include "state/state.h"

#include <string.h>

#define SECOND_US 1000000

/* ---- the format ---- */

static void family(struct text *t, const char *name, const char *type, const char *help) {
    text_add(t, "# HELP gifvet_%s %s\n# TYPE gifvet_%s %s\n", name, help, name, type);
}

static void whole(struct text *t, const char *name, const char *type, const char *help,
                  uint64_t value) {
    family(t, name, type, help);
    text_add(t, "gifvet_%s %llu\n", name, (unsigned long long)value);
}

static void add_seconds(struct text *t, int64_t us) {
    if (us < 0)
        us = 0;
    text_add(t, "%lld.%06lld", (long long)(us / SECOND_US), (long long)(us % SECOND_US));
}

static void seconds(struct text *t, const char *name, const char *help, int64_t us) {
    family(t, name, "gauge", help);
    text_add(t, "gifvet_%s ", name);
    add_seconds(t, us);
    text_add(t, "\n");
}

static void labelled(struct text *t, const char *name, const char *label, const char *is,
                     uint64_t value) {
    text_add(t, "gifvet_%s{%s=\"%s\"} %llu\n", name, label, is, (unsigned long long)value);
}

/* The backslash of an escape is itself escaped once more. */
static void add_name(struct text *t, const char *name) {
    for (const unsigned char *s = (const unsigned char *)name; *s != '\0'; s++)
        if (*s < 0x20 || *s > 0x7E || *s == '"' || *s == '\\')
            text_add(t, "\\\\x%02x", *s);
        else
            text_add(t, "%c", *s);
}

/* ---- the host ---- */

static void host(struct text *t, const struct health_facts *f, const struct health *h, bool known) {
    family(t, "build_info", "gauge", "1, with the version of gifvet that wrote this.");
    text_add(t, "gifvet_build_info{version=\"%s\"} 1\n", GIFVET_VERSION);
    whole(t, "state_readable", "gauge",
          "1 when the state could be read (or there is none yet); 0: its figures are missing here.",
          known);
    whole(t, "enabled", "gauge", "0 when validation is off by variable, file or configuration.",
          !health_disabled(h));
    whole(t, "health_status", "gauge", "0 healthy, 1 degraded, 2 unhealthy, 3 cannot be told.",
          (uint64_t)h->status);
    family(t, "health_issue", "gauge", "1 for what is wrong; gifvet health says it in words.");
    for (enum health_kind k = 0; k < HEALTH_KINDS; k++)
        labelled(t, "health_issue", "issue", health_kind_name(k), health_has(h, k));
    if (f->state_file.free_bytes < 0 && f->log.free_bytes < 0)
        return;
    family(t, "disk_free_bytes", "gauge", "Free where the state and the log are written.");
    if (f->state_file.free_bytes >= 0)
        labelled(t, "disk_free_bytes", "file", "state", (uint64_t)f->state_file.free_bytes);
    if (f->log.free_bytes >= 0)
        labelled(t, "disk_free_bytes", "file", "log", (uint64_t)f->log.free_bytes);
}

/* ---- counters ---- */

static void results(struct text *t, const struct state_snapshot *s) {
    whole(t, "outputs_total", "counter", "GIFs that were written and closed.", s->outputs);
    family(t, "validations_total", "counter", "Outputs that were looked at, by result.");
    for (enum state_result r = 0; r < STATE_RESULTS; r++)
        if (r != STATE_CONTROL)
            labelled(t, "validations_total", "result", state_result_name(r), s->results[r]);
    whole(t, "control_outputs_total", "counter", "Outputs that were left to the control arm.",
          s->results[STATE_CONTROL]);
    family(t, "checks_total", "counter", "What each check said.");
    for (enum judge_check c = 0; c < JUDGE_CHECKS; c++)
        for (enum judge_outcome o = 0; o < STATE_OUTCOMES; o++)
            text_add(t, "gifvet_checks_total{check=\"%s\",outcome=\"%s\"} %llu\n",
                     judge_check_name(c), judge_outcome_name(o),
                     (unsigned long long)s->checks[c][o]);
    whole(t, "slow_validations_total", "counter", "Validations longer than [performance] slow_ms.",
          s->slow);
    whole(t, "complex_validations_total", "counter", "Validations of more than 10 checks.",
          s->complex);
    whole(t, "source_bytes_total", "counter", "Bytes of the sources compared.", s->bytes_in);
    whole(t, "output_bytes_total", "counter", "Bytes of the outputs looked at.", s->bytes_out);
}

struct programs {
    struct state_program rows[STATE_PROGRAMS + 1];
    size_t used;
};

static void add_program(struct programs *to, const struct state_program *p) {
    size_t k = 0;
    while (k < to->used && strcmp(to->rows[k].name, p->name) != 0)
        k++;
    if (k == to->used) {
        to->rows[to->used++] = *p;
        return;
    }
    to->rows[k].outputs += p->outputs;
    to->rows[k].passed += p->passed;
    to->rows[k].failed += p->failed;
    to->rows[k].time_us = (int64_t)((uint64_t)to->rows[k].time_us + (uint64_t)p->time_us);
}

/* One row a name: the same series twice would make node_exporter refuse all it collects. The others
 * are the program without a name. */
static struct programs gather(const struct state_snapshot *s) {
    struct programs all = {0};
    for (size_t i = 0; i < s->programs_used; i++)
        add_program(&all, &s->programs[i]);
    add_program(&all, &s->others);
    return all;
}

static void program_label(struct text *t, const char *name, const struct state_program *p) {
    text_add(t, "gifvet_program_%s{program=\"", name);
    add_name(t, p->name);
}

static void programs(struct text *t, const struct state_snapshot *s) {
    const struct programs all = gather(s);
    family(
        t, "program_outputs_total", "counter",
        "Outputs by program, the control arm's too: the 32 busiest, and all others without one.");
    for (const struct state_program *p = all.rows; p < all.rows + all.used; p++) {
        program_label(t, "outputs_total", p);
        text_add(t, "\"} %llu\n", (unsigned long long)p->outputs);
    }
    family(t, "program_verdicts_total", "counter", "Verdicts by program.");
    for (const struct state_program *p = all.rows; p < all.rows + all.used; p++) {
        program_label(t, "verdicts_total", p);
        text_add(t, "\",result=\"passed\"} %llu\n", (unsigned long long)p->passed);
        program_label(t, "verdicts_total", p);
        text_add(t, "\",result=\"failed\"} %llu\n", (unsigned long long)p->failed);
    }
    family(t, "program_validation_seconds_total", "counter", "Time that validating took.");
    for (const struct state_program *p = all.rows; p < all.rows + all.used; p++) {
        program_label(t, "validation_seconds_total", p);
        text_add(t, "\"} ");
        add_seconds(t, p->time_us);
        text_add(t, "\n");
    }
}

/* ---- times ---- */

/* Two bounds a doubling, from 128 µs on: those of the state's own buckets. Times are whole
 * microseconds, cut: what is counted below a bound was shorter than it. */
static void durations(struct text *t, const struct state_snapshot *s) {
    const char *name = "validation_duration_seconds";
    uint64_t below = 0;
    size_t bucket = 0;
    family(t, name, "histogram", "Time that validating one output took.");
    for (int64_t us = 128; us < INT64_C(1) << STATE_TIMES_END; us *= 2)
        for (int64_t bound = us; bound < 2 * us; bound += us / 2) {
            for (; bucket < STATE_TIMES && times_below(bucket) <= bound; bucket++)
                below += s->times[bucket];
            text_add(t, "gifvet_%s_bucket{le=\"", name);
            add_seconds(t, bound);
            text_add(t, "\"} %llu\n", (unsigned long long)below);
        }
    text_add(t, "gifvet_%s_bucket{le=\"+Inf\"} %llu\ngifvet_%s_sum ", name,
             (unsigned long long)times_count(s->times), name);
    add_seconds(t, s->time_us);
    text_add(t, "\ngifvet_%s_count %llu\n", name, (unsigned long long)times_count(s->times));
}

/* ---- the present ---- */

static void present(struct text *t, const struct state_snapshot *s, const struct health *h) {
    whole(t, "consecutive_failures", "gauge", "Failed verdicts since the last that passed.",
          s->consecutive_failures);
    seconds(t, "last_success_timestamp_seconds", "Of the last verdict that passed; 0: never.",
            s->last_success_us);
    seconds(t, "last_failure_timestamp_seconds", "Of the last verdict that failed; 0: never.",
            s->last_failure_us);
    seconds(t, "last_validation_timestamp_seconds", "Of the last validation; 0: never.",
            s->last_verdict_us);
    seconds(t, "last_output_timestamp_seconds", "Of the last GIF that was closed; 0: never.",
            s->last_output_us);
    seconds(t, "state_begin_timestamp_seconds", "Since when this counts; 0: nothing yet.",
            s->began_us);
    whole(t, "arena_peak_bytes", "gauge",
          "The most memory that one validation of the last 24 hours allocated.", h->arena_bytes);
    family(t, "performance_mode", "gauge", "1 for the mode that is in force.");
    for (enum state_mode m = 0; m < STATE_MODES; m++)
        labelled(t, "performance_mode", "mode", state_mode_name(m), s->mode == m);
    family(t, "performance_mode_changes_total", "counter", "Changes to each mode.");
    for (enum state_mode m = 0; m < STATE_MODES; m++)
        labelled(t, "performance_mode_changes_total", "mode", state_mode_name(m),
                 s->mode_changes[m]);
}

/* ---- all of it ---- */

void prometheus_print(struct text *t, const struct health_facts *f, const struct health *h,
                      const struct state_snapshot *s) {
    host(t, f, h, s != NULL);
    if (s == NULL)
        return;
    results(t, s);
    programs(t, s);
    durations(t, s);
    present(t, s, h);
}
