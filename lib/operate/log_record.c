/* The slow reader of lines, jansson, and which of the two is asked. */
#include "operate/log_record.h"

#include "operate/log_fields.h"

#include <jansson.h>

static void take_object(struct log_record *r, enum log_node node, json_t *object);

static void take_array(struct log_record *r, enum log_node node, const json_t *array) {
    size_t i;
    json_t *v;
    json_array_foreach(array, i, v) {
        if (node == LOG_NODE_ARGUMENTS && json_is_string(v))
            log_record_argument(r, (struct log_text){json_string_value(v), json_string_length(v)});
        else if (json_is_object(v) && log_fields[node].element != LOG_NODE_NONE)
            take_object(r, log_fields[node].element, v);
    }
}

static void take_value(struct log_record *r, enum log_node node, const struct log_field *f,
                       json_t *v) {
    if (f->kind == LOG_VALUE_TEXT && json_is_string(v))
        log_record_text(r, node, f, (struct log_text){json_string_value(v), json_string_length(v)});
    else if (f->kind == LOG_VALUE_NUMBER && json_is_number(v))
        log_record_number(r, node, f, json_number_value(v));
    else if (f->kind == LOG_VALUE_FLAG && json_is_boolean(v))
        log_record_flag(r, node, f, json_is_true(v));
    else if (f->kind == LOG_VALUE_OTHER && json_is_array(v))
        take_array(r, f->node, v);
    else if (f->kind == LOG_VALUE_OTHER && json_is_object(v))
        take_object(r, f->node, v);
}

static void take_object(struct log_record *r, enum log_node node, json_t *object) {
    const char *key;
    size_t n, hint = 0;
    json_t *v;
    if (log_fields[node].used == 0 || !log_record_enter(r, node))
        return;
    json_object_keylen_foreach(object, key, n, v) {
        const struct log_field *f = log_field_find(node, key, n, &hint);
        if (f != NULL)
            take_value(r, node, f, v);
    }
}

enum log_kind log_record_read_tree(const char *text, size_t n, log_take take, void *context) {
    json_t *tree = json_loadb(text, n, JSON_ALLOW_NUL, NULL);
    enum log_kind kind = LOG_NO_RECORD;
    if (json_is_object(tree)) {
        struct log_record r;
        log_record_clear(&r);
        take_object(&r, LOG_NODE_ROOT, tree);
        r.line = (struct log_text){text, n};
        kind = log_record_kind(&r);
        if (kind == LOG_RECORD)
            take(context, &r);
    }
    json_decref(tree);
    return kind;
}

enum log_kind log_record_read(const char *text, size_t n, log_take take, void *context) {
    struct log_record r; /* log_scan() clears it */
    if (!log_scan(&r, text, n))
        return log_record_read_tree(text, n, take, context);
    r.line = (struct log_text){text, n};
    enum log_kind kind = log_record_kind(&r);
    if (kind == LOG_RECORD)
        take(context, &r);
    return kind;
}
