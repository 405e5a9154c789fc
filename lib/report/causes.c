/* Rooms: what a failure says · rows · lines · causes · two into one · order */
#include "report/causes.h"

#include "operate/traits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define OTHERS (CAUSES_MOST - 1)
#define SLOTS (4 * CAUSES_MOST)
#define TEXT_MOST 240
#define MESSAGE_MOST 400

#if defined __GNUC__ && !defined __clang__
/* gcc 12's analyzer takes memory that is kept in an array for lost. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

/* ---- what a failure says ---- */

struct told {
    char checks[256];
    char message[MESSAGE_MOST];
    struct log_text words;
    uint64_t hash;
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Each number, with its fraction, becomes "…". A character is never cut in two. */
static void blank_numbers(char to[MESSAGE_MOST], struct log_text from) {
    static const char dots[] = "\xE2\x80\xA6";
    size_t used = 0, i = 0;
    while (i < from.n && used + 8 < MESSAGE_MOST) {
        if (!is_digit(from.at[i])) {
            to[used++] = from.at[i++];
            continue;
        }
        while (i < from.n && (is_digit(from.at[i]) ||
                              (from.at[i] == '.' && i + 1 < from.n && is_digit(from.at[i + 1]))))
            i++;
        memcpy(to + used, dots, sizeof dots - 1);
        used += sizeof dots - 1;
    }
    while (i < from.n && ((unsigned char)from.at[i] & 0xC0) == 0x80 && used > 0) {
        i--;
        used--;
    }
    to[used] = '\0';
}

static void add_name(char *to, size_t size, struct log_text name) {
    size_t used = strlen(to);
    const char *separator = used > 0 ? ", " : "";
    if (name.at == NULL || used + strlen(separator) + name.n + 1 > size)
        return;
    used += (size_t)(stpcpy(to + used, separator) - (to + used));
    memcpy(to + used, name.at, name.n);
    to[used + name.n] = '\0';
}

static void tell(struct told *t, const struct log_record *r) {
    t->checks[0] = t->message[0] = '\0';
    t->words = (struct log_text){NULL, 0};
    for (size_t i = 0; i < r->checks_used; i++) {
        if (r->checks[i].is_valid != LOG_FALSE)
            continue;
        if (t->words.at == NULL)
            t->words = r->checks[i].message;
        add_name(t->checks, sizeof t->checks, r->checks[i].name);
    }
    if (t->words.at != NULL)
        blank_numbers(t->message, t->words);
    t->hash = traits_hash(t->checks, strlen(t->checks)) * 31 +
              traits_hash(t->message, strlen(t->message));
}

/* Of records of one moment the order is any, but always the same. */
static uint64_t key_of(const struct log_record *r) {
    return r->id.at != NULL ? traits_hash(r->id.at, r->id.n) : 0;
}

/* ---- rows: a heap, the oldest on top ---- */

static bool is_newer(const struct failure_row *a, const struct failure_row *b) {
    return a->time_us != b->time_us ? a->time_us > b->time_us : a->key > b->key;
}

static void swap_rows(struct failure_row *a, struct failure_row *b) {
    struct failure_row kept = *a;
    *a = *b;
    *b = kept;
}

static void sink(struct causes *c, size_t i) {
    for (;;) {
        size_t oldest = i, left = 2 * i + 1, right = left + 1;
        if (left < c->rows_used && is_newer(&c->rows[oldest], &c->rows[left]))
            oldest = left;
        if (right < c->rows_used && is_newer(&c->rows[oldest], &c->rows[right]))
            oldest = right;
        if (oldest == i)
            return;
        swap_rows(&c->rows[i], &c->rows[oldest]);
        i = oldest;
    }
}

/* The row is the heap's from here on. */
static void add_row(struct causes *c, struct failure_row row) {
    if (c->rows_used == CAUSES_ROWS) {
        bool stays = is_newer(&row, &c->rows[0]);
        free(stays ? c->rows[0].id : row.id);
        if (stays) {
            c->rows[0] = row;
            sink(c, 0);
        }
        return;
    }
    size_t i = c->rows_used++;
    c->rows[i] = row;
    for (; i > 0 && is_newer(&c->rows[(i - 1) / 2], &c->rows[i]); i = (i - 1) / 2)
        swap_rows(&c->rows[i], &c->rows[(i - 1) / 2]);
}

static size_t length_of(struct log_text t) {
    if (t.at == NULL)
        return 0;
    size_t n = strnlen(t.at, t.n);
    return n < TEXT_MOST ? n : TEXT_MOST;
}

static char *lay(char *to, struct log_text t) {
    size_t n = length_of(t);
    if (n > 0)
        memcpy(to, t.at, n);
    to[n] = '\0';
    return to + n + 1;
}

static void keep_row(struct causes *c, const struct log_record *r, const struct told *t) {
    struct failure_row row = {.time_us = r->time_us, .key = key_of(r), .cause = t->hash};
    row.id = malloc(length_of(r->id) + length_of(r->program) + length_of(r->output.path) +
                    length_of(t->words) + 4);
    if (row.id == NULL) {
        c->no_memory = true;
        return;
    }
    char *end = lay(row.id, r->id);
    row.program = end;
    end = lay(end, r->program);
    row.output = end;
    end = lay(end, r->output.path);
    row.words = end;
    lay(end, t->words);
    add_row(c, row);
}

/* ---- lines ---- */

static bool is_newer_line(const struct failure_line *a, const struct failure_line *b) {
    return a->time_us != b->time_us ? a->time_us > b->time_us : a->key > b->key;
}

static void drop_line(struct causes *c, struct failure_line *line) {
    atomic_fetch_sub(c->bytes, line->n);
    free(line->at);
    *line = (struct failure_line){0};
}

/* The line is the cause's from here on, and counted. */
static void put_line(struct causes *c, struct cause *of, struct failure_line line) {
    if (of->lines_used == CAUSE_LINES) {
        struct failure_line *last = &of->lines[CAUSE_LINES - 1];
        if (!is_newer_line(&line, last)) {
            drop_line(c, &line);
            return;
        }
        drop_line(c, last);
        of->lines_used--;
    }
    size_t i = of->lines_used++;
    for (; i > 0 && is_newer_line(&line, &of->lines[i - 1]); i--)
        of->lines[i] = of->lines[i - 1];
    of->lines[i] = line;
}

static void keep_line(struct causes *c, struct cause *of, const struct log_record *r) {
    bool is_full = of->lines_used == CAUSE_LINES;
    if (r->line.n > CAUSE_LINE_MOST || (is_full && r->time_us < of->lines[CAUSE_LINES - 1].time_us))
        return;
    size_t freed = is_full ? of->lines[CAUSE_LINES - 1].n : 0;
    if (atomic_load(c->bytes) + r->line.n > CAUSES_BYTES + freed)
        return;
    struct failure_line line = {r->time_us, key_of(r), malloc(r->line.n + 1), r->line.n};
    if (line.at == NULL) {
        c->no_memory = true;
        return;
    }
    memcpy(line.at, r->line.at, r->line.n);
    line.at[line.n] = '\0';
    atomic_fetch_add(c->bytes, line.n);
    put_line(c, of, line);
}

/* ---- causes ---- */

/* The cause of this hash, a new one where there is room, else what all others are in. */
static struct cause *cause_of(struct causes *c, uint64_t hash, const char *checks,
                              const char *message) {
    uint32_t slot = (uint32_t)hash % SLOTS;
    for (; c->slots[slot] != 0; slot = (slot + 1) % SLOTS)
        if (c->at[c->slots[slot] - 1].hash == hash)
            return &c->at[c->slots[slot] - 1];
    if (c->used == OTHERS || message == NULL)
        return &c->at[OTHERS];
    struct cause *new = &c->at[c->used];
    *new = (struct cause){.hash = hash, .first_us = INT64_MAX, .last_us = INT64_MIN};
    new->checks = strdup(checks);
    new->message = strdup(message);
    if (new->checks == NULL || new->message == NULL)
        c->no_memory = true;
    c->slots[slot] = (uint32_t)++c->used;
    return new;
}

static void count(struct cause *of, uint64_t n, int64_t first_us, int64_t last_us) {
    of->count += n;
    if (first_us < of->first_us)
        of->first_us = first_us;
    if (last_us > of->last_us)
        of->last_us = last_us;
}

int causes_begin(struct causes *c, _Atomic size_t *bytes) {
    *c = (struct causes){.bytes = bytes};
    c->at[OTHERS] = (struct cause){.first_us = INT64_MAX, .last_us = INT64_MIN};
    c->rows = malloc(CAUSES_ROWS * sizeof *c->rows);
    return c->rows != NULL ? 0 : ENOMEM;
}

void causes_free(struct causes *c) {
    for (size_t i = 0; i < CAUSES_MOST; i++) {
        free(c->at[i].checks);
        free(c->at[i].message);
        for (size_t k = 0; k < c->at[i].lines_used; k++)
            free(c->at[i].lines[k].at);
    }
    for (size_t i = 0; i < c->rows_used; i++)
        free(c->rows[i].id);
    free(c->rows);
    *c = (struct causes){0};
}

void causes_take(struct causes *c, const struct log_record *r) {
    struct told t;
    tell(&t, r);
    struct cause *of = cause_of(c, t.hash, t.checks, t.message);
    c->failed++;
    count(of, 1, r->time_us, r->time_us);
    keep_row(c, r, &t);
    keep_line(c, of, r);
}

/* ---- two into one ---- */

void causes_merge(struct causes *to, struct causes *from) {
    for (size_t i = 0; i < CAUSES_MOST; i++) {
        struct cause *more = &from->at[i];
        if (more->count == 0)
            continue;
        struct cause *of = cause_of(to, more->hash, more->checks, more->message);
        count(of, more->count, more->first_us, more->last_us);
        for (size_t k = 0; k < more->lines_used; k++)
            put_line(to, of, more->lines[k]);
        more->lines_used = 0;
    }
    for (size_t i = 0; i < from->rows_used; i++)
        add_row(to, from->rows[i]);
    from->rows_used = 0;
    to->failed += from->failed;
    to->no_memory |= from->no_memory;
    causes_free(from);
}

/* ---- order ---- */

static int newest_cause(const void *x, const void *y) {
    const struct cause *a = x, *b = y;
    if (a->last_us != b->last_us)
        return a->last_us > b->last_us ? -1 : 1;
    return a->hash < b->hash ? -1 : a->hash > b->hash;
}

static int newest_row(const void *x, const void *y) {
    return is_newer(x, y) ? -1 : is_newer(y, x) ? 1 : 0;
}

void causes_order(struct causes *c) {
    qsort(c->rows, c->rows_used, sizeof *c->rows, newest_row);
    qsort(c->at, c->used, sizeof *c->at, newest_cause);
}
