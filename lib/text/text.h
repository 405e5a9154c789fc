/* Text built in a buffer of the caller's, and numbers read from text.
 *
 * The preload object must not touch the host's stdio, locale or allocator, and snprintf() and
 * strtod() use all three; so both directions are done here. Nothing allocates, nothing depends on
 * the locale, errno is untouched. Every function is safe in signal handlers and from several
 * threads, as long as each has its own struct text. */
#ifndef GIFVET_TEXT_TEXT_H
#define GIFVET_TEXT_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* at[0..used) is the text, at[used] is always NUL; size is the buffer's, at least 1. cut is set
 * once something did not fit (what did fit stays). */
struct text {
    char *at;
    size_t size;
    size_t used;
    bool cut;
};

/* An empty text over a buffer of size bytes (at least 1). */
struct text text_over(char *buffer, size_t size);

/* Appends like printf. Understood: %s %c %d %u %x %ld %lu %lld %llu %zd %zu %jd %ju %f %% with
 * `0`-padding and width for integers and a precision for %f (0 to 9, default 6) and %s (also as
 * `%.*s`). %f prints nan, inf and -inf as such. Anything else is a programming error and is
 * appended as it stands. A NULL string is appended as "(null)". */
void text_add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_addv(struct text *t, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* Appends n bytes as they are. */
void text_add_bytes(struct text *t, const char *bytes, size_t n);

/* Prints into buffer (cut to size - 1 characters, NUL-terminated); returns buffer. */
char *text_print(char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Reads the whole of s as a number; false when s is empty, has anything else in it (blanks too) or
 * is out of the type's range, and then *value is untouched. text_to_double takes plain decimals
 * ("-0.25", "30", ".5"), no exponent, always with a point. text_to_int takes base 10, and with
 * any_base also 0x… and 0… as strtol's base 0 does. */
bool text_to_double(const char *s, double *value);
bool text_to_int(const char *s, bool any_base, int64_t *value);

/* "true", "yes", "on", "1" or "false", "no", "off", "0", in any case. */
bool text_to_bool(const char *s, bool *value);

/* The part of path after its last slash; path itself when there is none. */
const char *text_base_name(const char *path);

/* Writes the directory of path, without its last slash ("/" for one in the root), to
 * directory[0..size), and points *name at the rest. False when path names no directory or no file,
 * or does not fit. */
bool text_directory(const char *path, char *directory, size_t size, const char **name);

/* True when name matches one of the shell globs of list, which are separated by blanks or commas
 * (`*`, `?` and `[…]`; case matters). An empty list matches nothing. */
bool text_matches_any(const char *list, const char *name);

#endif
