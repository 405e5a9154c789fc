/* Rooms: one record · lines · one file · the log and what rotation has made of it */
#include "operate/alert_records.h"

#include "operate/log_family.h"
#include "operate/log_input.h"
#include "operate/moment.h"
#include "operate/traits.h"
#include "record/record.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK ((size_t)256 << 10)

/* ---- one record ---- */

struct reading {
    struct alert_groups *found;
    int64_t since_us; /* records before do not count; INT64_MIN: all do */
    char *at;         /* a line that has begun */
    size_t used, room;
    bool skipping;  /* inside a line that is too long */
    int64_t offset; /* behind the last whole line */
};

static const char *text_of(const json_t *r, const char *key) {
    const char *s = json_string_value(json_object_get(r, key));
    return s != NULL ? s : "";
}

static struct alert_group *group(struct alert_groups *found, const char *name) {
    for (size_t i = 0; i < found->used; i++)
        if (strncmp(found->at[i].name, name, sizeof found->at[i].name - 1) == 0)
            return &found->at[i];
    if (found->used + 1 >= ALERT_GROUPS)
        name = "others";
    if (found->used == ALERT_GROUPS)
        return &found->at[ALERT_GROUPS - 1];
    struct alert_group *g = &found->at[found->used++];
    *g = (struct alert_group){.severity = ALERT_LOW};
    text_print(g->name, sizeof g->name, "%s", name);
    return g;
}

/* Other kinds of alert may come: whatever they say in words is passed on. */
static void describe(struct alert_group *g, const json_t *r) {
    static const char *const words[] = {"message", "reason", "validation"};
    struct text t = text_over(g->last, sizeof g->last);
    double judged = json_number_value(json_object_get(r, "judged"));
    text_add(&t, "%.19sZ %s", text_of(r, "time"), text_of(r, "program"));
    if (judged > 1)
        text_add(&t, ", %.0f of %.0f failed (%.2f %% allowed)",
                 json_number_value(json_object_get(r, "count")), judged,
                 json_number_value(json_object_get(r, "threshold")) * 100);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_of(r, words[i])[0] != '\0')
            text_add(&t, ", %s%s", i == 2 ? "record " : "", text_of(r, words[i]));
    /* "validation is switched off on this host: WHY": the reason is in the text. */
    const char *message = text_of(r, "message"), *colon = strstr(message, ": ");
    size_t n = colon != NULL ? (size_t)(colon - message) : strlen(message);
    text_print(g->about, sizeof g->about, "%.*s", (int)(n < sizeof g->about ? n : sizeof g->about),
               message);
}

static void take(struct reading *reading, const json_t *r) {
    int64_t us;
    const char *time = text_of(r, "time"), *check = text_of(r, "check");
    if (strcmp(text_of(r, "type"), "alert") != 0 || !moment_parse_iso(time, strlen(time), &us) ||
        us < reading->since_us)
        return;
    int severity = alert_severity_of(text_of(r, "severity"));
    struct alert_group *g = group(reading->found, check[0] != '\0' ? check : ALERT_OF_NO_CHECK);
    g->count++;
    if (severity > (int)g->severity)
        g->severity = (enum alert_severity)severity;
    describe(g, r);
}

/* ---- lines ---- */

static void read_line(struct reading *r, const char *line, size_t n) {
    static const char mark[] = "\"alert\"";
    if (memmem(line, n, mark, sizeof mark - 1) == NULL)
        return;
    json_t *record = json_loadb(line, n, JSON_ALLOW_NUL, NULL);
    if (json_is_object(record))
        take(r, record);
    json_decref(record);
}

/* Reads the whole lines and keeps what is behind them. */
static void read_lines(struct reading *r) {
    char *line = r->at, *end = r->at + r->used, *newline;
    while (line < end && (newline = memchr(line, '\n', (size_t)(end - line))) != NULL) {
        if (!r->skipping)
            read_line(r, line, (size_t)(newline - line));
        r->skipping = false;
        r->offset += newline + 1 - line;
        line = newline + 1;
    }
    r->used = (size_t)(end - line);
    memmove(r->at, line, r->used);
    if (r->used > RECORD_SIZE) {
        r->offset += (int64_t)r->used;
        r->used = 0;
        r->skipping = true;
    }
}

static int make_room(struct reading *r) {
    if (r->room - r->used >= BLOCK)
        return 0;
    char *more = realloc(r->at, r->used + BLOCK);
    if (more == NULL)
        return ENOMEM;
    r->at = more;
    r->room = r->used + BLOCK;
    return 0;
}

/* ---- one file ---- */

/* From the offset to the end of what the descriptor is of. 0 or an errno. */
static int read_open(struct reading *r, int fd, int64_t offset) {
    ssize_t n = 1;
    r->used = 0;
    r->offset = offset;
    r->skipping = false;
    while (n > 0) {
        if (make_room(r) != 0)
            return ENOMEM;
        n = pread(fd, r->at + r->used, r->room - r->used, r->offset + (int64_t)r->used);
        if (n < 0)
            return errno;
        r->used += (size_t)n;
        read_lines(r);
    }
    return 0;
}

