/* In mode enforce a source is kept before its own name is truncated: whatever happens to the
 * process until the output is judged, SIGKILL included, its bytes are on the disk. */
#ifndef GIFVET_SHIM_RESCUE_H
#define GIFVET_SHIM_RESCUE_H

#include <sys/stat.h>

/* For visits: the open file, which this process has read as it is, is about to be truncated.
 * Returns a number for rescue_take_back(), -1 when no copy could be made: the truncation goes on,
 * it is the host's. */
int rescue_keep(int fd, const struct stat *st);

/* For visits: the truncation did not happen. */
void rescue_take_back(int number);

/* For visits: opens the first copy of the file that was made; a descriptor or a negative errno. */
int rescue_open(const struct stat *st);

/* For visits: the file was judged and stays, or is back: its copies are removed. */
void rescue_drop(const struct stat *st);

/* In a fork child: the copies are the parent's. */
void rescue_forked(void);

#endif
