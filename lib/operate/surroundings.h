/* What health asks of the host: kill switch, files, disks. Reads only; makes nothing. */
#ifndef GIFVET_OPERATE_SURROUNDINGS_H
#define GIFVET_OPERATE_SURROUNDINGS_H

#include "operate/health.h"

struct surroundings {
    struct health_facts facts;
    struct error state_error; /* code 0: the state was read; ENOENT: there is none yet */
    char state_path[CONF_PATH_MAX + 16];
    char kill_switch_says[256];
};

/* Asks, for the configuration c (which had `problems` mistakes), at the time wall_us, and reads the
 * state into *snapshot. s->facts points into s, c, snapshot and the environment. Not for several
 * threads. */
void surroundings_ask(struct surroundings *s, const struct conf *c, size_t problems,
                      struct state_snapshot *snapshot, int64_t wall_us);

#endif
