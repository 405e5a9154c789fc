/* timing_preservation: each picture as long as before, or as the request says, on effective delays
 * (0 and 1 hundredths are shown as 10). */
#include "judge/checks.h"
#include "judge/compare.h"

static uint64_t apart(uint64_t a, uint64_t b) {
    return a > b ? a - b : b - a;
}

/* Where frames are dropped and the total should stay, it does so to within one frame. At a rate,
 * two of its frames: both ends are rounded to it; and ffmpeg gives the last frame the rate's delay,
 * however long it was held. */
static uint64_t one_frame_ms(const struct judge_context *x) {
    const struct request_frames *asked = &x->c->request->frames;
    const struct judge_film *source = &x->source;
    uint64_t most = 0;
    if (asked->kind == REQUEST_FRAMES_RATE) {
        uint64_t two = (uint64_t)(2000 / asked->fps) + 1;
        uint64_t last = source->used > 0 ? source->shots[source->used - 1].delay_cs * 10 : 0;
        return two > last ? two : last;
    }
    for (size_t i = 0; i < source->used; i++)
        if (source->shots[i].delay_cs > most)
            most = source->shots[i].delay_cs;
    return most * 10;
}

static uint64_t total_slack_ms(const struct judge_context *x) {
    uint64_t slack = (uint64_t)x->c->limits->timing_duration_diff_ms, more = 0;
    if (x->c->request->frames.ask == REQUEST_ASKED &&
        (x->expected.kind == JUDGE_FILM_NUMBER || !x->expected.times_known))
        more = one_frame_ms(x);
    else if (!x->expected.times_known)
        more = x->expected.used * 5; /* every delay was rounded */
    return slack > more ? slack : more;
}

static bool judge_total(const struct judge_context *x, struct judge_result *r) {
    uint64_t have = x->output.total_cs, wanted = x->expected.total_cs;
    uint64_t other = x->expected.other_total_cs;
    if (other != 0 && apart(have, other) < apart(have, wanted))
        wanted = other;
    /* Who picks frames and adds up delays may have added up what is stored. */
    if (x->expected.kind == JUDGE_FILM_NUMBER &&
        apart(have, x->stored_expected.total_cs) < apart(have, wanted))
        wanted = x->stored_expected.total_cs;
    uint64_t difference = apart(have, wanted) * 10, slack = total_slack_ms(x);
    r->expected = judge_integer((int64_t)wanted * 10);
    r->actual = judge_integer((int64_t)have * 10);
    judge_detail_bound(r, "duration_diff_ms", judge_integer((int64_t)difference),
                       judge_integer((int64_t)slack));
    if (difference <= slack)
        return true;
    judge_fail(r, "runs %.2f s, %.2f s were expected: %llu ms %s (limit %llu ms)",
               (double)have / 100, (double)wanted / 100, (unsigned long long)difference,
               have > wanted ? "longer" : "shorter", (unsigned long long)slack);
    return false;
}

