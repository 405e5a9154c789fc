/* Brings what is in the queue to its channels, and keeps what cannot be brought.
 *
 * The memory is saved after each message that was delivered, so that it is not sent again, whatever
 * happens then. A run that is killed between the server's yes and that save sends the message once
 * more, under the same id: of the two evils the smaller. */
#ifndef GIFVET_CHANNEL_DELIVER_H
#define GIFVET_CHANNEL_DELIVER_H

#include "channel/channel.h"

struct delivering {
    const struct channel_setup *setup;
    const char *wrong[ALERT_CHANNELS]; /* not NULL: why the channel cannot be used */
    struct alert_memory *memory;
    const struct alert_memory_place *place;
    /* Waits; false when nothing more is to be done. */
    bool (*wait)(void *context, int64_t ms);
    void *context;
    /* filled: */
    size_t delivered, waiting;
    struct error error; /* of saving: nothing more was sent then */
};

/* Sends all that waits, channel by channel, the oldest first. Says on stdout what was delivered, on
 * stderr what was not, one line each. */
void deliver_all(struct delivering *d);

/* Sends one message, with as many attempts as are configured: after a failure that may pass it
 * waits as long as the server asked for, or twice as long each time, with chance in it, so that
 * hosts that fail together do not come back together. */
struct channel_result deliver_one(const struct delivering *d, enum alert_channel c,
                                  const struct alert_message *m, const char *late);

#endif
