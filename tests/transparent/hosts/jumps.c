/* A timer's handler jumps out of close(), some hundred times. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <setjmp.h>
#include <sys/time.h>

#define TIMES 500

static sigjmp_buf back;
static volatile sig_atomic_t is_closing, jumped;

static void on_alarm(int number) {
    (void)number;
    if (is_closing) {
        jumped++;
        siglongjmp(back, 1);
    }
}

/* As likely to strike early as late; never, when the close is over before. */
static void strike_after(int us) {
    struct itimerval soon = {.it_value = {.tv_usec = us}};
    setitimer(ITIMER_REAL, &soon, NULL);
}

static int close_with_jumps(int saved) {
    for (volatile int i = 0; i < TIMES; i++) {
        /* A fresh file: some file systems write out at once what was truncated before. */
        const char *name = i % 4 == 3 ? "half.gif" : "out.gif";
        unlink(name);
        volatile int fd = i % 4 == 3 ? half(name) : whole(name);
        if (sigsetjmp(back, saved) == 0) {
            strike_after(1 + i * 7 % 300);
            is_closing = 1;
            close(fd);
        } else if (saved == 0) {
            sigset_t set;
            sigemptyset(&set);
            pthread_sigmask(SIG_SETMASK, &set, NULL);
        }
        is_closing = 0;
        strike_after(0);
        /* Left early, the call has not closed it. */
        if (fcntl(fd, F_GETFD) >= 0)
            close(fd);
    }
    return 0;
}

static int with_mask(void) {
    return close_with_jumps(1);
}

static int without_mask(void) {
    return close_with_jumps(0);
}

int main(int argc, char **argv) {
    static const struct way ways[] = {
        {"with_mask", with_mask}, {"without_mask", without_mask}, {NULL, NULL}};
    struct sigaction a = {.sa_handler = on_alarm};
    read_source("small.gif");
    sigaction(SIGALRM, &a, NULL);
    int result = run_way(ways, argc, argv);
    said("close", close(whole("last.gif")));
    say_state();
    return result;
}
