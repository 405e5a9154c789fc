/* A report as one file of HTML that asks nobody for anything: no network, no other file, a
 * Content-Security-Policy that allows its own style and script by their hashes and pictures that it
 * holds itself. Readable without the script. */
#ifndef GIFVET_REPORT_PAGE_H
#define GIFVET_REPORT_PAGE_H

#include "report/report.h"

#include <stdio.h>

/* Writes it; ferror(out) tells whether it could be written. Not for two threads at once. */
void page_write(FILE *out, const struct report *r);

/* style.c, script.c: what the page has besides what failure.h adds. */
extern const char page_css[], page_js[];

#endif
