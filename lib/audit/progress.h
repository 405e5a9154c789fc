/* How far it is, on standard error: a bar where that is a terminal, else a line now and then. */
#ifndef GIFVET_AUDIT_PROGRESS_H
#define GIFVET_AUDIT_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    bool drawn;   /* a bar; else lines */
    bool covers;  /* standard output is the same terminal */
    bool visible; /* the bar stands there */
    size_t total;
    int64_t began_us, shown_us;
};

void progress_open(struct progress *p, size_t total);

/* Shows it, if it is time to. done: all that are; judged: those that were judged by now in this
 * run, which the rate is of. */
void progress_show(struct progress *p, size_t done, size_t judged, size_t failed);

/* Takes the bar away, where something else is about to be printed. */
void progress_hide(struct progress *p);

/* Takes the bar away, and says in one line how long it took and the rate. */
void progress_close(struct progress *p, size_t judged, size_t recorded);

#endif
