#include "operate/arms.h"

#include <math.h>
#include <string.h>

/* Is this the process's first record of an output? The id ends with the serial number. */
static bool is_first(struct log_text id) {
    return id.n > 2 && id.at[id.n - 1] == '1' && id.at[id.n - 2] == '-';
}

static void add_time(struct arm_times *t, double us) {
    statistics_add(&t->us, us);
    statistics_add(&t->log_us, log(us));
}

static size_t program_of(struct arms *a, struct log_text name) {
    size_t i = 0;
    if (name.at == NULL || name.n >= sizeof a->programs->name ||
        memchr(name.at, '\0', name.n) != NULL)
        return ARMS_PROGRAMS_MAX;
    while (i < a->programs_used && !log_text_is(name, a->programs[i].name))
        i++;
    if (i == a->programs_used && i < ARMS_PROGRAMS_MAX) {
        memcpy(a->programs[i].name, name.at, name.n);
        a->programs_used++;
    }
    return i;
}

static void take_output(struct arms *a, enum arm arm, const struct log_record *r) {
    struct arm_figures *f = &a->of[arm];
    f->outputs++;
    f->passed += r->passed == LOG_TRUE;
    f->failed += r->passed == LOG_FALSE;
    if (r->output.bytes >= 0)
        statistics_add(&f->bytes, r->output.bytes);
    if (!is_first(r->id))
        return;
    f->processes++;
    if (!(r->elapsed_us > 0)) {
        f->untimed++;
        return;
    }
    size_t program = program_of(a, r->program);
    add_time(&f->times, r->elapsed_us);
    if (program < ARMS_PROGRAMS_MAX)
        add_time(&a->programs[program].of[arm], r->elapsed_us);
}

void arms_take(void *context, const struct log_record *r) {
    bool is_output = log_text_is(r->type, "validation") || log_text_is(r->type, "judge_fault") ||
                     log_text_is(r->type, "control");
    bool is_exit = log_text_is(r->type, "exit");
    struct arms *a = context;
    enum arm arm = log_text_is(r->arm, "control") ? ARM_CONTROL : ARM_TEST;
    if (log_text_is(r->arm, "both")) /* outputs of either arm: its exit belongs to none */
        return;
    if (is_output)
        take_output(a, arm, r);
    else if (is_exit && r->exit_status >= 0 && r->exit_status < ARMS_STATUSES)
        a->of[arm].exits[(size_t)r->exit_status]++;
}

static void merge_times(struct arm_times *to, const struct arm_times *from) {
    statistics_merge(&to->log_us, &from->log_us);
    statistics_merge(&to->us, &from->us);
}

static void merge_figures(struct arm_figures *to, const struct arm_figures *from) {
    to->processes += from->processes;
    to->outputs += from->outputs;
    to->passed += from->passed;
    to->failed += from->failed;
    to->untimed += from->untimed;
    for (size_t i = 0; i < ARMS_STATUSES; i++)
        to->exits[i] += from->exits[i];
    statistics_merge(&to->bytes, &from->bytes);
    merge_times(&to->times, &from->times);
}

void arms_merge(struct arms *to, const struct arms *from) {
    for (size_t arm = 0; arm < ARMS; arm++)
        merge_figures(&to->of[arm], &from->of[arm]);
    for (size_t i = 0; i < from->programs_used; i++) {
        const char *name = from->programs[i].name;
        size_t k = program_of(to, (struct log_text){name, strlen(name)});
        for (size_t arm = 0; k < ARMS_PROGRAMS_MAX && arm < ARMS; arm++)
            merge_times(&to->programs[k].of[arm], &from->programs[i].of[arm]);
    }
}

struct statistics_interval arms_ratio(const struct arm_times of[ARMS]) {
    struct statistics_interval i = statistics_welch(&of[ARM_TEST].log_us, &of[ARM_CONTROL].log_us);
    i.value = exp(i.value);
    i.low = exp(i.low);
    i.high = exp(i.high);
    return i;
}

const char *arms_unfit(const struct arms *a) {
    const struct arm_figures *t = &a->of[ARM_TEST], *c = &a->of[ARM_CONTROL];
    if (c->outputs == 0)
        return "there is no record of the control arm: it needs [log] control = true and "
               "[sampling] percentage below 100";
    if (t->outputs == 0)
        return "there is no record of the test arm: [sampling] percentage is 0, or [log] passes is "
               "false";
    if (t->passed == 0 && t->failed > 0)
        return "the test arm has only failures on record: it needs [log] passes = true";
    if (t->times.us.n < 2 || c->times.us.n < 2)
        return "there are too few records with a time (elapsed_us)";
    return NULL;
}

struct statistics_interval arms_ratio_within(const struct arms *a) {
    double weights = 0, sum = 0;
    for (size_t i = 0; i < a->programs_used; i++) {
        const struct statistics_interval of = arms_ratio(a->programs[i].of);
        const double half = (log(of.high) - log(of.low)) / 2;
        if (!of.known || !(half > 0))
            continue;
        weights += 1 / (half * half);
        sum += log(of.value) / (half * half);
    }
    if (!(weights > 0))
        return (struct statistics_interval){0};
    const double value = sum / weights, half = 1 / sqrt(weights);
    return (struct statistics_interval){true, exp(value), exp(value - half), exp(value + half)};
}

enum arms_answer arms_cost(struct statistics_interval ratio, double share) {
    if (!ratio.known || (ratio.low <= 1 + share && ratio.high >= 1 + share))
        return ARMS_CANNOT_TELL;
    return ratio.low > 1 + share ? ARMS_DEARER : ARMS_CHEAPER;
}
