/* The items of gifvet preflight, by part. Each function adds its items to p->sheet. */
#ifndef GIFVET_COMMAND_PREFLIGHT_H
#define GIFVET_COMMAND_PREFLIGHT_H

#include "command/sheet.h"
#include "command/trial.h"
#include "operate/surroundings.h"

#include <stddef.h>
#include <stdint.h>

#define PREFLIGHT_PROGRAMS 16

struct preflight {
    /* what is asked */
    bool after, json;
    const char *report;
    int64_t days, parallel, timeout_s;
    const char *wanted[PREFLIGHT_PROGRAMS]; /* --compressor; none: all that are there */
    size_t wanted_used;
    /* what is known */
    struct conf conf;
    size_t problems; /* of the configuration */
    struct surroundings surroundings;
    struct state_snapshot *snapshot;
    struct trial_candidate candidates[PREFLIGHT_PROGRAMS];
    size_t candidates_used;
    int64_t wall_us;
    struct sheet sheet;
};

/* glibc, kernel, giflib, the object, compressors: fills p->candidates. */
void preflight_system(struct preflight *p);
/* The configuration's mistakes and dangers, for every candidate, and the kill switch. */
void preflight_configuration(struct preflight *p);
/* State, log, disk, memory. */
void preflight_resources(struct preflight *p);
/* Load, damage, kill switch, overhead. */
void preflight_trial(struct preflight *p);
/* Metrics, alert channels; and the dry run of the rollback. */
void preflight_metrics(struct preflight *p);
void preflight_alerts(struct preflight *p);
void preflight_rollback(struct preflight *p);
/* After the deployment: outputs are being judged, health, the log's growth. */
void preflight_running(struct preflight *p);

/* The log's bytes of the last 24 hours, or of the time since its first record when that is less. */
struct preflight_growth {
    uint64_t bytes, records;
    double bytes_day;
    int64_t last_us; /* the newest record; 0: none */
};
struct preflight_growth preflight_growth(const struct preflight *p);

#endif
