/* gifvet ab: outputs that were judged against outputs that were left alone.
 *
 * Rooms: reading · what is compared · text · JSON */
#include "command/command.h"
#include "command/log_options.h"
#include "command/schema.h"
#include "command/terminal.h"
#include "operate/arms.h"
#include "operate/log_reader.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORKERS_MAX 8
#define COST 0.1
#define PROGRAMS_SHOWN 10

/* ---- reading ---- */

static int read_logs(struct arms *all, const struct log_options *o,
                     struct log_read_counts *counts) {
    static struct arms each[WORKERS_MAX];
    void *contexts[WORKERS_MAX];
    for (size_t i = 0; i < WORKERS_MAX; i++)
        contexts[i] = &each[i];
    const struct log_reading reading = {.paths = o->paths,
                                        .paths_used = o->paths_used,
                                        .since_us = o->since_us,
                                        .workers = log_workers(),
                                        .take = arms_take,
                                        .contexts = contexts};
    int result = log_read("ab", &reading, counts);
    for (size_t i = 0; i < WORKERS_MAX; i++)
        arms_merge(all, &each[i]);
    return result;
}

/* ---- what is compared ---- */

static uint64_t exits_of(const struct arm_figures *f) {
    uint64_t n = 0;
    for (size_t i = 0; i < ARMS_STATUSES; i++)
        n += f->exits[i];
    return n;
}

static uint64_t bad_exits_of(const struct arm_figures *f) {
    return exits_of(f) - f->exits[0];
}

static struct statistics_interval exits_compared(const struct arms *a) {
    const struct arm_figures *t = &a->of[ARM_TEST], *c = &a->of[ARM_CONTROL];
    return statistics_shares(bad_exits_of(t), exits_of(t), bad_exits_of(c), exits_of(c));
}

static struct statistics_interval sizes_compared(const struct arms *a) {
    return statistics_welch(&a->of[ARM_TEST].bytes, &a->of[ARM_CONTROL].bytes);
}

static struct statistics_interval means_compared(const struct arms *a) {
    return statistics_welch(&a->of[ARM_TEST].times.us, &a->of[ARM_CONTROL].times.us);
}

static struct statistics_interval times_compared(const struct arms *a) {
    const struct arm_times of[ARMS] = {a->of[ARM_TEST].times, a->of[ARM_CONTROL].times};
    return arms_ratio(of);
}

/* ---- text ---- */

static char *number(char *to, size_t size, uint64_t n) {
    char digits[24];
    size_t used = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)n), at = 0;
    for (size_t i = 0; i < used && at + 2 < size; i++) {
        if (i > 0 && (used - i) % 3 == 0)
            to[at++] = ',';
        to[at++] = digits[i];
    }
    to[at] = '\0';
    return to;
}

static void print_row(const char *what, const char *test, const char *control, const char *behind) {
    printf("%-26s %16s %16s%s%s\n", what, test, control, behind[0] != '\0' ? "   " : "", behind);
}

static void print_counts(const char *what, uint64_t test, uint64_t control) {
    char a[40], b[40];
    print_row(what, number(a, sizeof a, test), number(b, sizeof b, control), "");
}

static void print_exits(const struct arms *a) {
    char text[ARMS][64], behind[80] = "";
    for (size_t arm = 0; arm < ARMS; arm++) {
        uint64_t n = exits_of(&a->of[arm]), bad = bad_exits_of(&a->of[arm]);
        if (n > 0)
            snprintf(text[arm], sizeof text[arm], "%llu of %llu", (unsigned long long)bad,
                     (unsigned long long)n);
        else
            snprintf(text[arm], sizeof text[arm], "not recorded");
    }
    struct statistics_interval i = exits_compared(a);
    if (i.known)
        snprintf(behind, sizeof behind, "%+.2f points (%+.2f to %+.2f)", 100 * i.value, 100 * i.low,
                 100 * i.high);
    print_row("exit status not 0", text[ARM_TEST], text[ARM_CONTROL], behind);
    for (size_t status = 1; status < ARMS_STATUSES; status++)
        if (a->of[ARM_TEST].exits[status] + a->of[ARM_CONTROL].exits[status] > 0) {
            char name[32];
            snprintf(name, sizeof name, "  status %zu", status);
            print_counts(name, a->of[ARM_TEST].exits[status], a->of[ARM_CONTROL].exits[status]);
        }
}

