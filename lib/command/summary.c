/* gifvet summary: what was judged here, hour by hour and in all.
 *
 * Rooms: text · JSON · the command */
#include "operate/summary.h"

#include "command/clock.h"
#include "command/command.h"
#include "command/schema.h"
#include "command/settings.h"
#include "command/terminal.h"
#include "record/json.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_US INT64_C(3600000000)
#define JSON_SIZE ((size_t)512 << 10)

/* What is reported: the hours, newest first, and all together. */
struct report {
    const struct state_snapshot *snapshot;
    int64_t limit; /* hours asked for; 0: all that are known, and in all since the beginning */
    size_t hours;
    struct state_hour total;
};

/* ---- text ---- */

/* No line is wider than that, but for the table and counts of more than eight digits. */
static size_t columns(void) {
    size_t n = terminal_columns(stdout);
    return n < 80 ? n : 80;
}

static void print_percent(double share, int width) {
    if (isnan(share))
        printf("%*s", width, "-");
    else
        printf("%*.2f %%", width - 2, share * 100);
}

static void print_ms(int64_t us, bool known) {
    if (known)
        printf(" %8.2f", (double)us / 1000);
    else
        printf(" %8s", "-");
}

/* The words that stand under a row, indented, as many on a line as there is room for. */
struct words {
    size_t column; /* 0: nothing is printed yet */
};

