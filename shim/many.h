/* Calls that close many descriptors at once. */
#ifndef GIFVET_SHIM_MANY_H
#define GIFVET_SHIM_MANY_H

struct many;

/* Looks at every open descriptor from first to last; NULL when no output is among them. No
 * descriptor is held until many_judge(): the call that follows would close it. */
struct many *many_look(unsigned first, unsigned last);

/* Judges them and lets go of m; NULL is allowed. errno is left alone. */
void many_judge(struct many *m);

#endif
