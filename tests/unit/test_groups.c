/* More verdicts than are kept: thinned so that what is said of them stays right. */
#include "operate/search.h"
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define RECORDS 20000u
#define FAILING 400u

/* Every 50th fails, and those are web7's; every 10th is web7's. */
static void feed(struct groups *g, unsigned from, unsigned step) {
    static char line[1024];
    for (unsigned i = from; i < RECORDS; i += step) {
        int n =
            snprintf(line, sizeof line - LOG_SLACK,
                     "{\"schema\":1,\"type\":\"validation\",\"time\":\"2026-11-27T02:35:30Z\","
                     "\"id\":\"%x-1\",\"host\":\"web%d\",\"program\":\"gifsicle\","
                     "\"argv\":[\"gifsicle\",\"--lossy=%u\"],\"sources\":[{\"path\":\"/%u.gif\"}],"
                     "\"validation_passed\":%s,\"validations\":[{\"validation_type\":"
                     "\"geometry\",\"is_valid\":%s}]}",
                     i, i % 10 == 0 ? 7 : 1, i % 199, i % 4999, i % 50 == 0 ? "false" : "true",
                     i % 50 == 0 ? "false" : "true");
        line[n] = '\n';
        assert_int_equal(log_record_read(line, (size_t)n, groups_take, g), LOG_RECORD);
    }
}

struct sum {
    const struct groups *g;
    double all, failed;
    size_t rows, failing_rows;
};

static void add(void *context, const struct row *r) {
    struct sum *s = context;
    s->rows++;
    s->failing_rows += r->failed != 0;
    s->all += groups_weight(s->g, r);
    s->failed += r->failed != 0 ? groups_weight(s->g, r) : 0;
}

static struct sum sum_of(const struct groups *g) {
    struct sum s = {.g = g};
    groups_each(g, add, &s);
    return s;
}

/* Two threads' groups made one. */
static void fill(struct groups *g, struct groups_budget *budget) {
    static struct groups other;
    assert_int_equal(groups_begin(g, budget), 0);
    assert_int_equal(groups_begin(&other, budget), 0);
    feed(g, 0, 2);
    feed(&other, 1, 2);
    groups_merge(g, &other);
}

static void holds_what_all_say(const struct groups *g) {
    assert_true(g->verdicts == RECORDS && g->failed == FAILING);
    assert_int_equal(g->checks_used, 1);
    assert_true(g->checks[0].judged == RECORDS && g->checks[0].failed == FAILING);
}

static void what_fits_is_kept_whole(void **state) {
    (void)state;
    static struct groups g;
    struct groups_budget budget = {.most = GROUPS_BYTES};
    fill(&g, &budget);
    struct sum s = sum_of(&g);
    holds_what_all_say(&g);
    assert_true(s.rows == RECORDS && s.failing_rows == FAILING);
    assert_true(s.all == RECORDS && s.failed == FAILING);
    groups_free(&g);
}

static void what_does_not_fit_is_thinned_and_weighs_more(void **state) {
    (void)state;
    static struct groups g;
    static struct search found;
    struct groups_budget budget = {.most = 200000};
    fill(&g, &budget);
    struct sum s = sum_of(&g);
    holds_what_all_say(&g);
    assert_true(g.levels[0] > 1 && g.levels[1] == 0);
    assert_true(budget.bytes[0] + budget.bytes[1] <= budget.most);
    assert_true(s.failing_rows == FAILING && s.rows < RECORDS / 3 && s.rows > RECORDS / 40);
    assert_true(fabs(s.all - RECORDS) < RECORDS / 10.0);
    search_check(&g, 0, 1, &found);
    assert_int_equal(found.used, 1);
    const struct finding_of_check *f = &found.at[0];
    assert_int_equal(f->conditions_used, 1);
    assert_string_equal(g.traits.at[f->conditions[0].trait].text, "web7");
    assert_true(f->table.in_hit == FAILING && f->table.out_hit == 0);
    assert_true(fabs((double)f->table.in_all - RECORDS / 10.0) < RECORDS / 50.0);
    groups_free(&g);
}

static void failures_are_thinned_where_they_alone_are_too_many(void **state) {
    (void)state;
    static struct groups g;
    struct groups_budget budget = {.most = 12000};
    fill(&g, &budget);
    struct sum s = sum_of(&g);
    holds_what_all_say(&g);
    assert_true(g.levels[1] > 0);
    assert_true(budget.bytes[0] + budget.bytes[1] <= budget.most);
    assert_true(fabs(s.failed - FAILING) < FAILING / 2.0);
    groups_free(&g);
}

/* ---- a record's configuration ---- */

static struct log_record made_at(int64_t us, const char *checksum) {
    struct log_record r = {.time_us = us};
    r.config_checksum = (struct log_text){checksum, checksum != NULL ? strlen(checksum) : 0};
    return r;
}

/* 1 was made of what had been in force before, 3 by going back to it. */
static void a_configuration_has_the_number_of_its_time(void **state) {
    (void)state;
    static struct checkpoints kept = {.used = 4};
    static const struct {
        int64_t us;
        const char *checksum;
        unsigned number;
        bool is_damaged;
    } those[] = {{400, "", 4, true},
                 {300, "aaaaaaaaaaaaaaaa0", 3, false},
                 {200, "bbbbbbbbbbbbbbbb0", 2, false},
                 {100, "aaaaaaaaaaaaaaaa0", 1, false}};
    for (size_t i = 0; i < 4; i++) {
        kept.at[i].number = those[i].number;
        kept.at[i].wall_us = those[i].us;
        kept.at[i].is_damaged = those[i].is_damaged;
        strcpy(kept.at[i].checksum, those[i].checksum);
    }
    const struct configurations c = configurations_of(&kept);
    static const struct {
        int64_t us;
        const char *checksum;
        double number;
    } rows[] = {{50, "aaaaaaaaaaaaaaaa", 1},
                {100, "aaaaaaaaaaaaaaaa", 1},
                {299, "aaaaaaaaaaaaaaaa", 1},
                {300, "aaaaaaaaaaaaaaaa", 3},
                {150, "bbbbbbbbbbbbbbbb", 2},
                {900, "bbbbbbbbbbbbbbbb", 2},
                {900, "cccccccccccccccc", 0},
                {900, "", 0},
                {900, NULL, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct log_record r = made_at(rows[i].us, rows[i].checksum);
        double number = configurations_number(&c, &r);
        assert_true(rows[i].number > 0 ? number == rows[i].number : isnan(number));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_is_kept_whole),
        cmocka_unit_test(what_does_not_fit_is_thinned_and_weighs_more),
        cmocka_unit_test(failures_are_thinned_where_they_alone_are_too_many),
        cmocka_unit_test(a_configuration_has_the_number_of_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
