/* In mode enforce a source is kept before its own name is truncated: whatever happens to the
 * process until the output is judged, SIGKILL included, its bytes are on the disk. */
#ifndef GIFVET_SHIM_RESCUE_H
#define GIFVET_SHIM_RESCUE_H

#include <sys/stat.h>

/* For visits: the open file is about to be truncated. A second truncation before the verdict keeps
 * the first copy. Where no copy can be made the truncation goes on: it is the host's. */
void rescue_keep(int fd, const struct stat *st);

/* For visits: the file was judged and stays, or is back: its copy is removed. */
void rescue_drop(const struct stat *st);

/* In a fork child: the copies are the parent's. */
void rescue_forked(void);

#endif
