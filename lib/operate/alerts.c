/* Rooms: names · messages · what lasts · each condition · the judgement */
#include "operate/alerts.h"

#include "text/text.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#define MIB 1048576.0
#define MINUTE_US INT64_C(60000000)

/* ---- names ---- */

static const char *const severities[ALERT_SEVERITIES] = {"LOW", "MEDIUM", "HIGH", "CRITICAL"};
static const char *const events[ALERT_EVENTS] = {"begins", "lasts", "ends", "happened", "test"};

static int number_of(const char *const *names, int n, const char *name) {
    for (int i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

const char *alert_severity_name(enum alert_severity s) {
    return severities[s];
}

const char *alert_event_name(enum alert_event e) {
    return events[e];
}

int alert_severity_of(const char *name) {
    return number_of(severities, ALERT_SEVERITIES, name);
}

int alert_event_of(const char *name) {
    return number_of(events, ALERT_EVENTS, name);
}

/* ---- messages ---- */

struct judging {
    const struct alert_facts *f;
    struct alert_said *said;
    struct alert_messages *messages;
};

static double share(uint64_t part, uint64_t whole) {
    return whole > 0 ? (double)part / (double)whole : (double)NAN;
}

static struct alert_message message(const struct alert_facts *f, size_t number,
                                    enum alert_event event, enum alert_severity severity,
                                    const char *condition) {
    const struct alert_window *w = f->window;
    struct alert_message m = {.wall_us = f->wall_us, .severity = severity, .event = event};
    text_print(m.id, sizeof m.id, "%lld-%08x-%zu", (long long)f->wall_us, (unsigned)f->run, number);
    text_print(m.condition, sizeof m.condition, "%s", condition);
    text_print(m.host, sizeof m.host, "%s", f->host);
    text_print(m.window, sizeof m.window, "%s", w != NULL ? w->words : "");
    m.success_rate = w != NULL ? share(w->counts.passed, w->verdicts) : (double)NAN;
    m.mean_ms = w != NULL ? share((uint64_t)w->counts.time_us, w->validations) / 1000 : (double)NAN;
    return m;
}

/* There is room: each condition says one thing at a time. */
static struct alert_message *add(struct judging *j, enum alert_event event,
                                 enum alert_severity severity, const char *condition) {
    struct alert_messages *all = j->messages;
    if (all->used == ALERT_MESSAGES)
        all->used--;
    all->at[all->used] = message(j->f, all->used + 1, event, severity, condition);
    return &all->at[all->used++];
}

static void title(struct alert_message *m, const char *what) {
    static const char *const words[ALERT_EVENTS] = {"", " (goes on)", ": over", "", ""};
    text_print(m->title, sizeof m->title, "%s%s", what, words[m->event]);
}

/* ---- what lasts ---- */

static struct alert_condition *find(struct alert_said *said, const char *name) {
    for (size_t i = 0; i < said->conditions_used; i++)
        if (strcmp(said->conditions[i].name, name) == 0)
            return &said->conditions[i];
    return NULL;
}

static void forget(struct alert_said *said, const struct alert_condition *c) {
    size_t at = (size_t)(c - said->conditions);
    memmove(&said->conditions[at], &said->conditions[at + 1],
            (--said->conditions_used - at) * sizeof *c);
}

/* NULL where no more can be remembered: it is not said, so that it is not said each time. */
static struct alert_condition *remember(struct judging *j, const char *name,
                                        enum alert_severity severity) {
    if (j->said->conditions_used == ALERT_CONDITIONS)
        return NULL;
    struct alert_condition *c = &j->said->conditions[j->said->conditions_used++];
    *c = (struct alert_condition){
        .severity = severity, .since_us = j->f->wall_us, .said_us = j->f->wall_us};
    text_print(c->name, sizeof c->name, "%s", name);
    return c;
}

/* A clock that stepped back begins the wait anew. */
static bool is_due(const struct judging *j, struct alert_condition *c) {
    const int64_t every = j->f->conf->alerts.repeat_minutes * MINUTE_US;
    if (c->said_us > j->f->wall_us)
        c->said_us = j->f->wall_us;
    return every > 0 && j->f->wall_us - c->said_us >= every;
}

static void add_lasted(struct alert_message *m, const struct alert_condition *c, int64_t wall_us) {
    struct text t = {m->text, sizeof m->text, strlen(m->text), false};
    int64_t minutes = wall_us > c->since_us ? (wall_us - c->since_us) / MINUTE_US : 0;
    text_add(&t, m->event == ALERT_ENDS ? "\nIt lasted %lld min." : "\nIt has lasted %lld min.",
             (long long)minutes);
}

enum holds { NO, YES, CANNOT_TELL };

/* what: the title. The format says what it is like now, whether it holds or not. */
static void judge(struct judging *j, const char *name, enum alert_severity severity,
                  enum holds holds, const char *what, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

static void judge(struct judging *j, const char *name, enum alert_severity severity,
                  enum holds holds, const char *what, const char *format, ...) {
    struct alert_condition *c = find(j->said, name);
    enum alert_event event = c == NULL ? ALERT_BEGINS : holds == YES ? ALERT_LASTS : ALERT_ENDS;
    if (holds == CANNOT_TELL || (c == NULL && holds == NO) ||
        (event == ALERT_LASTS && !is_due(j, c)))
        return;
    if (c == NULL)
        c = remember(j, name, severity);
    if (c == NULL)
        return;
    struct alert_message *m = add(j, event, severity, name);
    struct text t = text_over(m->text, sizeof m->text);
    va_list args;
    va_start(args, format);
    text_addv(&t, format, args);
    va_end(args);
    title(m, what);
    c->said_us = j->f->wall_us;
    if (event != ALERT_BEGINS)
        add_lasted(m, c, j->f->wall_us);
    if (event == ALERT_ENDS)
        forget(j->said, c);
}

/* ---- each condition ---- */

/* next: the command that says more, for who is told that it holds. */
static void rate(struct judging *j, const char *name, enum alert_severity severity,
                 const char *what, uint64_t part, uint64_t whole, double most, const char *next) {
    const struct alert_window *w = j->f->window;
    const char *noun = strcmp(what, "failed") == 0 ? "verdicts" : "validations";
    char heading[64];
    text_print(heading, sizeof heading, "too many %s %s", noun,
               strcmp(what, "failed") == 0 ? "failed" : "are slow");
    if (whole < (uint64_t)j->f->conf->alerts.min_validations)
        judge(j, name, severity, NO, heading, "Only %llu %s %s: too few to say.",
              (unsigned long long)whole, noun, w->words);
    else
        judge(j, name, severity, share(part, whole) > most ? YES : NO, heading,
              "%llu of %llu %s %s %s: %.2f %% (%.2f %% allowed%s).", (unsigned long long)part,
              (unsigned long long)whole, noun, what, w->words, share(part, whole) * 100, most * 100,
              share(part, whole) > most ? next : "");
}

static void memory(struct judging *j) {
    const int64_t most = j->f->conf->alerts.memory_usage_mb;
    const double mib = (double)j->f->window->arena_bytes / MIB;
    judge(
        j, "memory_usage", ALERT_MEDIUM, mib > (double)most ? YES : NO, "much memory",
        "The largest validation took %.1f MiB (%lld allowed), by the hours that the last %lld min "
        "touch.",
        mib, (long long)most, (long long)j->f->conf->alerts.window_minutes);
}

static void consecutive(struct judging *j) {
    const uint64_t n = j->f->state->consecutive_failures;
    const int64_t most = j->f->conf->alerts.consecutive_failures;
    judge(j, "consecutive_failures", ALERT_HIGH, n > (uint64_t)most ? YES : NO,
          "one failure after the other", "The last %llu verdicts failed (%lld allowed%s).",
          (unsigned long long)n, (long long)most,
          n > (uint64_t)most ? "; gifvet log --failed" : "");
}

static void unhealthy(struct judging *j) {
    const struct health *h = j->f->health;
    char issues[1000];
    struct text t = text_over(issues, sizeof issues);
    for (size_t i = 0; i < h->used; i++)
        text_add(&t, "\n%s", h->issues[i].message);
    judge(j, "unhealthy", ALERT_HIGH,
          h->status == HEALTH_UNHEALTHY ? YES
          : h->unknown[0] != '\0'       ? CANNOT_TELL
                                        : NO,
          "unhealthy", "The host is %s%s%s", health_status_name(h->status), h->used > 0 ? ":" : ".",
          issues);
}

/* The state remembers the last 16. */
static void changes(struct judging *j) {
    const struct state_snapshot *s = j->f->state;
    const int64_t window_us = j->f->conf->alerts.window_minutes * MINUTE_US;
    const int64_t since = j->said->mode_us > 0 ? j->said->mode_us : j->f->wall_us - window_us;
    size_t n = 0;
    while (n < s->changes_used && s->changes[n].wall_us > since)
        n++;
    if (j->said->mode_us == 0)
        j->said->mode_us = since;
    if (n == 0)
        return;
    j->said->mode_us = s->changes[0].wall_us;
    struct alert_message *m = add(j, ALERT_HAPPENED, ALERT_LOW, "performance_mode");
    struct text t = text_over(m->text, sizeof m->text);
    text_print(m->title, sizeof m->title, "performance mode is %s",
               state_mode_name(s->changes[0].to));
    if (n == STATE_CHANGES)
        text_add(&t, "It changed %zu times and more; the last of them:\n", n);
    while (n-- > 0) {
        const struct state_change *c = &s->changes[n];
        const int64_t second = c->wall_us / 1000000 % 86400;
        text_add(&t, "%02lld:%02lld:%02lldZ %s to %s", (long long)(second / 3600),
                 (long long)(second / 60 % 60), (long long)(second % 60), state_mode_name(c->from),
                 state_mode_name(c->to));
        if (c->mean_ms > 0)
            text_add(&t, ", mean %.1f ms\n", c->mean_ms);
        else
            text_add(&t, ", by gifvet reset\n");
    }
    m->text[t.used - 1] = '\0';
}

#define RECORDS "record:"

static bool is_of_a_check(const struct alert_condition *c) {
    return strcmp(c->name, RECORDS ALERT_OF_NO_CHECK) != 0;
}

static void title_records(struct judging *j, struct alert_message *m,
                          const struct alert_condition *c, const struct alert_group *g) {
    char what[ALERT_NAME_SIZE + 16];
    if (is_of_a_check(c)) {
        text_print(what, sizeof what, "alert: %s", c->name + strlen(RECORDS));
        title(m, what);
    } else if (g == NULL) {
        text_print(m->title, sizeof m->title, "%s",
                   health_disabled(j->f->health) ? "validation is still switched off"
                                                 : "validation is on");
    } else {
        title(m, g->about[0] != '\0' ? g->about : "an alert in the log");
    }
}

/* g: what is new; NULL when it ends. */
static void say_records(struct judging *j, struct alert_condition *c, enum alert_event event,
                        const struct alert_group *g) {
    struct alert_message *m = add(j, event, c->severity, c->name);
    struct text t = text_over(m->text, sizeof m->text);
    const char *next = is_of_a_check(c) ? "gifvet log --failed" : "gifvet status";
    title_records(j, m, c, g);
    if (g == NULL)
        text_add(&t, "No new alerts for %lld min; there were %lld.",
                 (long long)j->f->conf->alerts.window_minutes, (long long)c->count);
    else
        text_add(&t,
                 c->unsaid == 1 ? "%lld new alert in the log (%s): %s"
                                : "%lld new alerts in the log (%s), the last of them: %s",
                 (long long)c->unsaid, next, g->last);
    if (event != ALERT_BEGINS)
        add_lasted(m, c, j->f->wall_us);
    c->said_us = j->f->wall_us;
    c->unsaid = 0;
}

static void new_records(struct judging *j, const struct alert_group *g) {
    char name[ALERT_NAME_SIZE];
    text_print(name, sizeof name, RECORDS "%s", g->name);
    struct alert_condition *c = find(j->said, name);
    const bool begins = c == NULL;
    if (begins)
        c = remember(j, name, g->severity);
    if (c == NULL)
        return;
    const bool worse = g->severity > c->severity;
    const bool urgent = g->severity == ALERT_CRITICAL; /* somebody has done something, again */
    if (worse)
        c->severity = g->severity;
    c->count += g->count;
    c->unsaid += g->count;
    c->seen_us = j->f->wall_us;
    if (begins || worse || urgent || is_due(j, c))
        say_records(j, c, begins ? ALERT_BEGINS : ALERT_LASTS, g);
}

static void quiet_records(struct judging *j) {
    const int64_t window_us = j->f->conf->alerts.window_minutes * MINUTE_US;
    for (size_t i = j->said->conditions_used; i-- > 0;) {
        struct alert_condition *c = &j->said->conditions[i];
        if (strncmp(c->name, RECORDS, strlen(RECORDS)) != 0)
            continue;
        if (c->seen_us > j->f->wall_us)
            c->seen_us = j->f->wall_us;
        if (j->f->wall_us - c->seen_us < window_us)
            continue;
        say_records(j, c, ALERT_ENDS, NULL);
        forget(j->said, c);
    }
}

/* What is no longer looked for is no longer told about either. */
static void drop(struct alert_said *said, const char *name) {
    for (size_t i = said->conditions_used; i-- > 0;)
        if (strncmp(said->conditions[i].name, name, strlen(name)) == 0)
            forget(said, &said->conditions[i]);
}

/* ---- the judgement ---- */

static void judge_state(struct judging *j) {
    const struct conf_alerts *a = &j->f->conf->alerts;
    const struct alert_window *w = j->f->window;
    rate(j, "validation_failure_rate", ALERT_HIGH, "failed", w->counts.failed, w->verdicts,
         a->validation_failure_rate, "; gifvet investigate, gifvet log --failed");
    rate(j, "slow_validation_rate", ALERT_MEDIUM, "were slow", w->counts.slow, w->validations,
         a->slow_validation_rate, "; gifvet summary");
    memory(j);
    consecutive(j);
    if (a->performance_mode)
        changes(j);
}

void alerts_judge(const struct alert_facts *f, struct alert_said *said,
                  struct alert_messages *messages) {
    struct judging j = {f, said, messages};
    const struct conf_alerts *a = &f->conf->alerts;
    messages->used = 0;
    if (f->state != NULL && f->window != NULL)
        judge_state(&j);
    if (a->unhealthy)
        unhealthy(&j);
    else
        drop(said, "unhealthy");
    if (!a->records)
        drop(said, RECORDS);
    if (!a->records || f->groups == NULL)
        return;
    for (size_t i = 0; i < f->groups->used; i++)
        new_records(&j, &f->groups->at[i]);
    quiet_records(&j);
}

struct alert_message alerts_test(const struct alert_facts *f) {
    struct alert_message m = message(f, 0, ALERT_TEST, ALERT_LOW, "test");
    text_print(m.title, sizeof m.title, "TEST");
    text_print(m.text, sizeof m.text,
               "This is a test of the alert channels, sent by gifvet alert --test. Nothing is "
               "wrong.");
    return m;
}
