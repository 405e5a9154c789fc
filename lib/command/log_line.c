#include "command/log_line.h"

#include "command/clock.h"
#include "command/style.h"
#include "command/terminal.h"

#include <jansson.h>
#include <stdint.h>
#include <string.h>

static const char *string_of(const json_t *object, const char *key) {
    const char *s = json_string_value(json_object_get(object, key));
    return s != NULL ? s : "";
}

static void say(FILE *out, const json_t *object, const char *key) {
    terminal_print(out, string_of(object, key), SIZE_MAX);
}

static void print_head(FILE *out, const json_t *r, const char *word) {
    char when[CLOCK_SIZE];
    const char *time = string_of(r, "time");
    if (clock_of_record(when, time, strlen(time)))
        fputs(when, out);
    else
        terminal_print(out, time, CLOCK_SIZE);
    fprintf(out, "  ");
    if (strcmp(word, "FAILED") == 0)
        style_print(out, STYLE_BAD, word);
    else
        terminal_print(out, word, 20);
    for (size_t n = strlen(word); n < 10; n++)
        fputc(' ', out);
    fputc(' ', out);
    say(out, r, "program");
    fprintf(out, "[%lld]  ", (long long)json_integer_value(json_object_get(r, "pid")));
}

static void print_sources(FILE *out, const json_t *r) {
    const json_t *sources = json_object_get(r, "sources");
    size_t i;
    json_t *s;
    if (json_array_size(sources) == 0)
        fprintf(out, " (no source)");
    json_array_foreach(sources, i, s) {
        fprintf(out, "%s", i == 0 ? " from " : ", ");
        say(out, s, "path");
    }
}

static void print_failures(FILE *out, const json_t *r) {
    size_t i;
    json_t *v;
    json_array_foreach(json_object_get(r, "validations"), i, v) {
        if (!json_is_false(json_object_get(v, "is_valid")))
            continue;
        fprintf(out, "    ");
        say(out, v, "validation_type");
        fprintf(out, ": ");
        say(out, v, "error_message");
        fputc('\n', out);
    }
}

/* What was done about it, and what could not be. */
static void print_done(FILE *out, const json_t *e) {
    static const char *const done[] = {"quarantined", "restored", "bundle"};
    size_t i;
    json_t *problem;
    for (i = 0; i < sizeof done / sizeof *done; i++)
        if (string_of(e, done[i])[0] != '\0') {
            fprintf(out, "    %s: ", done[i]);
            say(out, e, done[i]);
            fputc('\n', out);
        }
    json_array_foreach(json_object_get(e, "problems"), i, problem) {
        fprintf(out, "    but: ");
        terminal_print(out, json_string_value(problem), SIZE_MAX);
        fputc('\n', out);
    }
}

static void print_backtrace(FILE *out, const json_t *r, const char *first) {
    size_t i;
    json_t *v;
    json_array_foreach(json_object_get(r, "backtrace"), i, v) {
        fprintf(out, "    %s ", i == 0 ? first : "         ");
        say(out, v, string_of(v, "function")[0] != '\0' ? "function" : "address");
        fprintf(out, " in ");
        say(out, v, "object");
        fputc('\n', out);
    }
}

static void print_validation(FILE *out, const json_t *r, const json_t *passed) {
    bool failed = json_is_false(passed);
    print_head(out, r,
               failed                 ? "FAILED"
               : json_is_true(passed) ? "passed"
                                      : string_of(r, "status"));
    say(out, json_object_get(r, "output"), "path");
    print_sources(out, r);
    fprintf(out, "  ");
    say(out, r, "operation");
    fprintf(out, ", %.1f ms\n",
            (double)json_integer_value(json_object_get(r, "validation_us")) / 1000);
    if (string_of(r, "reason")[0] != '\0') {
        fprintf(out, "    ");
        say(out, r, "reason");
        fputc('\n', out);
    }
    if (failed)
        print_failures(out, r);
    print_done(out, json_object_get(r, "enforcement"));
    print_done(out, json_object_get(r, "evidence"));
    print_backtrace(out, r, failed ? "closed by" : "fault in ");
}

static void print_config_error(FILE *out, const json_t *r) {
    size_t i;
    json_t *problem;
    print_head(out, r, "CONFIG");
    fprintf(out, "the configuration has mistakes\n");
    json_array_foreach(json_object_get(r, "problems"), i, problem) {
        fprintf(out, "    ");
        terminal_print(out, json_string_value(problem), SIZE_MAX);
        fputc('\n', out);
    }
}

static void print_control(FILE *out, const json_t *r) {
    print_head(out, r, "control");
    say(out, json_object_get(r, "output"), "path");
    fputc('\n', out);
}

