/* A process forks while its other threads close GIFs, and every child closes one too. Nothing of
 * the visit that the fork fell into may stay behind in the child. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <pthread.h>
#include <stdatomic.h>

#define CHILDREN 300
#define WRITERS 2

static atomic_bool done;

static void *write_on(void *name) {
    while (!atomic_load(&done))
        close(half(name));
    return NULL;
}

static bool has_descriptors_above(int lowest) {
    for (int fd = lowest; fd < 2048; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            return true;
    return false;
}

/* Bits: 1 a foreign descriptor was inherited, 2 the close went wrong. A child that hangs is ended
 * by its own alarm. */
static void be_child(int number) {
    char name[32];
    alarm(120);
    int result = has_descriptors_above(400) ? 1 : 0;
    snprintf(name, sizeof name, "half%d.gif", number);
    int fd = half(name);
    result |= close(fd) == 0 ? 0 : 2;
    unlink(name);
    _exit(result);
}

int main(void) {
    static char names[WRITERS][16] = {"half_a.gif", "half_b.gif"};
    pthread_t writers[WRITERS];
    int inherited = 0, badly = 0, hung = 0;
    read_source("small.gif");
    for (size_t i = 0; i < WRITERS; i++)
        need(pthread_create(&writers[i], NULL, write_on, names[i]) == 0, "start a thread");
    for (int i = 0; i < CHILDREN && hung == 0; i++) {
        int status = 0;
        pid_t child = fork();
        if (child == 0)
            be_child(i);
        need(waitpid(child, &status, 0) == child, "wait for a child");
        hung += WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
        badly += WIFSIGNALED(status) || (WEXITSTATUS(status) & 2) != 0;
        inherited += WIFEXITED(status) && (WEXITSTATUS(status) & 1) != 0;
    }
    atomic_store(&done, true);
    for (size_t i = 0; i < WRITERS; i++)
        pthread_join(writers[i], NULL);
    say("hung: %d, badly: %d, with foreign descriptors: %d", hung, badly, inherited);
    return 0;
}
