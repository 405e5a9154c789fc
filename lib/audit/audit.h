/* gifvet check --recursive: a tree of outputs against a tree of sources. */
#ifndef GIFVET_AUDIT_AUDIT_H
#define GIFVET_AUDIT_AUDIT_H

#include "conf/conf.h"
#include "request/request.h"

#include <stddef.h>

struct audit {
    const char *sources, *outputs;
    const char *map;    /* pattern.h; NULL: the same relative name */
    const char *format; /* text, json, csv, junit; NULL: text */
    const char *resume; /* file, or NULL */
    const char *jobs;   /* a number; NULL: as many as processors */
    const struct conf *conf;
    const struct request *request;
    const char *const *words; /* what the command line said about the request */
    size_t words_used;
};

/* Judges all pairs, prints the report to stdout, errors and progress to stderr. Returns the exit
 * status: 0 all passed, 1 one failed, 2 not all could be judged, or the call is wrong. A signal
 * that ends a program ends it, when what is done has been printed and kept. */
int audit_run(const struct audit *a);

#endif