static void print_means(const char *what, const struct statistics_sample *test,
                        const struct statistics_sample *control, struct statistics_interval i,
                        double unit, const char *name) {
    char a[48], b[48], behind[96] = "";
    if (test->n == 0 || control->n == 0)
        return;
    snprintf(a, sizeof a, "%.1f %s", test->mean / unit, name);
    snprintf(b, sizeof b, "%.1f %s", control->mean / unit, name);
    if (i.known)
        snprintf(behind, sizeof behind, "%+.1f %s (%+.1f to %+.1f)", i.value / unit, name,
                 i.low / unit, i.high / unit);
    print_row(what, a, b, behind);
}

static void print_typical(const char *what, const struct arm_times of[ARMS]) {
    char a[48], b[48], behind[96] = "";
    struct statistics_interval i = arms_ratio(of);
    if (of[ARM_TEST].us.n == 0 || of[ARM_CONTROL].us.n == 0)
        return;
    snprintf(a, sizeof a, "%.1f ms", exp(of[ARM_TEST].log_us.mean) / 1000);
    snprintf(b, sizeof b, "%.1f ms", exp(of[ARM_CONTROL].log_us.mean) / 1000);
    if (i.known)
        snprintf(behind, sizeof behind, "%+.1f %% (%+.1f to %+.1f)", 100 * (i.value - 1),
                 100 * (i.low - 1), 100 * (i.high - 1));
    print_row(what, a, b, behind);
}

static int by_processes(const void *x, const void *y) {
    const struct arms_program *a = x, *b = y;
    uint64_t m = a->of[ARM_TEST].us.n + a->of[ARM_CONTROL].us.n;
    uint64_t n = b->of[ARM_TEST].us.n + b->of[ARM_CONTROL].us.n;
    return m != n ? (m > n ? -1 : 1) : strcmp(a->name, b->name);
}

static void print_programs(const struct arms *a) {
    if (a->programs_used < 2)
        return;
    for (size_t i = 0; i < a->programs_used && i < PROGRAMS_SHOWN; i++) {
        /* The name comes from the log: what is not plain is shown as such. */
        char *name = NULL, what[80];
        size_t n;
        FILE *out = open_memstream(&name, &n);
        if (out == NULL)
            return;
        terminal_print(out, a->programs[i].name, SIZE_MAX);
        (void)fclose(out);
        snprintf(what, sizeof what, "  %.60s", name != NULL ? name : "");
        print_typical(what, a->programs[i].of);
        free(name);
    }
}

static void print_answer(const struct arms *a) {
    const char *why = arms_unfit(a);
    struct statistics_interval i = times_compared(a);
    if (why != NULL) {
        printf("\nCannot tell what validation costs: %s.\n", why);
        return;
    }
    static const char *const answers[] = {[ARMS_CANNOT_TELL] =
                                              "Cannot tell whether validation costs more than 10 %",
                                          [ARMS_CHEAPER] = "Validation costs no more than 10 %",
                                          [ARMS_DEARER] = "Validation costs more than 10 %"};
    printf("\n%s: time changes by %+.1f %%, with 95 %% confidence by %+.1f %% to %+.1f %%.\n",
           answers[arms_cost(i, COST)], 100 * (i.value - 1), 100 * (i.low - 1), 100 * (i.high - 1));
}

