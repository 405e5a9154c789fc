/* close_range() with its flags, and tables of descriptors that threads do not share. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <linux/close_range.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

/* Closes nothing: the output goes on. */
static int cloexec(void) {
    int fd = half("out.gif");
    errno = EXDEV;
    said("close_range", close_range((unsigned)fd, ~0u, CLOSE_RANGE_CLOEXEC));
    say("flags: %d", fcntl(fd, F_GETFD));
    put_rest(fd);
    said("close", close(fd));
    return 0;
}

static int both_flags(void) {
    int fd = half("out.gif");
    said("close_range", close_range((unsigned)fd, ~0u, CLOSE_RANGE_CLOEXEC | CLOSE_RANGE_UNSHARE));
    put_rest(fd);
    said("close", close(fd));
    return 0;
}

static int unshare_alone(void) {
    int fd = whole("out.gif");
    errno = EXDEV;
    said("close_range", close_range((unsigned)fd, ~0u, CLOSE_RANGE_UNSHARE));
    return 0;
}

static int refused(void) {
    int fd = whole("out.gif");
    said("last before first", close_range((unsigned)fd, (unsigned)fd - 1, 0));
    said("unknown flag", close_range((unsigned)fd, ~0u, 1 << 20));
    said("close", close(fd));
    return 0;
}

/* A thread gives up what it shares and closes it all, while the process goes on writing. */
static void *close_all_of_own(void *unused) {
    said("thread", close_range(3, ~0u, CLOSE_RANGE_UNSHARE));
    say_descriptors();
    return unused;
}

static int unshare_in_thread(void) {
    pthread_t thread;
    int fd = half("out.gif");
    need(pthread_create(&thread, NULL, close_all_of_own, NULL) == 0, "start a thread");
    pthread_join(thread, NULL);
    put_rest(fd);
    said("close", close(fd));
    return 0;
}

static sem_t is_apart, is_open;
static int number;

/* The same number is this thread's output here, and in the rest of the process a broken GIF that it
 * only reads. */
static void *close_own(void *unused) {
    need(unshare(CLONE_FILES) == 0, "unshare");
    sem_post(&is_apart);
    sem_wait(&is_open);
    int fd = whole("out.gif");
    say("same number: %d", fd == number);
    said("close", close(fd));
    say_descriptors();
    return unused;
}

static int crossed(void) {
    pthread_t thread;
    sem_init(&is_apart, 0, 0);
    sem_init(&is_open, 0, 0);
    need(pthread_create(&thread, NULL, close_own, NULL) == 0, "start a thread");
    sem_wait(&is_apart);
    number = open("half_old.gif", O_RDONLY);
    need(number >= 0 && fchmod(number, 0600) == 0, "touch the other file");
    sem_post(&is_open);
    pthread_join(thread, NULL);
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {{"cloexec", cloexec},
                                      {"both_flags", both_flags},
                                      {"unshare_alone", unshare_alone},
                                      {"refused", refused},
                                      {"unshare_in_thread", unshare_in_thread},
                                      {"crossed", crossed},
                                      {NULL, NULL}};
    read_source("in.gif");
    int result = run_way(ways, argc, argv);
    say_state();
    return result;
}
