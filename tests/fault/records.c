/* Rooms: one line · logs · against the truth */
#include "tests/fault/records.h"

#include <ftw.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* ---- one line ---- */

static const char *text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static void wrong(struct records *r, const char *why, const char *line) {
    if (r->wrong[0] == '\0')
        snprintf(r->wrong, sizeof r->wrong, "%s: %.200s", why, line);
}

/* Neither may a record say that it could not tell, and that something is wrong. */
static bool blames(const json_t *record) {
    size_t i;
    json_t *check;
    json_array_foreach(json_object_get(record, "validations"), i,
                       check) if (json_is_false(json_object_get(check, "is_valid"))) return true;
    return false;
}

static void add_verdict(struct records *r, const json_t *record, const char *line) {
    const json_t *passed = json_object_get(record, "validation_passed");
    const char *status = text_of(record, "status");
    if (r->used == RECORDS_MAX) {
        wrong(r, "too many records", line);
        return;
    }
    struct records_verdict *v = &r->verdicts[r->used++];
    snprintf(v->path, sizeof v->path, "%s", text_of(json_object_get(record, "output"), "path"));
    r->enforced |= strcmp(text_of(record, "mode"), "enforce") == 0 &&
                   json_array_size(json_object_get(record, "sources")) > 0;
    v->passed = json_is_true(passed) ? 1 : json_is_false(passed) ? 0 : -1;
    if (v->passed >= 0 && strcmp(status, v->passed == 1 ? "passed" : "failed") != 0)
        wrong(r, "verdict and status differ", line);
    if (v->passed < 0 && (!json_is_null(passed) || text_of(record, "reason")[0] == '\0'))
        wrong(r, "null without a reason", line);
    if (v->passed == 1 && blames(record))
        wrong(r, "passed, and a check failed", line);
}

static void add_line(struct records *r, const char *line, size_t n) {
    json_error_t error;
    json_t *record = json_loadb(line, n, JSON_REJECT_DUPLICATES, &error);
    const char *type = text_of(record, "type");
    if (record == NULL)
        wrong(r, error.text, line);
    else if (strcmp(type, "validation") == 0 || strcmp(type, "judge_fault") == 0)
        add_verdict(r, record, line);
    else if (strcmp(type, "control") == 0 || strcmp(type, "config_error") == 0)
        r->others++;
    else
        wrong(r, "unknown type", line);
    json_decref(record);
}

/* ---- logs ---- */

static struct records *filling;

static int add_log(const char *path, const struct stat *st, int flag, struct FTW *place) {
    (void)st;
    (void)place;
    size_t n = strlen(path), size = 0;
    if (flag != FTW_F || n < 6 || strcmp(path + n - 6, ".jsonl") != 0)
        return 0;
    char *text = stage_read(path, &size);
    for (char *line = text; line != NULL && *line != '\0';) {
        char *end = strchr(line, '\n');
        if (end == NULL) {
            filling->torn = true;
            break;
        }
        *end = '\0';
        add_line(filling, line, (size_t)(end - line));
        line = end + 1;
    }
    free(text);
    return 0;
}

static void add_syslog(struct records *r, int from) {
    static char text[1 << 18];
    for (ssize_t n; (n = recv(from, text, sizeof text - 1, 0)) >= 0;) {
        text[n] = '\0';
        char *record = strchr(text, '{');
        if (text[0] != '<' || strstr(text, " gifvet ") == NULL || record == NULL)
            wrong(r, "no line of the syslog protocol", text);
        else
            add_line(r, record, strlen(record));
    }
}

struct records records_of(const struct stage *s) {
    char path[PATH_MAX];
    struct records r = {0};
    snprintf(path, sizeof path, "%s/state", s->directory);
    filling = &r;
    (void)nftw(path, add_log, 16, FTW_PHYS);
    filling = NULL;
    add_syslog(&r, s->syslog);
    return r;
}

/* ---- against the truth ---- */

/* The true verdict about an output. Where all outputs fared alike no name is needed. */
static int truth_about(const struct records *truth, const char *path) {
    bool alike = true;
    for (size_t i = 0; i < truth->used; i++) {
        alike &= truth->verdicts[i].passed == truth->verdicts[0].passed;
        if (strcmp(truth->verdicts[i].path, path) == 0)
            return truth->verdicts[i].passed;
    }
    return alike && truth->used > 0 ? truth->verdicts[0].passed : truth->otherwise;
}

static bool told_twice(const struct records *r, size_t i) {
    for (size_t k = 0; k < i; k++)
        if (strcmp(r->verdicts[k].path, r->verdicts[i].path) == 0)
            return true;
    return false;
}

bool records_lie(const struct records *r, const struct records *truth, char *why, size_t size) {
    static const char *const words[] = {"null", "failed", "passed"};
    if (r->wrong[0] != '\0') {
        snprintf(why, size, "%s", r->wrong);
        return true;
    }
    for (size_t i = 0; i < r->used; i++) {
        const struct records_verdict *v = &r->verdicts[i];
        int is = truth_about(truth, v->path);
        if (v->passed >= 0 && v->passed != is) {
            snprintf(why, size, "said to have %s: %.150s", words[v->passed + 1], v->path);
            return true;
        }
        if (told_twice(r, i)) {
            snprintf(why, size, "two records about %.150s", v->path);
            return true;
        }
    }
    return false;
}
