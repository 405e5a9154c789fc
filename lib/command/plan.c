/* gifvet plan: what validation takes of a host that has so much to do.
 *
 * Rooms: the command line · what was measured · text · JSON · the command */
#include "command/command.h"
#include "command/settings.h"
#include "operate/advice.h"
#include "operate/amount.h"
#include "operate/capacity.h"
#include "operate/log_reader.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define SCENARIOS_MAX 8
#define NAME_SIZE 17
#define WORKERS_MAX 8 /* threads that read the log */
#define DAILY_MAX 1e10
#define MIB 1048576.0

struct scenario {
    char name[NAME_SIZE];
    double daily;
    size_t workers;
    struct capacity_plan plan;
};

struct planning {
    struct scenario of[1 + SCENARIOS_MAX]; /* the first is what is asked */
    size_t used;
    double availability, max_cores, max_latency_ms;
    bool json;
    struct capacity_asked asked; /* of the first */
    struct capacity_basis basis;
    struct advice advice;
};

/* ---- the command line ---- */

static int complain(const char *option, const char *wants, const char *value) {
    fprintf(stderr, "gifvet plan: %s takes %s%s%s\n", option, wants, value != NULL ? ", not " : "",
            value != NULL ? value : "");
    return 2;
}

static bool number(const char *text, double min, double max, double *n) {
    return text_to_double(text, n) && *n >= min && *n <= max;
}

static bool whole(const char *text, size_t *n) {
    int64_t value = 0;
    if (!text_to_int(text, false, &value) || value < 1 || value > QUEUE_WORKERS_MAX)
        return false;
    *n = (size_t)value;
    return true;
}

static bool is_name(const char *text, size_t n) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "._+-";
    return n > 0 && n < NAME_SIZE && strspn(text, allowed) >= n;
}

static bool growth(struct planning *p, const char *value) {
    char daily[32];
    const char *equals = value != NULL ? strchr(value, '=') : NULL;
    const char *comma = equals != NULL ? strchr(equals, ',') : NULL;
    if (comma == NULL || !is_name(value, (size_t)(equals - value)) ||
        (size_t)(comma - equals) > sizeof daily || p->used > SCENARIOS_MAX)
        return false;
    struct scenario *s = &p->of[p->used];
    text_print(s->name, sizeof s->name, "%.*s", (int)(equals - value), value);
    text_print(daily, sizeof daily, "%.*s", (int)(comma - equals - 1), equals + 1);
    if (!number(daily, 1, DAILY_MAX, &s->daily) || !whole(comma + 1, &s->workers))
        return false;
    p->used++;
    return true;
}

/* One option with its value. */
static int take(struct planning *p, const char *option, const char *value) {
    struct scenario *now = &p->of[0];
    const char *text = value != NULL ? value : "";
    if (strcmp(option, "--daily-operations") == 0)
        return number(text, 1, DAILY_MAX, &now->daily)
                   ? 0
                   : complain(option, "a number, 1 to 10000000000", value);
    if (strcmp(option, "--workers") == 0)
        return whole(text, &now->workers) ? 0 : complain(option, "a number, 1 to 1000000", value);
    if (strcmp(option, "--availability") == 0)
        return number(text, 0.5, 0.999999, &p->availability)
                   ? 0
                   : complain(option, "a share, 0.5 to 0.999999", value);
    if (strcmp(option, "--max-cores") == 0)
        return number(text, 0.01, 1e6, &p->max_cores)
                   ? 0
                   : complain(option, "a number, 0.01 to 1000000", value);
    if (strcmp(option, "--max-latency-ms") == 0)
        return number(text, 0.01, 3.6e6, &p->max_latency_ms)
                   ? 0
                   : complain(option, "milliseconds, 0.01 to 3600000", value);
    if (strcmp(option, "--growth") == 0)
        return growth(p, value)
                   ? 0
                   : complain(option, "NAME=OPERATIONS,WORKERS, eight times at most", value);
    fprintf(stderr, "gifvet plan: unknown option %s\n", option);
    return 2;
}

