/* How an output's name follows from its source's: "thumbs/{dir}/{name}-small.gif". */
#ifndef GIFVET_AUDIT_PATTERN_H
#define GIFVET_AUDIT_PATTERN_H

#include "text/error.h"

#include <stdbool.h>

/* 0, or EINVAL with e saying what is wrong. {name} is the source's name without directory and
 * .gif, and has to be there; {dir} is its directory below the sources, nothing for those at the
 * top. The rest is as it stands: a path below the outputs that ends in .gif. */
int pattern_check(const char *pattern, struct error *e);

/* Is the path absolute, or has it ".." in it? A {name} of "", "." or ".." can make it so. */
bool pattern_leads_out(const char *path);

/* The output's name, malloc()ed, for the source's name (relative, ends in .gif); NULL: no memory.
 * The slash behind an empty {dir} is left out. pattern has passed pattern_check(); NULL: the same
 * name. */
char *pattern_apply(const char *pattern, const char *source);

#endif
