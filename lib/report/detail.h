/* One failure with everything that its record says. */
#ifndef GIFVET_REPORT_DETAIL_H
#define GIFVET_REPORT_DETAIL_H

#include "report/causes.h"
#include "report/failure.h"

#include <jansson.h>
#include <stdio.h>

/* Where the record says that its evidence is kept, NULL: nowhere. */
const char *detail_bundle(const json_t *record);

/* Writes a <details> of the record. pictures: what failure_pictures() wrote of it, or NULL. */
void detail_write(FILE *out, const json_t *record, int64_t time_us, const char *pictures,
                  size_t pictures_used);

#endif
