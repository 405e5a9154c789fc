/* The frames of both files, with their delays. */
#ifndef GIFVET_REPORT_FAILURE_TABLES_H
#define GIFVET_REPORT_FAILURE_TABLES_H

#include "report/failure_line.h"

#include <stdio.h>

#define TABLE_ROWS_MOST 200u

/* Writes a table for each, closed. A row of the output has the id `id`-output-N, N counted from 0.
 */
void tables_write(FILE *out, const struct line *l, const char *id);

#endif
