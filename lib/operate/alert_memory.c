/* Rooms: numbers and texts of JSON · messages · the parts · the queue · the file */
#include "operate/alert_memory.h"

#include "operate/textfile.h"
#include "sys/place.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define VERSION 1
#define FILE_MAX ((size_t)16 << 20)

static const char *const channels[ALERT_CHANNELS] = {"smtp",    "slack",  "teams",
                                                     "webhook", "syslog", "command"};

/* ---- numbers and texts ---- */

static void put_text(json_t *j, const char *key, const char *s) {
    json_t *value = json_string(s);
    if (value == NULL) { /* no UTF-8: what is not ASCII goes */
        char plain[ALERT_TEXT_SIZE];
        size_t n = 0;
        for (; n < sizeof plain - 1 && s[n] != '\0'; n++)
            plain[n] = '?';
        plain[n] = '\0';
        for (size_t i = 0; i < n; i++)
            if ((unsigned char)s[i] < 0x80)
                plain[i] = s[i];
        value = json_string(plain);
    }
    json_object_set_new(j, key, value);
}

static void put_int(json_t *j, const char *key, int64_t n) {
    json_object_set_new(j, key, json_integer(n));
}

static void put_share(json_t *j, const char *key, double x) {
    json_object_set_new(j, key, isfinite(x) ? json_real(x) : json_null());
}

static int64_t get_int(const json_t *j, const char *key) {
    return json_integer_value(json_object_get(j, key));
}

/* A time or a number of things: within what can be added and subtracted. */
static int64_t get_count(const json_t *j, const char *key) {
    const int64_t n = get_int(j, key), most = INT64_C(1) << 61;
    return n < 0 ? 0 : n > most ? most : n;
}

static double get_share(const json_t *j, const char *key) {
    const json_t *x = json_object_get(j, key);
    return json_is_number(x) ? json_number_value(x) : (double)NAN;
}

static void get_text(const json_t *j, const char *key, char *to, size_t size) {
    const char *s = json_string_value(json_object_get(j, key));
    text_print(to, size, "%s", s != NULL ? s : "");
}

/* ---- messages ---- */

json_t *alert_message_json(const struct alert_message *m) {
    json_t *j = json_object();
    put_text(j, "id", m->id);
    put_int(j, "time_us", m->wall_us);
    put_text(j, "severity", alert_severity_name(m->severity));
    put_text(j, "event", alert_event_name(m->event));
    put_text(j, "condition", m->condition);
    put_text(j, "host", m->host);
    put_text(j, "title", m->title);
    put_text(j, "text", m->text);
    put_share(j, "success_rate", m->success_rate);
    put_share(j, "mean_ms", m->mean_ms);
    put_text(j, "window", m->window);
    return j;
}

bool alert_message_of_json(const json_t *j, struct alert_message *m) {
    char severity[16], event[16];
    *m = (struct alert_message){.wall_us = get_count(j, "time_us"),
                                .success_rate = get_share(j, "success_rate"),
                                .mean_ms = get_share(j, "mean_ms")};
    get_text(j, "id", m->id, sizeof m->id);
    get_text(j, "condition", m->condition, sizeof m->condition);
    get_text(j, "host", m->host, sizeof m->host);
    get_text(j, "title", m->title, sizeof m->title);
    get_text(j, "text", m->text, sizeof m->text);
    get_text(j, "window", m->window, sizeof m->window);
    get_text(j, "severity", severity, sizeof severity);
    get_text(j, "event", event, sizeof event);
    int s = alert_severity_of(severity), e = alert_event_of(event);
    if (s < 0 || e < 0)
        return false;
    m->severity = (enum alert_severity)s;
    m->event = (enum alert_event)e;
    return true;
}

/* ---- the parts ---- */

static json_t *put_conditions(const struct alert_said *said) {
    json_t *all = json_array();
    for (size_t i = 0; i < said->conditions_used; i++) {
        const struct alert_condition *c = &said->conditions[i];
        json_t *j = json_object();
        put_text(j, "name", c->name);
        put_text(j, "severity", alert_severity_name(c->severity));
        put_int(j, "since_us", c->since_us);
        put_int(j, "said_us", c->said_us);
        put_int(j, "seen_us", c->seen_us);
        put_int(j, "count", c->count);
        put_int(j, "unsaid", c->unsaid);
        json_array_append_new(all, j);
    }
    return all;
}

static bool get_conditions(const json_t *all, struct alert_said *said) {
    size_t i;
    json_t *j;
    json_array_foreach(all, i, j) {
        if (said->conditions_used == ALERT_CONDITIONS)
            return false;
        struct alert_condition *c = &said->conditions[said->conditions_used++];
        char severity[16];
        get_text(j, "name", c->name, sizeof c->name);
        get_text(j, "severity", severity, sizeof severity);
        int s = alert_severity_of(severity);
        if (s < 0 || c->name[0] == '\0')
            return false;
        c->severity = (enum alert_severity)s;
        c->since_us = get_count(j, "since_us");
        c->said_us = get_count(j, "said_us");
        c->seen_us = get_count(j, "seen_us");
        c->count = get_count(j, "count");
        c->unsaid = get_count(j, "unsaid");
    }
    return true;
}

