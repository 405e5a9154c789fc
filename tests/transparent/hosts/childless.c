/* A host that counts the deaths of its children and waits for any of them: it sees its own, and no
 * other. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

static volatile sig_atomic_t deaths;

static void on_death(int number) {
    (void)number;
    deaths++;
}

static int without(void) {
    said("close", close(whole("out.gif")));
    said("close", close(half("half.gif")));
    errno = 0;
    said("wait", wait(NULL));
    return 0;
}

static int with(void) {
    sigset_t set, before;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    pthread_sigmask(SIG_BLOCK, &set, &before);
    pid_t child = fork();
    if (child == 0)
        _exit(3);
    said("close", close(half("half.gif")));
    while (deaths == 0)
        sigsuspend(&before);
    int status = 0;
    say("own child: %d", waitpid(-1, &status, 0) == child);
    say("status: %d", WEXITSTATUS(status));
    said("close", close(whole("out.gif")));
    errno = 0;
    said("wait", waitpid(-1, NULL, __WALL));
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return 0;
}

/* Children are reaped by the kernel, and the host waits until there are none. */
static int ignoring(void) {
    signal(SIGCHLD, SIG_IGN);
    if (fork() == 0)
        _exit(0);
    said("close", close(whole("out.gif")));
    errno = 0;
    said("wait", wait(NULL));
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {
        {"without", without}, {"with", with}, {"ignoring", ignoring}, {NULL, NULL}};
    struct sigaction a = {.sa_handler = on_death};
    sigaction(SIGCHLD, &a, NULL);
    read_source("in.gif");
    int result = run_way(ways, argc, argv);
    say("deaths: %d", (int)deaths);
    say_state();
    return result;
}
