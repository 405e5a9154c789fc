/* The message as programs get it, the webhook and the command. */
#ifndef GIFVET_CHANNEL_MESSAGE_H
#define GIFVET_CHANNEL_MESSAGE_H

#include "operate/alerts.h"

struct json_t;

/* schema (1), type ("gifvet_alert"), time, late (null when it is not), and the members that the
 * memory has: id, time_us, severity, event, condition, host, title, text, success_rate, mean_ms,
 * window. NULL: no memory. */
struct json_t *message_json(const struct alert_message *m, const char *late);

#endif
