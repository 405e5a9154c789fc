/* Rooms: one message · lateness · one channel · all */
#include "channel/deliver.h"

#include "command/terminal.h"
#include "sys/sys.h"
#include "text/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define SECOND_US INT64_C(1000000)
#define FIRST_WAIT_MS 1000
#define LONGEST_WAIT_MS 30000
#define PATIENCE_MS 60000 /* for all waits of one message at one run */
#define LONGEST_PAUSE_S 86400
#define REFUSALS 3 /* in a row: so many the next messages meet with as well */

/* ---- one message ---- */

static uint32_t chance(void) {
    uint32_t n = 0;
    return getrandom(&n, sizeof n, GRND_NONBLOCK) == sizeof n ? n : (uint32_t)sys_now_us();
}

/* What the server asked for, else half to the whole of 1, 2, 4 ... s. */
static int64_t pause_ms(const struct channel_result *r, int64_t failed) {
    if (r->wait_s > 0)
        return r->wait_s < LONGEST_PAUSE_S ? r->wait_s * 1000 : LONGEST_PAUSE_S * INT64_C(1000);
    int64_t ms = FIRST_WAIT_MS;
    for (int64_t i = 1; i < failed && ms < LONGEST_WAIT_MS; i++)
        ms *= 2;
    if (ms > LONGEST_WAIT_MS)
        ms = LONGEST_WAIT_MS;
    return ms / 2 + (int64_t)(chance() % (uint32_t)(ms / 2));
}

struct channel_result deliver_one(const struct delivering *d, enum alert_channel c,
                                  const struct alert_message *m, const char *late) {
    const int64_t attempts = d->setup->conf->attempts;
    int64_t waited_ms = 0;
    for (int64_t failed = 1;; failed++) {
        struct channel_result r = channel_send(c, d->setup, m, late);
        if (r.outcome != CHANNEL_LATER || failed >= attempts)
            return r;
        int64_t ms = pause_ms(&r, failed);
        waited_ms += ms;
        if (waited_ms > PATIENCE_MS || !d->wait(d->context, ms))
            return r;
    }
}

/* ---- lateness ---- */

static void say_late(char *late, size_t size, const struct delivering *d,
                     const struct alert_queued *q, const struct alert_delivery *to) {
    struct text t = text_over(late, size);
    struct tm tm;
    char since[32];
    const time_t seconds = (time_t)(q->message.wall_us / SECOND_US);
    if (to->attempts > 0 && gmtime_r(&seconds, &tm) != NULL &&
        strftime(since, sizeof since, "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
        text_add(&t, "Late: it could not be delivered since %s (%s). ", since, to->why);
    if (d->memory->given_up > 0)
        text_add(&t, "%lld earlier alerts could not be delivered and were given up. ",
                 (long long)d->memory->given_up);
    if (t.used > 0)
        late[t.used - 1] = '\0';
}

/* ---- one channel ---- */

static void say(FILE *out, const char *before, enum alert_channel c, const char *what,
                const struct alert_message *m) {
    fprintf(out, "%s%s: ", before, channel_name(c));
    terminal_print(out, what, SIZE_MAX);
    fprintf(out, ": [%s] ", alert_severity_name(m->severity));
    terminal_print(out, m->title, SIZE_MAX);
    fputc('\n', out);
}

static void complain(enum alert_channel c, const char *what, const char *why,
                     const struct alert_message *m) {
    char line[256];
    text_print(line, sizeof line, "%s%s%s", what, why[0] != '\0' ? ", " : "", why);
    say(stderr, "gifvet alert: ", c, line, m);
}

static void give_up(struct delivering *d, enum alert_channel c, struct alert_queued *q,
                    const char *why) {
    q->deliveries[c].waiting = false;
    d->memory->given_up++;
    complain(c, "given up", why, &q->message);
}

static void save(struct delivering *d) {
    (void)alert_memory_save(d->place, d->memory, &d->error);
}

/* False: the channel is left alone until the next run. */
static bool deliver_queued(struct delivering *d, enum alert_channel c, struct alert_queued *q,
                           size_t *refusals) {
    struct alert_delivery *to = &q->deliveries[c];
    char late[320];
    say_late(late, sizeof late, d, q, to);
    struct channel_result r = deliver_one(d, c, &q->message, late);
    if (r.outcome == CHANNEL_DELIVERED) {
        to->waiting = false;
        d->delivered++;
        d->memory->given_up = 0;
        say(stdout, "", c, to->attempts > 0 ? "delivered late" : "delivered", &q->message);
        if (r.why[0] != '\0')
            complain(c, "delivered, but", r.why, &q->message);
        *refusals = 0;
        save(d);
        return d->error.code == 0;
    }
    to->attempts++;
    memcpy(to->why, r.why, sizeof to->why);
    if (r.wait_s > 0)
        to->not_before_us =
            sys_wall_us() + (r.wait_s < LONGEST_PAUSE_S ? r.wait_s : LONGEST_PAUSE_S) * SECOND_US;
    complain(c, "not delivered, kept", r.why, &q->message);
    return r.outcome == CHANNEL_REFUSED && ++*refusals < REFUSALS;
}

static bool is_too_old(const struct delivering *d, const struct alert_queued *q) {
    return sys_wall_us() - q->message.wall_us > d->setup->conf->keep_hours * 3600 * SECOND_US;
}

/* A pause that is longer than any server's may be comes from a clock that stepped back. */
static bool is_to_wait(const struct alert_delivery *to) {
    const int64_t left_us = to->not_before_us - sys_wall_us();
    return left_us > 0 && left_us <= LONGEST_PAUSE_S * SECOND_US;
}

static void deliver_channel(struct delivering *d, enum alert_channel c) {
    size_t refusals = 0;
    bool open = d->wrong[c] == NULL;
    for (size_t i = 0; i < d->memory->queue_used && d->error.code == 0; i++) {
        struct alert_queued *q = &d->memory->queue[i];
        if (!q->deliveries[c].waiting)
            continue;
        if (is_too_old(d, q)) {
            give_up(d, c, q, q->deliveries[c].why);
            continue;
        }
        if (d->wrong[c] == NULL && !channel_wanted(c, d->setup)) {
            give_up(d, c, q, "the channel is no longer configured");
            continue;
        }
        open = open && !is_to_wait(&q->deliveries[c]) && deliver_queued(d, c, q, &refusals);
    }
}

/* ---- all ---- */

void deliver_all(struct delivering *d) {
    d->delivered = d->waiting = 0;
    d->error.code = 0;
    for (enum alert_channel c = 0; c < ALERT_CHANNELS; c++)
        deliver_channel(d, c);
    alert_memory_settle(d->memory);
    for (size_t i = 0; i < d->memory->queue_used; i++)
        for (enum alert_channel c = 0; c < ALERT_CHANNELS; c++)
            d->waiting += d->memory->queue[i].deliveries[c].waiting;
    if (d->error.code == 0)
        save(d);
}
