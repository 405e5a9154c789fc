/* Rooms: what a verdict depends on · reading · lines */
#include "audit/judging.h"

#include "command/file.h"
#include "judge/judge.h"
#include "record/json.h"
#include "record/record.h"
#include "sys/sys.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MIB 1048576.0

/* ---- what a verdict depends on ---- */

char *judging_settings(const struct conf *conf, const char *const *words, size_t n,
                       char hex[SHA256_SIZE]) {
    static const char *const sections[] = {"validation", "quality", "limits", "request"};
    static char buffer[65536];
    struct text t = text_over(buffer, sizeof buffer);
    text_add(&t, "%s", GIFVET_VERSION);
    for (size_t i = 0; i < conf_settings_count; i++)
        for (size_t s = 0; s < sizeof sections / sizeof *sections; s++)
            if (strcmp(conf_settings[i].section, sections[s]) == 0) {
                text_add(&t, "\n");
                conf_value_print(&conf_settings[i], conf, &t);
            }
    for (size_t i = 0; i < n; i++)
        text_add(&t, "\n%zu:%s", i, words[i] != NULL ? words[i] : "");
    return sha256(buffer, t.used, hex);
}

static void add_file(struct text *t, const char *name, const struct stat *st) {
    text_add(t, "\n%s", name);
    text_add_bytes(t, "", 1);
    text_add(t, "%lld %lld.%ld", (long long)st->st_size, (long long)st->st_mtim.tv_sec,
             st->st_mtim.tv_nsec);
}

static char *key_of(const struct judging *j, const struct pair *p, const struct stat *source,
                    const struct stat *output, char key[SHA256_SIZE]) {
    char buffer[2 * CONF_PATH_MAX + 512];
    struct text t = text_over(buffer, sizeof buffer);
    text_add(&t, "%s", j->settings);
    add_file(&t, p->source, source);
    add_file(&t, p->output, output);
    return sha256(buffer, t.used, key);
}

bool judging_key(const struct judging *j, const struct pair *p, char key[SHA256_SIZE]) {
    struct stat source, output;
    if (p->kind != PAIR_BOTH || fstatat(j->pairs->sources, p->source, &source, 0) != 0 ||
        fstatat(j->pairs->outputs, p->output, &output, 0) != 0)
        return false;
    (void)key_of(j, p, &source, &output, key);
    return true;
}

/* ---- reading ---- */

struct side {
    const char *name; /* "source", "output" */
    uint8_t *bytes;
    size_t used;
    struct stat st;
};

/* A file over the limit is not read at all: the judge would not look into it. */
static int read_side(const struct judging *j, int root, const char *path, struct side *s,
                     struct error *e) {
    double most = j->conf->limits.max_file_size_mb;
    int result = file_read_at(root, path, (size_t)(most * MIB), &s->st, &s->bytes, &s->used, e);
    if (result == 0)
        return 0;
    if (result == EFBIG)
        return error_set(e, EFBIG, "the %s is larger than max_file_size_mb (%.2f)", s->name, most);
    return error_set(e, result, "the %s: %s", s->name,
                     result == EINVAL ? "not a regular file" : strerror(result));
}

static void judge(const struct judging *j, const struct side *source, const struct side *output,
                  struct judge_verdict *v) {
    struct judge_gif from = {source->bytes, source->used};
    const struct judge_case one = {.output = {output->bytes, output->used},
                                   .sources = &from,
                                   .sources_used = 1,
                                   .request = j->request,
                                   .limits = &j->conf->limits,
                                   .memory_bytes = (size_t)j->conf->memory_mb * (size_t)MIB,
                                   .now_us = sys_now_us};
    judge_run(&one, v);
}

/* ---- lines ---- */

/* key: NULL where nothing was judged. */
static struct json begin(struct text *t, const char *key) {
    if (key != NULL)
        text_add(t, JUDGING_HEAD "%s\"", key);
    else
        text_add(t, "{\"schema\":%d,\"type\":\"audit_pair\",\"key\":null", RECORD_SCHEMA);
    struct json j = json_over(t);
    j.comma = true;
    return j;
}

static size_t end(struct json *j) {
    json_put_object_end(j);
    text_add(j->out, "\n");
    return j->out->used;
}

static void put_side(struct json *j, const char *path, const struct side *s,
                     const struct judge_facts *facts) {
    json_put_object(j, s->name);
    json_put_string(j, "path", path);
    json_put_int(j, "bytes", (int64_t)s->st.st_size);
    json_put_int(j, "mtime_us",
                 s->st.st_mtim.tv_sec * INT64_C(1000000) + s->st.st_mtim.tv_nsec / 1000);
    record_facts(j, facts);
    json_put_object_end(j);
}

static void put_path(struct json *j, const char *key, const char *path) {
    json_put_object(j, key);
    json_put_string(j, "path", path);
    json_put_object_end(j);
}

size_t judging_not(const struct pair *p, const char *status, const char *reason, char *line) {
    struct text t = text_over(line, JUDGING_LINE);
    struct json j = begin(&t, NULL);
    if (p->source != NULL)
        put_path(&j, "source", p->source);
    else
        json_put_null(&j, "source");
    put_path(&j, "output", p->output);
    json_put_null(&j, "validation_passed");
    json_put_string(&j, "status", status);
    json_put_string(&j, "reason", reason);
    json_put_int(&j, "validation_count", 0);
    json_put_array(&j, "validations");
    json_put_array_end(&j);
    json_put_int(&j, "validation_us", 0);
    return end(&j);
}

static size_t judged(const struct judging *j, const struct pair *p, const struct side *source,
                     const struct side *output, char *line) {
    static struct judge_verdict v;
    char key[SHA256_SIZE];
    judge(j, source, output, &v);
    struct text t = text_over(line, JUDGING_LINE);
    struct json out =
        begin(&t, judge_passed(&v) >= 0 ? key_of(j, p, &source->st, &output->st, key) : NULL);
    put_side(&out, p->source, source, &v.sources[0]);
    put_side(&out, p->output, output, &v.output);
    json_put_string(&out, "operation", request_operation_name(j->request->operation));
    record_judged(&out, &v);
    size_t n = end(&out);
    return t.cut ? judging_not(p, "judge_fault", "its line is too long", line) : n;
}

size_t judging_run(const struct judging *j, const struct pair *p, char *line) {
    struct side source = {.name = "source"}, output = {.name = "output"};
    struct error e;
    int result = read_side(j, j->pairs->sources, p->source, &source, &e);
    if (result == 0)
        result = read_side(j, j->pairs->outputs, p->output, &output, &e);
    size_t n = result == 0
                   ? judged(j, p, &source, &output, line)
                   : judging_not(p, result == EFBIG ? "skipped" : "unreadable", e.message, line);
    free(source.bytes);
    free(output.bytes);
    return n;
}
