/* Rooms: the table of checks · facts · planning · reading the files · running the checks · the
 * verdict */
#include "judge/judge.h"

#include "judge/checks.h"
#include "judge/walk.h"

#include <stdlib.h>

#define MIB 1048576.0

/* ---- the table of checks ---- */

struct row {
    const char *name;
    void (*run)(const struct judge_context *x, struct judge_result *r);
    bool needs_source;
};

static const struct row rows[JUDGE_CHECKS] = {
    [JUDGE_FILE_INTEGRITY] = {"file_integrity", judge_file_integrity, false},
    [JUDGE_FRAME_COUNT] = {"frame_count", judge_frame_count, true},
    [JUDGE_COLOR_COUNT] = {"color_count", judge_color_count, true},
    [JUDGE_TIMING_PRESERVATION] = {"timing_preservation", judge_timing, true},
    [JUDGE_LOOP_COUNT] = {"loop_count", judge_loop_count, true},
    [JUDGE_GEOMETRY] = {"geometry", judge_geometry, true},
    [JUDGE_QUALITY_DEGRADATION] = {"quality_degradation", judge_quality, true},
};

const char *judge_check_name(enum judge_check c) {
    return rows[c].name;
}

/* ---- facts ---- */

struct work {
    const struct judge_case *c;
    struct judge_verdict *v;
    struct judge_context x;
    struct gif_budget budget;
    struct gif_inks inks;
    struct gif_scan output, *sources;
    size_t sources_read;
    struct walk walk;
    const char *unwalked; /* as struct judge_context */
};

static struct judge_facts facts_of(const struct gif_scan *s) {
    return (struct judge_facts){.known = s->width > 0,
                                .bytes = s->bytes,
                                .width = s->width,
                                .height = s->height,
                                .frames = s->frames,
                                .duration_ms = s->effective_duration_cs * 10,
                                .loops = s->loops,
                                .colors = s->colors_union,
                                .damaged = s->faults > 0};
}

/* Says why there is no verdict; false for `return stop(…)`. */
static bool stop(struct work *w, enum gif_outcome outcome, const char *which) {
    struct judge_verdict *v = w->v;
    bool late = outcome == GIF_SCAN_TIMEOUT;
    v->status = late ? JUDGE_TIMED_OUT : JUDGE_SKIPPED;
    if (late)
        text_print(v->reason, sizeof v->reason,
                   "validation_timeout_ms (%lld) passed while the %s "
                   "was read",
                   (long long)w->c->limits->validation_timeout_ms, which);
    else
        text_print(v->reason, sizeof v->reason,
                   "the %s needs more memory than is allowed (limits.memory_mb)", which);
    return false;
}

/* ---- planning ---- */

/* Which pictures are to be held against each other follows from numbers and delays, which are known
 * before any picture is: so both files are played only once. Fills w->x with films whose pictures
 * are not known. */
static bool make_plan(struct work *w, struct gif_scan *outlines, struct plan *plan) {
    const struct judge_case *c = w->c;
    const struct judge_gif *files[] = {&c->output, &c->sources[0]};
    for (int i = 0; i < 2; i++)
        if (gif_scan_outline(files[i]->bytes, files[i]->used, &w->budget, &outlines[i]) !=
            GIF_SCAN_DONE)
            return false;
    return judge_context_open(&w->x, c, &outlines[0], &outlines[1]) && plan_make(&w->x, plan);
}

/* ---- reading the files ---- */

/* The output and the first source, side by side where there is a plan. */
static enum gif_outcome read_both(struct work *w, struct plan *plan, enum gif_outcome *source) {
    const struct judge_gif *o = &w->c->output, *s = &w->c->sources[0];
    struct gif_scanner from, to;
    gif_scanner_open(&to, o->bytes, o->used, &w->budget, &w->inks, &w->output);
    gif_scanner_open(&from, s->bytes, s->used, &w->budget, &w->inks, &w->sources[0]);
    if (plan->none == NULL) {
        struct walk_ground ground = {.x = &w->x, .source = &from, .output = &to, .inks = &w->inks};
        walk_run(&w->walk, plan, &ground);
    }
    /* The output first: integrity is told even when the time is too short for the source. */
    while (gif_scanner_next(&to)) {
    }
    while (gif_scanner_next(&from)) {
    }
    gif_scanner_close(&from);
    gif_scanner_close(&to);
    *source = from.outcome;
    return to.outcome;
}

