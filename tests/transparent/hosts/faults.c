/* A host that lives with its own faults: one thread faults and recovers, twenty thousand times,
 * while others close GIFs. Every fault is the host's own and reaches its handler. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <sys/mman.h>

#define FAULTS 20000
#define CLOSERS 3
#define CLOSES 100

static _Thread_local sigjmp_buf back;
static _Atomic int handled, strange;
static char *forbidden;

/* The fault's address tells whose it is. */
static void on_fault(int number, siginfo_t *info, void *context) {
    (void)context;
    bool own = number == SIGSEGV && (char *)info->si_addr >= forbidden &&
               (char *)info->si_addr < forbidden + 4096;
    atomic_fetch_add(own ? &handled : &strange, 1);
    siglongjmp(back, 1);
}

static void *fault(void *unused) {
    for (volatile int i = 0; i < FAULTS; i++)
        if (sigsetjmp(back, 1) == 0)
            forbidden[i % 4096] = 1;
    return unused;
}

static void *close_many(void *name) {
    char path[32];
    for (int i = 0; i < CLOSES; i++) {
        snprintf(path, sizeof path, "o/%s%s%d.gif", i % 2 == 0 ? "" : "half", (char *)name, i);
        int fd = i % 2 == 0 ? whole(path) : half(path);
        close(fd);
    }
    return NULL;
}

int main(void) {
    static char *names[CLOSERS] = {"a", "b", "c"};
    pthread_t faulting, closers[CLOSERS];
    struct sigaction a = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigaddset(&a.sa_mask, SIGUSR2);
    read_source("small.gif");
    mkdir("o", 0755);
    forbidden = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    sigaction(SIGSEGV, &a, NULL);
    sigaction(SIGBUS, &a, NULL);
    say_state();
    need(pthread_create(&faulting, NULL, fault, NULL) == 0, "start a thread");
    for (int i = 0; i < CLOSERS; i++)
        need(pthread_create(&closers[i], NULL, close_many, names[i]) == 0, "start a thread");
    pthread_join(faulting, NULL);
    for (int i = 0; i < CLOSERS; i++)
        pthread_join(closers[i], NULL);
    say("handled: %d, strange: %d", handled, strange);
    sigaction(SIGSEGV, NULL, &a);
    say("own handler: %d, blocks SIGUSR2: %d", a.sa_sigaction == on_fault,
        sigismember(&a.sa_mask, SIGUSR2));
    say_state();
    return 0;
}
