/* Verdicts by program. The first PROGRAMS_MOST that are met have a row, all others are one. */
#ifndef GIFVET_REPORT_PROGRAMS_H
#define GIFVET_REPORT_PROGRAMS_H

#include "operate/log_record.h"

#define PROGRAMS_MOST 64

struct program_row {
    char name[64]; /* any bytes but NUL */
    uint64_t passed, failed, others;
};

struct programs {
    struct program_row at[PROGRAMS_MOST];
    size_t used;
    struct program_row rest;
};

/* Counts a record of a verdict (others are not for it). */
void programs_take(struct programs *p, const struct log_record *r);

void programs_merge(struct programs *to, const struct programs *from);

/* The most failures first, then the most verdicts. */
void programs_order(struct programs *p);

#endif
