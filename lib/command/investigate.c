/* gifvet investigate: what failures have in common.
 *
 * Rooms: reading · one check in words · recommendations · text · JSON */
#include "command/command.h"
#include "command/log_options.h"
#include "command/terminal.h"
#include "operate/log_reader.h"
#include "operate/phrase.h"
#include "record/record.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORKERS_MAX 8

struct investigation {
    struct groups groups;
    struct log_read_counts counts;
    struct search search[GROUPS_CHECKS_MAX];
    struct finding_of_check caller[GROUPS_CHECKS_MAX];
    bool has_caller[GROUPS_CHECKS_MAX];
};

/* ---- reading ---- */

static const char *environment(const char *name) {
    return getenv(name);
}

/* Where none were kept, or may not be looked at, records have no numbers. */
static const struct configurations *kept_configurations(void) {
    static struct configurations found;
    static struct checkpoints kept;
    static struct conf c;
    const struct conf_input in = {.getenv = environment, .superuser = geteuid() == 0};
    (void)conf_load(&c, &in);
    if (checkpoints_open(&kept, c.state_dir, false, NULL, &(struct error){0}) == 0) {
        found = configurations_of(&kept);
        checkpoints_close(&kept);
    }
    return &found;
}

static int read_logs(struct investigation *v, const struct log_options *o) {
    static struct groups each[WORKERS_MAX];
    const struct configurations *configurations = kept_configurations();
    static struct groups_budget budget = {.most = GROUPS_BYTES};
    void *contexts[WORKERS_MAX];
    size_t workers = log_workers();
    for (size_t i = 0; i < workers; i++) {
        contexts[i] = &each[i];
        if (groups_begin(&each[i], &budget) != 0) {
            fprintf(stderr, "gifvet investigate: no memory\n");
            return 2;
        }
        each[i].configurations = configurations;
    }
    const struct log_reading reading = {.paths = o->paths,
                                        .paths_used = o->paths_used,
                                        .since_us = o->since_us,
                                        .workers = workers,
                                        .take = groups_take,
                                        .contexts = contexts};
    int result = log_read("investigate", &reading, &v->counts);
    for (size_t i = 1; i < workers; i++)
        groups_merge(&each[0], &each[i]);
    v->groups = each[0];
    if (v->groups.no_memory) {
        fprintf(stderr, "gifvet investigate: no memory for all records\n");
        result = 2;
    }
    return result;
}

static void search_all(struct investigation *v) {
    const struct groups *g = &v->groups;
    size_t failing = 0;
    for (size_t k = 0; k < g->checks_used; k++)
        failing += g->checks[k].failed > 0;
    for (size_t k = 0; k < g->checks_used; k++) {
        if (g->checks[k].failed == 0)
            continue;
        search_check(g, k, failing, &v->search[k]);
        v->has_caller[k] = search_caller(g, k, failing, &v->caller[k]);
        if (v->search[k].no_memory)
            fprintf(stderr, "gifvet investigate: no memory to look at all failures\n");
    }
}

/* ---- one check in words ---- */

struct said {
    char *at;
    size_t n;
};

/* The group's name: its conditions, behind the program where all are one program's. free() it. */
static struct said name_of(const struct investigation *v, const struct finding_of_check *f) {
    struct said s = {NULL, 0};
    FILE *out = open_memstream(&s.at, &s.n);
    if (out == NULL)
        return s;
    const struct traits *t = &v->groups.traits;
    for (size_t i = 0; i < f->also_used; i++)
        if (t->features[t->at[f->also[i]].feature].kind == FEATURE_PROGRAM) {
            phrase_trait(out, &v->groups, f->also[i]);
            fprintf(out, ", ");
        }
    phrase_conditions(out, &v->groups, f->conditions, f->conditions_used);
    if (fclose(out) != 0) {
        free(s.at);
        s.at = NULL;
    }
    return s;
}

static struct said also_of(const struct investigation *v, const struct finding_of_check *f) {
    struct said s = {NULL, 0};
    FILE *out = open_memstream(&s.at, &s.n);
    const struct traits *t = &v->groups.traits;
    const char *separator = "";
    for (size_t i = 0; out != NULL && i < f->also_used; i++)
        if (t->features[t->at[f->also[i]].feature].kind != FEATURE_PROGRAM) {
            fprintf(out, "%s", separator);
            phrase_trait(out, &v->groups, f->also[i]);
            separator = ", ";
        }
    if (out != NULL && fclose(out) != 0) {
        free(s.at);
        s.at = NULL;
    }
    return s;
}

static double share(uint64_t hit, uint64_t all) {
    return all > 0 ? (double)hit / (double)all : 0;
}

