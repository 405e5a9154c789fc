/* What the directories that gifvet keeps files in have in common: names that begin with the time,
 * files that are complete or not there, and a bound, oldest out first. Raw system calls, no state
 * between calls, no allocation. */
#ifndef GIFVET_STORE_ENTRIES_H
#define GIFVET_STORE_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_ID_SIZE 48

/* Is name the ID of a record between these two ("66118e6349baf-13a3-1" before ".gif")? Fills
 * id[STORE_ID_SIZE]. */
bool entries_id(const char *name, const char *prefix, const char *suffix, char *id);

/* Calls each with every name in an open directory, in no order, until it returns false. */
void entries_each(int directory, bool (*each)(void *context, const char *name), void *context);

/* Writes all of bytes into a new file; 0 or a negative errno, and then nothing is left of it. */
int entries_write(int directory, const char *name, const void *bytes, size_t n);

/* Ends the writing of part: unless result, that of the writing, is an error, it is synced and gets
 * its name. Closes fd. 0 or a negative errno, and then nothing is left of it. */
int entries_finish(int directory, int fd, int result, const char *part, const char *name);

void entries_unlink(int directory, const char *name);

/* One kind of entry. bytes: what it takes, by its name. remove: takes it away, by its ID; returns
 * whether it is gone, and in *freed (bytes before the call) how much room that made. */
struct entries_kind {
    int directory;
    const char *suffix; /* of the names, behind the ID */
    const char *kept;   /* the ID of one that stays, or NULL */
    bool running_stay;  /* those of processes that run stay */
    uint64_t (*bytes)(int directory, const char *name);
    bool (*remove)(int directory, const char *id, uint64_t *freed);
};

/* Removes the oldest until at most so many bytes and entries are left, or none can be removed.
 * Names that are no IDs are left alone. After a second it ends all the same: what is over the bound
 * then goes when it is called again. */
void entries_bound(const struct entries_kind *kind, uint64_t most_bytes, uint64_t most);

#endif
