/* One pair, judged: from two names to one line of JSON. */
#ifndef GIFVET_AUDIT_JUDGING_H
#define GIFVET_AUDIT_JUDGING_H

#include "audit/pairs.h"
#include "conf/conf.h"
#include "evidence/sha256.h"
#include "request/request.h"

#include <stdbool.h>
#include <stddef.h>

/* What holds for every pair. */
struct judging {
    const struct pairs *pairs;
    const struct conf *conf;
    const struct request *request;
    const char *settings; /* SHA-256 of all that a verdict depends on but the files */
};

/* The longest line: names, messages and figures of nothing but control bytes. */
#define JUDGING_LINE ((size_t)1 << 20)

/* The beginning of each line; 64 hexadecimal digits and a quotation mark come behind it. */
#define JUDGING_HEAD "{\"schema\":1,\"type\":\"audit_pair\",\"key\":\""

/* Names the pair as it is now: SHA-256 over the settings, both names, sizes and times of
 * modification. False where a file cannot be looked at. */
bool judging_key(const struct judging *j, const struct pair *p, char key[SHA256_SIZE]);

/* Reads and judges the pair into line[JUDGING_LINE], a newline behind it; the length. What cannot
 * be read has a line that says so. Allocates, and frees all of it. */
size_t judging_run(const struct judging *j, const struct pair *p, char *line);

/* The line of a pair that is not judged. status: "no source", "no output", "ambiguous",
 * "unreadable", "judge_fault". */
size_t judging_not(const struct pair *p, const char *status, const char *reason, char *line);

/* The SHA-256 of version, settings of [validation], [quality] and [limits], and words (what was
 * given on the command line; NULL is allowed among them). */
char *judging_settings(const struct conf *conf, const char *const *words, size_t n,
                       char hex[SHA256_SIZE]);

#endif
