/* What the channels that people read have in common. Pure. */
#ifndef GIFVET_CHANNEL_WORDS_H
#define GIFVET_CHANNEL_WORDS_H

#include "operate/alerts.h"

#define WORDS_TITLE_SIZE 320
#define WORDS_BODY_SIZE ((size_t)4096)
#define WORDS_FIELD_SIZE 96

/* "[HIGH] host: too many verdicts failed". Valid UTF-8 without control characters, as all texts
 * that are filled here. Returns buffer. */
char *words_title(char buffer[WORDS_TITLE_SIZE], const struct alert_message *m);

/* The message's text and, unless "", below it the line that it is late. Lines end in \n, the last
 * one does not. */
char *words_body(char buffer[WORDS_BODY_SIZE], const struct alert_message *m, const char *late);

/* The three figures that stand below it, each with its name. */
enum words_field { WORDS_TIME, WORDS_SUCCESS, WORDS_MEAN, WORDS_FIELDS };
const char *words_field_name(enum words_field f);
char *words_field(char buffer[WORDS_FIELD_SIZE], enum words_field f, const struct alert_message *m);

/* "#FF0000" */
const char *words_colour(enum alert_severity s);

#endif