static void print_exit(FILE *out, const json_t *r) {
    print_head(out, r, "exit");
    fprintf(out, "status %lld, arm ",
            (long long)json_integer_value(json_object_get(r, "exit_status")));
    say(out, r, "arm");
    fputc('\n', out);
}

static void print_reason(FILE *out, const json_t *r) {
    if (string_of(r, "user")[0] != '\0') {
        fprintf(out, " by ");
        say(out, r, "user");
    }
    if (string_of(r, "sudo_user")[0] != '\0') {
        fprintf(out, " (sudo from ");
        say(out, r, "sudo_user");
        fputc(')', out);
    }
    if (string_of(r, "reason")[0] != '\0') {
        fprintf(out, ": ");
        say(out, r, "reason");
    }
    fputc('\n', out);
}

static void print_emergency(FILE *out, const json_t *r) {
    print_head(out, r, "EMERGENCY");
    say(out, r, "action");
    print_reason(out, r);
}

static void print_config_change(FILE *out, const json_t *r) {
    print_head(out, r, "config");
    say(out, r, "action");
    fprintf(out, " of ");
    say(out, r, "file");
    fprintf(out, ", ");
    say(out, r, "to");
    fprintf(out, ", checkpoint %lld",
            (long long)json_integer_value(json_object_get(r, "checkpoint")));
    print_reason(out, r);
}

static void print_alert(FILE *out, const json_t *r) {
    print_head(out, r, "alert");
    say(out, r, "severity");
    if (string_of(r, "check")[0] != '\0') {
        fprintf(out, ": ");
        say(out, r, "check");
    }
    if (string_of(r, "message")[0] != '\0') {
        fprintf(out, ": ");
        say(out, r, "message");
    } else if (string_of(r, "validation")[0] != '\0') {
        fprintf(out, ", record ");
        say(out, r, "validation");
    } else {
        fprintf(out, ", %lld of %lld failed (%.2f %% allowed)",
                (long long)json_integer_value(json_object_get(r, "count")),
                (long long)json_integer_value(json_object_get(r, "judged")),
                json_number_value(json_object_get(r, "threshold")) * 100);
    }
    fputc('\n', out);
}

static void print_performance_mode(FILE *out, const json_t *r) {
    print_head(out, r, "mode");
    fprintf(out, "performance ");
    say(out, r, "from");
    fprintf(out, " -> ");
    say(out, r, "to");
    double mean_ms = json_number_value(json_object_get(r, "mean_ms"));
    if (mean_ms > 0)
        fprintf(out, ", validations take %.1f ms", mean_ms);
    fputc('\n', out);
}

/* Of a kind that there is nothing to say about. */
static void print_other(FILE *out, const json_t *r, const char *type) {
    print_head(out, r, type);
    fputc('\n', out);
}

bool log_line_print(FILE *out, const char *text, size_t n, bool failed_only) {
    static const struct {
        const char *type;
        void (*print)(FILE *out, const json_t *r);
    } kinds[] = {{"config_error", print_config_error},
                 {"control", print_control},
                 {"exit", print_exit},
                 {"emergency", print_emergency},
                 {"config_change", print_config_change},
                 {"alert", print_alert},
                 {"performance_mode", print_performance_mode}};
    json_t *r = json_loadb(text, n, JSON_ALLOW_NUL, NULL);
    const char *type = json_is_object(r) ? string_of(r, "type") : "";
    const json_t *passed = json_object_get(r, "validation_passed");
    bool verdict = strcmp(type, "validation") == 0 || strcmp(type, "judge_fault") == 0;
    bool known = verdict;
    if (verdict && (!failed_only || json_is_false(passed)))
        print_validation(out, r, passed);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !known; i++) {
        known = strcmp(type, kinds[i].type) == 0;
        if (known && !failed_only)
            kinds[i].print(out, r);
    }
    bool other = !known && type[0] != '\0' && json_is_integer(json_object_get(r, "schema"));
    if (other && !failed_only)
        print_other(out, r, type);
    json_decref(r);
    return known || other;
}

bool log_line_pass(FILE *out, const char *text, size_t n, bool failed_only) {
    json_t *r = json_loadb(text, n, JSON_ALLOW_NUL, NULL);
    bool record = string_of(r, "type")[0] != '\0' && json_is_integer(json_object_get(r, "schema"));
    if (record && (!failed_only || json_is_false(json_object_get(r, "validation_passed")))) {
        while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'))
            n--;
        fwrite(text, 1, n, out);
        fputc('\n', out);
    }
    json_decref(r);
    return record;
}
