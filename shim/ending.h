/* Outputs that are still open when the process ends. */
#ifndef GIFVET_SHIM_ENDING_H
#define GIFVET_SHIM_ENDING_H

#include <stdbool.h>

/* Judges every output that is still open. flush: exit() will write out what streams hold only after
 * its handlers, so the stream of an output that is open is flushed first, and no other. */
void ending_judge(bool flush);

/* What the process ends with instead of status, which goes on record where that is wanted. */
int ending_status(int status);

/* exit(): as the last of its handlers judges, and ends the process otherwise than with status when
 * something was rejected. */
void ending_at_exit(int status, void *unused);

/* quick_exit(): remembers the status that it was given, and, as the last of its handlers, judges.
 */
void ending_note_status(int status);
void ending_quickly(void);

#endif
