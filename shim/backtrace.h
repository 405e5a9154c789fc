/* Who closed the file: the frames of the host, by libgcc's unwinder.
 *
 * libgcc_s.so.1 is loaded on the first failed verdict with dlopen(RTLD_LOCAL); every glibc system
 * has it. Linked, its _Unwind_* would be bound into every C host. Not libunwind: it keeps two
 * descriptors of a pipe open in the host for good, and one cannot close them behind its back. */
#ifndef GIFVET_SHIM_BACKTRACE_H
#define GIFVET_SHIM_BACKTRACE_H

#include "record/record.h"

#include <stddef.h>
#include <stdint.h>

/* Fills callers[0..most) from the innermost frame outwards, without gifvet's own; returns how many.
 * For visits; host_stack is an address on the host's stack (session_host_stack()). Nothing is done
 * inside a signal handler: loading a library allocates, and the handler may have interrupted the
 * allocator. */
size_t backtrace_callers(struct record_caller *callers, size_t most, uintptr_t host_stack);

/* The same in the handler of a fault (context: its ucontext_t), from the faulting function on,
 * gifvet's own frames included. */
size_t backtrace_fault(struct record_caller *callers, size_t most, const void *context,
                       uintptr_t host_stack);

#endif