static json_t *put_looks(const struct alert_looks *looks) {
    json_t *all = json_array();
    for (size_t i = 0; i < looks->used; i++) {
        const struct alert_look *l = &looks->at[i];
        json_t *j = json_object();
        put_int(j, "time_us", l->wall_us);
        put_int(j, "began_us", l->began_us);
        put_int(j, "passed", (int64_t)l->counts.passed);
        put_int(j, "failed", (int64_t)l->counts.failed);
        put_int(j, "others", (int64_t)l->counts.others);
        put_int(j, "slow", (int64_t)l->counts.slow);
        put_int(j, "validation_us", l->counts.time_us);
        json_array_append_new(all, j);
    }
    return all;
}

static bool get_looks(const json_t *all, struct alert_looks *looks) {
    size_t i;
    json_t *j;
    json_array_foreach(all, i, j) {
        if (looks->used == ALERT_LOOKS)
            return false;
        looks->at[looks->used++] =
            (struct alert_look){get_count(j, "time_us"),
                                get_count(j, "began_us"),
                                {(uint64_t)get_count(j, "passed"), (uint64_t)get_count(j, "failed"),
                                 (uint64_t)get_count(j, "others"), (uint64_t)get_count(j, "slow"),
                                 get_count(j, "validation_us")}};
    }
    return true;
}

static json_t *put_log(const struct alert_log_place *p) {
    json_t *j = json_object();
    put_int(j, "dev", (int64_t)p->dev);
    put_int(j, "ino", (int64_t)p->ino);
    put_int(j, "head", (int64_t)p->head);
    put_int(j, "offset", p->offset);
    put_int(j, "looked_us", p->looked_us);
    return j;
}

static void get_log(const json_t *j, struct alert_log_place *p) {
    *p = (struct alert_log_place){.dev = (uint64_t)get_int(j, "dev"),
                                  .ino = (uint64_t)get_int(j, "ino"),
                                  .head = (uint64_t)get_int(j, "head"),
                                  .offset = get_count(j, "offset"),
                                  .looked_us = get_count(j, "looked_us")};
}

static json_t *put_queue(const struct alert_memory *m) {
    json_t *all = json_array();
    for (size_t i = 0; i < m->queue_used; i++) {
        const struct alert_queued *q = &m->queue[i];
        json_t *j = alert_message_json(&q->message), *waiting = json_object();
        for (size_t c = 0; c < ALERT_CHANNELS; c++) {
            const struct alert_delivery *d = &q->deliveries[c];
            if (!d->waiting)
                continue;
            json_t *delivery = json_object();
            put_int(delivery, "attempts", d->attempts);
            put_int(delivery, "not_before_us", d->not_before_us);
            put_text(delivery, "why", d->why);
            json_object_set_new(waiting, channels[c], delivery);
        }
        json_object_set_new(j, "waiting", waiting);
        json_array_append_new(all, j);
    }
    return all;
}

static bool get_queue(const json_t *all, struct alert_memory *m) {
    size_t i;
    json_t *j;
    json_array_foreach(all, i, j) {
        if (m->queue_used == ALERT_QUEUE)
            return false;
        struct alert_queued *q = &m->queue[m->queue_used++];
        const json_t *waiting = json_object_get(j, "waiting");
        if (!alert_message_of_json(j, &q->message))
            return false;
        for (size_t c = 0; c < ALERT_CHANNELS; c++) {
            const json_t *delivery = json_object_get(waiting, channels[c]);
            struct alert_delivery *d = &q->deliveries[c];
            d->waiting = delivery != NULL;
            d->attempts = get_count(delivery, "attempts");
            d->not_before_us = get_count(delivery, "not_before_us");
            get_text(delivery, "why", d->why, sizeof d->why);
        }
    }
    return true;
}

/* ---- the queue ---- */

void alert_memory_queue(struct alert_memory *m, const struct alert_message *message,
                        const bool wanted[ALERT_CHANNELS]) {
    if (m->queue_used == ALERT_QUEUE) {
        memmove(m->queue, m->queue + 1, (ALERT_QUEUE - 1) * sizeof *m->queue);
        m->queue_used--;
        m->given_up++;
    }
    struct alert_queued *q = &m->queue[m->queue_used++];
    *q = (struct alert_queued){.message = *message};
    for (size_t c = 0; c < ALERT_CHANNELS; c++)
        q->deliveries[c].waiting = wanted[c];
}

