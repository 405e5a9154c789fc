#include "judge/checks.h"
#include "text/text.h"

#include <stdarg.h>

struct judge_value judge_integer(int64_t n) {
    return (struct judge_value){.kind = JUDGE_INTEGER, .integer = n};
}

struct judge_value judge_real(double x, int decimals) {
    return (struct judge_value){.kind = JUDGE_REAL, .real = x, .decimals = decimals};
}

struct judge_value judge_text(const char *s) {
    struct judge_value v = {.kind = JUDGE_TEXT};
    text_print(v.text, sizeof v.text, "%s", s);
    return v;
}

void judge_detail_bound(struct judge_result *r, const char *key, struct judge_value value,
                        struct judge_value limit) {
    if (r->details_used < JUDGE_DETAILS_MAX)
        r->details[r->details_used++] = (struct judge_detail){key, value, limit};
}

void judge_detail_add(struct judge_result *r, const char *key, struct judge_value value) {
    judge_detail_bound(r, key, value, (struct judge_value){0});
}

static void set(struct judge_result *r, enum judge_outcome outcome, const char *format,
                va_list args) __attribute__((format(printf, 3, 0)));

static void set(struct judge_result *r, enum judge_outcome outcome, const char *format,
                va_list args) {
    struct text t = text_over(r->message, sizeof r->message);
    text_addv(&t, format, args);
    r->outcome = outcome;
}

void judge_pass(struct judge_result *r) {
    r->outcome = JUDGE_PASS;
    r->message[0] = '\0';
}

void judge_note(struct judge_result *r, const char *format, ...) {
    va_list args;
    va_start(args, format);
    set(r, JUDGE_PASS, format, args);
    va_end(args);
}

void judge_fail(struct judge_result *r, const char *format, ...) {
    va_list args;
    va_start(args, format);
    set(r, JUDGE_FAIL, format, args);
    va_end(args);
}

void judge_not_applicable(struct judge_result *r, const char *format, ...) {
    va_list args;
    va_start(args, format);
    set(r, JUDGE_NOT_APPLICABLE, format, args);
    va_end(args);
}

const char *judge_outcome_name(enum judge_outcome o) {
    static const char *const names[] = {"pass", "fail", "not_applicable", "unknown"};
    return names[o];
}

int judge_passed(const struct judge_verdict *v) {
    return v->status == JUDGE_PASSED ? 1 : v->status == JUDGE_FAILED ? 0 : -1;
}

struct judge_limits judge_limits_default(void) {
    return (struct judge_limits){
        .frame_ratio_tolerance = 0.05,
        .min_frames_required = 1,
        .color_count_tolerance = 2,
        .min_color_reduction_percent = 0.05,
        .fps_tolerance = 0.1,
        .min_fps = 0.1,
        .max_fps = 60,
        .timing_grid_ms = 10,
        .timing_max_drift_ms = 100,
        .timing_duration_diff_ms = 50,
        .timing_alignment_accuracy_min = 0.9,
        .min_file_size_bytes = 100,
        .max_file_size_mb = 50,
        .quality_enabled = true,
        .validation_timeout_ms = 5000,
    };
}