static void print_number(uint64_t n) {
    char digits[24];
    int used = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    for (int i = 0; i < used; i++)
        printf("%s%c", i > 0 && (used - i) % 3 == 0 ? "," : "", digits[i]);
}

static void print_of(uint64_t hit, uint64_t all) {
    print_number(hit);
    printf(" of ");
    print_number(all);
    printf(" (%.1f %%)", 100 * share(hit, all));
}

static void print_p(double log_p, bool exact) {
    double power = floor(log_p / M_LN10);
    const char *test = exact ? "Fisher" : "chi-squared";
    if (log_p < -690)
        printf("p < 1e-299 (%s)", test);
    else if (log_p > log(0.0001))
        printf("p = %.4f (%s)", exp(log_p), test);
    else
        printf("p = %.0fe%.0f (%s)", floor(exp(log_p - power * M_LN10) + 0.5), power, test);
}

/* ---- recommendations ---- */

struct advice {
    bool is;
    const char *level; /* "URGENT", "consider", "note" */
    char text[320];
    double tolerance; /* NaN: none */
};

/* The least distance within which `share` of n lie; -1 when fewer have a distance that is known. */
static int within(const uint64_t *distances, uint64_t n, double part) {
    uint64_t sum = 0;
    for (int i = 0; i < GROUPS_DISTANCES - 1; i++) {
        sum += distances[i];
        if ((double)sum >= part * (double)n - 1e-9)
            return i;
    }
    return -1;
}

static uint64_t sum_of(const uint64_t *distances) {
    uint64_t sum = 0;
    for (size_t i = 0; i < GROUPS_DISTANCES; i++)
        sum += distances[i];
    return sum;
}

static void advise_frames(const struct groups *g, uint64_t failed, struct advice *a) {
    int all = within(g->ratio_off, failed, 0.95);
    uint64_t ratios = sum_of(g->ratio_off);
    int some = ratios > 0 ? within(g->ratio_off, ratios, 0.95) : -1;
    a->tolerance = all >= 0 ? ceil(all / 10.0) / 100 : NAN;
    if (all < 0)
        a->level = "note";
    if (all >= 0)
        text_print(a->text, sizeof a->text,
                   "frame_ratio_tolerance = %.2f would have passed 95 %% of these failures",
                   a->tolerance);
    else if (some >= 0)
        text_print(
            a->text, sizeof a->text,
            "frame_ratio_tolerance cannot pass 95 %%: %llu of %llu failures were of requests "
            "for no ratio, or far off; %.2f would have passed 95 %% of the %llu others",
            (unsigned long long)(failed - ratios), (unsigned long long)failed,
            ceil(some / 10.0) / 100, (unsigned long long)ratios);
    else
        text_print(a->text, sizeof a->text,
                   "frame_ratio_tolerance does not help: no ratio of frames was asked for in these "
                   "failures");
}

static void advise_colors(const struct groups *g, uint64_t failed, struct advice *a) {
    int all = within(g->colors_off, failed, 0.95);
    a->tolerance = all >= 0 ? all : NAN;
    if (all < 0)
        a->level = "note";
    if (all >= 0)
        text_print(a->text, sizeof a->text,
                   "color_count_tolerance = %d would have passed 95 %% of these failures", all);
    else
        text_print(
            a->text, sizeof a->text,
            "color_count_tolerance cannot be derived: the records do not say how many colours "
            "were too many");
}

static struct advice advice_for(const struct groups *g, const struct groups_check *c) {
    struct advice a = {.level = "consider", .tolerance = NAN};
    if (strcmp(c->name, "frame_count") == 0 && c->failed > 10) {
        a.is = true;
        advise_frames(g, c->failed, &a);
    } else if (strcmp(c->name, "color_count") == 0 && c->failed > 10) {
        a.is = true;
        advise_colors(g, c->failed, &a);
    } else if (strcmp(c->name, "quality_degradation") == 0 && c->failed > 5) {
        a.is = true;
        text_print(a.text, sizeof a.text, "look at the compression: pictures are damaged");
    } else if (strcmp(c->name, "file_integrity") == 0 && c->failed > 3) {
        a.is = true;
        a.level = "URGENT";
        text_print(a.text, sizeof a.text,
                   "files may be corrupt: look at the outputs, the disk and its free space");
    }
    return a;
}

/* ---- text ---- */

static void print_time(int64_t us) {
    char at[64];
    struct text t = text_over(at, sizeof at);
    record_time(&t, us);
    printf("%.16s", at);
}

