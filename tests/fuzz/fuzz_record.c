/* Records about names, arguments, messages and figures of any bytes. Each is one line, is JSON that
 * another reader takes, says what it was told, and holds nothing that a terminal would obey.
 *
 * The input: how many sources; 1 for names as long as can be; which status; a figure; then words
 * that end with NUL. */
#include "record/record.h"
#include "tests/fuzz/fuzz.h"

#include <jansson.h>
#include <limits.h>
#include <sys/stat.h>

#define WORDS_MOST 300
#define CALLERS 4

static char line[RECORD_SIZE];
static char names[PATH_MAX]; /* a word again and again */

struct words {
    const char *at[WORDS_MOST + 1];
    size_t used, next;
};

static const char *word(struct words *w) {
    return w->at[w->next++ % w->used];
}

static void copy_word(struct words *w, char *to, size_t size) {
    snprintf(to, size, "%s", word(w));
}

/* ---- what is recorded ---- */

static struct judge_value value_of(struct words *w, size_t i, double real) {
    struct judge_value v = {.real = real, .decimals = (int)(i % 12), .integer = INT64_MIN};
    static const int kinds[] = {JUDGE_REAL, JUDGE_TEXT, JUDGE_INTEGER, JUDGE_NOTHING};
    memcpy(&v.kind, &kinds[i % 4], sizeof v.kind);
    copy_word(w, v.text, sizeof v.text);
    return v;
}

static void fill_result(struct words *w, struct judge_result *r, size_t i, double real) {
    static const char *const keys[] = {"a", "b_ms", "c", "d", "e", "f"};
    *r =
        (struct judge_result){.check = (enum judge_check)i, .outcome = (enum judge_outcome)(i % 4)};
    r->expected = value_of(w, i, real);
    r->actual = value_of(w, i + 1, -real);
    copy_word(w, r->message, sizeof r->message);
    for (; r->details_used < 6; r->details_used++)
        r->details[r->details_used] =
            (struct judge_detail){keys[r->details_used], value_of(w, r->details_used, real),
                                  value_of(w, r->details_used + 2, real * 1e3)};
}

static void fill_verdict(struct words *w, struct judge_verdict *v, const uint8_t *head,
                         double real) {
    *v = (struct judge_verdict){.status = (enum judge_status)(head[2] % 5),
                                .sources_used = head[0] == 255 ? JUDGE_SOURCES_MAX : head[0] % 4u,
                                .results_used = head[2] % (JUDGE_CHECKS + 1u),
                                .source_damaged = head[2] & 1};
    copy_word(w, v->reason, sizeof v->reason);
    for (size_t i = 0; i < v->results_used; i++)
        fill_result(w, &v->results[i], i, real);
    v->output = (struct judge_facts){.known = true, .duration_ms = UINT64_MAX, .loops = -1};
}

/* ---- what came of it ---- */

static bool is_ascii(const char *s) {
    while (*s > 0)
        s++;
    return *s == '\0';
}

static void hold_said(const json_t *object, const char *key, const char *said) {
    const char *s = json_string_value(json_object_get(object, key));
    HOLDS(s != NULL && (!is_ascii(said) || strcmp(s, said) == 0));
}

static void hold_line(const struct text *t, const char *type, const struct record_process *p) {
    HOLDS(!t->cut && t->used > 2 && t->at[t->used - 1] == '\n');
    HOLDS(memchr(t->at, '\n', t->used) == t->at + t->used - 1);
    HOLDS(strlen(t->at) == t->used);
    fuzz_holds_plain(t->at, t->used);
    json_t *r = json_loadb(t->at, t->used, JSON_REJECT_DUPLICATES, NULL);
    HOLDS(json_is_object(r));
    hold_said(r, "type", type);
    hold_said(r, "program", p->program);
    hold_said(r, "host", p->host);
    const json_t *argv = json_object_get(r, "argv");
    HOLDS(json_array_size(argv) == p->argc || json_is_true(json_object_get(r, "argv_cut")));
    for (size_t i = 0; i < json_array_size(argv); i++)
        HOLDS(!is_ascii(p->argv[i]) ||
              strcmp(json_string_value(json_array_get(argv, i)), p->argv[i]) == 0);
    json_decref(r);
}

