/* Where alerts go: one file for each kind of channel, one row for each in channel.c.
 *
 * A channel that is not configured does not exist. Sending takes at the most timeout_seconds. No
 * result, message or log of any of it holds a secret: a webhook's address is one too, and what a
 * server answers is not passed on but for its number. Not for several threads. */
#ifndef GIFVET_CHANNEL_CHANNEL_H
#define GIFVET_CHANNEL_CHANNEL_H

#include "channel/secrets.h"
#include "conf/conf.h"
#include "operate/alert_memory.h"

enum channel_outcome {
    CHANNEL_DELIVERED,
    CHANNEL_LATER,  /* it may go better another time: no connection, 429, 5xx, SMTP's 4xx */
    CHANNEL_REFUSED /* it will not, until somebody changes something; kept all the same */
};

struct channel_result {
    enum channel_outcome outcome;
    int64_t wait_s; /* the server asked to be left alone for so long; 0: it did not */
    char why[120];  /* one line; of what was delivered "", or what was wrong all the same */
};

/* What all of them send with. Pointers are the caller's. */
struct channel_setup {
    const struct conf_alerts *conf;
    const struct channel_secrets *secrets;
};

/* Is there anything configured? */
bool channel_wanted(enum alert_channel c, const struct channel_setup *s);

/* 0, or EINVAL with e saying what is wrong with its configuration, behind the name of the setting:
 * "smtp_from: is empty". */
int channel_check(enum alert_channel c, const struct channel_setup *s, struct error *e);

/* Sends once. late: "" or a line that says that and why it comes late, to be put below the text. */
struct channel_result channel_send(enum alert_channel c, const struct channel_setup *s,
                                   const struct alert_message *m, const char *late);

/* "smtp", ... */
const char *channel_name(enum alert_channel c);

struct channel_result channel_failed(enum channel_outcome outcome, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The channels, for channel.c. */
int smtp_check(const struct channel_setup *s, struct error *e);
int slack_check(const struct channel_setup *s, struct error *e);
int teams_check(const struct channel_setup *s, struct error *e);
int webhook_check(const struct channel_setup *s, struct error *e);
int syslog_check(const struct channel_setup *s, struct error *e);
int command_channel_check(const struct channel_setup *s, struct error *e);

typedef struct channel_result channel_sending(const struct channel_setup *s,
                                              const struct alert_message *m, const char *late);
channel_sending smtp_send, slack_send, teams_send, webhook_send, syslog_send, command_channel_send;

#endif
