/* Rooms: names · one gate · each gate · the judgement */
#include "operate/gate.h"

#include "operate/arms.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- names ---- */

const char *gate_kind_name(enum gate_kind k) {
    static const char *const names[GATE_KINDS] = {
        [GATE_ORDER] = "order",
        [GATE_STEP] = "step",
        [GATE_HEALTH] = "health",
        [GATE_VALIDATIONS] = "validations",
        [GATE_FAILURE_RATE] = "failure_rate",
        [GATE_SLOW_RATE] = "slow_rate",
        [GATE_FAULTS] = "faults",
        [GATE_OVERHEAD] = "overhead",
        [GATE_DAYS] = "days",
    };
    return names[k];
}

const char *gate_answer_name(enum gate_answer a) {
    static const char *const names[] = {"passed", "refused", "cannot tell"};
    return names[a];
}

static const char *const phases[] = {
    [CONF_PHASE_NONE] = "none",
    [CONF_PHASE_BLUEGREEN] = "bluegreen",
    [CONF_PHASE_SHADOW] = "shadow",
    [CONF_PHASE_ALERT] = "alert",
    [CONF_PHASE_PRODUCTION] = "production",
    [CONF_PHASE_ENFORCE] = "enforce",
};

const char *gate_phase_name(enum conf_phase p) {
    return phases[p];
}

bool gate_phase(const char *name, enum conf_phase *p) {
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++)
        if (strcmp(phases[i], name) == 0) {
            *p = (enum conf_phase)i;
            return true;
        }
    return false;
}

/* ---- one gate ---- */

static struct gate *add(struct gates *g, enum gate_kind kind, double figure, double limit) {
    struct gate *gate = &g->of[g->used++];
    *gate = (struct gate){.kind = kind, .figure = figure, .limit = limit};
    return gate;
}