static int parse(struct planning *p, int argc, char **argv) {
    char option[32];
    *p =
        (struct planning){.used = 1, .availability = 0.99, .max_cores = NAN, .max_latency_ms = NAN};
    text_print(p->of[0].name, NAME_SIZE, "now");
    for (int i = 1; i < argc; i++) {
        const char *equals = strchr(argv[i], '=');
        int result;
        if (strcmp(argv[i], "--json") == 0) {
            p->json = true;
            continue;
        }
        if (strncmp(argv[i], "--", 2) == 0 && equals != NULL) {
            text_print(option, sizeof option, "%.*s", (int)(equals - argv[i]), argv[i]);
            result = take(p, option, equals + 1);
        } else {
            result = take(p, argv[i], argv[i + 1]);
            i++;
        }
        if (result != 0)
            return result;
    }
    if (p->of[0].daily == 0 || p->of[0].workers == 0) {
        fprintf(stderr, "gifvet plan: needs --daily-operations N and --workers W\n");
        return 2;
    }
    return 0;
}

/* ---- what was measured ---- */

static void take_record(void *context, const struct log_record *r) {
    struct capacity_log *log = context;
    bool of_an_output = log_text_is(r->type, "validation") || log_text_is(r->type, "control");
    arms_take(&log->arms, r);
    log->records += of_an_output;
}

static bool take_line(void *context, const char *text, size_t n) {
    struct capacity_log *log = context;
    uint64_t before = log->records;
    bool is_record = log_record_read(text, n, take_record, log) == LOG_RECORD;
    if (log->records > before)
        log->bytes += n + 1;
    return is_record;
}

/* Not there, or empty, is nothing measured. */
static int read_log(struct capacity_log *all, const struct conf *c) {
    static struct capacity_log each[WORKERS_MAX];
    void *contexts[WORKERS_MAX];
    const char *path = c->log_path;
    struct log_read_counts counts;
    struct stat st;
    if (c->log_syslog || (stat(path, &st) != 0 && errno == ENOENT) ||
        (stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0))
        return 0;
    for (size_t i = 0; i < WORKERS_MAX; i++)
        contexts[i] = &each[i];
    const struct log_reading reading = {.paths = &path,
                                        .paths_used = 1,
                                        .since_us = INT64_MIN,
                                        .workers = log_workers(),
                                        .line = take_line,
                                        .contexts = contexts};
    int result = log_read("plan", &reading, &counts);
    for (size_t i = 0; i < WORKERS_MAX; i++) {
        arms_merge(&all->arms, &each[i].arms);
        all->records += each[i].records;
        all->bytes += each[i].bytes;
    }
    return result;
}

static int measure(struct planning *p, const struct conf *c) {
    static struct capacity_log log;
    struct error e = {0};
    struct state_snapshot *snapshot = calloc(1, sizeof *snapshot);
    if (snapshot == NULL) {
        fprintf(stderr, "gifvet plan: no memory\n");
        return 2;
    }
    int state = state_read(c->state_dir, snapshot, &e);
    if (state != 0 && state != ENOENT)
        fprintf(stderr, "gifvet plan: %s\n", e.message);
    int result = read_log(&log, c);
    capacity_basis(&p->basis, state == 0 ? snapshot : NULL, &log);
    free(snapshot);
    return state != 0 && state != ENOENT ? 2 : result;
}

static double free_for(const char *path) {
    char directory[CONF_PATH_MAX];
    struct statvfs fs;
    text_print(directory, sizeof directory, "%.*s", (int)(text_base_name(path) - path), path);
    return statvfs(directory[0] != '\0' ? directory : ".", &fs) == 0
               ? (double)fs.f_bavail * (double)fs.f_frsize
               : -1;
}

static void reckon(struct planning *p, const struct conf *c) {
    p->asked =
        (struct capacity_asked){.availability = p->availability,
                                .percentage = c->enable_wrapper_validation ? c->percentage : 0,
                                .max_cores = p->max_cores,
                                .max_latency_s = p->max_latency_ms / 1000,
                                .passes = c->log_passes,
                                .failures = c->log_validation_failures,
                                .control = c->log_control,
                                .keeps_evidence = conf_keeps_evidence(c),
                                .evidence_most = (double)c->evidence_mb * MIB};
    for (size_t i = p->used; i-- > 0;) {
        p->asked.daily = p->of[i].daily;
        p->asked.workers = p->of[i].workers;
        p->of[i].plan = capacity_plan(&p->basis, &p->asked);
    }
    const struct advice_facts facts = {.slow_s = (double)c->slow_ms / 1000,
                                       .max_file_size_mb = c->limits.max_file_size_mb,
                                       .log_free = c->log_syslog ? -1 : free_for(c->log_path)};
    advice_of(&p->advice, &p->basis, &p->asked, &p->of[0].plan, &facts);
}

/* ---- text ---- */

