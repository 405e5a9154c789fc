/* What nobody else is to know: the mail server's password, and the webhooks' addresses, which are
 * all that is needed to write into a channel. From a file that its owner alone can read, and from
 * the environment, which goes before it; never from the configuration or the command line. */
#ifndef GIFVET_CHANNEL_SECRETS_H
#define GIFVET_CHANNEL_SECRETS_H

#include "text/error.h"

enum secret { SECRET_SMTP_PASSWORD, SECRET_SLACK, SECRET_TEAMS, SECRET_WEBHOOK, SECRETS };

#define SECRET_SIZE 2048

struct channel_secrets {
    char values[SECRETS][SECRET_SIZE]; /* "" = not known */
};

/* Fills *s from the file at path ("" = none) and then the environment, and takes the variables out
 * of the environment and overwrites them, so that no child gets them and /proc shows them no
 * longer: to be called once. The file has lines of "name = value" (smtp_password, slack_webhook,
 * teams_webhook, webhook), empty ones and comments behind #. Returns 0, or an errno with e naming
 * file and line, never a value; what could be had is had. Refused: a file that group or others may
 * read or write, another user's (but root's), and what is no regular file. */
int secrets_load(struct channel_secrets *s, const char *path, struct error *e);

/* Overwrites them. */
void secrets_forget(struct channel_secrets *s);

#endif
