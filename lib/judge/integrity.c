/* file_integrity: is it a whole GIF, down to the last pixel of every frame? */
#include "judge/checks.h"
#include "text/text.h"

/* min_file_size_bytes catches what is left when nearly everything is gone; but a tiny file may be
 * whole and right: a spacer is 35 bytes. A whole GIF is believed when its screen is no larger than
 * an icon's or its source was tiny too. */
static bool is_believably_small(const struct judge_context *x) {
    const struct gif_scan *s = x->output_scan;
    uint64_t least = (uint64_t)x->c->limits->min_file_size_bytes;
    if (x->c->sources_used == 0 || (uint64_t)s->width * s->height <= 64 * 64)
        return true;
    for (size_t i = 0; i < x->c->sources_used; i++)
        if (x->source_scans[i].bytes < least * 10)
            return true;
    return false;
}

/* A tool that carries damage over is not to blame for it: the same fault at the same frame (of a
 * merge's sources, at any). */
static bool source_has(const struct judge_context *x, const struct gif_fault *fault) {
    for (size_t i = 0; i < x->c->sources_used; i++) {
        const struct gif_scan *s = &x->source_scans[i];
        if (s->faults > 0 && s->fault.code == fault->code &&
            (s->fault.frame == fault->frame || x->c->sources_used > 1))
            return true;
    }
    return false;
}

static void note_extras(const struct judge_context *x, struct judge_result *r) {
    const struct gif_scan *s = x->output_scan;
    if (s->trailing_bytes > 0)
        judge_note(r, "%zu bytes after the trailer", s->trailing_bytes);
    else if ((int64_t)s->bytes < x->c->limits->min_file_size_bytes)
        judge_note(r, "%zu bytes only, and a whole GIF of %u × %u pixels", s->bytes, s->width,
                   s->height);
    else if (s->superfluous_pixels > 0)
        judge_note(r, "%llu pixels more in the data than the frames have",
                   (unsigned long long)s->superfluous_pixels);
    judge_detail_add(r, "trailing_bytes", judge_integer((int64_t)s->trailing_bytes));
    judge_detail_add(r, "superfluous_pixels", judge_integer((int64_t)s->superfluous_pixels));
}

void judge_file_integrity(const struct judge_context *x, struct judge_result *r) {
    const struct gif_scan *s = x->output_scan;
    char words[256];
    struct text t = text_over(words, sizeof words);
    r->expected = judge_text("whole");
    r->actual = judge_text(s->faults > 0 ? "damaged" : "whole");
    judge_pass(r);
    if (s->faults > 0) {
        gif_fault_describe(&s->fault, &t);
        judge_detail_add(r, "faults", judge_integer((int64_t)s->faults));
        judge_detail_add(r, "offset_bytes", judge_integer((int64_t)s->fault.offset));
        if (s->fault.frame != SIZE_MAX)
            judge_detail_add(r, "frame", judge_integer((int64_t)s->fault.frame));
        if (source_has(x, &s->fault))
            judge_note(r, "%s; the source has the same fault", words);
        else
            judge_fail(r, "%s%s", words, s->faults > 1 ? ", and more faults" : "");
    } else if ((int64_t)s->bytes < x->c->limits->min_file_size_bytes && !is_believably_small(x)) {
        judge_fail(r, "%zu bytes, fewer than min_file_size_bytes (%lld)", s->bytes,
                   (long long)x->c->limits->min_file_size_bytes);
    } else {
        note_extras(x, r);
    }
    judge_detail_bound(r, "bytes", judge_integer((int64_t)s->bytes),
                       judge_integer(x->c->limits->min_file_size_bytes));
}