static void print_basis_row(const char *name, const char *value, bool measured, const char *how) {
    printf("  %-26s %12s  %s%s%s\n", name, value, measured ? "measured" : "default",
           how[0] != '\0' ? ": " : "", how);
}

static void print_basis(const struct capacity_basis *b) {
    char value[AMOUNT_SIZE], n[AMOUNT_SIZE], x[AMOUNT_SIZE], y[AMOUNT_SIZE], z[AMOUNT_SIZE];
    char how[256] = "";
    printf("What one operation takes\n");
    if (b->validation_s.measured)
        snprintf(how, sizeof how, "%s validations, p50 %s, p95 %s, p99 %s",
                 amount_count(n, (double)b->validations), amount_time(x, b->p50_s),
                 amount_time(y, b->p95_s), amount_time(z, b->p99_s));
    print_basis_row("a validation", amount_time(value, b->validation_s.value),
                    b->validation_s.measured, how);
    print_basis_row("its memory", amount_bytes(value, b->memory.value), b->memory.measured,
                    b->memory.measured ? "the most that one has taken" : "");
    snprintf(how, sizeof how, "a validation is %s of it",
             amount_percent(n, b->validation_s.value / b->host_s.value));
    print_basis_row("the compressor's own time", amount_time(value, b->host_s.value),
                    b->host_s.measured, how);
    if (b->ratio.known) {
        snprintf(how, sizeof how, "A/B, with 95 %% confidence %+.1f to %+.1f %%",
                 100 * (b->ratio.low - 1), 100 * (b->ratio.high - 1));
        print_basis_row("with validation longer by", amount_percent(value, b->ratio.value - 1),
                        true, how);
    }
    snprintf(how, sizeof how, "%s records", amount_count(n, (double)b->records));
    print_basis_row("a record in the log", amount_bytes(value, b->record.value), b->record.measured,
                    b->record.measured ? how : "");
    print_basis_row("failures", amount_percent(value, b->failures.value), b->failures.measured,
                    "of the verdicts");
    print_basis_row("evidence of a failure", amount_bytes(value, b->evidence.value),
                    b->evidence.measured, b->evidence.measured ? "source and output" : "");
}

/* The rows of the table: what each says of a plan. */
enum row {
    ROW_DAILY,
    ROW_WORKERS,
    ROW_MEAN,
    ROW_PEAK,
    ROW_CORES,
    ROW_HOST_CORES,
    ROW_MEMORY,
    ROW_LOG,
    ROW_EVIDENCE,
    ROW_UP,
    ROW_NEEDED,
    ROW_WANTED,
    ROW_UTILISATION,
    ROW_WAIT_50,
    ROW_WAIT_95,
    ROW_WAIT_99,
    ROW_WAIT_WITHOUT,
    ROW_ADDED_50,
    ROW_ADDED_95,
    ROW_ADDED_99,
    ROW_ADDED_MEAN,
    ROW_FITS_WORKERS,
    ROW_FITS_CORES,
    ROW_FITS_LATENCY,
    ROWS
};

static const char *const row_names[ROWS] = {
    [ROW_DAILY] = "operations a day",
    [ROW_WORKERS] = "workers",
    [ROW_MEAN] = "operations a second, mean",
    [ROW_PEAK] = "  at the peak (3 times)",
    [ROW_CORES] = "cores for validation",
    [ROW_HOST_CORES] = "cores for the compressors",
    [ROW_MEMORY] = "memory, all validating",
    [ROW_LOG] = "log a day",
    [ROW_EVIDENCE] = "evidence a day",
    [ROW_UP] = "workers to be counted on",
    [ROW_NEEDED] = "workers needed",
    [ROW_WANTED] = "  with spare ones",
    [ROW_UTILISATION] = "utilisation at the peak",
    [ROW_WAIT_50] = "waiting, p50",
    [ROW_WAIT_95] = "waiting, p95",
    [ROW_WAIT_99] = "waiting, p99",
    [ROW_WAIT_WITHOUT] = "  without gifvet, p99",
    [ROW_ADDED_50] = "added latency, p50",
    [ROW_ADDED_95] = "added latency, p95",
    [ROW_ADDED_99] = "added latency, p99",
    [ROW_ADDED_MEAN] = "  mean of all operations",
    [ROW_FITS_WORKERS] = "sampling, by the workers",
    [ROW_FITS_CORES] = "sampling, by --max-cores",
    [ROW_FITS_LATENCY] = "sampling, by the latency",
};

