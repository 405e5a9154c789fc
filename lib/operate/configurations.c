#include "operate/configurations.h"

#include <math.h>
#include <string.h>

struct configurations configurations_of(const struct checkpoints *kept) {
    struct configurations c = {.used = 0};
    for (size_t i = 0; i < kept->used; i++) {
        const struct checkpoint *k = &kept->at[i];
        if (k->is_damaged)
            continue;
        memcpy(c.at[c.used].checksum, k->checksum, CONF_CHECKSUM_SIZE - 1);
        c.at[c.used].number = k->number;
        c.at[c.used].since_us = k->wall_us;
        c.used++;
    }
    return c;
}

double configurations_number(const struct configurations *c, const struct log_record *r) {
    double number = NAN;
    for (size_t i = 0; i < c->used; i++)
        if (log_text_is(r->config_checksum, c->at[i].checksum)) {
            number = c->at[i].number;
            if (c->at[i].since_us <= r->time_us)
                break;
        }
    return number;
}
