/* What gifvet alert remembers between two runs: what was said, what is still to be delivered, what
 * was counted at earlier looks, how far the log was read. The file alerts.json in the state
 * directory, replaced whole; alerts.lock beside it is held by the run that works with it, so that
 * whoever shares the directory, several timers or several hosts, never says anything twice. */
#ifndef GIFVET_OPERATE_ALERT_MEMORY_H
#define GIFVET_OPERATE_ALERT_MEMORY_H

#include "operate/alert_records.h"
#include "operate/alerts.h"

#define ALERT_MEMORY_NAME "alerts.json"
#define ALERT_LOCK_NAME "alerts.lock"

enum alert_channel {
    ALERT_SMTP,
    ALERT_SLACK,
    ALERT_TEAMS,
    ALERT_WEBHOOK,
    ALERT_SYSLOG,
    ALERT_COMMAND,
    ALERT_CHANNELS /* how many there are */
};

/* A message on its way through one channel. */
struct alert_delivery {
    bool waiting;
    int64_t attempts;      /* that failed */
    int64_t not_before_us; /* the server asked for that much patience; 0: none */
    char why[120];         /* the last failure, one line without secrets */
};

struct alert_queued {
    struct alert_message message;
    struct alert_delivery deliveries[ALERT_CHANNELS];
};

/* More than that are not kept: the oldest go, and that is said. */
#define ALERT_QUEUE 200

/* Some 600 KB: not for a stack. All 0 is one that knows nothing. */
struct alert_memory {
    struct alert_said said;
    struct alert_looks looks;
    struct alert_log_place log;
    int64_t given_up; /* messages since the last that was delivered */
    size_t queue_used;
    struct alert_queued queue[ALERT_QUEUE]; /* the oldest first */
};

/* The directory and the lock while they are held. */
struct alert_memory_place {
    int directory, lock;
    const char *path; /* of the directory, the caller's */
};

/* Makes the directory where it is missing and takes the lock, without waiting: EWOULDBLOCK when
 * another run has it. Returns 0 or an errno, with e naming the file. */
int alert_memory_lock(struct alert_memory_place *p, const char *directory, struct error *e);
void alert_memory_unlock(struct alert_memory_place *p);

/* Fills *m from the file; where there is none, with nothing. Returns 0, or an errno with e naming
 * the file, *m then all 0. EBADMSG: it is damaged; it was renamed to alerts.json.damaged, and
 * nothing of it is known any more. */
int alert_memory_load(const struct alert_memory_place *p, struct alert_memory *m, struct error *e);

/* Replaces the file. Returns 0, or an errno with e naming the file, which is then as it was. */
int alert_memory_save(const struct alert_memory_place *p, const struct alert_memory *m,
                      struct error *e);

/* Puts a message into the queue, for the channels of which wanted[] is true. */
void alert_memory_queue(struct alert_memory *m, const struct alert_message *message,
                        const bool wanted[ALERT_CHANNELS]);

/* Takes out what no channel waits for any more. */
void alert_memory_settle(struct alert_memory *m);

/* A message between its struct and its JSON form, which is the one that the webhook and the command
 * get. NULL where there is no memory; false where the value is no message. */
struct json_t;
struct json_t *alert_message_json(const struct alert_message *m);
bool alert_message_of_json(const struct json_t *j, struct alert_message *m);

#endif
