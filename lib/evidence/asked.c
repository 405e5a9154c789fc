#include "evidence/asked.h"

#include "record/json.h"

#include <string.h>

size_t asked_size(const struct record_process *p) {
    size_t n = 4096 + 6 * (strlen(p->program) + strlen(p->environment));
    for (size_t i = 0; i < p->argc; i++)
        n += 6 * strlen(p->argv[i]) + 3;
    return n;
}

void asked_print(struct text *t, const struct asked *a) {
    const struct record_process *p = a->process;
    struct json j = json_over(t);
    json_put_object(&j, NULL);
    json_put_int(&j, "schema", RECORD_SCHEMA);
    json_put_string(&j, "type", "request");
    json_put_string(&j, "id", a->id);
    json_put_string(&j, "gifvet", GIFVET_VERSION);
    json_put_string(&j, "program", p->program);
    json_put_array(&j, "argv");
    for (size_t i = 0; i < p->argc; i++)
        json_put_string(&j, NULL, p->argv[i]);
    json_put_array_end(&j);
    json_put_string(&j, "environment", p->environment[0] != '\0' ? p->environment : NULL);
    json_put_string(&j, "operation", request_operation_name(a->request->operation));
    record_request(&j, a->request);
    json_put_string(&j, "match", a->match);
    json_put_int(&j, "sources", (int64_t)a->sources);
    json_put_string(&j, "unseen", a->unseen);
    json_put_int(&j, "memory_bytes", (int64_t)a->memory_bytes);
    json_put_object_end(&j);
    text_add_bytes(t, "\n", 1);
}
