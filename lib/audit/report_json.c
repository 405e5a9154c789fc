/* One object; each pair is a line of its own in it. */
#include "audit/report.h"

#include "record/json.h"
#include "record/record.h"

#include <errno.h>
#include <stdlib.h>

static void print(struct report *r, const struct text *t) {
    fwrite(t->at, 1, t->used, r->out);
}

/* Two names of nothing but control bytes. */
#define HEAD_SIZE ((size_t)65536)

static bool begin(struct report *r) {
    char *head = malloc(HEAD_SIZE);
    if (head == NULL)
        return false;
    struct text t = text_over(head, HEAD_SIZE);
    struct json j = json_over(&t);
    json_put_object(&j, NULL);
    json_put_int(&j, "schema", RECORD_SCHEMA);
    json_put_string(&j, "type", "audit");
    json_put_string(&j, "sources", r->sources);
    json_put_string(&j, "outputs", r->outputs);
    json_put_array(&j, "pairs");
    print(r, &t);
    free(head);
    return true;
}

static void print_pair(struct report *r, const struct pair *p, const struct outcome *o,
                       const char *line, size_t n) {
    (void)p;
    (void)o;
    fputs(r->begun ? ",\n" : "\n", r->out);
    fwrite(line, 1, n - 1, r->out);
    r->begun = true;
}

static bool end(struct report *r) {
    const struct report_counts *c = &r->counts;
    const struct {
        const char *key;
        size_t count;
    } rows[] = {{"pairs", c->pairs},
                {"passed", c->passed},
                {"failed", c->failed},
                {"not_judged", c->not_judged},
                {"no_source", c->no_source},
                {"no_output", c->no_output},
                {"left", c->left},
                {"directories_not_readable", c->directories},
                {"links_not_followed", c->links}};
    char tail[2048];
    struct text t = text_over(tail, sizeof tail);
    struct json j = json_over(&t);
    json_put_object(&j, "summary");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        json_put_int(&j, rows[i].key, (int64_t)rows[i].count);
    json_put_object(&j, "failures");
    for (size_t i = 0; i < JUDGE_CHECKS; i++)
        json_put_int(&j, judge_check_name((enum judge_check)i), (int64_t)c->by_check[i]);
    json_put_object_end(&j);
    json_put_object_end(&j);
    fputs("\n],", r->out);
    print(r, &t);
    fputs("}\n", r->out);
    return true;
}

const struct report_format report_json = {"json", begin, print_pair, end};
