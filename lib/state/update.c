#include "state/layout.h"

#include <errno.h>

#define HOUR_US INT64_C(3600000000)

static void count_hour(struct state_file *f, const struct state_validation *v) {
    uint64_t hour = word_of(v->wall_us) / HOUR_US, week = hour / STATE_HOURS;
    struct state_hour_words *h = state_hour_at(f, hour);
    if (word_read(&h->hour) != hour)
        word_write(&h->hour, hour);
    word_add_in(&h->results[v->result], week, 1);
    if (v->result == STATE_CONTROL)
        return;
    for (size_t i = 0; i < v->outcomes_used && i < JUDGE_CHECKS; i++)
        word_add_in(&h->failed[i], week, v->outcomes[i] == JUDGE_FAIL);
    word_add_in(&h->slow, week, v->slow);
    word_add_in(&h->complex, week, v->complex);
    word_add_in(&h->bytes_in, week, v->bytes_in);
    word_add_in(&h->bytes_out, week, v->bytes_out);
    word_add_in(&h->time_us, week, word_of(v->time_us));
    word_raise_in(&h->longest_us, week, word_of(v->time_us));
    word_raise_in(&h->arena_bytes, week, v->arena_bytes);
    word_add_in(&h->times[times_bucket(v->time_us)], week, 1);
}

static void count_streak(struct state_file *f, const struct state_validation *v) {
    uint64_t now = word_of(v->wall_us);
    word_write(&f->last_verdict_us, now);
    if (v->result == STATE_FAILED) {
        word_add(&f->consecutive_failures, 1);
        word_write(&f->last_failure_us, now);
    } else if (v->result == STATE_PASSED) {
        word_write(&f->consecutive_failures, 0);
        word_write(&f->last_success_us, now);
    }
}

static void count_validation(struct state_file *f, const struct state_validation *v) {
    for (size_t i = 0; i < v->outcomes_used && i < JUDGE_CHECKS; i++)
        if ((size_t)v->outcomes[i] < STATE_OUTCOMES)
            word_add(&f->checks[i][v->outcomes[i]], 1);
    word_add(&f->slow, v->slow);
    word_add(&f->complex, v->complex);
    word_add(&f->bytes_in, v->bytes_in);
    word_add(&f->bytes_out, v->bytes_out);
    word_add(&f->time_us, word_of(v->time_us));
    word_raise(&f->longest_us, word_of(v->time_us));
    word_raise(&f->arena_bytes, v->arena_bytes);
    word_add(&f->times[times_bucket(v->time_us)], 1);
    count_streak(f, v);
    recent_put(f, v);
}

static void begin(struct state_file *f, int64_t wall_us) {
    uint64_t none = 0;
    if (word_read(&f->began_us) == 0)
        (void)word_swap(&f->began_us, &none, word_of(wall_us));
}

int state_update(struct state *s, const struct state_validation *v) {
    struct state_file *f;
    if ((size_t)v->result >= STATE_RESULTS)
        return -EINVAL;
    int result = state_current(s, &f);
    if (result < 0)
        return result;
    begin(f, v->wall_us);
    /* First what the rows below are held against. */
    word_add(&f->results[v->result], 1);
    if (v->result != STATE_CONTROL)
        count_validation(f, v);
    count_hour(f, v);
    programs_count(f, v);
    return 0;
}

int state_closed(struct state *s, int64_t wall_us) {
    struct state_file *f;
    int result = state_current(s, &f);
    if (result < 0)
        return result;
    begin(f, wall_us);
    word_add(&f->outputs, 1);
    word_write(&f->last_output_us, word_of(wall_us));
    return 0;
}

struct state_validation state_of_verdict(const struct judge_verdict *v) {
    static const enum state_result results[] = {[JUDGE_PASSED] = STATE_PASSED,
                                                [JUDGE_FAILED] = STATE_FAILED,
                                                [JUDGE_SKIPPED] = STATE_SKIPPED,
                                                [JUDGE_TIMED_OUT] = STATE_TIMED_OUT,
                                                [JUDGE_FAULTED] = STATE_FAULT};
    struct state_validation s = {.result = results[v->status],
                                 .outcomes_used = v->results_used,
                                 .bytes_out = v->output.bytes,
                                 .time_us = v->took_us};
    for (size_t i = 0; i < v->results_used; i++)
        s.outcomes[i] = v->results[i].outcome;
    for (size_t i = 0; i < v->sources_used; i++)
        s.bytes_in += v->sources[i].bytes;
    return s;
}
