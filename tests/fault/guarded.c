/* Hosts in which a judgement fails: each reads in.gif, writes out.gif, closes it, and says what it
 * finds of itself. The door (door.h) provokes the fault, or holds the judgement open for as long as
 * the host does something else with signals. Without gifvet nothing is held and nothing fails: the
 * host must say the same.
 *
 * Rooms: faults of the host's own · ways */
#include "tests/fault/guarded_host.h"

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