static void print_head(const struct investigation *v) {
    const struct groups *g = &v->groups;
    print_number(g->verdicts);
    printf(g->verdicts == 1 ? " verdict" : " verdicts");
    if (g->verdicts > 0) {
        printf(" from ");
        print_time(g->first_us);
        printf(" to ");
        print_time(g->last_us);
        printf(" UTC: ");
        print_number(g->passed);
        printf(" passed, ");
        print_number(g->failed);
        printf(" failed");
    }
    uint64_t others[] = {g->timed_out, g->skipped, g->faults};
    static const char *const names[] = {"timed out", "skipped", "faults of the judge"};
    for (size_t i = 0; i < 3; i++)
        if (others[i] > 0) {
            printf(", ");
            print_number(others[i]);
            printf(" %s", names[i]);
        }
    putchar('\n');
    if (g->levels[0] > 0 || g->levels[1] > 0)
        printf("Too many to keep all: what they have in common is from one of %u that passed and "
               "one of %u that failed, figures of groups are estimates.\n",
               1u << g->levels[0], 1u << g->levels[1]);
}

static void print_finding(const struct investigation *v, const struct finding_of_check *f,
                          uint64_t failed) {
    struct said name = name_of(v, f), also = also_of(v, f);
    printf("    ");
    if (f->table.out_hit == 0 && f->table.in_hit == failed)
        printf("all are ");
    else
        printf("%.0f %% are ", 100 * share(f->table.in_hit, failed));
    terminal_print(stdout, name.at, SIZE_MAX);
    printf(": ");
    print_of(f->table.in_hit, f->table.in_all);
    printf(" failed there, ");
    print_of(f->table.out_hit, f->table.out_all);
    printf(" elsewhere; ");
    print_p(f->log_p, f->exact);
    putchar('\n');
    if (also.at != NULL && also.n > 0) {
        printf("      all of that group, and few others: ");
        terminal_print(stdout, also.at, SIZE_MAX);
        putchar('\n');
    }
    free(name.at);
    free(also.at);
}

static void print_caller(const struct investigation *v, const struct finding_of_check *f) {
    struct said name = name_of(v, f);
    printf("    ");
    print_of(f->table.in_hit, f->table.in_hit + f->table.out_hit);
    printf(" were ");
    terminal_print(stdout, name.at, SIZE_MAX);
    printf(", of other failures ");
    uint64_t others = f->table.in_all - f->table.in_hit + f->table.out_all - f->table.out_hit;
    print_of(f->table.in_all - f->table.in_hit, others);
    printf("; ");
    print_p(f->log_p, f->exact);
    putchar('\n');
    free(name.at);
}

static void print_check(const struct investigation *v, size_t k) {
    const struct groups_check *c = &v->groups.checks[k];
    terminal_print(stdout, c->name, SIZE_MAX);
    printf(": ");
    print_of(c->failed, c->judged);
    printf(" failed\n");
    for (size_t i = 0; i < v->search[k].used; i++)
        print_finding(v, &v->search[k].at[i], c->failed);
    if (v->search[k].used == 0)
        printf("    nothing that they have in common is significant\n");
    if (v->has_caller[k])
        print_caller(v, &v->caller[k]);
}

/* The most frequent failures first, equal ones by name. */
static size_t in_order(const struct groups *g, size_t checks[GROUPS_CHECKS_MAX]) {
    size_t used = 0;
    for (size_t k = 0; k < g->checks_used; k++) {
        size_t at = used;
        if (g->checks[k].failed == 0)
            continue;
        for (; at > 0; at--) {
            const struct groups_check *a = &g->checks[checks[at - 1]], *b = &g->checks[k];
            if (a->failed > b->failed || (a->failed == b->failed && strcmp(a->name, b->name) < 0))
                break;
            checks[at] = checks[at - 1];
        }
        checks[at] = k;
        used++;
    }
    return used;
}

static void print_text(const struct investigation *v) {
    size_t checks[GROUPS_CHECKS_MAX], used = in_order(&v->groups, checks);
    bool head = false;
    print_head(v);
    for (size_t i = 0; i < used; i++) {
        putchar('\n');
        print_check(v, checks[i]);
    }
    for (size_t i = 0; i < used; i++) {
        const struct groups_check *c = &v->groups.checks[checks[i]];
        struct advice a = advice_for(&v->groups, c);
        if (!a.is)
            continue;
        if (!head)
            printf("\nRecommended:\n");
        head = true;
        printf("    %s: %s (", a.level, a.text);
        terminal_print(stdout, c->name, SIZE_MAX);
        printf(")\n");
    }
}

/* ---- JSON ---- */

static json_t *real_or_null(double d) {
    return isfinite(d) ? json_real(d) : json_null();
}