static bool judge_drift(const struct judge_context *x, struct judge_result *r) {
    const struct judge_limits *l = x->c->limits;
    struct compare_drift d = compare_drift(x, (uint64_t)(l->timing_grid_ms + 9) / 10);
    double accuracy = d.of > 0 ? (double)d.kept / (double)d.of : 1;
    judge_detail_bound(r, "drift_ms", judge_integer((int64_t)d.most_cs * 10),
                       judge_integer(l->timing_max_drift_ms));
    judge_detail_bound(r, "hold_diff_ms", judge_integer((int64_t)d.hold_off_cs * 10),
                       judge_integer(l->timing_duration_diff_ms));
    judge_detail_bound(r, "alignment_accuracy", judge_real(accuracy, 3),
                       judge_real(l->timing_alignment_accuracy_min, 3));
    if ((int64_t)d.most_cs * 10 > l->timing_max_drift_ms) {
        judge_fail(r,
                   "frame %zu begins at %.2f s, %.2f s was expected: %llu ms off (limit %lld ms)",
                   d.at, (double)compare_begin_cs(&x->output, d.at) / 100,
                   (double)compare_begin_cs(&x->expected, d.wanted) / 100,
                   (unsigned long long)d.most_cs * 10, (long long)l->timing_max_drift_ms);
        return false;
    }
    if (accuracy < l->timing_alignment_accuracy_min) {
        judge_fail(r, "%zu of %zu pictures begin more than %lld ms off their time, up to %llu ms",
                   d.of - d.kept, d.of, (long long)l->timing_grid_ms,
                   (unsigned long long)d.most_cs * 10);
        return false;
    }
    /* One picture alone, the last one above all, moves no other's beginning. */
    if ((int64_t)d.hold_off_cs * 10 > l->timing_duration_diff_ms) {
        judge_fail(r, "frame %zu is shown %llu ms longer or shorter than frame %zu was", d.hold_at,
                   (unsigned long long)d.hold_off_cs * 10, d.hold_wanted);
        return false;
    }
    return true;
}

static double rate(const struct judge_film *film) {
    uint64_t frames = film->kind == JUDGE_FILM_NUMBER ? film->most : film->used;
    return film->total_cs > 0 ? (double)frames * 100 / (double)film->total_cs : 0;
}

static bool outside(double fps, const struct judge_limits *l) {
    return fps < l->min_fps || fps > l->max_fps;
}

static void judge_rate(const struct judge_context *x, struct judge_result *r) {
    const struct judge_limits *l = x->c->limits;
    double have = rate(&x->output), wanted = rate(&x->expected);
    judge_detail_bound(r, "fps", judge_real(have, 2), judge_real(l->max_fps, 2));
    judge_detail_add(r, "source_fps", judge_real(rate(&x->source), 2));
    /* One step of the format's clock a frame is rounding, however short the frames are. */
    bool rounding = apart(x->output.total_cs, x->expected.total_cs) <= x->output.used;
    if (x->expected.times_known && x->output.used == x->expected.used && !rounding &&
        __builtin_fabs(have - wanted) > wanted * l->fps_tolerance)
        judge_fail(r, "%.2f frames a second, %.2f were expected (tolerance %.0f %%)", have, wanted,
                   l->fps_tolerance * 100);
    else if (x->output.used >= x->expected.used && outside(have, l) &&
             !outside(rate(&x->source), l) && !outside(wanted, l))
        judge_fail(r, "%.2f frames a second, outside %.2f to %.2f", have, l->min_fps, l->max_fps);
}

static bool is_kept(const struct judge_context *x, struct judge_result *r) {
    judge_pass(r);
    return judge_total(x, r) && (!x->expected.times_known || judge_drift(x, r));
}

void judge_timing(const struct judge_context *x, struct judge_result *r) {
    const struct judge_film *wanted = &x->expected;
    if (wanted->kind == JUDGE_FILM_UNCLEAR || !wanted->total_known) {
        judge_not_applicable(r, "the request changes times in a way that is not known");
        return;
    }
    if (x->source.used == 0 || x->output.used == 0) {
        judge_not_applicable(r, "there is no frame to compare");
        return;
    }
    if (x->output.used == 1 &&
        (wanted->kind == JUDGE_FILM_EXACT ? wanted : &x->source)->changes <= 1) {
        judge_not_applicable(r, "a single picture has no time to keep");
        return;
    }
    if (x->source_damaged && x->output.used != x->source.used) {
        judge_not_applicable(r, "the source is damaged: its times are not all known");
        return;
    }
    if (is_kept(x, r)) {
        judge_rate(x, r);
    } else if (compare_may_add_stored(x)) {
        struct judge_context stored = compare_as_stored(x);
        struct judge_result second = *r;
        second.details_used = 0;
        if (is_kept(&stored, &second))
            judge_note(r, "delays of 0 and 10 ms were added up as they are stored; players show "
                          "each for 100 ms");
    }
}
