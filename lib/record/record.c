/* Rooms: time · values and checks · files and request · the kinds of record */
#include "record/record.h"

#include "record/json.h"

#include <string.h>

/* ---- time ---- */

/* Days since 1970 to a date in the proleptic Gregorian calendar (Howard Hinnant, "chrono-Compatible
 * Low-Level Date Algorithms", civil_from_days). gmtime() may take the time zone's lock. */
static void add_date(struct text *t, int64_t days) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    unsigned day_of_era = (unsigned)(days - era * 146097);
    unsigned year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned shifted = (5 * day_of_year + 2) / 153;
    unsigned day = day_of_year - (153 * shifted + 2) / 5 + 1;
    unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
    int64_t year = (int64_t)year_of_era + era * 400 + (month <= 2);
    text_add(t, "%04d-%02u-%02u", (int)year, month, day);
}

void record_time(struct text *t, int64_t wall_us) {
    int64_t seconds = wall_us / 1000000, days = seconds / 86400;
    unsigned of_day = (unsigned)(seconds % 86400);
    add_date(t, days);
    text_add(t, "T%02u:%02u:%02u.%06uZ", of_day / 3600, of_day / 60 % 60, of_day % 60,
             (unsigned)(wall_us % 1000000));
}

/* ---- values and checks ---- */

void record_value(struct json *j, const char *key, const struct judge_value *v) {
    switch (v->kind) {
    case JUDGE_NOTHING:
        json_put_null(j, key);
        break;
    case JUDGE_INTEGER:
        json_put_int(j, key, v->integer);
        break;
    case JUDGE_REAL:
        json_put_real(j, key, v->real, v->decimals);
        break;
    case JUDGE_TEXT:
        json_put_string(j, key, v->text);
        break;
    }
}

static void add_result(struct json *j, const struct judge_result *r) {
    json_put_object(j, NULL);
    json_put_string(j, "validation_type", judge_check_name(r->check));
    if (r->outcome == JUDGE_PASS || r->outcome == JUDGE_FAIL)
        json_put_bool(j, "is_valid", r->outcome == JUDGE_PASS);
    else
        json_put_null(j, "is_valid");
    json_put_string(j, "outcome", judge_outcome_name(r->outcome));
    record_value(j, "expected", &r->expected);
    record_value(j, "actual", &r->actual);
    json_put_string(j, r->outcome == JUDGE_FAIL ? "error_message" : "note",
                    r->message[0] != '\0' ? r->message : NULL);
    json_put_object(j, "details");
    for (size_t i = 0; i < r->details_used; i++)
        record_value(j, r->details[i].key, &r->details[i].value);
    json_put_object_end(j);
    json_put_object(j, "limits");
    for (size_t i = 0; i < r->details_used; i++)
        if (r->details[i].limit.kind != JUDGE_NOTHING)
            record_value(j, r->details[i].key, &r->details[i].limit);
    json_put_object_end(j);
    json_put_int(j, "time_us", r->took_us);
    json_put_object_end(j);
}

void record_judged(struct json *j, const struct judge_verdict *v) {
    static const char *const states[] = {"passed", "failed", "skipped", "timed out", "judge_fault"};
    int passed = judge_passed(v);
    if (passed >= 0)
        json_put_bool(j, "validation_passed", passed == 1);
    else
        json_put_null(j, "validation_passed");
    json_put_string(j, "status", states[v->status]);
    if (v->reason[0] != '\0')
        json_put_string(j, "reason", v->reason);
    if (v->source_damaged)
        json_put_bool(j, "source_damaged", true);
    json_put_int(j, "validation_count", (int64_t)v->results_used);
    json_put_array(j, "validations");
    for (size_t i = 0; i < v->results_used; i++)
        add_result(j, &v->results[i]);
    json_put_array_end(j);
    json_put_int(j, "validation_us", v->took_us);
}

/* ---- files and request ---- */

void record_facts(struct json *j, const struct judge_facts *f) {
    if (!f->known)
        return;
    json_put_int(j, "width", f->width);
    json_put_int(j, "height", f->height);
    json_put_int(j, "frames", (int64_t)f->frames);
    json_put_int(j, "duration_ms", (int64_t)f->duration_ms);
    if (f->loops < 0)
        json_put_null(j, "loops");
    else
        json_put_int(j, "loops", f->loops);
    json_put_int(j, "colors", f->colors);
    if (f->damaged)
        json_put_bool(j, "damaged", true);
}

