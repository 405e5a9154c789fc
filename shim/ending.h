/* Outputs that are still open when the process ends. */
#ifndef GIFVET_SHIM_ENDING_H
#define GIFVET_SHIM_ENDING_H

#include <stdbool.h>

/* Judges every output that is still open. flush: exit() will write out what streams hold only
 * after the destructors, so the stream of an output that is open is flushed first, and no other. */
void ending_judge(bool flush);

#endif
