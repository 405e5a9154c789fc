/* The GIFs that this process has read, kept until its outputs are judged.
 *
 * Compressed bytes, in mappings of their own, bounded in number and size, oldest out first;
 * deduplicated by device, inode, size and modification time, because sniffers open a file up to 24
 * times. Lock-free: any thread may keep, borrow and return at any time. */
#ifndef GIFVET_SHIM_SOURCES_H
#define GIFVET_SHIM_SOURCES_H

#include "enforce/attributes.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#define SOURCES_MAX 256

struct source {
    dev_t dev;
    ino_t ino;
    size_t size;
    struct timespec mtime;
    _Atomic uint64_t order;              /* grows with every read: the largest was read last */
    _Atomic pid_t thread;                /* that closed it */
    atomic_bool open;                    /* was still open when it was last seen */
    bool own_output;                     /* was written by this process before it was read */
    const char *path;                    /* as /proc/self/fd showed it; "" unknown */
    const uint8_t *bytes;                /* NULL: larger than may be kept */
    const struct attributes *attributes; /* NULL unless they are to be kept */
};

/* attributes: keep also what a file has beside its bytes. */
void sources_configure(size_t most, size_t most_bytes, bool attributes);

/* Has this process read any GIF? */
bool sources_any(void);

/* Was there a GIF that could not even be noted, for want of memory? */
bool sources_missed(void);

/* Has it read this file in this state (and not written it itself)? */
bool sources_has(const struct stat *st);

/* What sources_keep() is told. fd is readable; path may be NULL (then it is asked for). */
struct source_seen {
    int fd;
    const struct stat *st;
    const char *path;
    bool open, own_output;
};

/* Copies the file, unless it is there already; a file larger than the store is noted without its
 * bytes. Needs no arena. Nothing happens when there is no memory. */
void sources_keep(const struct source_seen *seen);

/* Borrows all sources, oldest first; they stay where they are until they are returned. Returns
 * their number; list has room for SOURCES_MAX. */
size_t sources_borrow(const struct source **list);
void sources_return(const struct source **list, size_t used);

/* In a fork child: what other threads of the parent had borrowed is given back. */
void sources_forked(void);

#endif
