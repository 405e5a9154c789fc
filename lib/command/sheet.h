/* A checklist that is gone through: items with their outcomes and figures, as lines, JSON or
 * Markdown. */
#ifndef GIFVET_COMMAND_SHEET_H
#define GIFVET_COMMAND_SHEET_H

#include "text/text.h"

#include <stdbool.h>
#include <stddef.h>

enum sheet_outcome { SHEET_OK, SHEET_FAILED, SHEET_NOT_APPLICABLE, SHEET_OUTCOMES };

#define SHEET_MOST 96

struct sheet_item {
    enum sheet_outcome outcome;
    const char *part; /* static */
    char name[40];
    char figure[400]; /* one line: the figure, or why */
};

struct sheet {
    struct sheet_item items[SHEET_MOST];
    size_t used;
    bool live; /* print each line as it comes */
};

/* Who, where, when, with what; all static or the caller's. */
struct sheet_head {
    const char *title, *host, *user, *time;
    const char *versions; /* "gifvet 1.2, giflib 5.2.1, glibc 2.36, Linux 6.1" */
    const char *configuration;
};

/* Adds an item; its figure is made of what may come from files and programs, and is kept to one
 * line of plain text. */
void sheet_add(struct sheet *s, enum sheet_outcome outcome, const char *part, const char *name,
               const char *format, ...) __attribute__((format(printf, 5, 6)));

size_t sheet_count(const struct sheet *s, enum sheet_outcome outcome);

/* "12 ok, 1 failed, 3 not applicable" as the last line. */
void sheet_print_end(const struct sheet *s);

void sheet_json(const struct sheet *s, const struct sheet_head *h, struct text *t);

/* Appends a signed-off sheet. */
void sheet_markdown(const struct sheet *s, const struct sheet_head *h, struct text *t);

/* "ok", "failed", "not applicable" */
const char *sheet_outcome_name(enum sheet_outcome o);

#endif