static void add_file(struct json *j, const char *key, const struct record_file *file,
                     const struct judge_facts *facts) {
    json_put_object(j, key);
    json_put_string(j, "path", file->path);
    json_put_int(j, "bytes", (int64_t)file->bytes);
    json_put_int(j, "dev", (int64_t)file->dev);
    json_put_int(j, "ino", (int64_t)file->ino);
    if (facts != NULL)
        record_facts(j, facts);
    json_put_object_end(j);
}

static const char *asked(enum request_ask a) {
    return a == REQUEST_ASKED ? "asked" : "unclear";
}

static void add_frames_asked(struct json *j, const struct request_frames *f) {
    static const char *const kinds[] = {"ratio", "selection", "deletion", "every",
                                        "rate",  "one",       "first"};
    if (f->ask != REQUEST_ASKED) {
        json_put_string(j, "frames", asked(f->ask));
        return;
    }
    json_put_object(j, "frames");
    json_put_string(j, "kind", kinds[f->kind]);
    if (f->kind == REQUEST_FRAMES_RATIO)
        json_put_real(j, "ratio", f->ratio, 4);
    if (f->kind == REQUEST_FRAMES_RATE)
        json_put_real(j, "fps", f->fps, 3);
    if (f->kind == REQUEST_FRAMES_EVERY || f->kind == REQUEST_FRAMES_FIRST)
        json_put_int(j, "every", f->every);
    if (f->kind == REQUEST_FRAMES_SELECTION || f->kind == REQUEST_FRAMES_DELETION)
        json_put_int(j, "runs", (int64_t)f->spans_used);
    json_put_object_end(j);
}

static void add_timing_asked(struct json *j, const struct request_timing *t) {
    if (t->ask == REQUEST_ASKED && t->kind == REQUEST_TIMING_DELAY)
        json_put_int(j, "delay_cs", t->delay_cs);
    else if (t->ask == REQUEST_ASKED && t->kind == REQUEST_TIMING_SPEED)
        json_put_real(j, "duration_factor", t->factor, 4);
    else
        json_put_string(j, "timing", asked(t->ask));
}

void record_request(struct json *j, const struct request *r) {
    json_put_object(j, "request");
    json_put_string(j, "program", r->program);
    json_put_bool(j, "understood", r->understood);
    json_put_bool(j, "lossless", r->lossless);
    if (r->colors.ask == REQUEST_ASKED)
        json_put_int(j, "colors", r->colors.max);
    else if (r->colors.ask == REQUEST_UNCLEAR)
        json_put_string(j, "colors", asked(r->colors.ask));
    if (r->frames.ask != REQUEST_NOT_ASKED)
        add_frames_asked(j, &r->frames);
    if (r->timing.ask != REQUEST_NOT_ASKED)
        add_timing_asked(j, &r->timing);
    if (r->canvas.ask != REQUEST_NOT_ASKED)
        json_put_string(j, "canvas", asked(r->canvas.ask));
    if (r->loops.ask == REQUEST_ASKED)
        json_put_int(j, "loops", r->loops.count);
    else if (r->loops.ask == REQUEST_UNCLEAR)
        json_put_string(j, "loops", asked(r->loops.ask));
    json_put_object_end(j);
}

/* ---- the kinds of record ---- */

#define ARGUMENTS_SIZE ((size_t)64 << 10)

static void add_arguments(struct json *j, const struct record_process *p) {
    size_t start = j->out->used, i = 0;
    json_put_array(j, "argv");
    for (; i < p->argc; i++) {
        size_t n = strlen(p->argv[i]);
        /* Every byte may need six ("\u001b"). */
        if (j->out->used - start + n * 6 > ARGUMENTS_SIZE)
            break;
        json_put_string_n(j, NULL, p->argv[i], n);
    }
    json_put_array_end(j);
    if (i < p->argc)
        json_put_bool(j, "argv_cut", true);
}

/* The time comes first: sorted by name, the ids of a host are sorted by time. */
char *record_id(char *buffer, const struct record_process *p) {
    return text_print(buffer, RECORD_ID_SIZE, "%012llx-%x-%llx", (unsigned long long)p->wall_us,
                      (unsigned)p->pid, (unsigned long long)p->serial);
}

