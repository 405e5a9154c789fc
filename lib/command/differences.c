#include "command/differences.h"

#include "text/text.h"

#include <string.h>

#define WHAT_SIZE 256

static void add(json_t *list, const char *what, const json_t *recorded, const json_t *now) {
    json_t *one = json_object();
    json_object_set_new(one, "what", json_string(what));
    json_object_set_new(one, "recorded", recorded != NULL ? json_deep_copy(recorded) : json_null());
    json_object_set_new(one, "now", now != NULL ? json_deep_copy(now) : json_null());
    json_array_append_new(list, one);
}

static bool same(const json_t *a, const json_t *b) {
    bool none_a = a == NULL || json_is_null(a), none_b = b == NULL || json_is_null(b);
    return none_a || none_b ? none_a && none_b : json_equal(a, b) != 0;
}

static void compare(json_t *list, const char *where, const char *key, const json_t *recorded,
                    const json_t *now) {
    char what[WHAT_SIZE];
    if (!same(recorded, now))
        add(list, text_print(what, sizeof what, "%s%s%s", where, where[0] != '\0' ? "." : "", key),
            recorded, now);
}

/* Member by member, those that one side alone has behind the others. */
static void compare_members(json_t *list, const char *where, json_t *recorded, json_t *now) {
    void *at = json_object_iter(recorded);
    for (; at != NULL; at = json_object_iter_next(recorded, at)) {
        const char *key = json_object_iter_key(at);
        compare(list, where, key, json_object_iter_value(at), json_object_get(now, key));
    }
    for (at = json_object_iter(now); at != NULL; at = json_object_iter_next(now, at)) {
        const char *key = json_object_iter_key(at);
        if (json_object_get(recorded, key) == NULL)
            compare(list, where, key, NULL, json_object_iter_value(at));
    }
}

static json_t *check_of(const json_t *verdict, const char *name) {
    size_t i;
    json_t *v;
    json_array_foreach(json_object_get(verdict, "validations"), i, v) {
        const char *type = json_string_value(json_object_get(v, "validation_type"));
        if (type != NULL && strcmp(type, name) == 0)
            return v;
    }
    return NULL;
}

static void compare_check(json_t *list, const char *name, const json_t *recorded,
                          const json_t *now) {
    static const char *const keys[] = {"outcome", "expected", "actual", "error_message", "note"};
    static const char *const objects[] = {"details", "limits"};
    char where[WHAT_SIZE];
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        compare(list, name, keys[i], json_object_get(recorded, keys[i]),
                json_object_get(now, keys[i]));
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
        compare_members(list, text_print(where, sizeof where, "%.200s.%s", name, objects[i]),
                        json_object_get(recorded, objects[i]), json_object_get(now, objects[i]));
}

/* Every check that either side has. */
static void compare_checks(json_t *list, const json_t *recorded, const json_t *now) {
    const json_t *sides[] = {recorded, now};
    for (size_t side = 0; side < 2; side++) {
        size_t i;
        json_t *v;
        json_array_foreach(json_object_get(sides[side], "validations"), i, v) {
            const char *name = json_string_value(json_object_get(v, "validation_type"));
            if (name != NULL && (side == 0 || check_of(recorded, name) == NULL))
                compare_check(list, name, check_of(recorded, name), check_of(now, name));
        }
    }
}

json_t *differences(const json_t *recorded, const json_t *now) {
    static const char *const keys[] = {"validation_passed", "status", "reason", "source_damaged",
                                       "operation"};
    json_t *list = json_array();
    if (list == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        compare(list, "", keys[i], json_object_get(recorded, keys[i]),
                json_object_get(now, keys[i]));
    compare_members(list, "request", json_object_get(recorded, "request"),
                    json_object_get(now, "request"));
    compare_checks(list, recorded, now);
    return list;
}

void differences_of_texts(json_t *list, const char *what, const char *recorded, const char *now) {
    if (strcmp(recorded, now) == 0)
        return;
    json_t *a = json_string(recorded), *b = json_string(now);
    add(list, what, a, b);
    json_decref(a);
    json_decref(b);
}

static bool is_a_limit(const struct conf_setting *s) {
    const size_t first = offsetof(struct conf, limits);
    return (s->offset >= first && s->offset < first + sizeof(struct judge_limits)) ||
           (strcmp(s->section, "limits") == 0 && strcmp(s->key, "memory_mb") == 0);
}

void differences_of_settings(json_t *list, const struct conf *recorded, const struct conf *now) {
    char then_value[CONF_PATH_MAX], now_value[CONF_PATH_MAX], what[WHAT_SIZE];
    for (size_t i = 0; i < conf_settings_count; i++) {
        const struct conf_setting *s = &conf_settings[i];
        struct text a = text_over(then_value, sizeof then_value);
        struct text b = text_over(now_value, sizeof now_value);
        if (!is_a_limit(s))
            continue;
        conf_value_print(s, recorded, &a);
        conf_value_print(s, now, &b);
        text_print(what, sizeof what, "%s.%s", s->section, s->key);
        differences_of_texts(list, what, then_value, now_value);
    }
}
