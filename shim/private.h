/* Descriptors of the shim's own: open for the length of one visit, out of the host's way.
 *
 * Numbered above 500 where the limit allows it, close-on-exec. Closing any descriptor of a file
 * drops the POSIX locks that the process holds on it; where the host holds one, the descriptor is
 * kept open until it no longer does. Safe in signal handlers and threads. */
#ifndef GIFVET_SHIM_PRIVATE_H
#define GIFVET_SHIM_PRIVATE_H

#include <stdbool.h>
#include <sys/stat.h>

/* Opens for reading what stands behind the descriptor fd or at path; never blocks, follows what
 * the kernel follows. Returns the number or a negative errno. */
int private_open_fd(int fd);
int private_open_path(int directory, const char *path);

/* Closes one of them, unless it is no longer the file that st says (then the number is the host's
 * by now) or the host would lose a lock by it. */
void private_close(int fd, const struct stat *st);

/* The same for whatever file it is. */
void private_close_own(int fd);

/* Is a descriptor with these status flags (F_GETFL) one of gifvet's? Another thread's visit may
 * have one open. Recognised by flags that together say nothing to the kernel and that no program
 * gives. */
bool private_is_ours(int flags);

/* In a fork child: closes what visits of other threads of the parent had open. No locks are lost by
 * it, a child has none. */
void private_forked(void);

#endif
