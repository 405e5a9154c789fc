/* Which signals a command takes for itself. */
#ifndef GIFVET_COMMAND_HEARD_H
#define GIFVET_COMMAND_HEARD_H

#include <signal.h>
#include <stddef.h>

/* Puts into *set those of the n signals that are not ignored. What nohup, or a shell for a job in
 * the background, has ignored has to stay so: blocked for a signalfd, it would be queued all the
 * same. */
void heard_signals(sigset_t *set, const int *signals, size_t n);

#endif
