/* gifvet replay: a failed output, judged again from its evidence.
 *
 * Rooms: the call · the bundle · settings and request · judging · telling */
#include "command/bundle.h"
#include "command/command.h"
#include "command/differences.h"
#include "command/settings.h"
#include "command/style.h"
#include "command/terminal.h"
#include "judge/judge.h"
#include "record/json.h"
#include "record/record.h"
#include "store/entries.h"
#include "sys/sys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PASSED = 0, FAILED = 1, NOT_JUDGED = 2 };

#define MIB 1048576.0
#define MEMORY_MOST ((json_int_t)16 << 30)

struct replay {
    const char *named, *file;
    bool as_recorded, json;
    struct kept kept;
    struct conf then, now;
    struct error config_error; /* of the bundle's configuration: the first mistake */
    const char **argv;
    struct request request;
    struct judge_verdict verdict;
};

static int complain(const char *message) {
    fputs("gifvet replay: ", stderr);
    terminal_print(stderr, message, SIZE_MAX);
    fputc('\n', stderr);
    return NOT_JUDGED;
}

/* ---- the call ---- */

static int parse(struct replay *r, int argc, char **argv) {
    bool only_names = false;
    char message[300];
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i];
        bool option = !only_names && a[0] == '-' && a[1] != '\0';
        if (option && strcmp(a, "--as-recorded") == 0) {
            r->as_recorded = true;
        } else if (option && strcmp(a, "--json") == 0) {
            r->json = true;
        } else if (option && (strcmp(a, "-c") == 0 || strcmp(a, "--config") == 0)) {
            if (++i == argc)
                return complain("--config takes a value");
            r->file = argv[i];
        } else if (option && strcmp(a, "--") == 0) {
            only_names = true;
        } else if (option) {
            return complain(text_print(message, sizeof message, "unknown option %.200s", a));
        } else if (r->named == NULL && a[0] != '\0') {
            r->named = a;
        } else {
            return complain("takes one BUNDLE");
        }
    }
    if (r->as_recorded && r->file != NULL)
        return complain("takes --as-recorded or --config, not both");
    return r->named == NULL ? complain("takes a BUNDLE: a directory of evidence or a record's ID")
                            : PASSED;
}

/* ---- the bundle ---- */

/* A directory, or an ID below the directory for evidence that the configuration names. */
static int read_bundle(struct replay *r) {
    static struct conf c;
    char path[PATH_MAX], id[STORE_ID_SIZE];
    struct error e = {0};
    text_print(path, sizeof path, "%s", r->named);
    if (entries_id(r->named, "", "", id) && access(r->named, F_OK) != 0) {
        if (settings_load(&c, "replay", r->file, NULL) != 0)
            return NOT_JUDGED;
        text_print(path, sizeof path, "%s/%s", c.evidence_directory, id);
    }
    return kept_read(&r->kept, path, &e) == 0 ? PASSED : complain(e.message);
}

static const char *string_of(const json_t *object, const char *key) {
    const char *s = json_string_value(json_object_get(object, key));
    return s != NULL ? s : "";
}

/* ---- settings and request ---- */

static void note_mistake(void *context, const struct conf_problem *p) {
    struct error *e = context;
    if (e->code == 0)
        (void)error_set(e, EINVAL, "%s:%d: %s: %s", p->file, p->line, p->key, p->reason);
}

static int load_then(struct replay *r) {
    kept_conf(&r->kept, &r->then, note_mistake, &r->config_error);
    return r->as_recorded && r->config_error.code != 0 ? complain(r->config_error.message) : PASSED;
}

static int load_now(struct replay *r) {
    if (r->as_recorded) {
        r->now = r->then;
        return PASSED;
    }
    const char *environment = string_of(r->kept.request, "environment");
    if (environment[0] != '\0' && setenv("DEPLOYMENT_ENV", environment, 0) != 0)
        return complain("no memory");
    return settings_load(&r->now, "replay", r->file, string_of(r->kept.request, "program")) == 0
               ? PASSED
               : NOT_JUDGED;
}

static int read_request(struct replay *r) {
    struct error e = {0};
    return kept_request(&r->kept, &r->then, &r->request, &r->argv, &e) == 0 ? PASSED
                                                                            : complain(e.message);
}

/* ---- judging ---- */

/* What the preload object would not even read. */
static const char *too_large(const struct replay *r) {
    const double most = r->now.limits.max_file_size_mb * MIB;
    if ((double)r->kept.output.used > most)
        return "output is larger than validation.max_file_size_mb";
    for (size_t i = 0; i < r->kept.sources_used; i++)
        if ((double)r->kept.sources[i].used > most)
            return "source is larger than validation.max_file_size_mb";
    return NULL;
}

static size_t memory(const struct replay *r) {
    json_int_t then = json_integer_value(json_object_get(r->kept.request, "memory_bytes"));
    if (r->as_recorded && then > 0 && then <= MEMORY_MOST)
        return (size_t)then;
    return (size_t)r->now.memory_mb * (size_t)MIB;
}

