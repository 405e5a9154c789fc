/* The page that tests and the faulty door share. */
#ifndef GIFVET_TESTS_FAULT_DOOR_H
#define GIFVET_TESTS_FAULT_DOOR_H

enum {
    PAGE_CALLS = 500, /* words below: how often each system call was made */
    PAGE_INJECTED,    /* faults that were injected */
    PAGE_ALLOCATED,   /* blocks that were asked of the arena */
    PAGE_HELD,        /* a judgement waits */
    PAGE_RELEASED,    /* it may go on */
    PAGE_WORDS = 512
};

#endif