static void told(struct gate *gate, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void wanted(struct gate *gate, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void closed(struct gate *gate, enum gate_answer answer, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void told(struct gate *gate, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(gate->told, sizeof gate->told, format, args);
    va_end(args);
}

static void wanted(struct gate *gate, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(gate->wanted, sizeof gate->wanted, format, args);
    va_end(args);
}

static void closed(struct gate *gate, enum gate_answer answer, const char *format, ...) {
    va_list args;
    gate->answer = answer;
    va_start(args, format);
    vsnprintf(gate->hint, sizeof gate->hint, format, args);
    va_end(args);
}

/* ---- each gate ---- */

/* What may come after: blue-green may be passed over, no other phase. */
static enum conf_phase next_phase(enum conf_phase p) {
    return p <= CONF_PHASE_BLUEGREEN ? CONF_PHASE_SHADOW : p + 1;
}

static void order(const struct gate_facts *f, struct gates *g) {
    const enum conf_phase from = f->conf->rollout_phase, next = next_phase(from);
    struct gate *gate = add(g, GATE_ORDER, (double)NAN, (double)NAN);
    told(gate, "from %s to %s", phases[from], phases[f->to]);
    wanted(gate, "no phase left out");
    if (f->to > next)
        closed(gate, GATE_REFUSED, "%s comes first", phases[next]);
}

double gate_next_step(double percentage) {
    static const double steps[] = {1, 5, 10, 25, 50, 100};
    size_t i = 0;
    while (i + 1 < sizeof steps / sizeof *steps && steps[i] <= percentage)
        i++;
    return steps[i];
}

static void step(const struct gate_facts *f, struct gates *g) {
    const double next = gate_next_step(f->conf->percentage);
    struct gate *gate = add(g, GATE_STEP, f->percentage, next);
    told(gate, "from %.6g %% to %.6g %%", f->conf->percentage, f->percentage);
    wanted(gate, "%.6g %% at the most", next);
    if (f->percentage > next)
        closed(gate, GATE_REFUSED, "%.6g %% comes first", next);
}

static void health(const struct gate_facts *f, struct gates *g) {
    struct gate *gate = add(g, GATE_HEALTH, (double)NAN, (double)NAN);
    told(gate, "%s%s", health_status_name(f->health), f->disabled ? ", validation is off" : "");
    wanted(gate, "at work, not unhealthy");
    if (f->health == HEALTH_UNKNOWN)
        closed(gate, GATE_CANNOT_TELL, "%s", f->health_why);
    else if (f->disabled || f->health == HEALTH_UNHEALTHY)
        closed(gate, GATE_REFUSED, "%s", f->health_why);
}

static const char *period(const struct gates *g) {
    return g->phase_up ? "phase" : "step";
}

static void validations(const struct gate_facts *f, struct gates *g,
                        const struct gate_counts *counts) {
    const uint64_t verdicts = counts->passed + counts->failed;
    const int64_t least = f->conf->rollout_min_validations;
    struct gate *gate = add(g, GATE_VALIDATIONS, (double)verdicts, (double)least);
    told(gate, "%llu verdicts in this %s", (unsigned long long)verdicts, period(g));
    wanted(gate, "%lld at least", (long long)least);
    if (verdicts < (uint64_t)least)
        closed(gate, GATE_REFUSED, "wait for %llu more outputs to be judged (gifvet watch)",
               (unsigned long long)((uint64_t)least - verdicts));
}

/* A share of nothing cannot be told. */
static void share(struct gates *g, enum gate_kind kind, uint64_t part, uint64_t whole,
                  double limit) {
    const double figure = whole > 0 ? (double)part / (double)whole : (double)NAN;
    const bool slow = kind == GATE_SLOW_RATE;
    struct gate *gate = add(g, kind, figure, limit);
    wanted(gate, "%.6g %% at the most", limit * 100);
    if (whole == 0) {
        told(gate, "none of none");
        closed(gate, GATE_CANNOT_TELL, "nothing has been judged in this %s", period(g));
        return;
    }
    told(gate, "%.2f %% (%llu of %llu)", figure * 100, (unsigned long long)part,
         (unsigned long long)whole);
    if (figure > limit)
        closed(gate, GATE_REFUSED, "%s",
               slow ? "look at gifvet summary: larger files, a host under load; [validation] "
                      "max_file_size_mb and [quality] max_instants bound the time of one"
                    : "look into the failures first: gifvet investigate, gifvet log --failed");
}

static void faults(const struct gate_facts *f, struct gates *g, const struct gate_counts *counts) {
    const int64_t most = f->conf->rollout_max_faults;
    struct gate *gate = add(g, GATE_FAULTS, (double)counts->faults, (double)most);
    told(gate, "%llu in this %s", (unsigned long long)counts->faults, period(g));
    wanted(gate, "%lld at the most", (long long)most);
    if (counts->faults > (uint64_t)most)
        closed(gate, GATE_REFUSED,
               "the judge itself failed: the records of type judge_fault say "
               "where, and on which files");
}

static void overhead(const struct gate_facts *f, struct gates *g) {
    const struct statistics_interval i = f->overhead;
    const double most = f->conf->rollout_max_overhead;
    const bool known = f->overhead_unfit == NULL && i.known;
    if (!(most > 0))
        return;
    struct gate *gate = add(g, GATE_OVERHEAD, known ? i.value - 1 : (double)NAN, most);
    wanted(gate, "%.6g %% at the most", most * 100);
    if (!known) {
        told(gate, "not measured");
        closed(gate, GATE_CANNOT_TELL,
               "%s; measure it in phase shadow: scripts/rollout --percentage 50 for a while, then "
               "gifvet ab",
               f->overhead_unfit != NULL ? f->overhead_unfit : "no interval");
        return;
    }
    told(gate, "%+.1f %% (%+.1f to %+.1f)", 100 * (i.value - 1), 100 * (i.low - 1),
         100 * (i.high - 1));
    switch (arms_cost(i, most)) {
    case ARMS_CHEAPER:
        break;
    case ARMS_DEARER:
        closed(gate, GATE_REFUSED,
               "gifvet ab shows which programs it is about; [programs] exclude "
               "and [validation] max_file_size_mb leave the dear ones out");
        break;
    case ARMS_CANNOT_TELL:
        closed(gate, GATE_CANNOT_TELL,
               "the interval holds the limit: more runs of both arms "
               "narrow it (scripts/rollout --percentage 50)");
        break;
    }
}

static void days(const struct gate_facts *f, struct gates *g) {
    const double least = g->phase_up ? f->conf->rollout_min_days : f->conf->rollout_min_step_days;
    const double figure = g->phase_up ? f->days_in_phase : f->days_in_step;
    struct gate *gate = add(g, GATE_DAYS, figure, least);
    wanted(gate, "%.6g at least", least);
    if (isnan(figure)) {
        told(gate, "not known");
        closed(gate, GATE_CANNOT_TELL,
               "when this %s began is in the future or not known: set the "
               "clock, or touch the configuration file and wait",
               period(g));
        return;
    }
    told(gate, "%.1f in this %s", figure, period(g));
    if (figure < least)
        closed(gate, GATE_REFUSED, "wait %.1f days more", least - figure);
}

/* ---- the judgement ---- */

static void evidence(const struct gate_facts *f, struct gates *g) {
    const struct gate_counts *counts = g->phase_up ? &f->in_phase : &f->in_step;
    health(f, g);
    if (f->state_problem != NULL) {
        struct gate *gate =
            add(g, GATE_VALIDATIONS, (double)NAN, (double)f->conf->rollout_min_validations);
        told(gate, "not known");
        wanted(gate, "%lld at least", (long long)f->conf->rollout_min_validations);
        closed(gate, GATE_CANNOT_TELL, "%s", f->state_problem);
    } else {
        validations(f, g, counts);
        share(g, GATE_FAILURE_RATE, counts->failed, counts->passed + counts->failed,
              f->conf->rollout_max_failure_rate);
        share(g, GATE_SLOW_RATE, counts->slow, counts->validations, f->conf->rollout_max_slow_rate);
        faults(f, g, counts);
    }
    overhead(f, g);
    days(f, g);
}

void gate_judge(const struct gate_facts *f, struct gates *g) {
    *g = (struct gates){.phase_up = f->to > f->conf->rollout_phase,
                        .step_up = f->percentage > f->conf->percentage,
                        .passed = true};
    if (g->phase_up)
        order(f, g);
    if (g->step_up)
        step(f, g);
    if ((g->phase_up || g->step_up) && f->conf->rollout_phase != CONF_PHASE_NONE)
        evidence(f, g);
    for (size_t i = 0; i < g->used; i++)
        g->passed &= g->of[i].answer == GATE_PASSED;
}
