/* The state and health of a host in Prometheus' text format (version 0.0.4), as node_exporter's
 * textfile collector takes it. Pure.
 *
 * Base units (seconds, bytes), counters end in _total, one histogram, everything is there from the
 * first time on with 0, so that the first failure is an increase. A label may be any bytes in the
 * state: what is no printable ASCII is written \x1b, so that no program's name can make the text
 * invalid, and names that differ stay different. */
#ifndef GIFVET_OPERATE_PROMETHEUS_H
#define GIFVET_OPERATE_PROMETHEUS_H

#include "operate/health.h"
#include "text/text.h"

/* What the text takes at the most. */
#define PROMETHEUS_SIZE ((size_t)128 << 10)

/* Appends all of it. f is what h was judged from. s are the figures: those of f, or all 0 where
 * there is no state yet, or NULL when it could not be read: then only what is known of the host is
 * said. */
void prometheus_print(struct text *t, const struct health_facts *f, const struct health *h,
                      const struct state_snapshot *s);

#endif
