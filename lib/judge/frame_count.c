/* frame_count: as many frames as asked for. Where nothing was asked, other numbers are right only
 * when the same pictures are shown at the same times: duplicates merged, a hold split. */
#include "judge/checks.h"
#include "judge/compare.h"

/* An animation of which a single picture is left. */
static bool collapsed(const struct judge_context *x) {
    return x->output.used == 1 && x->source.changes >= 2;
}

static void judge_exact(const struct judge_context *x, struct judge_result *r) {
    const struct judge_film *out = &x->output, *wanted = &x->expected;
    const char *asked = x->c->request->frames.ask == REQUEST_ASKED ? "asked for" : "in the source";
    size_t n = out->used;
    judge_pass(r);
    if (n == wanted->used)
        return;
    if (n == 1 && wanted->changes >= 2) {
        judge_fail(r, "one frame is left of %zu %s (%zu different pictures)", wanted->used, asked,
                   wanted->changes);
        return;
    }
    size_t stray = 0;
    bool fits = compare_times_fit(x, &stray);
    if (n < wanted->used && n >= wanted->changes && fits)
        judge_note(r, "%zu frames for %zu %s: the others repeat the one before", n, wanted->used,
                   asked);
    else if (n < wanted->used && fits && !compare_is_exact(x))
        judge_note(r, "%zu frames for %zu %s: pictures that became alike were merged", n,
                   wanted->used, asked);
    else if (n > wanted->used && fits && out->changes <= wanted->used)
        judge_note(r, "%zu frames for %zu %s: some are shown in parts", n, wanted->used, asked);
    else if (n < wanted->used)
        judge_fail(r, "%zu frames, %zu %s: %zu are missing (first difference at frame %zu)", n,
                   wanted->used, asked, wanted->used - n, stray);
    else
        judge_fail(r, "%zu frames, %zu %s: %zu too many (first difference at frame %zu)", n,
                   wanted->used, asked, n - wanted->used, stray);
}

static void judge_ratio(const struct judge_context *x, struct judge_result *r) {
    double asked = x->c->request->frames.ratio, source = (double)x->source.used;
    double have = (double)x->output.used, got = source > 0 ? have / source : 0;
    double repeats = (double)(x->source.used - x->source.changes);
    judge_detail_add(r, "ratio", judge_real(got, 3));
    judge_detail_add(r, "asked_ratio", judge_real(asked, 3));
    judge_pass(r);
    if (collapsed(x) && source * asked >= 1.5)
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
    else if (asked->kind == REQUEST_FRAMES_RATE && collapsed(x) && wanted->most >= 2)
        judge_fail(r, "one frame is left of %zu, %.2f frames a second were asked for",
                   x->source.used, asked->fps);
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
    else if (wanted->kind == JUDGE_FILM_EXACT)
        judge_exact(x, r);
    else if (x->c->request->frames.kind == REQUEST_FRAMES_RATIO)
        judge_ratio(x, r);
    else
        judge_number(x, r);
}
