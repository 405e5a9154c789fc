/* What `gifvet plan` is asked: its command line. */
#include "command/plan.h"

#include "text/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DAILY_MAX 1e10

static bool number(const char *text, double min, double max, double *n) {
    return text_to_double(text, n) && *n >= min && *n <= max;
}

static bool whole(const char *text, size_t *n) {
    int64_t value = 0;
    if (!text_to_int(text, false, &value) || value < 1 || value > QUEUE_WORKERS_MAX)
        return false;
    *n = (size_t)value;
    return true;
}

static bool is_name(const char *text, size_t n) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "._+-";
    return n > 0 && n < PLAN_NAME_SIZE && strspn(text, allowed) >= n;
}

static bool growth(struct plan *p, const char *value) {
    char daily[32];
    const char *equals = strchr(value, '=');
    const char *comma = equals != NULL ? strchr(equals, ',') : NULL;
    if (comma == NULL || !is_name(value, (size_t)(equals - value)) ||
        (size_t)(comma - equals) > sizeof daily || p->used > PLAN_SCENARIOS_MAX)
        return false;
    struct plan_scenario *s = &p->of[p->used];
    text_print(s->name, sizeof s->name, "%.*s", (int)(equals - value), value);
    text_print(daily, sizeof daily, "%.*s", (int)(comma - equals - 1), equals + 1);
    if (!number(daily, 1, DAILY_MAX, &s->daily) || !whole(comma + 1, &s->workers))
        return false;
    p->used++;
    return true;
}

static bool workers(struct plan *p, const char *value) {
    return whole(value, &p->of[0].workers);
}

/* An option with its value: a number of *p within limits, or what a function takes. */
static const struct option {
    const char *name;
    bool (*take)(struct plan *p, const char *value); /* NULL: a number */
    double min, max;
    size_t at; /* of the number in struct plan */
    const char *wants;
} options[] = {
    {"--daily-operations", NULL, 1, DAILY_MAX, offsetof(struct plan, of[0].daily),
     "a number, 1 to 10000000000"},
    {"--workers", workers, 0, 0, 0, "a number, 1 to 1000000"},
    {"--availability", NULL, 0.5, 0.999999, offsetof(struct plan, availability),
     "a share, 0.5 to 0.999999"},
    {"--max-cores", NULL, 0.01, 1e6, offsetof(struct plan, max_cores), "a number, 0.01 to 1000000"},
    {"--max-latency-ms", NULL, 0.01, 3.6e6, offsetof(struct plan, max_latency_ms),
     "milliseconds, 0.01 to 3600000"},
    {"--growth", growth, 0, 0, 0, "NAME=OPERATIONS,WORKERS, eight times at most"},
};

static const struct option *find(const char *name) {
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (strcmp(options[i].name, name) == 0)
            return &options[i];
    return NULL;
}

static int take(struct plan *p, const char *name, const char *value) {
    const struct option *o = find(name);
    const char *text = value != NULL ? value : "";
    if (o == NULL) {
        fprintf(stderr, "gifvet plan: unknown option %s\n", name);
        return 2;
    }
    if (o->take != NULL ? o->take(p, text)
                        : number(text, o->min, o->max, (double *)(void *)((char *)p + o->at)))
        return 0;
    fprintf(stderr, "gifvet plan: %s takes %s%s%s\n", name, o->wants, value != NULL ? ", not " : "",
            text);
    return 2;
}

int plan_options_parse(struct plan *p, int argc, char **argv) {
    char option[32];
    *p = (struct plan){.used = 1, .availability = 0.99, .max_cores = NAN, .max_latency_ms = NAN};
    text_print(p->of[0].name, PLAN_NAME_SIZE, "now");
    for (int i = 1; i < argc; i++) {
        const char *equals = strchr(argv[i], '=');
        int result;
        if (strcmp(argv[i], "--json") == 0) {
            p->json = true;
            continue;
        }
        if (strncmp(argv[i], "--", 2) == 0 && equals != NULL) {
            text_print(option, sizeof option, "%.*s", (int)(equals - argv[i]), argv[i]);
            result = take(p, option, equals + 1);
        } else {
            result = take(p, argv[i], argv[i + 1]);
            i++;
        }
        if (result != 0)
            return result;
    }
    if (p->of[0].daily == 0 || p->of[0].workers == 0) {
        fprintf(stderr, "gifvet plan: needs --daily-operations N and --workers W\n");
        return 2;
    }
    return 0;
}
