/* What happened to gifvet on its hosts: performance modes, configurations, the kill switch. The
 * newest EVENTS_MOST are kept. For one thread; two are merged afterwards. */
#ifndef GIFVET_REPORT_EVENTS_H
#define GIFVET_REPORT_EVENTS_H

#include "operate/log_record.h"

#include <stddef.h>
#include <stdint.h>

#define EVENTS_MOST 100

enum event_kind { EVENT_PERFORMANCE, EVENT_CONFIGURATION, EVENT_SWITCH };

struct event {
    int64_t time_us;
    enum event_kind kind;
    char text[240]; /* one line, bytes of strangers in it */
};

struct events {
    struct event at[EVENTS_MOST]; /* the newest first */
    size_t used;
    uint64_t dropped;
};

/* Takes a record where it is of one of these types. */
void events_take(struct events *e, const struct log_record *r);

void events_merge(struct events *to, const struct events *from);

#endif
