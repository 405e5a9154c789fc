/* What could not be done, for the record: one problem a line. */
#ifndef GIFVET_TEXT_PROBLEM_H
#define GIFVET_TEXT_PROBLEM_H

#include "text/text.h"

/* Appends "what: reason" for a negative errno, or what alone for 0. */
void problem_add(struct text *problems, const char *what, int error);

#endif
