#include "report/report.h"

#define WEEK 168
#define PLOTTED_LEAST 12

void report_add_state(struct gathered *data, const struct state_snapshot *snapshot,
                      int64_t since_us, int64_t before_us) {
    for (size_t i = 0; i < snapshot->hours_used; i++) {
        const struct state_hour *h = &snapshot->hours[i];
        /* The hour in which the report begins is counted from the log: the state has it whole. */
        if (h->hour * HOUR_US >= since_us)
            hours_replace(&data->hours, h);
        else if ((h->hour + 1) * HOUR_US <= since_us && h->hour * HOUR_US >= before_us)
            hours_replace(&data->earlier, h);
    }
}

/* The newest hour there is: the present one, or, of logs that may be old, that of the last record.
 */
static int64_t last_hour(const struct report *r) {
    int64_t present = r->wall_us / HOUR_US, last = r->data->last_us / HOUR_US;
    return r->is_of_this_host || last == 0 || last > present ? present : last;
}

struct report_span report_span(const struct report *r) {
    int64_t end = last_hour(r) + 1;
    if (r->since_us == INT64_MIN)
        return (struct report_span){end - WEEK, end};
    int64_t from = r->since_us / HOUR_US;
    return (struct report_span){from < end ? from : end - 1, end};
}

struct report_span report_span_before(const struct report *r) {
    const struct report_span s = report_span(r);
    /* An hour that --since cuts in two is in both. */
    bool is_cut = r->since_us != INT64_MIN && r->since_us % HOUR_US != 0;
    return (struct report_span){s.from - (s.end - s.from), s.from + is_cut};
}

bool report_span_plotted(const struct report *r, struct report_span *span) {
    int64_t first, last, end = report_span(r).end;
    if (!hours_range(&r->data->hours, &first, &last))
        return false;
    if (first > end - PLOTTED_LEAST)
        first = end - PLOTTED_LEAST;
    if (first < end - HOURS_MOST)
        first = end - HOURS_MOST;
    *span = (struct report_span){first, end};
    return true;
}
