/* Text from strangers on the operator's terminal. */
#ifndef GIFVET_COMMAND_TERMINAL_H
#define GIFVET_COMMAND_TERMINAL_H

#include <stdio.h>

/* Prints s, at most `most` bytes of it, so that nothing in it can move the cursor, change a colour
 * or the direction of writing: control characters (C0, DEL, C1), bidirectional marks and bytes that
 * are no UTF-8 are shown as \x1b or \u202e. NULL prints nothing. */
void terminal_print(FILE *out, const char *s, size_t most);

/* The same for n bytes, whatever they are. */
void terminal_print_n(FILE *out, const char *s, size_t n);

/* How many of the n bytes at s can be shown as they are, from the first on. */
size_t terminal_plain(const char *s, size_t n);

/* Shows the character at s (n bytes, at least 1) as \x1b or \u202e; returns its bytes. */
size_t terminal_escape(FILE *out, const char *s, size_t n);

/* How many columns the first `most` bytes of s take when they are shown by terminal_print(): two
 * for East Asian wide characters and emoji, none for combining ones. */
size_t terminal_width(const char *s, size_t most);

/* The columns of the one character at s (n bytes, at least 1), and its bytes; 0 bytes where it is
 * not shown as it is. */
size_t terminal_character(const char *s, size_t n, size_t *bytes);

/* How many columns the terminal has on which out is; 80 where that is none, or it does not say. */
size_t terminal_columns(FILE *out);

#endif
