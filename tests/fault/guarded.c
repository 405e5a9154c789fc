/* Hosts in which a judgement fails: each reads in.gif, writes out.gif, closes it, and says what it
 * finds of itself. The door (door.h) provokes the fault, or holds the judgement open for as long as
 * the host does something else with signals. Without gifvet nothing is held and nothing fails: the
 * host must say the same.
 *
 * Rooms: outputs · the host's state · the host's handlers · a judgement held open · faults of the
 * host's own · ways */
#include "tests/fault/door.h"

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

static char bytes[1 << 22];
static size_t size;

static void read_source(void) {
    int fd = open("in.gif", O_RDONLY);
    ssize_t n = read(fd, bytes, sizeof bytes);
    size = n > 0 ? (size_t)n : 0;
    close(fd);
}

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

/* ---- faults of the host's own ---- */

static void touch_trap(void) {
    (void)mprotect(trap, 4096, PROT_NONE);
    *(volatile char *)(trap + 0x123) = 1;
}

static void touch_behind_file(void) {
    int fd = memfd_create("empty", 0);
    char *at = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    (void)*(volatile char *)at;
}

static void divide_by_zero(void) {
#if defined(__x86_64__)
    __asm__ volatile("xorl %%ecx, %%ecx; movl $1, %%eax; cltd; idivl %%ecx" ::
                         : "eax", "ecx", "edx", "cc");
#else
    (void)raise(SIGFPE);
#endif
}

static void run_nonsense(void) {
#if defined(__x86_64__)
    __asm__ volatile("ud2");
#else
    __asm__ volatile("udf #0");
#endif
}

static void jump_out_of(void (*fault)(void)) {
    may_jump = true;
    if (sigsetjmp(back, 1) == 0)
        fault();
    may_jump = false;
    say_handled();
}

static void *faults_itself(void *none) {
    judgement_is_open();
    for (int i = 0; i < 3; i++) {
        touch_trap();
        say_handled();
    }
    jump_out_of(touch_trap);
    jump_out_of(touch_behind_file);
    jump_out_of(divide_by_zero);
    jump_out_of(run_nonsense);
    let_go();
    return none;
}

static void *dies(void *none) {
    judgement_is_open();
    touch_trap();
    return none;
}

static void *kills(void *none) {
    judgement_is_open();
    (void)kill(getpid(), SIGSEGV);
    let_go();
    return none;
}

static void *kills_main(void *none) {
    judgement_is_open();
    (void)pthread_kill(main_thread, SIGSEGV);
    let_go();
    return none;
}

static struct state asked;

static void *asks(void *none) {
    judgement_is_open();
    say_whether_same("during", &asked, true);
    let_go();
    return none;
}

static void *installs(void *none) {
    judgement_is_open();
    handle_siginfo();
    let_go();
    return none;
}

/* ---- ways ---- */

static int ends_well(const struct state *before) {
    say_whether_same("after", before, false);
    return 3;
}

static int quiet(void) {
    struct state before = state_now();
    say_close(write_output("out.gif"));
    return ends_well(&before);
}

static int with_handlers(void (*handle)(void)) {
    handle();
    struct state before = state_now();
    asked = before;
    /* The other thread has no alternate stack of its own. */
    memset(&asked.stack, 0, sizeof asked.stack);
    asked.stack.ss_flags = SS_DISABLE;
    close_while(asks);
    say_handled();
    /* And after it the host's handlers still work. */
    touch_trap();
    say_handled();
    return ends_well(&before);
}

static int siginfo(void) {
    return with_handlers(handle_siginfo);
}

static int plain_signal(void) {
    handle_signal();
    struct state before = state_now();
    say_close(write_output("out.gif"));
    (void)raise(SIGSEGV);
    say_handled();
    return ends_well(&before);
}

static int ignored(void) {
    for (size_t i = 0; i < FAULTS; i++)
        (void)signal(faults[i], SIG_IGN);
    return quiet();
}

static int blocked(void) {
    sigset_t all;
    sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, NULL);
    return quiet();
}

