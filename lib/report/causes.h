/* Failed verdicts, put together where they share a cause: the same checks failed, and the first of
 * them says the same but for its numbers.
 *
 * One table belongs to one thread; two are merged afterwards. Bounded: of causes beyond CAUSES_MOST
 * all are one; of failures the newest CAUSES_ROWS have a row, and of each cause the newest
 * CAUSE_LINES keep their whole record, in CAUSES_BYTES over all threads. */
#ifndef GIFVET_REPORT_CAUSES_H
#define GIFVET_REPORT_CAUSES_H

#include "operate/log_record.h"

#include <stdatomic.h>

#define CAUSES_MOST 256
#define CAUSES_ROWS 10000
#define CAUSE_LINES 12
#define CAUSE_LINE_MOST ((size_t)256 << 10) /* 64 KiB of arguments, escaped, are in a record */
#define CAUSES_BYTES ((size_t)32 << 20)

/* Texts may hold any bytes but NUL. */
struct failure_row {
    int64_t time_us;
    uint64_t key;                         /* of the record, for what is equally new */
    uint64_t cause;                       /* struct cause.hash */
    char *id;                             /* and behind it, in the same memory: */
    const char *program, *output, *words; /* words: the message of the first check */
};

struct failure_line {
    int64_t time_us;
    uint64_t key; /* as of the row */
    char *at;     /* the record, n bytes and a NUL */
    size_t n;
};

struct cause {
    uint64_t hash;
    char *checks;  /* "frame_count, timing_preservation" */
    char *message; /* of the first of them, each number as "…" */
    uint64_t count;
    int64_t first_us, last_us;
    struct failure_line lines[CAUSE_LINES]; /* the newest first */
    size_t lines_used;
};

struct causes {
    struct cause at[CAUSES_MOST]; /* the last one: all others, its message is NULL */
    size_t used;
    uint32_t slots[4 * CAUSES_MOST]; /* open addressing: cause + 1 */
    struct failure_row *rows; /* a heap, the oldest on top; causes_order(): the newest first */
    size_t rows_used;
    uint64_t failed;
    _Atomic size_t *bytes; /* that lines take, of all tables together */
    bool no_memory;
};

/* Empty; bytes is what all tables that will be merged share, 0 at first. 0 or ENOMEM. */
int causes_begin(struct causes *c, _Atomic size_t *bytes);
void causes_free(struct causes *c);

/* Takes a failed verdict (others are not for it). */
void causes_take(struct causes *c, const struct log_record *r);

/* Moves all of `from` into `to`; from is empty afterwards. */
void causes_merge(struct causes *to, struct causes *from);

/* Brings causes into the order of their newest failures, and rows into theirs: the newest first.
 * Nothing can be taken afterwards. */
void causes_order(struct causes *c);

#endif