static const char *why_unwalked(const struct work *w) {
    if (!w->c->limits->quality_enabled)
        return "quality.enabled is false";
    if (w->c->unseen != NULL)
        return w->c->unseen;
    return w->c->sources_used == 1 ? NULL : "pictures of merged sources are not compared";
}

/* Reads everything; *output and *source say how far that went. */
static void read_files(struct work *w, enum gif_outcome *output, enum gif_outcome *source) {
    const struct judge_case *c = w->c;
    struct gif_scan outlines[2] = {0};
    struct plan plan = {0};
    const char *unwalked = why_unwalked(w);
    bool planned = unwalked == NULL && make_plan(w, outlines, &plan);
    if (planned)
        unwalked = plan.none;
    *source = GIF_SCAN_DONE;
    if (planned && unwalked == NULL)
        *output = read_both(w, &plan, source);
    else
        *output = gif_scan(c->output.bytes, c->output.used, &w->budget, &w->inks, &w->output);
    w->sources_read = planned && unwalked == NULL;
    while (*source == GIF_SCAN_DONE && *output == GIF_SCAN_DONE &&
           w->sources_read < c->sources_used) {
        const struct judge_gif *g = &c->sources[w->sources_read];
        *source = gif_scan(g->bytes, g->used, &w->budget, &w->inks, &w->sources[w->sources_read]);
        w->sources_read++;
    }
    judge_context_close(&w->x);
    w->x = (struct judge_context){.c = c};
    w->unwalked = unwalked;
    plan_free(&plan);
    gif_scan_free(&outlines[0]);
    gif_scan_free(&outlines[1]);
}

static bool compare(struct work *w) {
    for (size_t i = 0; i < w->sources_read; i++) {
        w->v->sources[i] = facts_of(&w->sources[i]);
        w->v->source_damaged |= w->sources[i].faults > 0;
    }
    bool opened = judge_context_open(&w->x, w->c, &w->output, w->sources);
    w->x.inks = &w->inks;
    w->x.walk = w->walk.plan.pairs != NULL ? &w->walk : NULL;
    w->x.unwalked = w->unwalked;
    w->x.deadline_us = w->budget.deadline_us;
    return opened || stop(w, GIF_SCAN_MEMORY, "comparison");
}

/* ---- running the checks ---- */

static void run_check(struct work *w, enum judge_check check) {
    struct judge_result *r = &w->v->results[w->v->results_used++];
    int64_t start = w->c->now_us();
    *r = (struct judge_result){.check = check, .outcome = JUDGE_NOT_APPLICABLE};
    if (w->c->sources_used == 0 && rows[check].needs_source)
        judge_not_applicable(r, "no source to compare with");
    else
        rows[check].run(&w->x, r);
    r->took_us = w->c->now_us() - start;
    if (r->outcome == JUDGE_FAIL)
        w->v->status = JUDGE_FAILED;
}

static bool too_large(const struct judge_case *c, struct judge_verdict *v) {
    double most = c->limits->max_file_size_mb * MIB;
    const char *which = (double)c->output.used > most ? "output" : NULL;
    for (size_t i = 0; i < c->sources_used && which == NULL; i++)
        if ((double)c->sources[i].used > most)
            which = "source";
    if (which == NULL)
        return false;
    v->status = JUDGE_SKIPPED;
    text_print(v->reason, sizeof v->reason, "the %s is larger than max_file_size_mb (%.2f)", which,
               c->limits->max_file_size_mb);
    return true;
}

static void leave_rest_unknown(struct work *w) {
    while (w->v->results_used < JUDGE_CHECKS) {
        enum judge_check check = (enum judge_check)w->v->results_used;
        struct judge_result *r = &w->v->results[w->v->results_used++];
        *r = (struct judge_result){.check = check, .outcome = JUDGE_UNKNOWN};
        text_print(r->message, sizeof r->message, "not carried out: %s", w->v->reason);
    }
}

/* Is this damage not the sources' own, as far as their containers tell? That costs next to nothing,
 * so there is time for it even when there was none for their pictures. */
static bool is_new_damage(struct work *w) {
    const struct gif_budget budget = {.now_us = w->c->now_us, .memory_bytes = w->c->memory_bytes};
    bool new = gif_fault_is_outline(w->output.fault.code);
    for (size_t i = 0; new &&i < w->c->sources_used; i++) {
        struct gif_scan s = {0};
        const struct judge_gif *source = &w->c->sources[i];
        new = gif_scan_outline(source->bytes, source->used, &budget, &s) ==
              GIF_SCAN_DONE &&s.faults == 0;
        gif_scan_free(&s);
    }
    return new;
}

