#include "report/events.h"

#include "text/text.h"

#include <jansson.h>
#include <string.h>

static const char *string_of(const json_t *r, const char *key) {
    const char *s = json_string_value(json_object_get(r, key));
    return s != NULL ? s : "";
}

static void tell_performance(struct text *t, const json_t *r) {
    double mean_ms = json_number_value(json_object_get(r, "mean_ms"));
    text_add(t, "performance mode %s, before %s", string_of(r, "to"), string_of(r, "from"));
    if (mean_ms > 0)
        text_add(t, " (mean %.1f ms)", mean_ms);
}

static void tell_why(struct text *t, const json_t *r) {
    if (string_of(r, "user")[0] != '\0')
        text_add(t, " by %s", string_of(r, "user"));
    if (string_of(r, "reason")[0] != '\0')
        text_add(t, ": %s", string_of(r, "reason"));
}

static void tell_configuration(struct text *t, const json_t *r) {
    json_int_t number = json_integer_value(json_object_get(r, "checkpoint"));
    text_add(t, "configuration %s", string_of(r, "action"));
    if (number > 0)
        text_add(t, " %lld", (long long)number);
    tell_why(t, r);
}

static void tell_switch(struct text *t, const json_t *r) {
    text_add(t, "kill switch: %s", string_of(r, "action"));
    tell_why(t, r);
}

static const struct {
    const char *type;
    enum event_kind kind;
    void (*tell)(struct text *t, const json_t *r);
} kinds[] = {
    {"performance_mode", EVENT_PERFORMANCE, tell_performance},
    {"config_change", EVENT_CONFIGURATION, tell_configuration},
    {"emergency", EVENT_SWITCH, tell_switch},
};

static int order(const struct event *a, const struct event *b) {
    return a->time_us != b->time_us ? (a->time_us > b->time_us ? -1 : 1) : strcmp(a->text, b->text);
}

static void put(struct events *e, const struct event *new) {
    size_t i = e->used;
    while (i > 0 && order(new, &e->at[i - 1]) < 0)
        i--;
    e->dropped += e->used == EVENTS_MOST;
    if (i == EVENTS_MOST)
        return;
    e->used += e->used < EVENTS_MOST;
    memmove(&e->at[i + 1], &e->at[i], (e->used - 1 - i) * sizeof *e->at);
    e->at[i] = *new;
}

void events_take(struct events *e, const struct log_record *r) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!log_text_is(r->type, kinds[i].type))
            continue;
        json_t *tree = json_loadb(r->line.at, r->line.n, JSON_ALLOW_NUL, NULL);
        struct event new = {.time_us = r->time_us, .kind = kinds[i].kind};
        struct text t = text_over(new.text, sizeof new.text);
        kinds[i].tell(&t, tree);
        json_decref(tree);
        put(e, &new);
    }
}

void events_merge(struct events *to, const struct events *from) {
    for (size_t i = 0; i < from->used; i++)
        put(to, &from->at[i]);
    to->dropped += from->dropped;
}
