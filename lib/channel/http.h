/* One JSON body to one webhook. */
#ifndef GIFVET_CHANNEL_HTTP_H
#define GIFVET_CHANNEL_HTTP_H

#include "channel/channel.h"

struct json_t;

/* POSTs the value (which it frees; NULL: no memory) to the address. Redirects are not followed: who
 * gets the message is what was configured. */
struct channel_result http_post(const struct channel_setup *s, const char *url,
                                struct json_t *body);

/* 0, or EINVAL: the secret of that name is no https address (with plain, http will do). The address
 * is not said. */
int http_check(const char *name, const char *url, bool plain, struct error *e);

#endif