/* All of a file, also a packed one. */
static int read_named(struct reading *r, const char *path, struct error *e) {
    struct log_input *in = log_input_open(path, e);
    if (in == NULL)
        return e->code;
    ssize_t n = 1;
    r->used = 0;
    r->skipping = false;
    while (n > 0 && make_room(r) == 0) {
        n = log_input_read(in, r->at + r->used, r->room - r->used, e);
        r->used += n > 0 ? (size_t)n : 0;
        read_lines(r);
    }
    log_input_close(in);
    return n < 0 ? e->code : n > 0 ? error_set(e, ENOMEM, "no memory to read it") : 0;
}

/* ---- the log and what rotation has made of it ---- */

static bool is_same(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

#define HEAD 512

static uint64_t head_of(int fd, int64_t offset) {
    char head[HEAD];
    ssize_t n = pread(fd, head, offset < HEAD ? (size_t)offset : HEAD, 0);
    return traits_hash(head, n > 0 ? (size_t)n : 0);
}

/* Is it the file that was read, with all that was read of it? */
static bool is_at(const struct alert_log_place *p, int fd, const struct stat *st) {
    return p->ino != 0 && p->dev == st->st_dev && p->ino == st->st_ino &&
           st->st_size >= p->offset && head_of(fd, p->offset) == p->head;
}

/* The file at the path, if it is that one; -1 else. */
static int open_at(const char *path, const struct alert_log_place *p, const struct stat *now) {
    struct stat st;
    if (stat(path, &st) != 0 || st.st_ino != p->ino || is_same(now, &st))
        return -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 || (fstat(fd, &st) == 0 && is_at(p, fd, &st)))
        return fd;
    close(fd);
    return -1;
}

/* Of a log that is not the one that was read last: what was read last, and what came after it. */
static int read_older(struct reading *r, const char *path, const struct stat *now,
                      const struct alert_log_place *place, struct error *e) {
    struct log_family family;
    struct stat st;
    size_t from = 0;
    int result = 0;
    if (log_family_find(path, &family) != 0)
        return error_set(e, ENOMEM, "%s: no memory to read it", path);
    for (size_t i = 0; i < family.used && from == 0 && result == 0; i++) {
        int fd = open_at(family.paths[i], place, now);
        if (fd < 0)
            continue;
        from = i + 1;
        r->since_us = INT64_MIN;
        result = read_open(r, fd, place->offset);
        if (result != 0)
            error_set(e, result, "%s: %s", family.paths[i], strerror(result));
        close(fd);
    }
    for (size_t i = from; i < family.used && result == 0; i++) {
        if (stat(family.paths[i], &st) != 0 || !S_ISREG(st.st_mode) || is_same(now, &st) ||
            (int64_t)st.st_mtim.tv_sec < r->since_us / 1000000)
            continue;
        struct error why = {0};
        if (read_named(r, family.paths[i], &why) != 0)
            result = error_set(e, why.code, "%s: %s", family.paths[i], why.message);
    }
    log_family_free(&family);
    return result;
}

static int read_log(struct reading *r, const char *path, int fd, struct alert_log_place *place,
                    int64_t wall_us, struct error *e) {
    struct stat st;
    int64_t offset = 0;
    int result = 0;
    if (fstat(fd, &st) != 0)
        return error_set(e, errno, "%s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return 0;
    /* A log that was copied and cut short (copytruncate) is read from its beginning; the end of
     * what was copied is looked for among the others. */
    if (is_at(place, fd, &st))
        offset = place->offset;
    else
        result = read_older(r, path, &st, place, e);
    if (offset > 0 || place->ino != 0)
        r->since_us = INT64_MIN;
    if (result == 0 && (result = read_open(r, fd, offset)) != 0)
        error_set(e, result, "%s: %s", path, strerror(result));
    if (result == 0)
        *place = (struct alert_log_place){.dev = st.st_dev,
                                          .ino = st.st_ino,
                                          .head = head_of(fd, r->offset),
                                          .offset = r->offset,
                                          .looked_us = wall_us};
    return result;
}

int alert_records_read(const char *path, struct alert_log_place *place, int64_t since_us,
                       int64_t wall_us, struct alert_groups *found, struct error *e) {
    struct reading r = {.found = found, .since_us = place->ino != 0 ? place->looked_us : since_us};
    *found = (struct alert_groups){0};
    /* Opened before its relatives are listed: were it rotated in between, it would be read twice
     * rather than not at all, and it is known by its inode. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? 0
                   : error_set(e, errno, "%s: %s", path, strerror(errno));
    int result = read_log(&r, path, fd, place, wall_us, e);
    if (result != 0)
        *found = (struct alert_groups){0};
    close(fd);
    free(r.at);
    return result;
}
