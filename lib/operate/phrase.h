/* Conditions in words. */
#ifndef GIFVET_OPERATE_PHRASE_H
#define GIFVET_OPERATE_PHRASE_H

#include "operate/search.h"

#include <stdio.h>

/* Writes "gifsicle, --lossy over 100, since checkpoint 7". What comes from the log is written as it
 * is: not for a terminal (terminal.h). */
void phrase_conditions(FILE *out, const struct groups *g, const struct condition *c, size_t n);
void phrase_trait(FILE *out, const struct groups *g, uint32_t trait);

/* "option", "program", ... and the option's name for JSON. */
const char *phrase_feature(enum feature_kind kind);

#endif
