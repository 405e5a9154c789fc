/* Bundles of evidence: one directory per failed verdict, with everything that judging it again
 * needs, on any machine.
 *
 *   DIRECTORY/ID/output.gif, source-1.gif, ...   the bytes that were judged
 *                record.json                     the record, as it went to the log
 *                request.json                    what was asked for (evidence/asked.h)
 *                config.ini                      the configuration in force
 *                SHA256SUMS                      of all of these, as sha256sum(1) reads it
 *   DIRECTORY/objects/SHA256                     second names of the bytes, so that the same ones
 *                                                are kept once
 *   DIRECTORY/.ID-N.part/                        a bundle that is being written, or removed
 *
 * A bundle gets its name when it is whole and synced, and loses it before anything in it goes. Who
 * writes one holds a lock on its directory, so what a killed process leaves can be told: the next
 * one removes it. Nobody waits for a lock. Any number of processes may write at once.
 *
 * Raw system calls, no allocation; files get mode 0600, directories 0700 (sys/place.h says what is
 * refused). For one thread at a time each. */
#ifndef GIFVET_EVIDENCE_BUNDLE_H
#define GIFVET_EVIDENCE_BUNDLE_H

#include "store/entries.h"
#include "text/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BUNDLE_OUTPUT "output.gif"
#define BUNDLE_SOURCE "source-%zu.gif" /* counted from 1 */
#define BUNDLE_RECORD "record.json"
#define BUNDLE_REQUEST "request.json"
#define BUNDLE_CONFIG "config.ini"
#define BUNDLE_SUMS "SHA256SUMS"
#define BUNDLE_NAME_SIZE 32 /* of any of these */

/* A line of SHA256SUMS for 64 sources and the rest. */
#define BUNDLE_SUMS_SIZE ((size_t)8 << 10)

/* A bundle that is being written. Once something has failed the rest does nothing: bundle_finish()
 * tells. */
struct bundle {
    int store, part; /* descriptors, or -1 */
    bool has_failed;
    int error;       /* a negative errno, or 0 */
    char failed[96]; /* what could not be done */
    char id[STORE_ID_SIZE], part_name[STORE_ID_SIZE + 16];
    char sums_at[BUNDLE_SUMS_SIZE];
    struct text sums;
};

/* Begins the bundle of that ID below directory, which is made first. */
void bundle_begin(struct bundle *b, const char *directory, const char *id);

/* Adds a file. shared: the same bytes may be there already. */
void bundle_add(struct bundle *b, const char *name, const void *bytes, size_t n, bool shared);

/* Something else has failed: error and what as for problem_add(). */
void bundle_fail(struct bundle *b, int error, const char *what);

/* Gives the bundle its name, and removes the oldest ones until at most so many bytes and bundles
 * are left (entries_bound()). False, with a line in problems, when it is not there: then nothing is
 * left of it. */
bool bundle_finish(struct bundle *b, uint64_t most_bytes, uint64_t most, struct text *problems);

/* Removes what killed processes left unfinished, as every bundle_begin() does; with only_count
 * nothing is removed. How many there were. store: as store_open() gives it. */
size_t bundle_sweep(int store, bool only_count);

/* The bound alone, for a second at most (entries_bound()). store: as store_open() gives it; kept:
 * the ID of a bundle that stays, or NULL. */
void bundle_bound(int store, uint64_t most_bytes, uint64_t most, const char *kept);

#endif
