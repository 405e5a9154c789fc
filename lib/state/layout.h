/* What the state file holds, word by word; for the files of lib/state/ alone.
 *
 * A change here is a new STATE_VERSION and STATE_NAME. layout.c lists the members once more: what
 * it makes of the list stands in the file, so that one with other members is not taken for ours. */
#ifndef GIFVET_STATE_LAYOUT_H
#define GIFVET_STATE_LAYOUT_H

#include "state/state.h"
#include "state/word.h"

#define STATE_MAGIC UINT64_C(0x6574617473666967) /* "gifstate" */
#define STATE_RING 128                           /* STATE_RECENT, and some for who is held up */

/* Written once, before the file has its name. */
struct state_head {
    uint64_t magic, version, layout, size;
};

/* An hour's words are used again 168 hours later: tagged with the number of the week since 1970. */
struct state_hour_words {
    state_word hour; /* since 1970; plain */
    state_word results[STATE_RESULTS];
    state_word failed[JUDGE_CHECKS];
    state_word slow, complex;
    state_word bytes_in, bytes_out;
    state_word time_us, longest_us, arena_bytes;
    state_word times[STATE_TIMES];
};

/* Tagged with the lap round the ring, from 1. One with words of several laps is being written, or
 * its writer was killed. */
struct state_recent_words {
    state_word wall_us, bytes_in, time_us;
    state_word out; /* result in the lower 4 bits, bytes */
};

/* As above. */
struct state_change_words {
    state_word wall_us;
    state_word mean; /* from in the lower 2 bits, to in the next 2, mean in µs */
};

/* Tagged as their row's owner is. */
struct state_program_words {
    state_word name[STATE_NAME_SIZE / sizeof(uint64_t)]; /* no tags; see programs.c */
    state_word weight, outputs, passed, failed, slow, time_us;
};

struct state_file {
    struct state_head head;
    state_word identity; /* of the file that this is in: device and inode, mixed */

    state_word began_us, outputs;
    state_word results[STATE_RESULTS];
    state_word checks[JUDGE_CHECKS][STATE_OUTCOMES];
    state_word slow, complex, bytes_in, bytes_out, time_us, longest_us, arena_bytes;
    state_word consecutive_failures;
    state_word last_success_us, last_failure_us, last_verdict_us, last_output_us;
    state_word times[STATE_TIMES];

    state_word validations; /* how many were put into the ring */
    struct state_recent_words recent[STATE_RING];

    state_word mode; /* mode in the lower 2 bits, 10 bits of a serial number, since when in µs */
    state_word mode_changes[STATE_MODES];
    state_word changes_used;
    struct state_change_words changes[STATE_CHANGES];

    /* What had been counted when the last window ended. */
    state_word window_validations;
    state_word window_passed[JUDGE_CHECKS], window_failed[JUDGE_CHECKS];

    state_word owners[STATE_PROGRAMS]; /* tag and hash of the program that has the row; 0: free */
    struct state_program_words programs[STATE_PROGRAMS];

    struct state_hour_words hours[STATE_HOURS];
};

/* The checksum of the layout: of each member's place and size and of the checks' names. */
uint64_t state_layout(void);

/* For its test: one list of members for each struct, one behind the other. */
struct state_member {
    size_t at, size;
};
struct state_members {
    const struct state_member *members;
    size_t used, size; /* size: of the struct */
};
extern const struct state_members state_members[];
extern const size_t state_members_used;

/* The mapped file, after looking whether it is still the one under the name, and attaching anew
 * where it is not: 0 and *file, or a negative errno, and then no word of it may be touched. */
int state_current(struct state *s, struct state_file **file);

/* The slot of an hour. */
static inline struct state_hour_words *state_hour_at(struct state_file *f, uint64_t hour) {
    return &f->hours[hour % STATE_HOURS];
}

/* Puts a validation into the ring. */
void recent_put(struct state_file *f, const struct state_validation *v);

/* Forgets all that are in it. */
void recent_forget(struct state_file *f);

/* One of the ring by its number, from 0; false when it is not (or no longer) there in whole. */
bool recent_get(const struct state_file *f, uint64_t number, struct state_recent *r);

/* Fills the snapshot from a file's words. */
void snapshot_take(const struct state_file *f, struct state_snapshot *snapshot);
void snapshot_programs(const struct state_file *f, struct state_snapshot *snapshot);

/* Counts it for its program. */
void programs_count(struct state_file *f, const struct state_validation *v);

/* The mode that the word says. */
enum state_mode performance_mode(uint64_t word);
int64_t performance_since(uint64_t word);

#endif
