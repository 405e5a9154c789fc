/* Signals that wait while a GIF is closed arrive afterwards, each as often and in the order as it
 * would have; those that are not blocked arrive although the close takes long. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <pthread.h>
#include <sys/time.h>

static char order[256];
static size_t arrived;

static void on_signal(int number, siginfo_t *info, void *context) {
    (void)context;
    if (arrived < sizeof order - 16)
        arrived +=
            (size_t)sprintf(order + arrived, " %d/%d", number - SIGRTMIN, info->si_value.sival_int);
}

static void handle(int number) {
    struct sigaction a = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
    sigfillset(&a.sa_mask);
    sigaction(number, &a, NULL);
}

static void send(int number, int value) {
    need(sigqueue(getpid(), number, (union sigval){.sival_int = value}) == 0, "send a signal");
}

static int blocked(void) {
    sigset_t all, before;
    for (int i = 0; i < 4; i++)
        handle(SIGRTMIN + i);
    handle(SIGUSR1);
    handle(SIGTERM);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = 0; i < 3; i++) {
        send(SIGRTMIN + 3 - i, i);
        send(SIGRTMIN + 1, 10 + i);
    }
    send(SIGUSR1, 1);
    send(SIGUSR1, 2);
    said("close", close(whole("out.gif")));
    said("close", close(half("half.gif")));
    say_signals();
    send(SIGTERM, 3);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    say("arrived:%s", order);
    return 0;
}

static volatile sig_atomic_t expired;

static void on_alarm(int number) {
    (void)number;
    expired++;
}

/* Not one of the alarms that are waited for one by one is lost. */
static int unblocked(void) {
    struct sigaction a = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &a, NULL);
    for (int i = 0; i < 500; i++) {
        struct itimerval soon = {.it_value = {.tv_usec = 1 + i * 3}};
        setitimer(ITIMER_REAL, &soon, NULL);
        unlink("out.gif"); /* some file systems write out at once what was truncated before */
        int fd = whole("out.gif");
        close(fd);
        while (expired == i) {
        }
    }
    say("expired: %d", (int)expired);
    return 0;
}

/* A thread that waits for signals gets them all, whichever thread closes. */
static void *wait_for_signals(void *set) {
    int sum = 0;
    for (int i = 0; i < 300; i++) {
        siginfo_t info;
        if (sigwaitinfo(set, &info) == SIGRTMIN)
            sum += info.si_value.sival_int;
    }
    say("sum: %d", sum);
    return NULL;
}

static int waited_for(void) {
    sigset_t set;
    pthread_t thread;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    need(pthread_create(&thread, NULL, wait_for_signals, &set) == 0, "start a thread");
    for (int i = 0; i < 300; i++) {
        send(SIGRTMIN, i);
        int fd = whole("out.gif");
        close(fd);
    }
    pthread_join(thread, NULL);
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {
        {"blocked", blocked}, {"unblocked", unblocked}, {"waited_for", waited_for}, {NULL, NULL}};
    read_source("small.gif");
    int result = run_way(ways, argc, argv);
    say_state();
    return result;
}
