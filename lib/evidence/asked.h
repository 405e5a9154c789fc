/* request.json of a bundle: what a program was asked for, and how its output was judged, as far as
 * neither the configuration nor the bytes say it. Pure. */
#ifndef GIFVET_EVIDENCE_ASKED_H
#define GIFVET_EVIDENCE_ASKED_H

#include "record/record.h"
#include "request/request.h"
#include "text/text.h"

#include <stddef.h>

struct asked {
    const char *id;
    const struct record_process *process;
    const struct request *request; /* what was read from the arguments and settings */
    const char *match;
    size_t sources;
    const char *unseen; /* these two as struct judge_case */
    size_t memory_bytes;
};

/* Room for asked_print(): arguments of that many bytes, of which each may need six. */
size_t asked_size(const struct record_process *p);

/* Appends one JSON object and a newline: schema, type ("request"), id, gifvet (its version),
 * program, argv (all of it), environment, operation, request (as records have it), match, sources,
 * unseen, memory_bytes. */
void asked_print(struct text *t, const struct asked *a);

#endif
