/* A fault inside the judge must not be the host's.
 *
 * While a thread judges, its SIGSEGV, SIGBUS, SIGFPE, SIGILL, an overflow of the visit's stack, and
 * a judgement that goes on long after its time budget end the judgement, not the process. The
 * handlers stand only while some thread judges. A fault of any other thread, a fault outside the
 * judge and a signal that someone sent are the host's: its own action gets them, and is in place
 * again when the last judgement ends. A thread of the host that asks for the action of one of the
 * four signals within those milliseconds sees ours; what it then sets stays. One limit: where a
 * thread of the host faults on purpose meanwhile, has a signal stack, and its handler is not made
 * for it, the host's actions are put back at once, and the rest of that judgement is without guard.
 */
#ifndef GIFVET_SHIM_GUARD_H
#define GIFVET_SHIM_GUARD_H

#include "record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GUARD_CALLERS_MAX 32

/* What ended the work. reason is one line: "SIGSEGV at address 0x0", "went on for … ms, …". */
struct guard_fault {
    char reason[96];
    struct record_caller callers[GUARD_CALLERS_MAX]; /* the faulting function first */
    size_t callers_used;
};

/* Runs work(context) under guard; for visits. Returns true when it ended by itself, else false and
 * *fault filled: then nothing that work was changing may be trusted, its arena included. Without
 * memory for the guard it is not begun: false, with an empty reason.
 * timeout_ms: after how long it is ended (0: never). host_stack as backtrace_callers(), 0: no
 * backtrace of the fault. */
bool guard_run(void (*work)(void *context), void *context, int64_t timeout_ms, uintptr_t host_stack,
               struct guard_fault *fault);

/* The child's side of fork: no other thread judges there. */
void guard_forked(void);

#endif