/* Integrity needs the output alone, so it is said even when the sources cannot be read; but damage
 * that they may have had too is not held against the output. */
static void judge_alone(struct work *w) {
    struct judge_case alone = *w->c;
    alone.sources_used = 0;
    w->x.c = &alone;
    w->x.output_scan = &w->output;
    run_check(w, JUDGE_FILE_INTEGRITY);
    struct judge_result *r = &w->v->results[0];
    if (r->outcome == JUDGE_FAIL && !is_new_damage(w)) {
        r->outcome = JUDGE_UNKNOWN;
        w->v->status = judge_is_late(&w->x) ? JUDGE_TIMED_OUT : JUDGE_SKIPPED;
    }
    w->x.c = w->c;
    leave_rest_unknown(w);
}

/* What one check could not tell, and no other found wrong, is not known to be right. */
static void note_unknown(struct work *w) {
    struct judge_verdict *v = w->v;
    for (size_t i = 0; i < v->results_used && v->status == JUDGE_PASSED; i++)
        if (v->results[i].outcome == JUDGE_UNKNOWN) {
            v->status = judge_is_late(&w->x) ? JUDGE_TIMED_OUT : JUDGE_SKIPPED;
            text_print(v->reason, sizeof v->reason, "%s: %s", judge_check_name(v->results[i].check),
                       v->results[i].message);
        }
}

/* The pairs that differ most. */
static void note_worst(struct work *w) {
    struct judge_verdict *v = w->v;
    for (size_t i = 0; i < w->walk.used; i++) {
        const struct walk_instant *at = &w->walk.instants[i];
        size_t k = v->worst_used < JUDGE_WORST_MAX ? v->worst_used++ : JUDGE_WORST_MAX;
        for (; k > 0 && v->worst[k - 1].mse < at->m.mse; k--)
            if (k < JUDGE_WORST_MAX)
                v->worst[k] = v->worst[k - 1];
        if (k < JUDGE_WORST_MAX)
            v->worst[k] = (struct judge_instant){at->pair.output, at->pair.source, at->m.mse};
    }
}

static void run(struct work *w) {
    enum gif_outcome output, source;
    w->sources = calloc(w->c->sources_used + 1, sizeof *w->sources);
    if (w->sources == NULL || !gif_inks_open(&w->inks)) {
        stop(w, GIF_SCAN_MEMORY, "output");
        return;
    }
    read_files(w, &output, &source);
    w->v->output = facts_of(&w->output);
    if (source != GIF_SCAN_DONE)
        stop(w, source, "source");
    if (output != GIF_SCAN_DONE)
        stop(w, output, "output");
    if (output != GIF_SCAN_DONE && w->output.faults == 0)
        return;
    if (output != GIF_SCAN_DONE || source != GIF_SCAN_DONE || !compare(w)) {
        judge_alone(w);
        return;
    }
    for (int check = 0; check < JUDGE_CHECKS; check++)
        run_check(w, (enum judge_check)check);
    note_unknown(w);
    note_worst(w);
}

/* ---- the verdict ---- */

void judge_run(const struct judge_case *c, struct judge_verdict *v) {
    int64_t start = c->now_us();
    *v = (struct judge_verdict){.status = JUDGE_PASSED, .sources_used = c->sources_used};
    if (c->sources_used > JUDGE_SOURCES_MAX) {
        v->status = JUDGE_SKIPPED;
        v->sources_used = 0;
        text_print(v->reason, sizeof v->reason, "%zu sources, %d can be compared with",
                   c->sources_used, JUDGE_SOURCES_MAX);
        return;
    }
    for (size_t i = 0; i < c->sources_used; i++)
        v->sources[i].bytes = c->sources[i].used;
    v->output.bytes = c->output.used;
    struct work w = {.c = c,
                     .v = v,
                     .x = {.c = c},
                     .budget = {.now_us = c->now_us, .memory_bytes = c->memory_bytes}};
    if (c->limits->validation_timeout_ms > 0)
        w.budget.deadline_us = start + c->limits->validation_timeout_ms * 1000;
    if (!too_large(c, v))
        run(&w);
    if (judge_passed(v) >= 0)
        v->reason[0] = '\0';
    judge_context_close(&w.x);
    walk_free(&w.walk);
    for (size_t i = 0; i < w.sources_read; i++)
        gif_scan_free(&w.sources[i]);
    free(w.sources);
    gif_scan_free(&w.output);
    gif_inks_close(&w.inks);
    v->took_us = c->now_us() - start;
}
