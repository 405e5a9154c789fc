/* What is worth a message: figures, thresholds and what was said before, to messages. Pure.
 *
 * A condition is said once when it begins, once when it ends, and again while it lasts, every
 * repeat_minutes. What cannot be told (the state cannot be read) neither begins nor ends anything.
 * Changes of the performance mode have no end: they are said once. New records that are CRITICAL,
 * those of the kill switch, are said each time. */
#ifndef GIFVET_OPERATE_ALERTS_H
#define GIFVET_OPERATE_ALERTS_H

#include "operate/alert_window.h"
#include "operate/health.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum alert_severity { ALERT_LOW, ALERT_MEDIUM, ALERT_HIGH, ALERT_CRITICAL, ALERT_SEVERITIES };
enum alert_event {
    ALERT_BEGINS,
    ALERT_LASTS,
    ALERT_ENDS,
    ALERT_HAPPENED,
    ALERT_TEST,
    ALERT_EVENTS
};

#define ALERT_NAME_SIZE 64
#define ALERT_TEXT_SIZE 1536

/* Texts are terminated and may hold any bytes otherwise: paths and names come from strangers. */
struct alert_message {
    char id[48]; /* the same each time that it is sent: letters, digits, - */
    int64_t wall_us;
    enum alert_severity severity;
    enum alert_event event;
    char condition[ALERT_NAME_SIZE];
    char host[ALERT_NAME_SIZE];
    char title[160]; /* one line */
    char text[ALERT_TEXT_SIZE];
    /* What it was like in the window: shares and milliseconds, NaN where there is nothing to divide
     * by. */
    double success_rate, mean_ms;
    char window[ALERT_NAME_SIZE]; /* of these two: "in the last 15 min" */
};

/* ---- what is remembered ---- */

struct alert_condition {
    char name[ALERT_NAME_SIZE];
    enum alert_severity severity;
    int64_t since_us, said_us;
    /* Of alert records alone: when the last was seen, how many since it began, how many of them
     * since the last message. */
    int64_t seen_us;
    int64_t count, unsaid;
};

#define ALERT_CONDITIONS 32

struct alert_said {
    struct alert_condition conditions[ALERT_CONDITIONS];
    size_t conditions_used;
    int64_t mode_us; /* the last change of the performance mode that was said; 0: none */
};

/* ---- new records of type alert ---- */

/* Those of one check. What is about none has this name: the kill switch. */
#define ALERT_OF_NO_CHECK "alert"

struct alert_group {
    char name[ALERT_NAME_SIZE];   /* the check */
    enum alert_severity severity; /* the worst */
    int64_t count;
    char last[240];  /* the last of them in words */
    char about[120]; /* of no check: what it says, as a title; "": nothing */
};

#define ALERT_GROUPS 16

struct alert_groups {
    struct alert_group at[ALERT_GROUPS]; /* what finds no place is in the last, "others" */
    size_t used;
};

/* ---- judging ---- */

struct alert_facts {
    const struct conf *conf;
    const struct state_snapshot *state; /* NULL: cannot be read; all 0: there is none yet */
    const struct health *health;
    const struct alert_window *window;
    const struct alert_groups *groups; /* NULL: the log cannot be read */
    const char *host;
    uint64_t run; /* differs from run to run, for the messages' ids */
    int64_t wall_us;
};

#define ALERT_MESSAGES (2 * ALERT_CONDITIONS)

struct alert_messages {
    struct alert_message at[ALERT_MESSAGES];
    size_t used;
};

/* Fills *messages (some 130 KB: not for a stack) and brings *said up to date with them. */
void alerts_judge(const struct alert_facts *f, struct alert_said *said,
                  struct alert_messages *messages);

/* The message of gifvet alert --test. */
struct alert_message alerts_test(const struct alert_facts *f);

/* "LOW" to "CRITICAL"; "begins", "lasts", "ends", "happened", "test". The number of such a name, or
 * -1. */
const char *alert_severity_name(enum alert_severity s);
const char *alert_event_name(enum alert_event e);
int alert_severity_of(const char *name);
int alert_event_of(const char *name);

#endif
