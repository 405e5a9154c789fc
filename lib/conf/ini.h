/* An INI file as a stream of settings, read with inih. What inih passes over in silence (a line
 * without "=", a section without its bracket, a line or a name that is too long, NUL bytes) is
 * told. */
#ifndef GIFVET_CONF_INI_H
#define GIFVET_CONF_INI_H

#include <stddef.h>

struct ini_reader {
    /* One setting: in which section, on which line (from 1). */
    void (*setting)(void *context, const char *section, const char *key, const char *value,
                    int line);
    /* Something that is no setting. */
    void (*mistake)(void *context, int line, const char *reason);
    void *context;
};

/* Reads text[0..n). Allocates with malloc() and frees it. */
void ini_read(const char *text, size_t n, const struct ini_reader *reader);

#endif
