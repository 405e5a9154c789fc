/* Processes that judge pairs: what happens to one of them, a fault or the want of memory, happens
 * to one pair. */
#ifndef GIFVET_AUDIT_WORKERS_H
#define GIFVET_AUDIT_WORKERS_H

#include "audit/judging.h"
#include "text/error.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define WORKERS_MOST 256
#define WORKERS_AHEAD 2 /* pairs that a worker has at a time: it never waits for the next */

struct worker {
    pid_t pid; /* 0: there is none */
    int fd;
    size_t has[WORKERS_AHEAD]; /* indices of pairs, the one being judged first */
    size_t has_used;
    char *line; /* JUDGING_LINE bytes: what has come of its answer so far */
    size_t used;
};

struct workers {
    const struct judging *judging;
    struct worker *at;
    size_t used;
};

/* Takes the line (newline included, no NUL behind it) of a pair, by its index. */
typedef void (*workers_answer)(void *context, size_t pair, const char *line, size_t n);

/* Starts none yet. 0, or ENOMEM with e filled; to be closed in either case. Their signals are those
 * that are blocked here. */
int workers_open(struct workers *w, const struct judging *j, size_t count, struct error *e);

/* Can one of them take a pair more? */
bool workers_have_room(const struct workers *w);

/* Gives the pair to the one that has least to do, which is started where it has not been: there is
 * room. 0, or an errno value with e filled: it cannot be started. */
int workers_give(struct workers *w, size_t pair, struct error *e);

/* One for each worker, to be polled for POLLIN; fds[w->used]. */
void workers_poll(const struct workers *w, struct pollfd *fds);

/* Takes what has come. A worker that has ended is replaced: the pair that it was at gets a line
 * that says how it ended, the next is given again. 0, or an errno value with e filled. */
int workers_take(struct workers *w, const struct pollfd *fds, workers_answer answer, void *context,
                 struct error *e);

/* Ends them all, at once, and waits for them. */
void workers_close(struct workers *w);

#endif
