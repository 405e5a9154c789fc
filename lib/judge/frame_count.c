/* frame_count: as many frames as asked for. Where nothing was asked, other numbers are right only
 * when the same pictures are shown at the same times: duplicates merged, a hold split. */
#include "judge/checks.h"
#include "judge/compare.h"

/* An animation of which a single picture is left. */
static bool collapsed(const struct judge_context *x) {
    return x->output.used == 1 && x->source.changes >= 2;
}

/* Was a frame's time lost or added? */
static bool time_went(const struct judge_context *x) {
    struct judge_context stored = compare_as_stored(x);
    return compare_time_went(x) && (!compare_may_add_stored(x) || compare_time_went(&stored));
}

/* Are the frames that are not there repeats, or pictures that the request made alike? *from is the
 * first expected shot that is missed. */
static bool none_is_missed(const struct judge_context *x, size_t *from) {
    const struct judge_film *out = &x->output, *wanted = &x->expected;
    enum compare_order order = compare_pictures(x, from);
    size_t stray = out->used;
    /* One picture that never changes has no times. */
    if (out->used == 1 && wanted->changes == 1)
        return true;
    bool merged = order == COMPARE_SAME || compare_may_merge(x) ||
                  (order == COMPARE_OTHER && out->changes >= wanted->changes) ||
                  (out->used > 1 && !compare_is_exact(x));
    if (!wanted->times_known)
        return merged;
    if (time_went(x) || (order != COMPARE_SAME && !compare_times_fit(x, &stray))) {
        if (order != COMPARE_FEWER)
            *from = stray;
        return false;
    }
    return merged;
}

/* Do the frames that are too many show what was there already? */
static bool none_is_added(const struct judge_context *x, size_t *from) {
    const struct judge_film *out = &x->output, *wanted = &x->expected;
    size_t missing;
    enum compare_order order = compare_pictures(x, &missing);
    *from = out->used;
    if (order == COMPARE_SAME)
        return !wanted->times_known || !compare_time_went(x);
    if (!wanted->times_known)
        return out->changes <= wanted->used;
    return compare_times_fit(x, from) && out->changes <= wanted->used && !compare_time_went(x);
}

static void judge_exact(const struct judge_context *x, struct judge_result *r) {
    const struct judge_film *out = &x->output, *wanted = &x->expected;
    bool is_asked = x->c->request->frames.ask == REQUEST_ASKED;
    const char *asked = is_asked ? "asked for" : "in the source";
    size_t n = out->used, from = 0;
    judge_pass(r);
    if (n == wanted->used)
        return;
    if (n > wanted->used) {
        if (none_is_added(x, &from))
            judge_note(r, "%zu frames for %zu %s: some are shown in parts", n, wanted->used, asked);
        else
            judge_fail(r, "%zu frames, %zu %s: %zu too many (first difference at frame %zu)", n,
                       wanted->used, asked, n - wanted->used, from);
    } else if (none_is_missed(x, &from)) {
        judge_note(r, "%zu frames for %zu %s: the others repeat the one before", n, wanted->used,
                   asked);
    } else if (n == 1 && wanted->changes >= 2) {
        judge_fail(r, "one frame is left of %zu %s (%zu different pictures)", wanted->used, asked,
                   wanted->changes);
    } else {
        judge_fail(r, "%zu frames, %zu %s: %zu missing from frame %zu (%.2f s) on", n, wanted->used,
                   asked, wanted->used - n, from, (double)compare_begin_cs(wanted, from) / 100);
    }
}

static void judge_ratio(const struct judge_context *x, struct judge_result *r) {
    double asked = x->c->request->frames.ratio, source = (double)x->source.used;
    double have = (double)x->output.used, got = source > 0 ? have / source : 0;
    double repeats = (double)(x->source.used - x->source.changes);
    judge_detail_add(r, "ratio", judge_real(got, 3));
    judge_detail_add(r, "asked_ratio", judge_real(asked, 3));
    judge_detail_bound(r, "ratio_diff", judge_real(__builtin_fabs(got - asked), 3),
                       judge_real(x->c->limits->frame_ratio_tolerance, 3));
    judge_pass(r);
    /* Of 20 frames at 0.1 there should be two, not one; of 3 at 0.5 one is right. */
    if (collapsed(x) && source * asked >= 1.99)
        judge_fail(r, "one frame is left of %.0f; a ratio of %.2f was asked for", source, asked);
    else if (__builtin_fabs(got - asked) > x->c->limits->frame_ratio_tolerance &&
             __builtin_fabs(have - source * asked) > 1 &&
             !(have < source * asked && have + repeats + 1 >= source * asked))
        judge_fail(r, "%.0f of %.0f frames, a ratio of %.2f; asked for was %.2f (tolerance %.2f)",
                   have, source, got, asked, x->c->limits->frame_ratio_tolerance);
}

static void judge_number(const struct judge_context *x, struct judge_result *r) {
    const struct judge_film *wanted = &x->expected;
    const struct request_frames *asked = &x->c->request->frames;
    uint64_t slack = asked->kind == REQUEST_FRAMES_RATE ? 1 : 0, n = x->output.used;
    judge_pass(r);
    if (n > wanted->most + slack || n + slack < wanted->least)
        judge_fail(r, "%llu frames, %llu were asked for", (unsigned long long)n,
                   (unsigned long long)wanted->most);
    else if (asked->kind == REQUEST_FRAMES_RATE && collapsed(x) &&
             (double)x->source.total_cs / 100 * asked->fps >= 2)
        judge_fail(r, "one frame is left of %zu, %.2f frames a second were asked for",
                   x->source.used, asked->fps);
}

/* A damaged source shows something up to its first damaged frame for certain; tools stop there, go
 * on behind it, or leave the damaged frames out. */
static bool is_as_damaged(const struct judge_context *x) {
    size_t n = x->output.used;
    return x->source_damaged && x->c->request->frames.ask == REQUEST_NOT_ASKED &&
           n != x->source.used && n >= x->source_whole && n > 0 &&
           (n <= x->source.used || x->source_broken);
}

void judge_frame_count(const struct judge_context *x, struct judge_result *r) {
    const struct judge_film *wanted = &x->expected;
    r->actual = judge_integer((int64_t)x->output.used);
    judge_detail_add(r, "source_frames", judge_integer((int64_t)x->source.used));
    judge_detail_add(r, "source_pictures", judge_integer((int64_t)x->source.changes));
    if (wanted->kind == JUDGE_FILM_UNCLEAR) {
        judge_not_applicable(r, "the request selects frames in a way that is not known");
        return;
    }
    if (x->source.used == 0) {
        judge_not_applicable(r, "the source shows no frame to compare with");
        return;
    }
    r->expected =
        judge_integer((int64_t)(wanted->kind == JUDGE_FILM_EXACT ? wanted->used : wanted->most));
    if ((int64_t)x->output.used < x->c->limits->min_frames_required)
        judge_fail(r, "%zu frames, min_frames_required is %lld", x->output.used,
                   (long long)x->c->limits->min_frames_required);
    else if (is_as_damaged(x))
        judge_note(r,
                   "%zu frames; the source is damaged and has %zu, %zu of them before the damage",
                   x->output.used, x->source.used, x->source_whole);
    else if (wanted->kind == JUDGE_FILM_EXACT)
        judge_exact(x, r);
    else if (x->c->request->frames.kind == REQUEST_FRAMES_RATIO)
        judge_ratio(x, r);
    else
        judge_number(x, r);
}