static struct json begin(struct text *t, const char *type, const struct record_process *p) {
    struct json j = json_over(t);
    char buffer[80];
    struct text s = text_over(buffer, sizeof buffer);
    json_put_object(&j, NULL);
    json_put_int(&j, "schema", RECORD_SCHEMA);
    json_put_string(&j, "type", type);
    record_time(&s, p->wall_us);
    json_put_string(&j, "time", buffer);
    json_put_string(&j, "id", record_id(buffer, p));
    json_put_string(&j, "host", p->host);
    json_put_int(&j, "pid", p->pid);
    json_put_int(&j, "tid", p->tid);
    json_put_string(&j, "program", p->program);
    json_put_string(&j, "executable", p->executable[0] != '\0' ? p->executable : NULL);
    json_put_string(&j, "version", p->version[0] != '\0' ? p->version : NULL);
    add_arguments(&j, p);
    json_put_string(&j, "environment", p->environment[0] != '\0' ? p->environment : NULL);
    json_put_string(&j, "mode", p->mode);
    json_put_string(&j, "performance_mode", p->performance);
    json_put_string(&j, "config_checksum",
                    p->config != NULL && p->config[0] != '\0' ? p->config : NULL);
    return j;
}

static void end(struct json *j) {
    json_put_object_end(j);
    text_add_bytes(j->out, "\n", 1);
}

static void add_callers(struct json *j, const struct record_verdict *r) {
    char at[128];
    json_put_array(j, "backtrace");
    for (size_t i = 0; i < r->callers_used; i++) {
        const struct record_caller *c = &r->callers[i];
        json_put_object(j, NULL);
        json_put_string(j, "function",
                        c->function[0] != '\0' ? text_print(at, sizeof at, "%s+0x%llx", c->function,
                                                            (unsigned long long)c->offset)
                                               : NULL);
        json_put_string(j, "object", c->object);
        json_put_string(j, "address",
                        text_print(at, sizeof at, "0x%llx", (unsigned long long)c->address));
        json_put_object_end(j);
    }
    json_put_array_end(j);
}

static void add_lines(struct json *j, const char *key, const char *lines) {
    json_put_array(j, key);
    while (*lines != '\0') {
        size_t n = strcspn(lines, "\n");
        json_put_string_n(j, NULL, lines, n);
        lines += n + (lines[n] == '\n');
    }
    json_put_array_end(j);
}

static void add_enforcement(struct json *j, const struct record_enforcement *e) {
    json_put_object(j, "enforcement");
    json_put_string(j, "quarantined", e->quarantined);
    json_put_string(j, "restored", e->restored);
    json_put_int(j, "exit_status", e->exit_status);
    add_lines(j, "problems", e->problems);
    json_put_object_end(j);
}

static void add_evidence(struct json *j, const struct record_evidence *e) {
    json_put_object(j, "evidence");
    json_put_string(j, "bundle", e->bundle);
    add_lines(j, "problems", e->problems);
    json_put_object_end(j);
}

void record_verdict(struct text *t, const struct record_verdict *r) {
    const struct judge_verdict *v = r->verdict;
    struct json j = begin(t, v->status == JUDGE_FAULTED ? "judge_fault" : "validation", r->process);
    json_put_string(&j, "arm", "test");
    json_put_string(&j, "operation", request_operation_name(r->request->operation));
    record_request(&j, r->request);
    add_file(&j, "output", r->output, &v->output);
    json_put_array(&j, "sources");
    for (size_t i = 0; i < v->sources_used; i++)
        add_file(&j, NULL, &r->sources[i], &v->sources[i]);
    json_put_array_end(&j);
    json_put_string(&j, "match", r->match);
    record_judged(&j, v);
    json_put_bool(&j, "slow", r->slow);
    json_put_bool(&j, "complex", r->complex);
    json_put_int(&j, "elapsed_us", r->elapsed_us);
    json_put_string(&j, "action", r->enforcement != NULL ? "rejected" : "none");
    if (r->enforcement != NULL)
        add_enforcement(&j, r->enforcement);
    if (r->evidence != NULL)
        add_evidence(&j, r->evidence);
    if (v->status == JUDGE_FAILED || v->status == JUDGE_FAULTED)
        add_callers(&j, r);
    end(&j);
}

