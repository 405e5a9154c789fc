/* The instant at which output and source differ most, as large as a person needs it. */
#ifndef GIFVET_REPORT_FAILURE_WORST_H
#define GIFVET_REPORT_FAILURE_WORST_H

#include "report/failure_line.h"

#include <stdio.h>

/* Writes source, output and the map of their differences at the line's worst instant, with a
 * legend and figures; where they are large, the part that differs most too. Nothing when no
 * instant differs. id begins the ids of its elements. False when the instant could not be drawn,
 * for lack of time or memory. */
bool worst_write(FILE *out, struct line *l, const char *id);

#endif
