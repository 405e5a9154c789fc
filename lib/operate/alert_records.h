/* New records of type alert at the end of the log, also across its rotation. */
#ifndef GIFVET_OPERATE_ALERT_RECORDS_H
#define GIFVET_OPERATE_ALERT_RECORDS_H

#include "operate/alerts.h"
#include "text/error.h"

#include <stdint.h>

/* How far the log was read. All 0: not at all yet. */
struct alert_log_place {
    uint64_t dev, ino;
    uint64_t head; /* of its first bytes: a number of an inode is used again soon */
    int64_t offset;
    int64_t looked_us; /* when */
};

/* Reads what the log at path has more than at *place, fills *found and moves *place on. What was
 * rotated away since is read to its end: under its own name, or, where it has been packed or copied
 * meanwhile, by the records' times. The first time, records from since_us on count. A log that is
 * not there, or no regular file, has nothing new. Returns 0, or an errno with e naming the file;
 * *place is then as it was. */
int alert_records_read(const char *path, struct alert_log_place *place, int64_t since_us,
                       int64_t wall_us, struct alert_groups *found, struct error *e);

#endif
