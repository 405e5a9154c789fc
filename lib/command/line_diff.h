/* Two texts line by line, as diff -u shows them. */
#ifndef GIFVET_COMMAND_LINE_DIFF_H
#define GIFVET_COMMAND_LINE_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct line_diff_side {
    const char *name; /* what stands behind --- or +++ */
    const char *text;
    size_t n;
};

/* Prints the differences, three lines of what is the same around them, in a form that cannot steer
 * a terminal; nothing when there are none. Texts whose differing parts are thousands of lines long
 * are shown as replaced as a whole. Returns 1 when they differ, 0 when not, -1 without memory. */
int line_diff_print(FILE *out, const struct line_diff_side *from, const struct line_diff_side *to);

#endif
