/* A mail: multipart/alternative, plain text and HTML. Pure. */
#ifndef GIFVET_CHANNEL_MAIL_H
#define GIFVET_CHANNEL_MAIL_H

#include "operate/alerts.h"
#include "text/text.h"

#define MAIL_SIZE ((size_t)64 << 10)

/* Appends header and body, with CRLF, in ASCII (parts are quoted-printable), lines of at most 76
 * characters in them. from and to are addresses as mail_address() lets pass, to separated by blanks
 * or commas. */
void mail_print(struct text *t, const struct alert_message *m, const char *late, const char *from,
                const char *to);

/* Is s[0..n) an address that can stand between < and > on the wire: printable ASCII without blanks,
 * quotes, commas and brackets, with something on both sides of at most one @? */
bool mail_address(const char *s, size_t n);

#endif
