/* The command line of commands that read whole logs: [LOG]... [--since T] [--json]. */
#ifndef GIFVET_COMMAND_LOG_OPTIONS_H
#define GIFVET_COMMAND_LOG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_options {
    const char **paths; /* into argv, or the configured log */
    size_t paths_used;
    int64_t since_us; /* INT64_MIN = none */
    bool json;
};

/* Fills *o from argv, and where no log is named the configuration's. Returns 0, or 2 with a line on
 * stderr. free() o->paths. */
int log_options_parse(struct log_options *o, int argc, char **argv);

#endif
