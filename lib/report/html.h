/* Text from strangers in a page of HTML. */
#ifndef GIFVET_REPORT_HTML_H
#define GIFVET_REPORT_HTML_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Writes n bytes as text that stands between tags or inside a double-quoted attribute: markup is
 * escaped; control characters, bidirectional marks and bytes that are no UTF-8 are shown as \x1b or
 * \u202e (terminal_print_n()). */
void html_text_n(FILE *out, const char *s, size_t n);

/* The same for a string; NULL writes nothing. */
void html_text(FILE *out, const char *s);

/* Writes n bytes in Base64 (RFC 4648, section 4). */
void html_base64(FILE *out, const uint8_t *bytes, size_t n);

#endif
