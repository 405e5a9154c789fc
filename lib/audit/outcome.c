#include "audit/outcome.h"

#include <string.h>

static const char *text_of(const json_t *object, const char *key) {
    const char *s = json_string_value(json_object_get(object, key));
    return s != NULL ? s : "";
}

static int64_t number_of(const json_t *object, const char *key) {
    return (int64_t)json_integer_value(json_object_get(object, key));
}

bool outcome_read(struct outcome *o, const char *line, size_t n) {
    *o = (struct outcome){.line = json_loadb(line, n, JSON_ALLOW_NUL, NULL)};
    const json_t *passed = json_object_get(o->line, "validation_passed");
    if (strcmp(text_of(o->line, "type"), "audit_pair") != 0 || passed == NULL) {
        outcome_free(o);
        return false;
    }
    o->passed = json_is_true(passed) ? 1 : json_is_false(passed) ? 0 : -1;
    o->status = text_of(o->line, "status");
    o->reason = text_of(o->line, "reason");
    o->took_us = number_of(o->line, "validation_us");
    o->source_bytes = number_of(json_object_get(o->line, "source"), "bytes");
    o->output_bytes = number_of(json_object_get(o->line, "output"), "bytes");
    return true;
}

void outcome_free(struct outcome *o) {
    json_decref(o->line);
    o->line = NULL;
}

bool outcome_failure(const struct outcome *o, size_t i, const char **check, const char **message) {
    size_t at;
    json_t *v;
    json_array_foreach(json_object_get(o->line, "validations"), at, v) {
        if (!json_is_false(json_object_get(v, "is_valid")) || i-- > 0)
            continue;
        *check = text_of(v, "validation_type");
        *message = text_of(v, "error_message");
        return true;
    }
    return false;
}
