/* The time line of a failure: when each file shows which frame, and every instant at which the
 * pictures differ, by how much. */
#ifndef GIFVET_REPORT_FAILURE_STRIP_H
#define GIFVET_REPORT_FAILURE_STRIP_H

#include "report/failure_line.h"

#include <stdio.h>

/* Writes it as SVG. The chosen instants (in order) that differ are links to the output's frame in
 * its table (`id`-output-N), or to `id` where the table has not got it; a script makes them jump
 * there. */
void strip_write(FILE *out, const struct line *l, const char *id, const size_t *chosen,
                 size_t used);

#endif