static char *fits(char *to, double percentage) {
    if (percentage < 0)
        snprintf(to, AMOUNT_SIZE, "none");
    else
        amount_percent(to, percentage / 100);
    return to;
}

/* Of a system that was simulated. */
static char *simulated(char *to, const struct queue_result *q, double seconds) {
    switch (q->answer) {
    case QUEUE_STABLE:
        return amount_time(to, seconds);
    case QUEUE_NO_MEMORY:
        snprintf(to, AMOUNT_SIZE, "no memory");
        return to;
    default:
        snprintf(to, AMOUNT_SIZE, "unstable");
        return to;
    }
}

static char *cell(char *to, enum row row, const struct scenario *s) {
    const struct capacity_plan *p = &s->plan;
    const struct queue_result *q = &p->queue;
    switch (row) {
    case ROW_DAILY:
        return amount_count(to, s->daily);
    case ROW_WORKERS:
        return amount_count(to, (double)s->workers);
    case ROW_MEAN:
        return amount_count(to, p->mean_s);
    case ROW_PEAK:
        return amount_count(to, p->peak_s);
    case ROW_CORES:
        return amount_count(to, p->cores);
    case ROW_HOST_CORES:
        return amount_count(to, p->host_cores);
    case ROW_MEMORY:
        return amount_bytes(to, p->memory);
    case ROW_LOG:
        return amount_bytes(to, p->log_day);
    case ROW_EVIDENCE:
        return amount_bytes(to, p->evidence_day);
    case ROW_UP:
        return amount_count(to, (double)p->workers_up);
    case ROW_NEEDED:
        return amount_count(to, (double)p->workers_needed);
    case ROW_WANTED:
        return amount_count(to, (double)p->workers_wanted);
    case ROW_UTILISATION:
        return amount_percent(to, q->utilisation);
    case ROW_WAIT_50:
        return simulated(to, q, q->waiting.p50);
    case ROW_WAIT_95:
        return simulated(to, q, q->waiting.p95);
    case ROW_WAIT_99:
        return simulated(to, q, q->waiting.p99);
    case ROW_WAIT_WITHOUT:
        return simulated(to, q, q->waiting_without.p99);
    case ROW_ADDED_50:
        return simulated(to, q, q->added.p50);
    case ROW_ADDED_95:
        return simulated(to, q, q->added.p95);
    case ROW_ADDED_99:
        return simulated(to, q, q->added.p99);
    case ROW_ADDED_MEAN:
        return simulated(to, q, q->added_mean);
    case ROW_FITS_WORKERS:
        return fits(to, p->percentage_workers);
    case ROW_FITS_CORES:
        return fits(to, p->percentage_cores);
    default:
        return fits(to, p->percentage_latency);
    }
}

static bool is_asked(const struct planning *p, enum row row) {
    return (row != ROW_FITS_CORES || !isnan(p->max_cores)) &&
           (row != ROW_FITS_LATENCY || !isnan(p->max_latency_ms));
}

static void print_text(const struct planning *p) {
    char text[AMOUNT_SIZE];
    print_basis(&p->basis);
    printf("\n%-26s", "The plan");
    for (size_t i = 0; i < p->used; i++)
        printf(" %16s", p->of[i].name);
    putchar('\n');
    for (enum row row = 0; row < ROWS; row++) {
        if (!is_asked(p, row))
            continue;
        printf("  %-26s", row_names[row]);
        for (size_t i = 0; i < p->used; i++)
            printf(" %*s", i == 0 ? 14 : 16, cell(text, row, &p->of[i]));
        putchar('\n');
    }
    printf("\nSampling is %s; cores, memory and workers needed have 20 %% left over; availability "
           "%g.\n",
           amount_percent(text, p->asked.percentage / 100), p->availability);
    printf("Added latency is that of outputs that are judged. Simulated: %s.\n",
           p->basis.validation_s.measured ? "the measured times" : "exponential times");
    if (p->advice.used > 0)
        printf("\nWhat to do\n");
    for (size_t i = 0; i < p->advice.used; i++)
        printf("  %s\n", p->advice.lines[i]);
}

/* ---- JSON ---- */

static json_t *json_figure(struct capacity_figure f) {
    return json_pack("{s:f, s:b}", "value", f.value, "measured", f.measured);
}

static json_t *json_number(double n) {
    return isfinite(n) ? json_real(n) : json_null();
}

