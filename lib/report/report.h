/* What a report says: everything that its sections are made of. */
#ifndef GIFVET_REPORT_REPORT_H
#define GIFVET_REPORT_REPORT_H

#include "operate/surroundings.h"
#include "report/gather.h"

#include <stdbool.h>
#include <stdint.h>

/* Hours since 1970, from the first until before the end. */
struct report_span {
    int64_t from, end;
};

/* Pointers are the caller's. */
struct report {
    const struct gathered *data;
    const struct surroundings *around; /* of this host, now */
    const struct health *health;
    const struct conf *conf;
    const char *host;
    int64_t wall_us, since_us; /* INT64_MIN: all records, and the head is of the last 7 days */
    bool is_of_this_host;      /* no log was named: the state's figures are in data->hours */
    bool is_incomplete;        /* something could not be read */
    uint64_t picture_bytes;    /* that pictures may take */
};

/* Begins a report that was gathered: brings the state's hours into data->hours and ->earlier where
 * it is of this host. */
void report_add_state(struct gathered *data, const struct state_snapshot *snapshot,
                      int64_t since_us, int64_t before_us);

/* The hours that the head is about, and as many before them. */
struct report_span report_span(const struct report *r);
struct report_span report_span_before(const struct report *r);

/* The hours that plots show; false where nothing was counted. */
bool report_span_plotted(const struct report *r, struct report_span *span);

#endif
