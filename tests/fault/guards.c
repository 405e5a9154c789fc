/* A host whose signals are its own, while a thread of it is judging. Reads in.gif, writes out.gif
 * in a thread that closes it; argv[1] says what else happens. Under the faulty object with hold=1
 * the judgement waits until this program has done that; without gifvet nothing waits.
 *
 *   quiet      nothing: a fault inside the judge is all there is
 *   faults     the main thread writes where it may not, three times, and comes back by siglongjmp
 *   altstack   the same, with a handler on a signal stack
 *   sent       SIGSEGV is sent to the process, to this thread, to the closing one
 *   blocked    the closing thread holds SIGBUS back and has one waiting
 *   replaced   the host installs another handler meanwhile
 *   forked     a child, made meanwhile, faults
 *   dies       the main thread faults, and nothing handles it */
#include "tests/fault/door.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static char bytes[1 << 20];
static size_t size;
static _Atomic uint64_t *page;
static _Atomic int segv_count, bus_count;
static _Atomic uintptr_t last_address;
static _Atomic bool on_stack;
static sigjmp_buf back;
static bool jumps;
static char signal_stack[65536];
static bool blocks;
static _Atomic bool closed, finished;

static void on_segv(int signal, siginfo_t *info, void *context) {
    (void)context;
    (void)signal;
    char here;
    on_stack = &here >= signal_stack && &here < signal_stack + sizeof signal_stack;
    segv_count++;
    last_address = (uintptr_t)info->si_addr;
    if (jumps && info->si_code > 0)
        siglongjmp(back, 1);
}

static void on_bus(int signal) {
    (void)signal;
    bus_count++;
}

static void handle(int signal, void (*action)(int, siginfo_t *, void *), int flags) {
    struct sigaction a = {.sa_sigaction = action, .sa_flags = SA_SIGINFO | flags};
    sigaddset(&a.sa_mask, SIGUSR2);
    sigaction(signal, &a, NULL);
}

static void read_source(void) {
    int fd = open("in.gif", O_RDONLY);
    ssize_t n = read(fd, bytes, sizeof bytes);
    size = n > 0 ? (size_t)n : 0;
    close(fd);
}

static void *closes(void *unused) {
    (void)unused;
    sigset_t bus;
    sigemptyset(&bus);
    sigaddset(&bus, SIGBUS);
    if (blocks) {
        pthread_sigmask(SIG_BLOCK, &bus, NULL);
        pthread_kill(pthread_self(), SIGBUS);
    }
    int fd = open("out.gif", O_CREAT | O_TRUNC | O_WRONLY, 0644);
    if (write(fd, bytes, size) != (ssize_t)size)
        abort();
    long result = close(fd);
    if (blocks) {
        printf("SIGBUS came %d times while it was held back\n", bus_count);
        pthread_sigmask(SIG_UNBLOCK, &bus, NULL);
    }
    closed = true;
    while (!finished)
        sched_yield();
    return (void *)result;
}

static void fault_three_times(void) {
    static volatile char *volatile nowhere = (char *)4096;
    jumps = true;
    for (int i = 0; i < 3; i++)
        if (sigsetjmp(back, 1) == 0)
            nowhere[i] = 1;
    jumps = false;
    printf("%d faults of its own, the last at %#lx%s\n", segv_count, (unsigned long)last_address,
           on_stack ? ", on the signal stack" : "");
}

static void own_fault_in_child(void) {
    pid_t child = fork();
    int status;
    if (child == 0) {
        struct sigaction now;
        sigaction(SIGSEGV, NULL, &now);
        fault_three_times();
        fflush(stdout);
        _exit(now.sa_sigaction == on_segv ? 0 : 1);
    }
    waitpid(child, &status, 0);
    printf("the child ended with %#x\n", (unsigned)status);
}

static void meanwhile(const char *what, pthread_t closing) {
    static const char *const names[] = {"faults", "altstack"};
    if (strcmp(what, names[0]) == 0 || strcmp(what, names[1]) == 0) {
        fault_three_times();
    } else if (strcmp(what, "sent") == 0) {
        kill(getpid(), SIGSEGV);
        raise(SIGSEGV);
        pthread_kill(closing, SIGSEGV);
    } else if (strcmp(what, "replaced") == 0) {
        struct sigaction a = {.sa_handler = on_bus};
        sigaction(SIGBUS, &a, NULL);
    } else if (strcmp(what, "forked") == 0) {
        own_fault_in_child();
    } else if (strcmp(what, "dies") == 0) {
        signal(SIGSEGV, SIG_DFL);
        *(volatile char *)4096 = 1;
    }
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "quiet", *path = getenv("GIFVET_FAULT_PAGE");
    const bool held = getenv("LD_PRELOAD") != NULL && strcmp(what, "quiet") != 0;
    int fd = path != NULL ? open(path, O_RDWR) : -1;
    if (fd >= 0) {
        page = mmap(NULL, PAGE_WORDS * 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
    }
    stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
    sigaltstack(&stack, NULL);
    handle(SIGSEGV, on_segv, strcmp(what, "altstack") == 0 ? SA_ONSTACK : 0);
    signal(SIGBUS, on_bus);
    blocks = strcmp(what, "blocked") == 0;
    read_source();
    pthread_t t;
    pthread_create(&t, NULL, closes, NULL);
    while (held && page != NULL && atomic_load(&page[PAGE_HELD]) == 0)
        sched_yield();
    while (!held && !closed)
        sched_yield();
    meanwhile(what, t);
    if (page != NULL)
        atomic_store(&page[PAGE_RELEASED], 1);
    finished = true;
    void *result;
    pthread_join(t, &result);
    struct sigaction segv, bus;
    sigaction(SIGSEGV, NULL, &segv);
    sigaction(SIGBUS, NULL, &bus);
    sigaltstack(NULL, &stack);
    printf("close %ld, SIGSEGV %d, SIGBUS %d\n", (long)result, segv_count, bus_count);
    printf("handlers: %s %#x %d, %s; signal stack %s\n",
           segv.sa_sigaction == on_segv ? "its own" : "another",
           (unsigned)segv.sa_flags & ~0x04000000u, sigismember(&segv.sa_mask, SIGUSR2),
           bus.sa_handler == on_bus ? "its own" : "another",
           stack.ss_sp == signal_stack ? "its own" : "another");
    fault_three_times();
    return 7;
}