static int alarmed(void) {
    struct itimerval t = {.it_interval = {.tv_sec = 3600}, .it_value = {.tv_sec = 3600}};
    (void)signal(SIGALRM, on_signal);
    (void)signal(SIGVTALRM, on_signal);
    (void)signal(SIGPROF, on_signal);
    (void)setitimer(ITIMER_REAL, &t, NULL);
    (void)setitimer(ITIMER_VIRTUAL, &t, NULL);
    (void)setitimer(ITIMER_PROF, &t, NULL);
    int result = quiet();
    say_handled();
    return result;
}

static const int sent[] = {SIGABRT, SIGTRAP, SIGSYS, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
static sigset_t all_signals;

static void *takes(void *none) {
    const struct timespec at_once = {0};
    bool taken[65] = {0};
    for (int s; (s = sigtimedwait(&all_signals, NULL, &at_once)) > 0;)
        taken[s] = true;
    for (int s = 1; s <= 64; s++)
        if (taken[s])
            printf("taken: signal %d\n", s);
    return none;
}

/* A signal that was sent to the process, while all its threads hold it back, stays pending until
 * one of them takes it, whichever that is. */
static int pending(void) {
    pthread_t other;
    sigfillset(&all_signals);
    (void)pthread_sigmask(SIG_SETMASK, &all_signals, NULL);
    struct state before = state_now();
    int fd = write_output("out.gif");
    for (size_t i = 0; i < sizeof sent / sizeof *sent; i++)
        (void)kill(getpid(), sent[i]);
    say_close(fd);
    if (pthread_create(&other, NULL, takes, NULL) != 0)
        abort();
    pthread_join(other, NULL);
    return ends_well(&before);
}

static int thread_faults(void) {
    handle_siginfo();
    struct state before = state_now();
    close_while(faults_itself);
    return ends_well(&before);
}

/* The handlers are not for the alternate stack, which the other thread has. */
static void handle_aside(void) {
    struct sigaction a = {.sa_sigaction = on_siginfo, .sa_flags = SA_SIGINFO};
    for (size_t i = 0; i < FAULTS; i++)
        (void)sigaction(faults[i], &a, NULL);
}
static void *faults_with_stack(void *none) {
    stack_t stack = {.ss_sp = other_stack, .ss_size = sizeof other_stack};
    (void)sigaltstack(&stack, NULL);
    return faults_itself(none);
}
static int thread_has_stack(void (*handle)(void)) {
    handle();
    struct state before = state_now();
    close_while(faults_with_stack);
    return ends_well(&before);
}
static int thread_on_stack(void) {
    return thread_has_stack(handle_siginfo);
}
static int thread_with_stack(void) {
    return thread_has_stack(handle_aside);
}

/* A child that is made while a judgement is open has its own faults. */
static void *forks(void *none) {
    int status = 0;
    judgement_is_open();
    pid_t pid = fork();
    if (pid == 0) {
        touch_trap();
        _exit((int)atomic_load(&handled));
    }
    (void)waitpid(pid, &status, 0);
    printf("child: %#x\n", (unsigned)status);
    let_go();
    return none;
}
static int forked_meanwhile(void) {
    handle_siginfo();
    struct state before = state_now();
    close_while(forks);
    return ends_well(&before);
}

/* What the host reads as the action of the moment, and puts back later, is as good as its own. */
static struct sigaction saved;
static void *saves(void *none) {
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    judgement_is_open();
    (void)sigaction(SIGSEGV, &ignore, &saved);
    (void)sigaction(SIGSEGV, &saved, NULL);
    let_go();
    return none;
}
static int saved_meanwhile(void) {
    handle_siginfo();
    close_while(saves);
    (void)sigaction(SIGSEGV, &saved, NULL);
    touch_trap();
    say_handled();
    return 3;
}

static int killed_by(void *(*other)(void *), void (*handle)(void)) {
    handle();
    struct state before = state_now();
    close_while(other);
    if (!changes(&handled, 0))
        printf("the signal never came\n");
    say_handled();
    return ends_well(&before);
}

static int process_signal(void) {
    return killed_by(kills, handle_siginfo);
}
static int process_signal_plain(void) {
    return killed_by(kills, handle_signal);
}
static int thread_signal(void) {
    return killed_by(kills_main, handle_siginfo);
}
static int thread_signal_plain(void) {
    return killed_by(kills_main, handle_signal);
}

static int default_fault(void) {
    close_while(dies);
    return 4;
}
static int default_signal(void) {
    close_while(kills);
    return 4;
}
static int default_thread_signal(void) {
    close_while(kills_main);
    return 4;
}
static int ignored_signal(void) {
    (void)signal(SIGSEGV, SIG_IGN);
    close_while(kills);
    return 4;
}

/* A handler that is installed while a judgement fails is the one that stays. */
static int installed_meanwhile(void) {
    close_while(installs);
    struct state expected = state_now();
    handle_siginfo();
    say_whether_same("after", &expected, false);
    touch_trap();
    say_handled();
    return 3;
}

static int in_handler_fd;
static void closes_in_handler(int signal) {
    (void)signal;
    (void)close(in_handler_fd);
}
static int in_handler(void) {
    struct sigaction a = {.sa_handler = closes_in_handler, .sa_flags = SA_ONSTACK};
    (void)sigaction(SIGUSR1, &a, NULL);
    handle_siginfo();
    struct state before = state_now();
    in_handler_fd = write_output("out.gif");
    (void)raise(SIGUSR1);
    printf("open: %d\n", fcntl(in_handler_fd, F_GETFD) == 0);
    return ends_well(&before);
}

static int child(void) {
    int status = 0;
    handle_siginfo();
    struct state before = state_now();
    pid_t pid = fork();
    if (pid == 0)
        _exit(close(write_output("out.gif")));
    (void)waitpid(pid, &status, 0);
    printf("child: %#x\n", (unsigned)status);
    return ends_well(&before);
}

#define THREADS 8
#define OUTPUTS 6

static void *writes_many(void *number) {
    char path[32];
    struct state before = state_now();
    for (int i = 0; i < OUTPUTS; i++) {
        snprintf(path, sizeof path, "out%d_%d.gif", (int)(long)number, i);
        if (close(write_output(path)) != 0 || errno != 77)
            printf("close of %s failed\n", path);
    }
    say_whether_same("thread", &before, true);
    return NULL;
}

static int many(void) {
    pthread_t t[THREADS];
    handle_siginfo();
    struct state before = state_now();
    for (long i = 0; i < THREADS; i++)
        if (pthread_create(&t[i], NULL, writes_many, (void *)i) != 0)
            abort();
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    say_handled();
    return ends_well(&before);
}

static long mapped_pages(void) {
    char text[64] = "";
    int fd = open("/proc/self/statm", O_RDONLY);
    (void)!read(fd, text, sizeof text - 1);
    close(fd);
    return atol(text);
}

/* What a failed judgement had mapped is given back. */
static int fifty(void) {
    struct state before = state_now();
    say_close(write_output("out.gif"));
    long pages = mapped_pages();
    for (int i = 0; i < 50; i++)
        if (close(write_output("out.gif")) != 0)
            printf("a close failed\n");
    printf("grown: %d\n", mapped_pages() - pages > 256);
    return ends_well(&before);
}

static const struct {
    const char *name;
    int (*run)(void);
} ways[] = {
    {"quiet", quiet},
    {"siginfo", siginfo},
    {"plain_signal", plain_signal},
    {"ignored", ignored},
    {"blocked", blocked},
    {"alarmed", alarmed},
    {"pending", pending},
    {"thread_faults", thread_faults},
    {"thread_on_stack", thread_on_stack},
    {"thread_with_stack", thread_with_stack},
    {"forked_meanwhile", forked_meanwhile},
    {"saved_meanwhile", saved_meanwhile},
    {"process_signal", process_signal},
    {"process_signal_plain", process_signal_plain},
    {"thread_signal", thread_signal},
    {"thread_signal_plain", thread_signal_plain},
    {"default_fault", default_fault},
    {"default_signal", default_signal},
    {"default_thread_signal", default_thread_signal},
    {"ignored_signal", ignored_signal},
    {"installed_meanwhile", installed_meanwhile},
    {"in_handler", in_handler},
    {"child", child},
    {"many", many},
    {"fifty", fifty},
};

int main(int argc, char **argv) {
    static char room[1 << 16];
    stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
    (void)sigaltstack(&stack, NULL);
    main_thread = pthread_self();
    trap = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    open_page();
    read_source();
    for (size_t i = 0; argc == 2 && i < sizeof ways / sizeof *ways; i++)
        if (strcmp(argv[1], ways[i].name) == 0)
            return ways[i].run();
    fprintf(stderr, "guarded: no such way\n");
    return 99;
}
