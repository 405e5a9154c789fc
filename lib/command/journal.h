/* Records that commands write: to where the preload object writes its own. */
#ifndef GIFVET_COMMAND_JOURNAL_H
#define GIFVET_COMMAND_JOURNAL_H

#include "conf/conf.h"
#include "record/record.h"

#include <stdbool.h>

/* One command's records. */
struct journal {
    const struct conf *conf;
    const char *name; /* the command's, for what is printed */
    struct record_process process;
    char host[256];
    char *line;
    struct text text;
};

/* For a command of that name with its own arguments. False, said on stderr, without memory. */
bool journal_begin(struct journal *j, const struct conf *c, const char *name, int argc,
                   char **argv);

/* An empty line to put the next record in, and a process that says when. */
struct text *journal_record(struct journal *j);

/* Sends what journal_record() gave. False, said on stderr, when it did not arrive. */
bool journal_send(struct journal *j);

void journal_end(struct journal *j);

#endif
