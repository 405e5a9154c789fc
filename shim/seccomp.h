/* Is the process under a seccomp filter? Such a filter may kill it for a call that it has never
 * made. */
#ifndef GIFVET_SHIM_SECCOMP_H
#define GIFVET_SHIM_SECCOMP_H

#include <stdbool.h>

/* By /proc/self/status, which is opened, read and closed: the loader has just done that with many
 * files. False also when it cannot be opened. Safe in a signal handler and from several threads;
 * allocates nothing. */
bool seccomp_filters(void);

#endif
