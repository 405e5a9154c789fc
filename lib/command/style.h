/* Colour, where it can be seen. */
#ifndef GIFVET_COMMAND_STYLE_H
#define GIFVET_COMMAND_STYLE_H

#include <stdbool.h>
#include <stdio.h>

enum style { STYLE_GOOD, STYLE_BAD, STYLE_DOUBTFUL }; /* green, red, yellow */

/* Is colour wanted there? On a terminal that is not "dumb", unless NO_COLOR has a value. */
bool style_colored(FILE *out);

/* Prints the word (our own: it is not escaped) in its colour where that is wanted. */
void style_print(FILE *out, enum style s, const char *word);

#endif