static json_t *json_condition(const struct investigation *v, const struct condition *c) {
    static const char *const relations[] = {"is", "over", "up_to"};
    const struct groups *g = &v->groups;
    const struct feature *f = &g->traits.features[c->feature];
    json_t *value = c->kind != CONDITION_IS  ? json_real(c->from)
                    : c->trait == UINT32_MAX ? json_string_nocheck(groups_source(g, c->source))
                                             : json_string_nocheck(g->traits.at[c->trait].text);
    return json_pack("{s:s, s:o, s:s, s:o}", "feature", phrase_feature(f->kind), "option",
                     f->name[0] != '\0' ? json_string_nocheck(f->name) : json_null(), "relation",
                     relations[c->kind], "value", value);
}

static json_t *json_finding(const struct investigation *v, const struct finding_of_check *f) {
    struct said name = name_of(v, f), also = also_of(v, f);
    const struct statistics_table *t = &f->table;
    json_t *conditions = json_array();
    bool exact;
    double log_p = statistics_log_p(t, &exact);
    for (size_t i = 0; i < f->conditions_used; i++)
        json_array_append_new(conditions, json_condition(v, &f->conditions[i]));
    json_t *j = json_pack(
        "{s:o, s:o, s:o, s:I, s:I, s:f, s:I, s:I, s:f, s:f, s:f, s:s}", "group",
        name.at != NULL ? json_string_nocheck(name.at) : json_null(), "conditions", conditions,
        "also", also.at != NULL && also.n > 0 ? json_string_nocheck(also.at) : json_null(),
        "failed_inside", (json_int_t)t->in_hit, "judged_inside", (json_int_t)t->in_all,
        "rate_inside", share(t->in_hit, t->in_all), "failed_outside", (json_int_t)t->out_hit,
        "judged_outside", (json_int_t)t->out_all, "rate_outside", share(t->out_hit, t->out_all),
        "log10_p", f->log_p / M_LN10, "log10_p_of_table", log_p / M_LN10, "test",
        exact ? "fisher" : "chi_squared");
    free(name.at);
    free(also.at);
    return j;
}

static json_t *json_check(const struct investigation *v, size_t k) {
    const struct groups_check *c = &v->groups.checks[k];
    struct advice a = advice_for(&v->groups, c);
    json_t *findings = json_array();
    for (size_t i = 0; i < v->search[k].used; i++)
        json_array_append_new(findings, json_finding(v, &v->search[k].at[i]));
    json_t *advice = a.is ? json_pack("{s:s, s:s, s:o}", "level", a.level, "text", a.text,
                                      "tolerance", real_or_null(a.tolerance))
                          : json_null();
    return json_pack("{s:o, s:I, s:I, s:o, s:o, s:o, s:I}", "check", json_string_nocheck(c->name),
                     "failed", (json_int_t)c->failed, "judged", (json_int_t)c->judged, "groups",
                     findings, "caller",
                     v->has_caller[k] ? json_finding(v, &v->caller[k]) : json_null(), "recommended",
                     advice, "conditions_tried", (json_int_t)v->search[k].tried);
}

static int print_json(const struct investigation *v) {
    const struct groups *g = &v->groups;
    const struct log_read_counts *c = &v->counts;
    size_t checks[GROUPS_CHECKS_MAX], used = in_order(g, checks);
    json_t *list = json_array();
    for (size_t i = 0; i < used; i++)
        json_array_append_new(list, json_check(v, checks[i]));
    json_t *j = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:i, s:i, s:o}", "files",
        (json_int_t)c->files, "lines", (json_int_t)c->lines, "records", (json_int_t)c->records,
        "foreign_lines", (json_int_t)c->foreign, "later_records", (json_int_t)c->later, "verdicts",
        (json_int_t)g->verdicts, "passed", (json_int_t)g->passed, "failed", (json_int_t)g->failed,
        "timed_out", (json_int_t)g->timed_out, "skipped", (json_int_t)g->skipped, "faults",
        (json_int_t)g->faults, "level", SEARCH_LEVEL, "passed_thinned", 1 << g->levels[0],
        "failed_thinned", 1 << g->levels[1], "checks", list);
    char *text = j != NULL ? json_dumps(j, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(j);
    if (text == NULL) {
        fprintf(stderr, "gifvet investigate: no memory\n");
        return 2;
    }
    puts(text);
    free(text);
    return 0;
}

int command_investigate(int argc, char **argv) {
    static struct investigation v;
    struct log_options o;
    if (log_options_parse(&o, argc, argv) != 0)
        return 2;
    int result = read_logs(&v, &o);
    free(o.paths);
    if (v.counts.files == 0)
        return 2;
    search_all(&v);
    if (o.json) {
        int printed = print_json(&v);
        result = printed != 0 ? printed : result;
    } else {
        print_text(&v);
    }
    groups_free(&v.groups);
    return result;
}
