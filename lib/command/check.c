/* gifvet check: the judge over two files, or two trees, with the same settings as the preload
 * object. */
#include "audit/audit.h"
#include "command/command.h"
#include "command/explain.h"
#include "command/file.h"
#include "command/pictures.h"
#include "command/settings.h"
#include "command/style.h"
#include "command/terminal.h"
#include "judge/judge.h"
#include "record/json.h"
#include "record/record.h"
#include "sys/sys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PASSED = 0, FAILED = 1, NOT_JUDGED = 2 };

#define MIB 1048576.0

struct check {
    const char *source, *output;
    const char *operation, *ratio, *colors, *request, *file;
    const char *map, *format, *resume, *jobs; /* of a tree */
    bool json, explain, recursive;
    const char *pictures; /* directory for them, or NULL */
    char **words;         /* of request; the parsed request points into them */
    struct conf conf;
    struct request asked;
    struct judge_verdict verdict;
};

static int complain(const char *message) {
    fputs("gifvet check: ", stderr);
    terminal_print(stderr, message, SIZE_MAX);
    fputc('\n', stderr);
    return NOT_JUDGED;
}

/* What is for a tree alone, and what for a pair alone. */
static int fits_together(const struct check *c) {
    if (c->output == NULL)
        return complain(c->recursive ? "takes two directories, SOURCES and OUTPUTS"
                                     : "takes two files, SOURCE and OUTPUT");
    if (c->recursive && (c->explain || c->pictures != NULL))
        return complain("--explain and --pictures are for one pair, not for --recursive");
    if (c->recursive && c->json && c->format != NULL && strcmp(c->format, "json") != 0)
        return complain("--json is --format json");
    if (!c->recursive &&
        (c->map != NULL || c->format != NULL || c->resume != NULL || c->jobs != NULL))
        return complain("-j, --map, --format and --resume go with --recursive");
    return PASSED;
}

static int parse(struct check *c, int argc, char **argv) {
    const struct {
        const char *name;
        const char **value;
    } options[] = {{"--operation", &c->operation}, {"--ratio", &c->ratio}, {"--colors", &c->colors},
                   {"--request", &c->request},     {"-c", &c->file},       {"--config", &c->file},
                   {"--pictures", &c->pictures},   {"--map", &c->map},     {"--format", &c->format},
                   {"--resume", &c->resume},       {"-j", &c->jobs},       {"--jobs", &c->jobs}};
    bool only_names = false;
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i];
        size_t o = 0;
        while (!only_names && o < sizeof options / sizeof *options &&
               strcmp(a, options[o].name) != 0)
            o++;
        if (!only_names && o < sizeof options / sizeof *options) {
            if (++i == argc) {
                fprintf(stderr, "gifvet check: %s takes a value\n", a);
                return NOT_JUDGED;
            }
            *options[o].value = argv[i];
        } else if (!only_names && strcmp(a, "--json") == 0) {
            c->json = true;
        } else if (!only_names && strcmp(a, "--explain") == 0) {
            c->explain = true;
        } else if (!only_names && strcmp(a, "--recursive") == 0) {
            c->recursive = true;
        } else if (!only_names && strcmp(a, "--") == 0) {
            only_names = true;
        } else if (!only_names && a[0] == '-' && a[1] != '\0') {
            struct error e;
            (void)error_set(&e, EINVAL, "unknown option %s", a);
            return complain(e.message);
        } else if (c->source == NULL) {
            c->source = a;
        } else if (c->output == NULL) {
            c->output = a;
        } else {
            return complain("takes two names, the source's and the output's");
        }
    }
    return fits_together(c);
}

static int read_request(struct check *c) {
    struct error e = {0};
    double ratio = c->conf.request_ratio;
    int64_t colors = c->conf.request_colors;
    size_t argc = 0;
    c->asked = request_none();
    if (c->request != NULL) {
        c->words = request_split(c->request, &argc, &e);
        if (c->words == NULL) {
            fprintf(stderr, "gifvet check: --request: %s\n", e.message);
            return NOT_JUDGED;
        }
        c->asked = request_parse(argc, (const char *const *)c->words);
    }
    if (c->ratio != NULL && (!text_to_double(c->ratio, &ratio) || ratio <= 0 || ratio > 1))
        return complain("--ratio takes a number over 0, at most 1");
    if (c->colors != NULL &&
        (!text_to_int(c->colors, false, &colors) || colors < 1 || colors > 256))
        return complain("--colors takes a number from 1 to 256");
    const char *operation = c->operation;
    if (operation == NULL && c->conf.request_operation[0] != '\0')
        operation = c->conf.request_operation;
    if (request_override(&c->asked, operation, ratio, colors, &e) != 0)
        return complain(e.message);
    return PASSED;
}

