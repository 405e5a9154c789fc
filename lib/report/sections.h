/* The parts of the page, from its top. Each writes one <section>, with a heading of the second
 * level. */
#ifndef GIFVET_REPORT_SECTIONS_H
#define GIFVET_REPORT_SECTIONS_H

#include "report/report.h"

#include <stdio.h>

void section_head(FILE *out, const struct report *r);
void section_activity(FILE *out, const struct report *r);
void section_failing(FILE *out, const struct report *r);
void section_arms(FILE *out, const struct report *r);
void section_findings(FILE *out, const struct report *r);
void section_failures(FILE *out, const struct report *r);

/* The first share of the page that section_failing() and section_arms() draw in their tables: a bar
 * of that share of the cell. */
void section_bar(FILE *out, double share);

#endif