/* ---- the kinds of record ---- */

static void record_all(struct words *w, const uint8_t *head, double real) {
    static struct judge_verdict v;
    static struct record_caller callers[CALLERS];
    static struct record_file files[JUDGE_SOURCES_MAX];
    const char *path = (head[1] & 1) != 0 ? names : word(w);
    struct request request = request_parse(w->used, w->at);
    const struct record_process p = {.wall_us = (int64_t)head[2] << 46,
                                     .host = word(w),
                                     .program = word(w),
                                     .argc = w->used,
                                     .argv = w->at,
                                     .environment = word(w),
                                     .executable = "",
                                     .version = "",
                                     .mode = "enforce",
                                     .performance = "normal"};
    const struct record_file output = {.path = path, .bytes = UINT64_MAX};
    const struct record_enforcement e = {
        .quarantined = path, .restored = word(w), .problems = names};
    const struct record_evidence kept = {.bundle = path, .problems = names};
    fill_verdict(w, &v, head, real);
    for (size_t i = 0; i < v.sources_used; i++)
        files[i] = (struct record_file){.path = path, .bytes = i};
    for (size_t i = 0; i < CALLERS; i++) {
        callers[i] = (struct record_caller){.object = i > 0 ? path : NULL};
        copy_word(w, callers[i].function, sizeof callers[i].function);
    }
    const struct record_verdict r = {.process = &p,
                                     .output = &output,
                                     .sources = files,
                                     .match = "only",
                                     .request = &request,
                                     .verdict = &v,
                                     .enforcement = (head[1] & 2) != 0 ? &e : NULL,
                                     .evidence = (head[1] & 4) != 0 ? &kept : NULL,
                                     .callers = callers,
                                     .callers_used = CALLERS};
    struct text t = text_over(line, sizeof line);
    record_verdict(&t, &r);
    hold_line(&t, v.status == JUDGE_FAULTED ? "judge_fault" : "validation", &p);
    t = text_over(line, sizeof line);
    record_control(&t, &p, &output, INT64_MAX);
    hold_line(&t, "control", &p);
    t = text_over(line, sizeof line);
    record_exit(&t, &p, word(w), head[1], INT64_MIN);
    hold_line(&t, "exit", &p);
    t = text_over(line, sizeof line);
    const struct record_operator who = {UINT32_MAX, word(w), (head[1] & 1) != 0 ? word(w) : NULL};
    const struct record_config_change change = {
        .action = "rollback", .file = path, .from = word(w), .reason = names};
    record_emergency(&t, &p, &who, "disable", names);
    hold_line(&t, "emergency", &p);
    t = text_over(line, sizeof line);
    record_host_alert(&t, &p, "CRITICAL", names);
    hold_line(&t, "alert", &p);
    t = text_over(line, sizeof line);
    record_config_change(&t, &p, &who, &change);
    hold_line(&t, "config_change", &p);
    t = text_over(line, sizeof line);
    record_config_error(&t, &p, names);
    hold_line(&t, "config_error", &p);
    const struct stat st = {.st_size = INT64_MAX};
    t = text_over(line, sizeof line);
    record_rescue(&t, &p, &output, &st, UINT64_MAX);
    fuzz_holds_plain(t.at, t.used);
    HOLDS(!t.cut && memchr(t.at, '\n', t.used) == t.at + t.used - 1);
    request_free(&request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    struct words w = {0};
    double real;
    if (n < 4 + sizeof real)
        return 0;
    memcpy(&real, data + 3, sizeof real);
    size_t length = n - 3 - sizeof real;
    char *text = (char *)fuzz_copy(data + 3 + sizeof real, length);
    text[length - 1] = '\0';
    for (char *at = text; at < text + length && w.used < WORDS_MOST; at += strlen(at) + 1)
        w.at[w.used++] = at;
    HOLDS(w.used > 0);
    size_t first = strlen(w.at[0]);
    for (size_t i = 0; i + 1 < sizeof names; i++)
        names[i] = first > 0 ? w.at[0][i % first] : ' ';
    record_all(&w, data, real);
    free(text);
    return 0;
}
