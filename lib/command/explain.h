/* A check in full, for people. */
#ifndef GIFVET_COMMAND_EXPLAIN_H
#define GIFVET_COMMAND_EXPLAIN_H

#include "judge/judge.h"

/* Prints to stdout what the check expected and found, and each figure with the limit that it is
 * held against, one a line. */
void explain_result(const struct judge_result *r);

#endif
