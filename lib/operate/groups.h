/* Verdicts as small rows: which checks judged them, which failed, and what traits they have.
 *
 * Rows of up to GROUPS_BYTES in all are kept as they are, of which a million of usual size need
 * some 60 MB. Beyond, passed verdicts are thinned by halves (and failed ones, where they alone need
 * more than half of it): by a hash of the id, so that it does not matter which thread met what.
 * Counts of checks are always of all. */
#ifndef GIFVET_OPERATE_GROUPS_H
#define GIFVET_OPERATE_GROUPS_H

#include "judge/judge.h"
#include "operate/configurations.h"
#include "operate/traits.h"

#include <stdatomic.h>

#define GROUPS_CHECKS_MAX 16
#define GROUPS_BYTES ((size_t)72 << 20)

struct row {
    uint64_t source;         /* hash of the first source's path, 0 = none */
    uint32_t order;          /* hash of the id */
    uint16_t judged, failed; /* bits of checks */
    uint16_t used;
    uint16_t traits[];
};

/* How far a distance can go: of a failed frame_count in thousandths of the ratio, of a failed
 * color_count in colours. */
#define GROUPS_DISTANCES 1025

struct groups_check {
    char name[32];
    uint64_t judged, failed;
};

/* What all threads share. most: GROUPS_BYTES. */
struct groups_budget {
    size_t most;
    _Atomic size_t bytes[2];    /* passed, failed */
    _Atomic unsigned levels[2]; /* one of 2^level is kept */
};

struct groups {
    struct traits traits;
    struct groups_budget *budget;
    const struct configurations *configurations; /* NULL: none are known */
    unsigned levels[2];
    struct chunk *chunks;
    struct groups_check checks[GROUPS_CHECKS_MAX];
    size_t checks_used;
    uint64_t verdicts, passed, failed, timed_out, skipped, faults;
    uint64_t controls, config_errors, others;
    int64_t first_us, last_us;             /* of the verdicts */
    uint64_t ratio_off[GROUPS_DISTANCES];  /* failed frame_count, a ratio was asked for */
    uint64_t colors_off[GROUPS_DISTANCES]; /* failed color_count */
    uint64_t exact_frames;                 /* failed frame_count, no ratio was asked for */
    struct named {
        uint64_t hash;
        char *path;
    } * sources; /* of failed verdicts, open addressing */
    size_t sources_used;
    bool no_memory;
};

int groups_begin(struct groups *g, struct groups_budget *budget); /* 0 or ENOMEM */
void groups_free(struct groups *g);

/* Takes one record: a log_take with a struct groups as its context. */
void groups_take(void *context, const struct log_record *r);

/* Moves all of `from` into `to`; from is empty afterwards. */
void groups_merge(struct groups *to, struct groups *from);

/* Drops the rows: what was found can still be put into words. */
void groups_drop_rows(struct groups *g);

/* Calls each with every row. */
void groups_each(const struct groups *g, void (*each)(void *context, const struct row *r),
                 void *context);

/* How many verdicts a row stands for. */
double groups_weight(const struct groups *g, const struct row *r);

/* The path of a failed verdict's source by its hash, NULL when it is not known. */
const char *groups_source(const struct groups *g, uint64_t hash);

#endif
