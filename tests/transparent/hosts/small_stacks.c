/* Outputs end where there is hardly a stack: in a thread of 16 KB, and in a handler on an alternate
 * stack of 8 KB. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <pthread.h>

#define THREAD_STACK 16384
#define HANDLER_STACK 8192

static int results[6];

/* The report is made later: printing alone takes more stack. */
static void end_outputs(void) {
    int fd = whole("close.gif");
    results[0] = close(fd);
    fd = half("half.gif");
    results[1] = close(fd);
    fd = whole("dup2.gif");
    results[2] = dup2(2, fd) == fd ? close(fd) : -2;
    fd = half("half_range.gif");
    results[3] = close_range((unsigned)fd, (unsigned)fd, 0);
    /* Truncates a source that is still being read. */
    int in = open("small.gif", O_RDONLY);
    fd = whole("small.gif");
    results[4] = close(fd);
    results[5] = close(in);
}

static void *in_thread(void *unused) {
    end_outputs();
    return unused;
}

static void on_signal(int number) {
    (void)number;
    end_outputs();
}

static void *raise_on_alternate(void *stack) {
    stack_t alternate = {.ss_sp = stack, .ss_size = HANDLER_STACK};
    sigaltstack(&alternate, NULL);
    raise(SIGUSR1);
    return NULL;
}

static void run(void *(*work)(void *), void *argument) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    need(pthread_attr_setstacksize(&attributes, THREAD_STACK) == 0, "have a small stack");
    need(pthread_create(&thread, &attributes, work, argument) == 0, "start a thread");
    pthread_join(thread, NULL);
}

static int thread(void) {
    run(in_thread, NULL);
    return 0;
}

static int alternate(void) {
    struct sigaction a = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
    sigaction(SIGUSR1, &a, NULL);
    run(raise_on_alternate, malloc(HANDLER_STACK));
    return 0;
}

static int alternate_of_main(void) {
    struct sigaction a = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
    sigaction(SIGUSR1, &a, NULL);
    raise_on_alternate(malloc(HANDLER_STACK));
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {{"thread", thread},
                                      {"alternate", alternate},
                                      {"alternate_of_main", alternate_of_main},
                                      {NULL, NULL}};
    read_source("small.gif");
    int result = run_way(ways, argc, argv);
    for (size_t i = 0; i < 6; i++)
        say("result: %d", results[i]);
    say_state();
    return result;
}