static void judge(struct check *c, struct judge_gif output, struct judge_gif source) {
    const struct judge_case one = {.output = output,
                                   .sources = &source,
                                   .sources_used = 1,
                                   .request = &c->asked,
                                   .limits = &c->conf.limits,
                                   .memory_bytes = (size_t)c->conf.memory_mb * (size_t)MIB,
                                   .now_us = sys_now_us};
    judge_run(&one, &c->verdict);
}

static void print_json(const struct check *c) {
    char *line = malloc(RECORD_SIZE);
    if (line == NULL)
        return;
    struct text t = text_over(line, RECORD_SIZE);
    struct json j = json_over(&t);
    json_put_object(&j, NULL);
    json_put_int(&j, "schema", RECORD_SCHEMA);
    json_put_string(&j, "type", "check");
    json_put_string(&j, "operation", request_operation_name(c->asked.operation));
    record_request(&j, &c->asked);
    json_put_object(&j, "output");
    json_put_string(&j, "path", c->output);
    record_facts(&j, &c->verdict.output);
    json_put_object_end(&j);
    json_put_object(&j, "source");
    json_put_string(&j, "path", c->source);
    record_facts(&j, &c->verdict.sources[0]);
    json_put_object_end(&j);
    record_judged(&j, &c->verdict);
    json_put_object_end(&j);
    puts(line);
    free(line);
}

static void print_text(const struct check *c) {
    static const char *const states[] = {"passed", "FAILED", "not judged", "not judged"};
    static const enum style styles[] = {STYLE_GOOD, STYLE_BAD, STYLE_DOUBTFUL, STYLE_DOUBTFUL};
    static const char *const outcomes[] = {"pass", "FAIL", "-", "?"};
    const struct judge_verdict *v = &c->verdict;
    terminal_print(stdout, c->output, SIZE_MAX);
    printf(": ");
    style_print(stdout, styles[v->status], states[v->status]);
    printf("%s%s\n", v->reason[0] ? ": " : "", v->reason);
    if (v->source_damaged) {
        printf("  note: the source ");
        terminal_print(stdout, c->source, SIZE_MAX);
        printf(" is damaged itself\n");
    }
    for (size_t i = 0; i < v->results_used; i++) {
        const struct judge_result *r = &v->results[i];
        printf("  %-4s  %-20s %s\n", outcomes[r->outcome], judge_check_name(r->check), r->message);
        if (c->explain)
            explain_result(r);
    }
}

/* An output that is not there, or empty, is the greatest loss of all; a source that is not there
 * is a mistake in the call. */
static int read_and_judge(struct check *c) {
    struct error e = {0};
    uint8_t *source, *output;
    size_t source_used, output_used = 0;
    if (file_read(c->source, SIZE_MAX / 2, &source, &source_used, &e) != 0)
        return complain(e.message);
    int result = file_read(c->output, SIZE_MAX / 2, &output, &output_used, &e);
    if (result != 0 && result != ENOENT) {
        free(source);
        return complain(e.message);
    }
    if (result == ENOENT)
        (void)complain(e.message);
    struct judge_gif from = {source, source_used}, to = {output, output_used};
    judge(c, to, from);
    result = PASSED;
    if (c->pictures != NULL && pictures_write(c->pictures, from, to, &c->verdict, &e) != 0)
        result = complain(e.message);
    free(source);
    free(output);
    return result;
}

static int check_tree(struct check *c) {
    const char *const words[] = {c->operation, c->ratio, c->colors, c->request};
    const struct audit a = {.sources = c->source,
                            .outputs = c->output,
                            .map = c->map,
                            .format = c->json ? "json" : c->format,
                            .resume = c->resume,
                            .jobs = c->jobs,
                            .conf = &c->conf,
                            .request = &c->asked,
                            .words = words,
                            .words_used = sizeof words / sizeof *words};
    return audit_run(&a);
}

static int check_pair(struct check *c) {
    int result = read_and_judge(c);
    if (result != PASSED)
        return result;
    if (c->json)
        print_json(c);
    else
        print_text(c);
    int passed = judge_passed(&c->verdict);
    return passed == 1 ? PASSED : passed == 0 ? FAILED : NOT_JUDGED;
}

int command_check(int argc, char **argv) {
    static struct check c;
    int result = parse(&c, argc, argv);
    if (result == PASSED && settings_load(&c.conf, "check", c.file, NULL) != 0)
        result = NOT_JUDGED;
    if (result == PASSED)
        result = read_request(&c);
    if (result == PASSED)
        result = c.recursive ? check_tree(&c) : check_pair(&c);
    request_free(&c.asked);
    free(c.words);
    return result;
}
