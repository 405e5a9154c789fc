/* An INI file as a stream of sections and settings, read with inih. What inih passes over in
 * silence (a line without "=", a section without its bracket or with something behind it, a line
 * or a name that is too long, NUL bytes) is told. */
#ifndef GIFVET_CONF_INI_H
#define GIFVET_CONF_INI_H

#include <stdbool.h>
#include <stddef.h>

struct ini_reader {
    /* A section begins. False: nobody knows it, its settings are passed over. */
    bool (*section)(void *context, const char *section, int line);
    /* One setting: in which section ("" before the first), on which line (from 1). */
    void (*setting)(void *context, const char *section, const char *key, const char *value,
                    int line);
    /* Something that is neither. */
    void (*mistake)(void *context, int line, const char *reason);
    void *context;
};

/* Reads text[0..n). Allocates with malloc() and frees it. Returns inih's result: 0, -2 when there
 * is no memory, or a line number when it refused what passed for well formed here (never seen). */
int ini_read(const char *text, size_t n, const struct ini_reader *reader);

#endif
