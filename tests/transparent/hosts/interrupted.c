/* A timer interrupts the allocator some thousand times, and its handler writes and closes a GIF. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <pthread.h>
#include <sys/time.h>

#define TIMES 3000

static volatile sig_atomic_t handled, badly;

/* One shot, after a while that differs: the allocator is interrupted at every place in the end. */
static void wind_up(void) {
    struct itimerval soon = {.it_value = {.tv_usec = 1 + handled * 7 % 50}};
    setitimer(ITIMER_REAL, &soon, NULL);
}

/* What snprintf() may not do here. */
static void name_output(char *name, unsigned n) {
    strcpy(name, n % 4 == 3 ? "o/half0000.gif" : "o/0000.gif");
    for (char *at = name + strlen(name) - 5; n > 0; n /= 10)
        *at-- = (char)('0' + n % 10);
}

static void on_alarm(int number) {
    (void)number;
    int before = errno;
    char name[16];
    name_output(name, (unsigned)handled);
    int fd = handled % 4 == 3 ? half(name) : whole(name);
    badly += close(fd) != 0;
    if (++handled < TIMES)
        wind_up();
    errno = before;
}

/* Sizes from every one of the allocator's rooms: its bins, its top, its own mappings. */
static void churn(void) {
    static const size_t sizes[] = {24, 600, 70000, 1000, 24, 300000, 5000, 72};
    void *at[8];
    for (size_t i = 0; i < 8; i++)
        at[i] = malloc(sizes[i]);
    for (size_t i = 0; i < 8; i += 2)
        at[i] = realloc(at[i], sizes[i] * 2);
    for (size_t i = 0; i < 8; i++)
        free(at[i]);
}

/* The allocator takes its locks only in a process that has threads. */
static void *wait_for_end(void *pipe_end) {
    char byte;
    return (void *)(long)read(*(int *)pipe_end, &byte, 1);
}

int main(void) {
    int ends[2];
    pthread_t thread;
    struct sigaction a = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    read_source("small.gif");
    mkdir("o", 0755);
    sigset_t alarm_only;
    sigemptyset(&alarm_only);
    sigaddset(&alarm_only, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarm_only, NULL);
    need(pipe(ends) == 0 && pthread_create(&thread, NULL, wait_for_end, &ends[0]) == 0, "start");
    sigaction(SIGALRM, &a, NULL);
    pthread_sigmask(SIG_UNBLOCK, &alarm_only, NULL);
    wind_up();
    while (handled < TIMES)
        churn();
    close(ends[1]);
    pthread_join(thread, NULL);
    for (unsigned i = 0; i < TIMES; i++) {
        char name[16];
        name_output(name, i);
        unlink(name);
    }
    say("handled: %d, badly: %d", (int)handled, (int)badly);
    say_state();
    return 0;
}
