/* Calls a function on another stack: the host's may have a few KB left, a thread's or a signal's.
 */
#ifndef GIFVET_SHIM_STACK_H
#define GIFVET_SHIM_STACK_H

/* Runs work(context) with the stack pointer at top (the high end, aligned to 16 bytes), then
 * returns on the old stack. Unwinders and debuggers see through it (it has call frame information).
 */
void stack_call(void *top, void (*work)(void *), void *context);

#endif