void alert_memory_settle(struct alert_memory *m) {
    size_t kept = 0;
    for (size_t i = 0; i < m->queue_used; i++) {
        bool waits = false;
        for (size_t c = 0; c < ALERT_CHANNELS; c++)
            waits = waits || m->queue[i].deliveries[c].waiting;
        if (waits && kept != i)
            m->queue[kept] = m->queue[i];
        kept += waits;
    }
    m->queue_used = kept;
}

/* ---- the file ---- */

int alert_memory_lock(struct alert_memory_place *p, const char *directory, struct error *e) {
    struct stat st;
    *p = (struct alert_memory_place){
        .directory = place_directory(directory, true), .lock = -1, .path = directory};
    if (p->directory < 0)
        return error_set(e, -p->directory, "%s: %s", directory,
                         p->directory == -EPERM ? "refused, another user could replace it"
                                                : strerror(-p->directory));
    p->lock = place_file(p->directory, ALERT_LOCK_NAME, O_RDWR | O_CREAT, &st);
    if (p->lock < 0) {
        int result = -p->lock;
        alert_memory_unlock(p);
        return error_set(e, result, "%s/%s: %s", directory, ALERT_LOCK_NAME, strerror(result));
    }
    while (flock(p->lock, LOCK_EX | LOCK_NB) != 0)
        if (errno != EINTR) {
            int result = errno;
            alert_memory_unlock(p);
            return error_set(e, result, "%s/%s: %s", directory, ALERT_LOCK_NAME, strerror(result));
        }
    return 0;
}

void alert_memory_unlock(struct alert_memory_place *p) {
    if (p->lock >= 0)
        close(p->lock);
    if (p->directory >= 0)
        close(p->directory);
    p->lock = p->directory = -1;
}

static bool understand(const json_t *j, struct alert_memory *m) {
    if (!json_is_object(j) || get_int(j, "version") != VERSION)
        return false;
    m->said.mode_us = get_count(j, "mode_us");
    m->given_up = get_count(j, "given_up");
    get_log(json_object_get(j, "log"), &m->log);
    return get_conditions(json_object_get(j, "conditions"), &m->said) &&
           get_looks(json_object_get(j, "looks"), &m->looks) &&
           get_queue(json_object_get(j, "queue"), m);
}

static int set_aside(const struct alert_memory_place *p, struct alert_memory *m, struct error *e) {
    memset(m, 0, sizeof *m);
    if (renameat(p->directory, ALERT_MEMORY_NAME, p->directory, ALERT_MEMORY_NAME ".damaged") != 0)
        return error_set(e, errno, "%s/%s is damaged and cannot be renamed: %s", p->path,
                         ALERT_MEMORY_NAME, strerror(errno));
    return error_set(e, EBADMSG,
                     "%s/%s is damaged: renamed to %s.damaged, what was said before is "
                     "not known",
                     p->path, ALERT_MEMORY_NAME, ALERT_MEMORY_NAME);
}

int alert_memory_load(const struct alert_memory_place *p, struct alert_memory *m, struct error *e) {
    struct stat st;
    memset(m, 0, sizeof *m);
    int fd = place_file(p->directory, ALERT_MEMORY_NAME, O_RDONLY, &st);
    if (fd == -ENOENT)
        return 0;
    if (fd < 0)
        return error_set(e, -fd, "%s/%s: %s", p->path, ALERT_MEMORY_NAME,
                         fd == -EPERM ? "refused: another user's, or it has a second name"
                                      : strerror(-fd));
    json_t *j =
        (size_t)st.st_size <= FILE_MAX ? json_loadfd(fd, JSON_REJECT_DUPLICATES, NULL) : NULL;
    bool good = understand(j, m);
    json_decref(j);
    close(fd);
    return good ? 0 : set_aside(p, m, e);
}

int alert_memory_save(const struct alert_memory_place *p, const struct alert_memory *m,
                      struct error *e) {
    json_t *j = json_object();
    put_int(j, "version", VERSION);
    put_int(j, "mode_us", m->said.mode_us);
    put_int(j, "given_up", m->given_up);
    json_object_set_new(j, "log", put_log(&m->log));
    json_object_set_new(j, "conditions", put_conditions(&m->said));
    json_object_set_new(j, "queue", put_queue(m));
    json_object_set_new(j, "looks", put_looks(&m->looks));
    char *text = json_dumps(j, JSON_INDENT(1));
    json_decref(j);
    if (text == NULL)
        return error_set(e, ENOMEM, "%s/%s: no memory", p->path, ALERT_MEMORY_NAME);
    int result = textfile_replace_at(p->directory, ALERT_MEMORY_NAME, text, strlen(text), 0600);
    free(text);
    return result == 0 ? 0
                       : error_set(e, result, "%s/%s cannot be written: %s", p->path,
                                   ALERT_MEMORY_NAME, strerror(result));
}
