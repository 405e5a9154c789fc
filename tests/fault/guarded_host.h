/* What the hosts of guarded.c have in common: what they write, what they say of themselves, their
 * signal handlers, and a judgement that is held open. Included once.
 *
 * Rooms: outputs · the host's state · the host's handlers · a judgement held open */
#ifndef GIFVET_TESTS_GUARDED_HOST_H
#define GIFVET_TESTS_GUARDED_HOST_H

#include "tests/fault/door.h"

#include "tests/tools/in_gif.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- outputs ---- */

static int write_output(const char *path) {
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);
    if (write(fd, bytes, size) != (ssize_t)size)
        abort();
    errno = 77;
    return fd;
}

static void say_close(int fd) {
    int result = close(fd), error = errno;
    printf("result %d, errno %d\n", result, error);
}

/* ---- the host's state ---- */

struct state {
    struct sigaction actions[65];
    sigset_t mask;
    stack_t stack;
    struct itimerval timers[3];
};

static struct state state_now(void) {
    struct state s;
    memset(&s, 0, sizeof s);
    for (int signal = 1; signal <= 64; signal++)
        (void)sigaction(signal, NULL, &s.actions[signal]);
    (void)pthread_sigmask(SIG_SETMASK, NULL, &s.mask);
    (void)sigaltstack(NULL, &s.stack);
    for (int i = 0; i < 3; i++) {
        (void)getitimer((__itimer_which_t)i, &s.timers[i]);
        /* Minutes are enough to see that nobody else has set it. */
        s.timers[i].it_value.tv_sec = (s.timers[i].it_value.tv_sec + 59) / 60;
        s.timers[i].it_value.tv_usec = 0;
    }
    return s;
}

/* What the kernel does not know of a set is not filled in. */
static bool same_set(const sigset_t *a, const sigset_t *b) {
    for (int signal = 1; signal <= 64; signal++)
        if (sigismember(a, signal) != sigismember(b, signal))
            return false;
    return true;
}

/* While some thread judges, its guard stands in the place of the four actions for faults. */
static void say_whether_same(const char *when, const struct state *before, bool judging) {
    struct state now = state_now();
    for (int signal = 1; signal <= 64; signal++) {
        if (judging &&
            (signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE || signal == SIGILL))
            continue;
        const struct sigaction *a = &before->actions[signal], *b = &now.actions[signal];
        if (a->sa_handler != b->sa_handler || a->sa_flags != b->sa_flags ||
            !same_set(&a->sa_mask, &b->sa_mask))
            printf("%s: another action for signal %d\n", when, signal);
    }
    if (!same_set(&before->mask, &now.mask))
        printf("%s: another mask\n", when);
    if (before->stack.ss_sp != now.stack.ss_sp || before->stack.ss_flags != now.stack.ss_flags ||
        before->stack.ss_size != now.stack.ss_size)
        printf("%s: another alternate stack\n", when);
    if (memcmp(before->timers, now.timers, sizeof now.timers) != 0)
        printf("%s: other timers\n", when);
}

/* ---- the host's handlers ---- */

static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
#define FAULTS (sizeof faults / sizeof *faults)

static _Atomic uint32_t handled;
static char *trap; /* a page without rights */
static pthread_t main_thread;
static __thread sigjmp_buf back;
static __thread bool may_jump;

static struct {
    int signal, code;
    long at;
    bool by_me, in_main, on_stack;
} last;
static char other_stack[1 << 16]; /* the alternate stack of a thread that is not judging */

/* Until *word is no longer value; gives up after so long that something must be wrong. */
static bool changes(_Atomic uint32_t *word, uint32_t value) {
    struct timespec now, start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    while (atomic_load(word) == value) {
        sched_yield();
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec - start.tv_sec > 20)
            return false;
    }
    return true;
}

static void on_siginfo(int signal, siginfo_t *info, void *context) {
    (void)context;
    char here;
    last.on_stack = (uintptr_t)&here - (uintptr_t)other_stack < sizeof other_stack;
    last.signal = signal;
    last.code = info->si_code;
    last.by_me = info->si_code <= 0 && info->si_pid == getpid();
    last.at = info->si_code > 0 && signal == SIGSEGV ? (long)((char *)info->si_addr - trap) : 0;
    /* A signal to the process may be given to any of its threads. */
    last.in_main = info->si_code != SI_USER && pthread_equal(pthread_self(), main_thread);
    atomic_fetch_add(&handled, 1);
    if (info->si_code <= 0)
        return;
    if (may_jump)
        siglongjmp(back, 1);
    if (signal != SIGSEGV || last.at < 0 || last.at >= 4096)
        _exit(86); /* not the host's own fault */
    (void)mprotect(trap, 4096, PROT_READ | PROT_WRITE);
}

static void on_signal(int signal) {
    last.signal = signal;
    atomic_fetch_add(&handled, 1);
}

static void handle_siginfo(void) {
    struct sigaction a = {.sa_sigaction = on_siginfo};
    for (size_t i = 0; i < FAULTS; i++) {
        a.sa_flags = SA_SIGINFO | (i % 2 == 0 ? SA_ONSTACK : SA_RESTART);
        sigemptyset(&a.sa_mask);
        sigaddset(&a.sa_mask, SIGUSR1 + (int)i);
        (void)sigaction(faults[i], &a, NULL);
    }
}

static void handle_signal(void) {
    for (size_t i = 0; i < FAULTS; i++)
        (void)signal(faults[i], on_signal);
}

static void say_handled(void) {
    printf("handled %u: signal %d, code %d, at %ld, by me %d, in main %d, on stack %d\n",
           atomic_load(&handled), last.signal, last.code, last.at, last.by_me, last.in_main,
           last.on_stack);
}

/* ---- a judgement held open ---- */

static struct door_page nobodys, *page = &nobodys;

static void open_page(void) {
    const char *path = getenv("GIFVET_FAULT_PAGE");
    int fd = path != NULL ? open(path, O_RDWR) : -1;
    void *at =
        fd >= 0 ? mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (fd >= 0)
        close(fd);
    if (at != MAP_FAILED)
        page = at;
}

static bool is_under_gifvet(void) {
    return page->made[SYS_openat] > 0;
}

/* Closes an output in main while `meanwhile` runs in another thread, after the judgement began and
 * before it ends. */
static void close_while(void *(*meanwhile)(void *)) {
    pthread_t other;
    int fd = write_output("out.gif");
    if (is_under_gifvet())
        atomic_store(&page->hold, 1);
    (void)fflush(stdout);
    if (pthread_create(&other, NULL, meanwhile, NULL) != 0)
        abort();
    errno = 77;
    int result = close(fd), error = errno;
    pthread_join(other, NULL);
    printf("result %d, errno %d\n", result, error);
}

static void judgement_is_open(void) {
    if (is_under_gifvet() && !changes(&page->held, 0))
        printf("no judgement was held\n");
}

static void let_go(void) {
    atomic_store(&page->hold, 0);
    (void)syscall(SYS_futex, (long)&page->hold, (long)FUTEX_WAKE, 1L, 0L, 0L, 0L);
}

#endif
