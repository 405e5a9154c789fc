/* The configuration as a rollout needs it: in force, and what its file alone says. */
#ifndef GIFVET_COMMAND_IN_FORCE_H
#define GIFVET_COMMAND_IN_FORCE_H

#include "conf/conf.h"

/* host: as it is in force for whoever asks; says where state and log are. file: without overlays
 * and variables, because the phase of a host is what its file says; file->file is "" where there is
 * none yet. 0; or 2, said on stderr behind "gifvet NAME: ", when anything is wrong with it: a
 * rollout does not go on from a broken configuration. */
int in_force_load(struct conf *host, struct conf *file, const char *name);

#endif
