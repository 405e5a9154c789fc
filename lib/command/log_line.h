/* One line of the log, for a person. */
#ifndef GIFVET_COMMAND_LOG_LINE_H
#define GIFVET_COMMAND_LOG_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Prints the record in text[0..n), whatever it holds; with failed_only only a failed verdict. False
 * when it is no record, and then nothing is printed. */
bool log_line_print(FILE *out, const char *text, size_t n, bool failed_only);

/* The same, but the record itself, as it stands, on a line of its own. */
bool log_line_pass(FILE *out, const char *text, size_t n, bool failed_only);

#endif
