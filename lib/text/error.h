/* What went wrong, as a value: filled by whoever knows the file, the key or the line. */
#ifndef GIFVET_TEXT_ERROR_H
#define GIFVET_TEXT_ERROR_H

/* code is 0 for "no error", else an errno value or the module's own positive code (the header of
 * the function that fills it says which). message is one line without a newline, ready to be shown
 * to a person, NUL-terminated, cut when longer. */
struct error {
    int code;
    char message[480];
};

/* Fills e (which may be NULL) from a format as text_add() understands it. Returns code, so that a
 * function can end with `return error_set(e, EINVAL, …)`. Safe in signal handlers and threads. */
int error_set(struct error *e, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
