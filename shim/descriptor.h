/* What a closing descriptor is: an output, a source, or nothing of ours.
 *
 * A hook looks before the real call, while the number is surely the host's, and judges after it,
 * when the file is complete. In between nothing is held but its path: a descriptor of our own would
 * stay open where the real call is left by longjmp() or cancellation, would break a lease, and its
 * closing would drop locks. */
#ifndef GIFVET_SHIM_DESCRIPTOR_H
#define GIFVET_SHIM_DESCRIPTOR_H

#include <stdbool.h>
#include <sys/stat.h>

/* An output that is about to be closed. */
struct closing {
    char *path;     /* in a mapping of PATH_MAX bytes */
    int fd;         /* -1; private, where no path leads to the file as yet (O_TMPFILE, linkat) */
    struct stat st; /* as it was before the real call */
};

/* How the bytes get to the file: CLOSING_WRITTEN, all are there before the real call;
 * CLOSING_BUFFERED, a stream may write more during it. */
enum closing_kind { CLOSING_WRITTEN, CLOSING_BUFFERED };

/* Looks at a descriptor that will be closed. A source is copied at once. Returns true, with *c
 * filled, when it may be an output: then closing_judge() must be called after the real call. Costs
 * one system call when it is no regular file, three when it is one that was only read. errno is
 * left alone; safe in signal handlers and threads. */
bool closing_look(int fd, enum closing_kind kind, struct closing *c);

/* Judges what c says, if it is a GIF (or should be one) and complete, and lets go of c. True when
 * it was rejected and the closing call is to fail. */
bool closing_judge(struct closing *c);

/* The same for what stays open until the process ends: other writable descriptors do not matter. */
void closing_judge_at_exit(struct closing *c);

/* Before path (relative to directory) is truncated: when it is a GIF that this process is still
 * reading, it is kept as a source; in mode enforce one that it has read is kept on the disk too,
 * and then a number is returned, else -1. */
int closing_keep_truncated(int directory, const char *path);

/* The call that would have truncated it failed. */
void closing_not_truncated(int number);

#endif