static void add_words(struct words *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add_words(struct words *w, const char *format, ...) {
    char one[96];
    struct text t = text_over(one, sizeof one);
    va_list args;
    va_start(args, format);
    text_addv(&t, format, args);
    va_end(args);
    if (w->column > 0 && w->column + 2 + t.used + 1 <= columns())
        w->column += (size_t)printf(", %s", one);
    else
        w->column = (size_t)printf("%s    %s", w->column > 0 ? ",\n" : "", one);
}

static void end_words(const struct words *w) {
    if (w->column > 0)
        putchar('\n');
}

/* What failed. */
static void print_failures(const struct state_hour *h) {
    struct words w = {0};
    for (enum judge_check c = 0; c < JUDGE_CHECKS; c++)
        if (h->failed[c] > 0)
            add_words(&w, "%s%s %llu", w.column > 0 ? "" : "failed: ", judge_check_name(c),
                      (unsigned long long)h->failed[c]);
    end_words(&w);
}

/* What the row has no room for. */
static void print_rest(const struct state_hour *h) {
    const struct summary_row r = summary_row(h);
    struct words w = {0};
    if (r.validations == 0)
        return;
    add_words(&w, "p50 %.2f ms", (double)r.p50_us / 1000);
    add_words(&w, "p99 %.2f ms", (double)r.p99_us / 1000);
    add_words(&w, "max %.2f ms", (double)r.longest_us / 1000);
    add_words(&w, "slow %.2f %%", r.slow_rate * 100);
    end_words(&w);
}

static void print_slow(const struct state_hour *h) {
    if (h->slow > 0)
        printf("    slow: %llu (%.2f %%)\n", (unsigned long long)h->slow,
               summary_row(h).slow_rate * 100);
}

static void print_row(const char *name, const struct state_hour *h) {
    const struct summary_row r = summary_row(h);
    bool timed = r.validations > 0;
    printf("%-11s %8llu %8llu %7llu %6llu %7llu ", name, (unsigned long long)r.outputs,
           (unsigned long long)h->results[STATE_PASSED],
           (unsigned long long)h->results[STATE_FAILED],
           (unsigned long long)(r.validations - r.verdicts),
           (unsigned long long)h->results[STATE_CONTROL]);
    print_percent(r.success_rate, 8);
    print_ms(r.mean_us, timed);
    print_ms(r.p95_us, timed);
    putchar('\n');
}

static void print_program(const struct state_program *p, const char *name) {
    const uint64_t verdicts = p->passed + p->failed;
    terminal_print(stdout, name, STATE_NAME_SIZE);
    for (size_t n = terminal_width(name, SIZE_MAX); n < STATE_NAME_SIZE; n++)
        putchar(' ');
    printf(" %8llu %8llu %8llu %8llu ", (unsigned long long)p->outputs,
           (unsigned long long)p->passed, (unsigned long long)p->failed,
           (unsigned long long)p->slow);
    print_percent(verdicts > 0 ? (double)p->passed / (double)verdicts : (double)NAN, 9);
    putchar('\n');
}

static void print_text(const struct report *r) {
    const struct state_snapshot *s = r->snapshot;
    char buffer[CLOCK_SIZE], zone[CLOCK_SIZE], head[CLOCK_SIZE + 8];
    /* One offset for all of them: where the clocks were changed, the hours still go on evenly. */
    int64_t offset_us = clock_offset_us(zone, r->hours > 0 ? s->hours[0].hour * HOUR_US : 0);
    snprintf(head, sizeof head, "hour %s", offset_us == 0 ? "(UTC)" : zone);
    printf("%-11s %8s %8s %7s %6s %7s %8s %8s %8s\n", head, "outputs", "passed", "failed", "null",
           "control", "success", "mean ms", "p95 ms");
    for (size_t i = r->hours; i-- > 0;) {
        clock_utc(buffer, s->hours[i].hour * HOUR_US + offset_us);
        buffer[10] = ' ';
        buffer[16] = '\0';
        print_row(buffer + 5, &s->hours[i]); /* without the year */
        print_failures(&s->hours[i]);
        print_slow(&s->hours[i]);
    }
    print_row("in all", &r->total);
    print_failures(&r->total);
    print_rest(&r->total);
    printf("\n%-32s %8s %8s %8s %8s %9s\n", "program, in all", "outputs", "passed", "failed",
           "slow", "success");
    for (size_t i = 0; i < s->programs_used; i++)
        print_program(&s->programs[i], s->programs[i].name);
    if (s->others.outputs > 0)
        print_program(&s->others, "(others)");
    printf("\nThe state was begun %s.\n",
           s->began_us > 0 ? clock_local(buffer, s->began_us) : "and has seen nothing yet");
}

/* ---- JSON ---- */

static void put_time(struct json *j, const char *key, int64_t us, bool known) {
    if (known)
        json_put_int(j, key, us);
    else
        json_put_null(j, key);
}

static void put_row(struct json *j, const struct state_hour *h) {
    const struct summary_row r = summary_row(h);
    bool timed = r.validations > 0;
    json_put_int(j, "outputs", (int64_t)r.outputs);
    json_put_int(j, "validations", (int64_t)r.validations);
    for (enum state_result k = 0; k < STATE_RESULTS; k++)
        json_put_int(j, state_result_name(k), (int64_t)h->results[k]);
    json_put_real(j, "success_rate", r.success_rate, 6);
    json_put_int(j, "slow", (int64_t)h->slow);
    json_put_real(j, "slow_rate", r.slow_rate, 6);
    json_put_int(j, "complex", (int64_t)h->complex);
    json_put_object(j, "time_us");
    put_time(j, "mean", r.mean_us, timed);
    put_time(j, "p50", r.p50_us, timed);
    put_time(j, "p95", r.p95_us, timed);
    put_time(j, "p99", r.p99_us, timed);
    put_time(j, "max", r.longest_us, timed);
    json_put_object_end(j);
    json_put_object(j, "failures");
    for (enum judge_check c = 0; c < JUDGE_CHECKS; c++)
        json_put_int(j, judge_check_name(c), (int64_t)h->failed[c]);
    json_put_object_end(j);
    json_put_int(j, "bytes_in", (int64_t)h->bytes_in);
    json_put_int(j, "bytes_out", (int64_t)h->bytes_out);
    json_put_int(j, "arena_peak_bytes", (int64_t)h->arena_bytes);
}

static void put_program(struct json *j, const struct state_program *p, const char *name) {
    json_put_object(j, NULL);
    json_put_string(j, "program", name);
    json_put_int(j, "outputs", (int64_t)p->outputs);
    json_put_int(j, "passed", (int64_t)p->passed);
    json_put_int(j, "failed", (int64_t)p->failed);
    json_put_int(j, "slow", (int64_t)p->slow);
    json_put_int(j, "time_us", p->time_us);
    json_put_object_end(j);
}

static void put_all(struct json *j, const struct report *r) {
    const struct state_snapshot *s = r->snapshot;
    char buffer[CLOCK_SIZE];
    json_put_object(j, NULL);
    schema_put(j, "summary");
    json_put_string(j, "began", s->began_us > 0 ? clock_utc(buffer, s->began_us) : NULL);
    json_put_array(j, "hours");
    for (size_t i = r->hours; i-- > 0;) {
        json_put_object(j, NULL);
        json_put_string(j, "hour", clock_utc(buffer, s->hours[i].hour * HOUR_US));
        put_row(j, &s->hours[i]);
        json_put_object_end(j);
    }
    json_put_array_end(j);
    json_put_object(j, "total");
    put_row(j, &r->total);
    json_put_object_end(j);
    json_put_array(j, "programs");
    for (size_t i = 0; i < s->programs_used; i++)
        put_program(j, &s->programs[i], s->programs[i].name);
    if (s->others.outputs > 0)
        put_program(j, &s->others, NULL);
    json_put_array_end(j);
    json_put_object_end(j);
}

static int print_json(const struct report *r) {
    char *buffer = malloc(JSON_SIZE);
    if (buffer == NULL) {
        fprintf(stderr, "gifvet summary: no memory\n");
        return 2;
    }
    struct text t = text_over(buffer, JSON_SIZE);
    struct json j = json_over(&t);
    put_all(&j, r);
    puts(buffer);
    free(buffer);
    return 0;
}

/* ---- the command ---- */

static void collect(struct report *r, int64_t wall_us) {
    const struct state_snapshot *s = r->snapshot;
    r->hours = summary_hours(s, wall_us, r->limit > 0 ? r->limit : STATE_HOURS);
    if (r->limit == 0)
        r->total = summary_whole(s);
    for (size_t i = 0; r->limit > 0 && i < r->hours; i++)
        summary_add(&r->total, &s->hours[i]);
}

static int parse(int argc, char **argv, int64_t *hours, bool *json) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            *json = true;
        } else if (strcmp(argv[i], "--hours") != 0) {
            fprintf(stderr, "gifvet summary: takes --hours N and --json, not %s\n", argv[i]);
            return 2;
        } else if (++i == argc || !text_to_int(argv[i], false, hours) || *hours < 1 ||
                   *hours > STATE_HOURS) {
            fprintf(stderr, "gifvet summary: --hours takes a number, 1 to %d\n", STATE_HOURS);
            return 2;
        }
    }
    return 0;
}

int command_summary(int argc, char **argv) {
    static struct conf c;
    static struct report r;
    struct error e = {0};
    bool json = false;
    if (parse(argc, argv, &r.limit, &json) != 0)
        return 2;
    struct state_snapshot *snapshot = calloc(1, sizeof *snapshot);
    if (snapshot == NULL) {
        fprintf(stderr, "gifvet summary: no memory\n");
        return 2;
    }
    int result = 2;
    (void)settings_load(&c, "summary", NULL, NULL);
    if (state_read(c.state_dir, snapshot, &e) == 0) {
        r.snapshot = snapshot;
        collect(&r, sys_wall_us());
        result = 0;
        if (json)
            result = print_json(&r);
        else
            print_text(&r);
    } else {
        fprintf(stderr, "gifvet summary: %s\n", e.message);
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "gifvet summary: cannot print: %s\n", strerror(errno));
        result = 2;
    }
    free(snapshot);
    return result;
}
