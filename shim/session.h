/* One process under gifvet: whether to act at all, its configuration, and the visits in which the
 * shim does its work. The shim's mutable state lives here, in session_program.c, in sources.c and
 * in arena.c. */
#ifndef GIFVET_SHIM_SESSION_H
#define GIFVET_SHIM_SESSION_H

#include "conf/conf.h"
#include "shim/session_program.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Not for use outside session_acts(). */
extern _Atomic bool session_active;
extern __thread bool session_visiting;

/* The flag test at the head of every hook: may this thread do anything but forward? False before
 * the constructor, after the destructor, when switched off, and inside a visit. */
static inline bool session_acts(void) {
    return atomic_load_explicit(&session_active, memory_order_relaxed) && !session_visiting;
}

/* False in a vfork child, which shares its parent's memory but not its descriptors: it only
 * forwards and must leave no trace. One system call. */
bool session_is_owner(void);

/* Has the process one thread only? */
bool session_is_single(void);

/* Something of the process could not be looked at, for no reason that there should be: from now on
 * nobody can say that an output has no other source, or no other writer, and no verdict that rests
 * on that is a failure. */
void session_note_blind(void);
unsigned session_blindness(void); /* how often */

/* From now on every hook only forwards. */
void session_stop(void);

/* The same, to be taken back: for a thread that acts. No system call. */
void session_suspend(bool suspended);
bool session_is_suspended(void);

/* The process's configuration as it is now; never NULL once session_acts() was true. */
const struct conf *session_conf(void);

/* From now on session_conf() is the configuration under a performance mode: 0 normal, 1 degraded, 2
 * emergency. */
void session_performance(unsigned mode);

/* Microseconds since this process, or the one that it was forked from, began: since the object was
 * loaded into it, that is, before its main(). */
int64_t session_elapsed_us(void);

/* True when the file was changed after this process began, by the file system's own clock. */
bool session_changed(const struct stat *st);

/* True when st was open for writing in the parent at the fork that made this process: the parent's
 * business, not ours. */
bool session_inherited(const struct stat *st);

/* Runs work(context) as a visit: in the owner process only, with an arena, on a stack of its own,
 * with every asynchronous signal held back and the floating-point environment that programs begin
 * with. Returns false without calling work when that cannot be
 * had. errno is left alone. */
bool session_visit(void (*work)(void *context), void *context);

/* Holds back every asynchronous signal of this thread, and lets them through again as they were. */
uint64_t session_hold_signals(void);
void session_release_signals(uint64_t mask);

/* Inside a visit: where the host's own stack stood when it began. */
uintptr_t session_host_stack(void);

/* Has the operator put EMERGENCY_DISABLE into the state directory? Asked at every output. True
 * also when that cannot be told. */
bool session_killed(void);

/* The configuration's problems, as one text with one "file:line: key: reason" a line, "" when there
 * are none; true only for the first caller, who records them. */
bool session_problems(const char **text);

/* What the constructor, and the child's side of fork, do. */
void session_begin(int argc, char **argv, char **envp);
void session_forked(void);

#endif
