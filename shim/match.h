/* Which of the GIFs that the process read is the one that this output was made from? */
#ifndef GIFVET_SHIM_MATCH_H
#define GIFVET_SHIM_MATCH_H

#include "judge/judge.h"
#include "request/request.h"
#include "shim/sources.h"

enum match_kind {
    MATCH_EXPLICIT, /* named by the environment or the configuration */
    MATCH_IN_PLACE, /* same inode or path: the source was overwritten */
    MATCH_ONLY,     /* the only one read, or the only one that the command line names */
    MATCH_MERGED,   /* several, in the order of the command line */
    MATCH_LATEST,   /* read last, or of the same name, among several */
    MATCH_NONE      /* none, or more than one could be it: the output is judged alone */
};

struct match {
    enum match_kind kind;
    size_t used;
    const struct source *at[JUDGE_SOURCES_MAX];
    /* For MATCH_LATEST: the others, latest first. A verdict that fails against a guess is no
     * failure when one of these passes. */
    size_t others_used;
    const struct source *others[3];
};

struct match_output {
    dev_t dev;
    ino_t ino;
    const char *path;
};

/* list: oldest first, as sources_borrow() gives it. */
struct match match_sources(const struct source *const *list, size_t used,
                           const struct match_output *output, const struct request *request);

/* The source that the output has overwritten (same inode or path), or NULL. */
const struct source *match_in_place(const struct source *const *list, size_t used,
                                    const struct match_output *output);

const char *match_name(enum match_kind kind);

#endif