static void print_text(const struct arms *a) {
    const struct arm_figures *t = &a->of[ARM_TEST], *c = &a->of[ARM_CONTROL];
    const struct arm_times times[ARMS] = {t->times, c->times};
    print_row("", "test", "control", "difference (95 % confidence)");
    print_counts("processes", t->processes, c->processes);
    print_counts("outputs", t->outputs, c->outputs);
    print_exits(a);
    print_means("output size, mean", &t->bytes, &c->bytes, sizes_compared(a), 1000, "KB");
    print_means("time to close, mean", &t->times.us, &c->times.us, means_compared(a), 1000, "ms");
    print_typical("time to close, typical", times);
    print_programs(a);
    print_answer(a);
}

/* ---- JSON ---- */

static json_t *json_interval(struct statistics_interval i) {
    return i.known ? json_pack("{s:f, s:f, s:f}", "value", i.value, "low", i.low, "high", i.high)
                   : json_null();
}

static json_t *json_sample(const struct statistics_sample *s) {
    return json_pack("{s:I, s:f, s:f}", "n", (json_int_t)s->n, "mean", s->mean, "deviation",
                     sqrt(statistics_variance(s)));
}

static json_t *json_arm(const struct arm_figures *f) {
    json_t *exits = json_object();
    char status[8];
    for (size_t i = 0; i < ARMS_STATUSES; i++)
        if (f->exits[i] > 0) {
            snprintf(status, sizeof status, "%zu", i);
            json_object_set_new(exits, status, json_integer((json_int_t)f->exits[i]));
        }
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "processes",
                     (json_int_t)f->processes, "outputs", (json_int_t)f->outputs, "passed",
                     (json_int_t)f->passed, "failed", (json_int_t)f->failed, "untimed",
                     (json_int_t)f->untimed, "exit_status", exits, "bytes", json_sample(&f->bytes),
                     "elapsed_us", json_sample(&f->times.us), "log_elapsed_us",
                     json_sample(&f->times.log_us));
}

static int print_json(const struct arms *a, const struct log_read_counts *c) {
    static const char *const answers[] = {"cannot tell", "no", "yes"};
    struct statistics_interval ratio = times_compared(a);
    json_t *programs = json_object();
    for (size_t i = 0; i < a->programs_used; i++)
        json_object_set_new_nocheck(programs, a->programs[i].name,
                                    json_interval(arms_ratio(a->programs[i].of)));
    const char *why = arms_unfit(a);
    json_t *j = json_pack(
        "{s:I, s:I, s:I, s:I, s:o, s:o, s:{s:o, s:o, s:o, s:o}, s:o, s:s, s:o}", "files",
        (json_int_t)c->files, "lines", (json_int_t)c->lines, "records", (json_int_t)c->records,
        "foreign_lines", (json_int_t)c->foreign, "test", json_arm(&a->of[ARM_TEST]), "control",
        json_arm(&a->of[ARM_CONTROL]), "difference", "exit_share", json_interval(exits_compared(a)),
        "bytes", json_interval(sizes_compared(a)), "elapsed_us", json_interval(means_compared(a)),
        "elapsed_ratio", json_interval(ratio), "programs", programs, "costs_more_than_10_percent",
        answers[why != NULL ? ARMS_CANNOT_TELL : arms_cost(ratio, COST)], "why",
        why != NULL ? json_string(why) : json_null());
    schema_set(j, "ab");
    char *text = j != NULL ? json_dumps(j, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) : NULL;
    json_decref(j);
    if (text == NULL) {
        fprintf(stderr, "gifvet ab: no memory\n");
        return 2;
    }
    puts(text);
    free(text);
    return 0;
}

int command_ab(int argc, char **argv) {
    static struct arms all;
    struct log_read_counts counts;
    struct log_options o;
    if (log_options_parse(&o, argc, argv) != 0)
        return 2;
    int result = read_logs(&all, &o, &counts);
    free(o.paths);
    if (counts.files == 0)
        return 2;
    qsort(all.programs, all.programs_used, sizeof *all.programs, by_processes);
    if (o.json) {
        int printed = print_json(&all, &counts);
        return printed != 0 ? printed : result;
    }
    print_text(&all);
    return result;
}
