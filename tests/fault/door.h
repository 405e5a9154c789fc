/* What is told to the door of tests/fault/door.c, and what it tells.
 *
 * GIFVET_FAULT says which fault, words divided by commas (nothing: only count):
 *
 *   call=openat,nth=3,errno=EACCES[,times=2]    the third such call is refused, and so many after
 *                                               it (times=0: all)
 *   call=read,nth=2,short                       it brings half of what was asked for
 *   call=linkat,nth=1,kill                      the process dies of SIGKILL before it
 *   alloc,nth=4[,times=N]                       the arena has no room for the fourth block
 *   clock=back|forth|leaps|stands               what both clocks do, from one question to the next
 *   judge=SEGV|BUS|FPE|ILL|STACK|LOOP,nth=5     the fifth question for the time ends in this fault;
 *                                               with `every`, each fifth
 *
 * GIFVET_FAULT_PAGE names a file that holds a struct door_page and is shared with who watches.
 * GIFVET_FAULT_SYSLOG names the socket that is taken for /dev/log. */
#ifndef GIFVET_TESTS_FAULT_DOOR_H
#define GIFVET_TESTS_FAULT_DOOR_H

#include <stdatomic.h>
#include <stdint.h>

#define DOOR_CALLS 512
#define DOOR_FRAMES 16

struct door_page {
    _Atomic uint32_t made[DOOR_CALLS]; /* system calls, by number */
    _Atomic uint32_t allocations;      /* that the arena was asked for */
    _Atomic uint32_t asked;            /* the clock */
    _Atomic uint32_t struck;           /* faults that came about */
    char what[160];                    /* of the first one: the file */
    uintptr_t frames[DOOR_FRAMES];     /* and who called, as offsets into the object */
    /* A judgement is held open: who watches sets hold to 1; the next question for the time makes
     * it 2, sets held and waits (futex) until hold is 0. */
    _Atomic uint32_t hold, held;
};

#endif
