/* A directory of rejected outputs, or of sources kept from being lost: ID.gif with ID.json beside
 * it. An ID begins with the time, so the order of names is the order of age. Raw system calls, no
 * state between calls; files get mode 0600, the directory 0700 (place.h says what is refused). */
#ifndef GIFVET_STORE_STORE_H
#define GIFVET_STORE_STORE_H

#include "store/entries.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Opens the directory, making it first; below names a part of it or is NULL. A descriptor or a
 * negative errno: -EPERM also when others may write in it. */
int store_open(const char *path, const char *below, bool make);

/* Keeps the first size bytes of an open file as ID.gif, complete and durable before it has its
 * name. 0 or a negative errno, and then nothing is left behind. */
int store_put(int store, const char *id, int from, size_t size);

/* Opens ID.gif for reading; a descriptor or a negative errno. */
int store_get(int store, const char *id);

/* Keeps a line as ID.json. */
int store_note(int store, const char *id, const char *line, size_t n);

/* Removes both. */
void store_remove(int store, const char *id);

/* Removes the oldest until at most so many bytes and files are left, but not the one of the ID kept
 * (or NULL): where the clock went back, the latest looks like the oldest. Names that are no IDs are
 * left alone. What a second is not enough for goes when it is called again. */
void store_bound(int store, uint64_t most_bytes, uint64_t most_files, const char *kept);

/* The same, but what a process has put there stays as long as that process runs. */
void store_bound_ended(int store, uint64_t most_bytes, uint64_t most_files);

/* Calls each with every ID that has a .gif, in no order, until it returns false. */
void store_each(int store, bool (*each)(void *context, const char *id, uint64_t bytes),
                void *context);

#endif
