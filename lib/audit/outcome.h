/* A pair's line, read. */
#ifndef GIFVET_AUDIT_OUTCOME_H
#define GIFVET_AUDIT_OUTCOME_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct outcome {
    json_t *line;                /* owns all of the strings below */
    int passed;                  /* 1, 0, -1: could not be judged */
    const char *status, *reason; /* reason: "" = none */
    int64_t took_us, source_bytes, output_bytes;
};

/* Reads line[0..n); false where it is no such line (or there is no memory). The line may come from
 * a file: nothing in it is believed. */
bool outcome_read(struct outcome *o, const char *line, size_t n);

void outcome_free(struct outcome *o);

/* The i-th check that failed, from 0 on, and its message (what of it there is, never NULL); false
 * behind the last. */
bool outcome_failure(const struct outcome *o, size_t i, const char **check, const char **message);

#endif
