/* Everything that a report needs of its logs, in one pass and in memory that does not grow with
 * them. */
#ifndef GIFVET_REPORT_GATHER_H
#define GIFVET_REPORT_GATHER_H

#include "command/investigate.h"
#include "operate/arms.h"
#include "report/causes.h"
#include "report/events.h"
#include "report/hours.h"
#include "report/programs.h"

/* Some 7 MB: not for a stack. All 0 at first. */
struct gathered {
    struct investigation found; /* searched; its rows are gone */
    struct arms arms;
    struct hours hours;   /* of the records that the report is about */
    struct hours earlier; /* of those before since_us, to compare with */
    struct causes causes; /* in order */
    struct programs programs;
    struct events events;
    int64_t first_us, last_us; /* of all records that it is about; last_us 0: there are none */
    uint64_t ahead;            /* records of a time to come: in no figure of an hour */
};

struct gather_wanted {
    const char *const *paths;
    size_t paths_used;
    int64_t since_us;  /* records before are only compared with; INT64_MIN: none are */
    int64_t before_us; /* what is older than this is not compared with either */
    int64_t until_us;  /* what is later has a wrong clock: an hour given to it would cost another */
};

/* Reads the logs. Says on stderr, behind "gifvet report: ", what could not be read. Returns 0, or 2
 * when something could not be read in full: what could be has been used. */
int gather(const struct gather_wanted *wanted, struct gathered *g);
void gather_free(struct gathered *g);

#endif
