/* Configurations that were kept (checkpoint.h), found again by the checksum that records name
 * theirs by. */
#ifndef GIFVET_OPERATE_CONFIGURATIONS_H
#define GIFVET_OPERATE_CONFIGURATIONS_H

#include "conf/conf.h"
#include "operate/checkpoint.h"
#include "operate/log_record.h"

struct configurations {
    struct {
        char checksum[CONF_CHECKSUM_SIZE];
        unsigned number;
        int64_t since_us;
    } at[CHECKPOINTS_KEPT + 2]; /* the newest first */
    size_t used;
};

struct configurations configurations_of(const struct checkpoints *kept);

/* The number of a record's configuration, NaN when it is none of these: of several that are equal
 * (a rollback makes one) the newest that was there when the record was made. */
double configurations_number(const struct configurations *c, const struct log_record *r);

#endif
