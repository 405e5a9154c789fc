/* Rooms: one record · the threads · all of it */
#include "report/gather.h"

#include <stdio.h>
#include <stdlib.h>

#define WORKERS_MAX 8

/* ---- one record ---- */

struct worker {
    struct gathered of;
    int64_t since_us, before_us, until_us;
};

static void note_time(struct gathered *g, int64_t us) {
    if (g->first_us == 0 || us < g->first_us)
        g->first_us = us;
    if (us > g->last_us)
        g->last_us = us;
}

static void take(void *context, const struct log_record *r) {
    struct worker *w = context;
    struct gathered *g = &w->of;
    bool is_verdict = log_text_is(r->type, "validation") || log_text_is(r->type, "judge_fault");
    bool is_output = is_verdict || log_text_is(r->type, "control");
    if (r->time_us < w->since_us) {
        if (is_output && r->time_us >= w->before_us)
            hours_take(&g->earlier, r);
        return;
    }
    bool is_ahead = r->time_us > w->until_us;
    if (is_ahead)
        g->ahead++;
    else
        note_time(g, r->time_us);
    groups_take(&g->found.groups, r);
    arms_take(&g->arms, r);
    if (is_output && !is_ahead)
        hours_take(&g->hours, r);
    else if (!is_output)
        events_take(&g->events, r);
    if (is_verdict)
        programs_take(&g->programs, r);
    if (is_verdict && r->passed == LOG_FALSE)
        causes_take(&g->causes, r);
}

/* ---- the threads ---- */

struct crew {
    struct worker *at[WORKERS_MAX];
    size_t used;
    struct groups_budget budget;
    _Atomic size_t line_bytes;
};

static bool begin(struct crew *c, const struct gather_wanted *wanted) {
    const struct configurations *configurations = investigate_configurations();
    size_t workers = log_workers();
    c->budget.most = GROUPS_BYTES;
    while (c->used < workers) {
        struct worker *w = calloc(1, sizeof *w);
        if (w == NULL)
            return false;
        c->at[c->used++] = w;
        w->since_us = wanted->since_us;
        w->before_us = wanted->before_us;
        w->until_us = wanted->until_us;
        if (groups_begin(&w->of.found.groups, &c->budget) != 0 ||
            causes_begin(&w->of.causes, &c->line_bytes) != 0)
            return false;
        w->of.found.groups.configurations = configurations;
    }
    return c->used > 0;
}

static void merge(struct gathered *to, struct gathered *from) {
    groups_merge(&to->found.groups, &from->found.groups);
    arms_merge(&to->arms, &from->arms);
    hours_merge(&to->hours, &from->hours);
    hours_merge(&to->earlier, &from->earlier);
    causes_merge(&to->causes, &from->causes);
    programs_merge(&to->programs, &from->programs);
    events_merge(&to->events, &from->events);
    to->ahead += from->ahead;
    if (from->last_us != 0) {
        note_time(to, from->first_us);
        note_time(to, from->last_us);
    }
}

static void end(struct crew *c) {
    for (size_t i = 0; i < c->used; i++) {
        gather_free(&c->at[i]->of);
        free(c->at[i]);
    }
}

/* ---- all of it ---- */

static int read_logs(struct crew *c, const struct gather_wanted *wanted, struct gathered *g) {
    void *contexts[WORKERS_MAX];
    for (size_t i = 0; i < c->used; i++)
        contexts[i] = c->at[i];
    /* All records: those before since_us are compared with. */
    const struct log_reading reading = {.paths = wanted->paths,
                                        .paths_used = wanted->paths_used,
                                        .since_us = INT64_MIN,
                                        .workers = c->used,
                                        .take = take,
                                        .contexts = contexts};
    struct log_read_counts counts;
    int result = log_read("report", &reading, &counts);
    for (size_t i = 1; i < c->used; i++)
        merge(&c->at[0]->of, &c->at[i]->of);
    *g = c->at[0]->of;
    c->at[0]->of = (struct gathered){0};
    g->found.counts = counts;
    return result;
}

int gather(const struct gather_wanted *wanted, struct gathered *g) {
    static struct crew c;
    int result = 2;
    c = (struct crew){0};
    if (!begin(&c, wanted)) {
        fprintf(stderr, "gifvet report: no memory\n");
        end(&c);
        return 2;
    }
    result = read_logs(&c, wanted, g);
    end(&c);
    if (g->found.groups.no_memory || g->causes.no_memory) {
        fprintf(stderr, "gifvet report: no memory for all records\n");
        result = 2;
    }
    investigate_search("report", &g->found);
    groups_drop_rows(&g->found.groups);
    causes_order(&g->causes);
    programs_order(&g->programs);
    return result;
}

void gather_free(struct gathered *g) {
    groups_free(&g->found.groups);
    causes_free(&g->causes);
}