void record_control(struct text *t, const struct record_process *p,
                    const struct record_file *output, int64_t elapsed_us) {
    struct json j = begin(t, "control", p);
    json_put_string(&j, "arm", "control");
    add_file(&j, "output", output, NULL);
    json_put_int(&j, "elapsed_us", elapsed_us);
    end(&j);
}

void record_performance_mode(struct text *t, const struct record_process *p,
                             const struct record_change *c) {
    struct json j = begin(t, "performance_mode", p);
    json_put_string(&j, "from", c->from);
    json_put_string(&j, "to", c->to);
    json_put_real(&j, "mean_ms", c->mean_ms, 3);
    end(&j);
}

void record_alert(struct text *t, const struct record_process *p, const struct record_alert *a) {
    struct json j = begin(t, "alert", p);
    json_put_string(&j, "severity", a->severity);
    json_put_string(&j, "check", a->check);
    json_put_string(&j, "validation", a->id);
    json_put_real(&j, "rate", a->judged > 0 ? (double)a->failed / (double)a->judged : 0, 4);
    json_put_int(&j, "count", (int64_t)a->failed);
    json_put_int(&j, "judged", (int64_t)a->judged);
    json_put_int(&j, "validations", (int64_t)a->validations);
    json_put_real(&j, "threshold", a->threshold, 4);
    end(&j);
}

void record_host_alert(struct text *t, const struct record_process *p, const char *severity,
                       const char *message) {
    struct json j = begin(t, "alert", p);
    json_put_string(&j, "severity", severity);
    json_put_string(&j, "check", NULL);
    json_put_string(&j, "message", message);
    end(&j);
}

static void add_operator(struct json *j, const struct record_operator *who) {
    json_put_int(j, "uid", who->uid);
    json_put_string(j, "user", who->user);
    json_put_string(j, "sudo_user", who->sudo_user);
}

void record_emergency(struct text *t, const struct record_process *p,
                      const struct record_operator *who, const char *action, const char *reason) {
    struct json j = begin(t, "emergency", p);
    json_put_string(&j, "severity", "CRITICAL");
    json_put_string(&j, "action", action);
    add_operator(&j, who);
    json_put_string(&j, "reason", reason);
    end(&j);
}

static void put_number(struct json *j, const char *key, unsigned number) {
    if (number > 0)
        json_put_int(j, key, number);
    else
        json_put_null(j, key);
}

void record_config_change(struct text *t, const struct record_process *p,
                          const struct record_operator *who, const struct record_config_change *c) {
    struct json j = begin(t, "config_change", p);
    json_put_string(&j, "action", c->action);
    json_put_string(&j, "file", c->file);
    put_number(&j, "checkpoint", c->checkpoint);
    put_number(&j, "replaced", c->replaced);
    json_put_string(&j, "from", c->from);
    json_put_string(&j, "to", c->to);
    add_operator(&j, who);
    json_put_string(&j, "reason", c->reason);
    end(&j);
}

void record_exit(struct text *t, const struct record_process *p, const char *arm, int exit_status,
                 int64_t elapsed_us) {
    struct json j = begin(t, "exit", p);
    json_put_string(&j, "arm", arm);
    json_put_int(&j, "elapsed_us", elapsed_us);
    json_put_int(&j, "exit_status", exit_status);
    end(&j);
}

static void put_time_ns(struct json *j, const char *key, const struct timespec *t) {
    json_put_int(j, key, (int64_t)t->tv_sec * 1000000000 + t->tv_nsec);
}

void record_rescue(struct text *t, const struct record_process *p, const struct record_file *source,
                   const struct stat *st, uint64_t start) {
    struct json j = begin(t, "rescue", p);
    json_put_int(&j, "start", (int64_t)start);
    add_file(&j, "source", source, NULL);
    json_put_int(&j, "permissions", st->st_mode & 07777);
    json_put_int(&j, "uid", st->st_uid);
    json_put_int(&j, "gid", st->st_gid);
    put_time_ns(&j, "atime_ns", &st->st_atim);
    put_time_ns(&j, "mtime_ns", &st->st_mtim);
    end(&j);
}

void record_config_error(struct text *t, const struct record_process *p, const char *problems) {
    struct json j = begin(t, "config_error", p);
    add_lines(&j, "problems", problems);
    end(&j);
}