static void judge(struct replay *r) {
    const char *unseen = json_string_value(json_object_get(r->kept.request, "unseen"));
    const char *skipped = too_large(r);
    if (skipped != NULL) {
        r->verdict = (struct judge_verdict){.status = JUDGE_SKIPPED};
        text_print(r->verdict.reason, sizeof r->verdict.reason, "%s", skipped);
        return;
    }
    const struct judge_case one = {.output = r->kept.output,
                                   .sources = r->kept.sources,
                                   .sources_used = r->kept.sources_used,
                                   .request = &r->request,
                                   .limits = &r->now.limits,
                                   .unseen = r->as_recorded ? unseen : NULL,
                                   .memory_bytes = memory(r),
                                   .now_us = sys_now_us};
    judge_run(&one, &r->verdict);
}

/* As the record has it. */
static json_t *verdict_now(const struct replay *r) {
    char *line = malloc(RECORD_SIZE);
    if (line == NULL)
        return NULL;
    struct text t = text_over(line, RECORD_SIZE);
    struct json j = json_over(&t);
    json_put_object(&j, NULL);
    json_put_string(&j, "operation", request_operation_name(r->request.operation));
    record_request(&j, &r->request);
    record_judged(&j, &r->verdict);
    json_put_object_end(&j);
    json_t *now = json_loadb(t.at, t.used, JSON_ALLOW_NUL, NULL);
    free(line);
    return now;
}

/* ---- telling ---- */

static void print_value(const json_t *v) {
    char *text = json_is_string(v) ? NULL : json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
    if (v == NULL || json_is_null(v))
        printf("-");
    else
        terminal_print(stdout, json_is_string(v) ? json_string_value(v) : text, SIZE_MAX);
    free(text);
}

static void print_changes(const json_t *changes) {
    size_t i;
    json_t *c;
    json_array_foreach(changes, i, c) {
        printf("  changed: ");
        terminal_print(stdout, string_of(c, "what"), SIZE_MAX);
        printf(": ");
        print_value(json_object_get(c, "recorded"));
        printf(" -> ");
        print_value(json_object_get(c, "now"));
        putchar('\n');
    }
    if (i == 0)
        printf("  nothing changed\n");
}

static void print_text(const struct replay *r, const json_t *changes) {
    static const char *const states[] = {"passed", "FAILED", "not judged", "not judged",
                                         "not judged"};
    static const enum style styles[] = {STYLE_GOOD, STYLE_BAD, STYLE_DOUBTFUL, STYLE_DOUBTFUL,
                                        STYLE_DOUBTFUL};
    static const char *const outcomes[] = {"pass", "FAIL", "-", "?"};
    const struct judge_verdict *v = &r->verdict;
    terminal_print(stdout, r->kept.path, SIZE_MAX);
    printf(": ");
    style_print(stdout, styles[v->status], states[v->status]);
    printf("%s%s (recorded: ", v->reason[0] != '\0' ? ": " : "", v->reason);
    terminal_print(stdout, string_of(r->kept.record, "status"), SIZE_MAX);
    printf("; judged %s)\n",
           r->as_recorded ? "as recorded" : "with the configuration in force now");
    for (size_t i = 0; i < v->results_used; i++)
        printf("  %-4s  %-20s %s\n", outcomes[v->results[i].outcome],
               judge_check_name(v->results[i].check), v->results[i].message);
    print_changes(changes);
}

static void print_json(const struct replay *r, json_t *now, json_t *changes) {
    json_t *recorded = json_object_get(r->kept.record, "validation_passed");
    json_t *all = json_object();
    json_object_set_new(all, "schema", json_integer(RECORD_SCHEMA));
    json_object_set_new(all, "type", json_string("replay"));
    json_object_set_new(all, "bundle", json_string(r->kept.path));
    json_object_set(all, "id", json_object_get(r->kept.record, "id"));
    json_object_set_new(all, "as_recorded", json_boolean(r->as_recorded));
    json_object_set(all, "recorded_passed", recorded);
    json_object_set(all, "changes", changes);
    json_object_update(all, now);
    json_dumpf(all, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
    putchar('\n');
    json_decref(all);
}

static int tell(const struct replay *r) {
    json_t *now = verdict_now(r);
    json_t *changes = now != NULL ? differences(r->kept.record, now) : NULL;
    if (changes == NULL) {
        json_decref(now);
        return complain("no memory");
    }
    differences_of_texts(changes, "gifvet", string_of(r->kept.request, "gifvet"), GIFVET_VERSION);
    if (!r->as_recorded)
        differences_of_settings(changes, &r->then, &r->now);
    if (r->json)
        print_json(r, now, changes);
    else
        print_text(r, changes);
    json_decref(changes);
    json_decref(now);
    if (fflush(stdout) != 0 || ferror(stdout))
        return complain("the output could not be written");
    int passed = judge_passed(&r->verdict);
    return passed == 1 ? PASSED : passed == 0 ? FAILED : NOT_JUDGED;
}

int command_replay(int argc, char **argv) {
    static struct replay r;
    int result = parse(&r, argc, argv);
    if (result == PASSED)
        result = read_bundle(&r);
    if (result == PASSED)
        result = load_then(&r);
    if (result == PASSED)
        result = load_now(&r);
    if (result == PASSED)
        result = read_request(&r);
    if (result == PASSED) {
        judge(&r);
        result = tell(&r);
    }
    request_free(&r.request);
    free(r.argv);
    kept_free(&r.kept);
    return result;
}
