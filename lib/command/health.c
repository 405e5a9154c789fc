/* gifvet health: is gifvet doing its work on this host? */
#include "command/clock.h"
#include "command/command.h"
#include "command/schema.h"
#include "command/settings.h"
#include "command/style.h"
#include "command/terminal.h"
#include "operate/summary.h"
#include "operate/surroundings.h"
#include "record/json.h"
#include "sys/sys.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSON_SIZE ((size_t)64 << 10)
#define MIB 1048576.0

/* ---- text ---- */

static void print_figure(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void print_figure(const char *name, const char *format, ...) {
    va_list args;
    printf("  %-22s ", name);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

static void print_when(const char *name, int64_t us) {
    char buffer[CLOCK_SIZE];
    print_figure(name, "%s", us > 0 ? clock_local(buffer, us) : "never");
}

static void print_figures(const struct state_snapshot *s, const struct health *h) {
    const struct state_hour whole = summary_whole(s);
    const struct summary_row row = summary_row(&whole);
    print_when("last output", s->last_output_us);
    print_when("last verdict", s->last_verdict_us);
    print_when("last success", s->last_success_us);
    print_when("last failure", s->last_failure_us);
    print_figure("outputs", "%llu", (unsigned long long)s->outputs);
    print_figure("verdicts", "%llu passed, %llu failed",
                 (unsigned long long)s->results[STATE_PASSED],
                 (unsigned long long)s->results[STATE_FAILED]);
    print_figure("consecutive failures", "%llu", (unsigned long long)s->consecutive_failures);
    if (row.verdicts > 0)
        print_figure("success", "%.2f %%", row.success_rate * 100);
    print_figure("performance mode", "%s", state_mode_name(s->mode));
    print_figure("peak memory, 24 hours", "%.1f MiB", (double)h->arena_bytes / MIB);
}

/* One line that says all, as monitoring plugins do; then the figures. */
static void print_text(const struct surroundings *s, const struct health *h) {
    style_print(stdout,
                h->status == HEALTH_HEALTHY     ? STYLE_GOOD
                : h->status == HEALTH_UNHEALTHY ? STYLE_BAD
                                                : STYLE_DOUBTFUL,
                health_status_name(h->status));
    printf(": ");
    for (size_t i = 0; i < h->used; i++) {
        char *message = clock_in_text(h->issues[i].message);
        printf("%s", i > 0 ? "; " : "");
        terminal_print(stdout, message, SIZE_MAX);
        free(message);
    }
    if (h->used > 0 && h->unknown[0] != '\0')
        printf("; ");
    terminal_print(stdout, h->unknown, SIZE_MAX);
    if (h->used == 0 && h->unknown[0] == '\0')
        printf("no issues");
    putchar('\n');
    if (s->facts.state != NULL)
        print_figures(s->facts.state, h);
    if (s->facts.state_file.free_bytes >= 0)
        print_figure("free for the state", "%.0f MiB",
                     (double)s->facts.state_file.free_bytes / MIB);
    if (s->facts.log.free_bytes >= 0)
        print_figure("free for the log", "%.0f MiB", (double)s->facts.log.free_bytes / MIB);
}

/* ---- JSON ---- */

static void put_when(struct json *j, const char *key, int64_t us) {
    char buffer[CLOCK_SIZE];
    json_put_string(j, key, us > 0 ? clock_utc(buffer, us) : NULL);
}

static void put_free(struct json *j, const char *key, int64_t bytes) {
    if (bytes >= 0)
        json_put_int(j, key, bytes);
    else
        json_put_null(j, key);
}

static void put_figures(struct json *j, const struct state_snapshot *s, const struct health *h) {
    const struct state_hour whole = summary_whole(s);
    const struct summary_row row = summary_row(&whole);
    put_when(j, "last_output", s->last_output_us);
    put_when(j, "last_verdict", s->last_verdict_us);
    put_when(j, "last_success", s->last_success_us);
    put_when(j, "last_failure", s->last_failure_us);
    json_put_int(j, "outputs", (int64_t)s->outputs);
    for (enum state_result r = 0; r < STATE_RESULTS; r++)
        json_put_int(j, state_result_name(r), (int64_t)s->results[r]);
    json_put_real(j, "success_rate", row.success_rate, 6);
    json_put_int(j, "consecutive_failures", (int64_t)s->consecutive_failures);
    json_put_string(j, "performance_mode", state_mode_name(s->mode));
    json_put_int(j, "arena_peak_bytes", (int64_t)h->arena_bytes);
}

static void put_all(struct json *j, const struct surroundings *s, const struct health *h,
                    int exit_status) {
    json_put_object(j, NULL);
    schema_put(j, "health");
    json_put_string(j, "status", health_status_name(h->status));
    json_put_int(j, "exit_status", exit_status);
    json_put_array(j, "issues");
    for (size_t i = 0; i < h->used; i++) {
        json_put_object(j, NULL);
        json_put_string(j, "issue", health_kind_name(h->issues[i].kind));
        json_put_string(j, "message", h->issues[i].message);
        json_put_object_end(j);
    }
    json_put_array_end(j);
    json_put_string(j, "unknown", h->unknown[0] != '\0' ? h->unknown : NULL);
    json_put_object(j, "figures");
    if (s->facts.state != NULL)
        put_figures(j, s->facts.state, h);
    put_free(j, "state_free_bytes", s->facts.state_file.free_bytes);
    put_free(j, "log_free_bytes", s->facts.log.free_bytes);
    json_put_object_end(j);
    json_put_object_end(j);
}

static bool print_json(const struct surroundings *s, const struct health *h, int exit_status) {
    char *buffer = malloc(JSON_SIZE);
    if (buffer == NULL)
        return false;
    struct text t = text_over(buffer, JSON_SIZE);
    struct json j = json_over(&t);
    put_all(&j, s, h, exit_status);
    puts(buffer);
    free(buffer);
    return true;
}

/* ---- the command ---- */

struct wanted {
    bool json, new_host_ok;
};

static bool parse(struct wanted *w, int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            w->json = true;
        } else if (strcmp(argv[i], "--new-host-ok") == 0) {
            w->new_host_ok = true;
        } else {
            fprintf(stderr, "gifvet health: takes nothing but --json and --new-host-ok\n");
            return false;
        }
    }
    return true;
}

int command_health(int argc, char **argv) {
    static struct conf c;
    static struct surroundings s;
    struct wanted w = {0};
    struct health h;
    if (!parse(&w, argc, argv))
        return HEALTH_UNKNOWN;
    struct state_snapshot *snapshot = calloc(1, sizeof *snapshot);
    if (snapshot == NULL) {
        fprintf(stderr, "gifvet health: no memory\n");
        return HEALTH_UNKNOWN;
    }
    size_t problems = settings_load(&c, "health", NULL, NULL);
    surroundings_ask(&s, &c, problems, snapshot, sys_wall_us());
    health_judge(&s.facts, &h);
    int result = w.new_host_ok && h.fresh ? 0 : (int)h.status;
    if (!w.json)
        print_text(&s, &h);
    bool printed = !w.json || print_json(&s, &h, result);
    free(snapshot);
    if (printed && fflush(stdout) == 0 && !ferror(stdout))
        return result;
    fprintf(stderr, "gifvet health: cannot print: %s\n", strerror(errno));
    return HEALTH_UNKNOWN;
}
