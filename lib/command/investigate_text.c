/* What was found as text.
 *
 * Rooms: figures · all verdicts · one check · all of it */
#include "command/clock.h"
#include "command/investigate.h"

#include "command/terminal.h"
#include "record/record.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- figures ---- */

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
    printf(" (%.1f %%)", 100 * investigate_share(hit, all));
}

static void print_time(int64_t us) {
    char at[CLOCK_SIZE];
    printf("%s", clock_local(at, us));
}

/* ---- all verdicts ---- */

static void print_head(const struct investigation *v) {
    const struct groups *g = &v->groups;
    print_number(g->verdicts);
    printf(g->verdicts == 1 ? " verdict" : " verdicts");
    if (g->verdicts > 0) {
        printf(" from ");
        print_time(g->first_us);
        printf(" to ");
        print_time(g->last_us);
        printf(": ");
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

/* ---- one check ---- */

static void print_finding(const struct investigation *v, const struct finding_of_check *f,
                          uint64_t failed) {
    char p[INVESTIGATE_P_SIZE];
    struct investigate_words name = investigate_name(&v->groups, f),
                             also = investigate_also(&v->groups, f);
    printf("    ");
    if (f->table.out_hit == 0 && f->table.in_hit == failed)
        printf("all are ");
    else
        printf("%.0f %% are ", 100 * investigate_share(f->table.in_hit, failed));
    terminal_print(stdout, name.at, SIZE_MAX);
    printf(": ");
    print_of(f->table.in_hit, f->table.in_all);
    printf(" failed there, ");
    print_of(f->table.out_hit, f->table.out_all);
    printf(" elsewhere; ");
    printf("%s", investigate_p(p, f->log_p, f->exact));
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
    char p[INVESTIGATE_P_SIZE];
    struct investigate_words name = investigate_name(&v->groups, f);
    printf("    ");
    print_of(f->table.in_hit, f->table.in_hit + f->table.out_hit);
    printf(" were ");
    terminal_print(stdout, name.at, SIZE_MAX);
    printf(", of other failures ");
    uint64_t others = f->table.in_all - f->table.in_hit + f->table.out_all - f->table.out_hit;
    print_of(f->table.in_all - f->table.in_hit, others);
    printf("; ");
    printf("%s", investigate_p(p, f->log_p, f->exact));
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

/* ---- all of it ---- */

void investigate_print_text(const struct investigation *v) {
    size_t checks[GROUPS_CHECKS_MAX], used = investigate_order(&v->groups, checks);
    bool head = false;
    print_head(v);
    for (size_t i = 0; i < used; i++) {
        putchar('\n');
        print_check(v, checks[i]);
    }
    for (size_t i = 0; i < used; i++) {
        const struct groups_check *c = &v->groups.checks[checks[i]];
        struct investigate_advice a = investigate_advice(&v->groups, c);
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