static json_t *json_percentiles(const struct queue_percentiles *p) {
    return json_pack("{s:f, s:f, s:f, s:f}", "mean", p->mean, "p50", p->p50, "p95", p->p95, "p99",
                     p->p99);
}

static json_t *json_queue(const struct queue_result *q) {
    static const char *const answers[] = {"stable", "unstable", "unstable without validation",
                                          "no memory"};
    json_t *j = json_pack("{s:s, s:f, s:f, s:f}", "answer", answers[q->answer], "load", q->load,
                          "load_without", q->load_without, "utilisation", q->utilisation);
    if (q->answer != QUEUE_STABLE)
        return j;
    json_object_set_new(j, "busy", json_real(q->busy));
    json_object_set_new(j, "waiting_s", json_percentiles(&q->waiting));
    json_object_set_new(j, "waiting_without_s", json_percentiles(&q->waiting_without));
    json_object_set_new(j, "added_s", json_percentiles(&q->added));
    json_object_set_new(j, "added_to_all_mean_s", json_real(q->added_mean));
    return j;
}

static json_t *json_percentage(double percentage) {
    return percentage < 0 ? json_null() : json_number(percentage);
}

static json_t *json_scenario(const struct scenario *s) {
    const struct capacity_plan *p = &s->plan;
    return json_pack(
        "{s:s, s:f, s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:o, s:I, s:I, s:I, s:o, s:o, "
        "s:o, s:o, s:o}",
        "name", s->name, "daily_operations", s->daily, "workers", (json_int_t)s->workers,
        "operations_s", p->mean_s, "peak_operations_s", p->peak_s, "cores", p->cores,
        "compressor_cores", p->host_cores, "memory_bytes", p->memory, "log_bytes_day", p->log_day,
        "log_bytes_day_without_passes", p->log_day_without_passes, "evidence_bytes_day",
        p->evidence_day, "evidence_days", json_number(p->evidence_days), "workers_up",
        (json_int_t)p->workers_up, "workers_needed", (json_int_t)p->workers_needed,
        "workers_wanted", (json_int_t)p->workers_wanted, "queue", json_queue(&p->queue),
        "percentage_by_workers", json_percentage(p->percentage_workers), "percentage_by_cores",
        json_percentage(p->percentage_cores), "percentage_by_latency",
        json_percentage(p->percentage_latency), "percentage", json_percentage(p->percentage));
}

static json_t *json_basis(const struct capacity_basis *b) {
    json_t *ratio = b->ratio.known ? json_pack("{s:f, s:f, s:f}", "value", b->ratio.value, "low",
                                               b->ratio.low, "high", b->ratio.high)
                                   : json_null();
    return json_pack("{s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "validations",
                     (json_int_t)b->validations, "records", (json_int_t)b->records, "validation_s",
                     json_figure(b->validation_s), "memory_bytes", json_figure(b->memory),
                     "compressor_s", json_figure(b->host_s), "record_bytes", json_figure(b->record),
                     "failures", json_figure(b->failures), "evidence_bytes",
                     json_figure(b->evidence), "time_ratio", ratio);
}

static int print_json(const struct planning *p) {
    json_t *plans = json_array(), *advice = json_array();
    for (size_t i = 0; i < p->used; i++)
        json_array_append_new(plans, json_scenario(&p->of[i]));
    for (size_t i = 0; i < p->advice.used; i++)
        json_array_append_new(advice, json_string(p->advice.lines[i]));
    json_t *j = json_pack("{s:f, s:f, s:o, s:o, s:o}", "percentage", p->asked.percentage,
                          "availability", p->availability, "basis", json_basis(&p->basis), "plans",
                          plans, "recommendations", advice);
    char *text = j != NULL ? json_dumps(j, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) : NULL;
    json_decref(j);
    if (text == NULL) {
        fprintf(stderr, "gifvet plan: no memory\n");
        return 2;
    }
    puts(text);
    free(text);
    return 0;
}

/* ---- the command ---- */

int command_plan(int argc, char **argv) {
    static struct planning p;
    static struct conf c;
    int result = parse(&p, argc, argv);
    if (result != 0)
        return result;
    (void)settings_load(&c, "plan", NULL, NULL);
    result = measure(&p, &c);
    reckon(&p, &c);
    if (!p.json)
        print_text(&p);
    else if (print_json(&p) != 0)
        result = 2;
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "gifvet plan: cannot print: %s\n", strerror(errno));
        result = 2;
    }
    return result;
}
