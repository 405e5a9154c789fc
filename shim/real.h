/* The functions that the hooks stand in front of: real_close, real_fclose, … */
#ifndef GIFVET_SHIM_REAL_H
#define GIFVET_SHIM_REAL_H

#include <stdio.h>
#include <sys/types.h>

/* Never NULL: until real_resolve() has run, and where a name is not found, they are stand-ins made
 * of the raw system call (for fclose: _IO_fclose). Functions that cannot be made of system calls
 * (freopen, quick_exit, fopen) look the real one up at their first call. */
#define HOOK(name, result, parameters, why) extern result(*real_##name) parameters;
#include "shim/hooks.def"
#undef HOOK

/* Looks every name up behind this object (RTLD_NEXT). For the constructor alone: dlsym() may
 * allocate, and then deadlock with some allocators when called from a hook. */
void real_resolve(void);

#endif
