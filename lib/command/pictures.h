/* The pictures that differ most, for people to look at. */
#ifndef GIFVET_COMMAND_PICTURES_H
#define GIFVET_COMMAND_PICTURES_H

#include "judge/judge.h"
#include "text/error.h"

/* Writes for each of the verdict's worst instants DIR/frame-NNNNN.png, or frame-NNNNN-of-MMMMM.png
 * where the output's frame (the first number) and the source's are not of the same number: source,
 * output and difference side by side. Transparent pixels are chequered; the difference is red on a
 * dark copy of the source. Makes DIR when it is not there, and prints a line to stderr for each
 * file, or that there is none. Returns 0, or an errno value with e filled. */
int pictures_write(const char *directory, struct judge_gif source, struct judge_gif output,
                   const struct judge_verdict *v, struct error *e);

#endif
