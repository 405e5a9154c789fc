/* What gifvet config checkpoint, list, diff, rollback and install have in common: the configuration
 * in force, its checkpoints, and who asks. Errors are said on stderr where they are found. */
#ifndef GIFVET_COMMAND_CHECKPOINTS_WORK_H
#define GIFVET_COMMAND_CHECKPOINTS_WORK_H

#include "command/journal.h"
#include "conf/conf.h"
#include "operate/checkpoint.h"
#include "record/record.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct checkpoints_work {
    struct conf c;
    char file[PATH_MAX]; /* the configuration in force, symbolic links resolved */
    bool is_there;
    unsigned permissions;
    uint8_t *bytes; /* its; none when it is not there */
    size_t n;
    struct checkpoints kept;
    struct journal journal;
    struct record_operator who;
};

/* "gifvet config: …" on one line, whatever is in it; 2, for `return`. */
int checkpoints_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Fill *w, which checkpoints_finish() empties; 0, or 2. To change something: under the checkpoints'
 * lock, with a journal; the configuration is read once the lock is there. To look: without a lock;
 * where there is no directory there are no checkpoints. */
int checkpoints_begin_change(struct checkpoints_work *w, int argc, char **argv);
int checkpoints_begin_looking(struct checkpoints_work *w);

/* result, or 2 when what was printed did not get out. */
int checkpoints_finish(struct checkpoints_work *w, int result);

bool checkpoints_is_of_this_file(const struct checkpoints_work *w, const struct checkpoint *k);
bool checkpoints_is_in_force(const struct checkpoints_work *w, const struct checkpoint *k);

/* The newest checkpoint of the configuration in force, with other: that is not equal to it; or
 * NULL. */
const struct checkpoint *checkpoints_newest(const struct checkpoints_work *w, bool other);

/* A number that somebody typed, or 0. The checkpoint of that number, or NULL. */
unsigned checkpoints_number_in(const char *text);
const struct checkpoint *checkpoints_find_number(const struct checkpoints_work *w, unsigned number);

/* Can it be a description? */
bool checkpoints_is_reason(const char *text);

/* Says that there is none; 2. */
int checkpoints_no_checkpoint(const struct checkpoints_work *w, const char *what);

#endif
