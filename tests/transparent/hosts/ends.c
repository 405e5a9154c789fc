/* Ways to end a process that has outputs open. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <pthread.h>

static int fd;

/* ---- from threads ---- */

static void *exit_here(void *unused) {
    exit(fd > 0 ? 3 : 4);
    return unused;
}

static int exit_in_thread(void) {
    pthread_t thread;
    fd = whole("out.gif");
    need(pthread_create(&thread, NULL, exit_here, NULL) == 0, "start a thread");
    pthread_join(thread, NULL);
    return 1;
}

static pthread_t main_thread;

static void *outlive_main(void *unused) {
    pthread_join(main_thread, NULL);
    put_rest(fd);
    said("close", close(fd));
    return unused;
}

static int main_leaves(void) {
    pthread_t thread;
    main_thread = pthread_self();
    fd = half("out.gif");
    need(pthread_create(&thread, NULL, outlive_main, NULL) == 0, "start a thread");
    pthread_exit(NULL);
}

/* ---- handlers that finish an output at the last moment ---- */

static void finish(void) {
    put_rest(fd);
    said("close", close(fd));
}

static int quickly(void) {
    need(at_quick_exit(finish) == 0, "have a handler");
    fd = half("out.gif");
    quick_exit(5);
}

static int quickly_open(void) {
    fd = whole("out.gif");
    quick_exit(6);
}

static int at_exit(void) {
    need(atexit(finish) == 0, "have a handler");
    fd = half("out.gif");
    return 7;
}

static bool finish_in_destructor;

__attribute__((destructor)) static void leave(void) {
    if (finish_in_destructor)
        finish();
}

static int in_destructor(void) {
    finish_in_destructor = true;
    fd = half("out.gif");
    return 10;
}

/* ---- signals ---- */

static int aborted(void) {
    fd = whole("out.gif");
    abort();
}

static void on_signal(int number) {
    (void)number;
    _exit(8);
}

static int in_handler(void) {
    signal(SIGTERM, on_signal);
    fd = whole("out.gif");
    raise(SIGTERM);
    return 1;
}

static int broken(void) {
    fd = half("half.gif");
    return 9;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {{"exit_in_thread", exit_in_thread},
                                      {"main_leaves", main_leaves},
                                      {"quickly", quickly},
                                      {"quickly_open", quickly_open},
                                      {"at_exit", at_exit},
                                      {"aborted", aborted},
                                      {"in_destructor", in_destructor},
                                      {"in_handler", in_handler},
                                      {"broken", broken},
                                      {NULL, NULL}};
    read_source("in.gif");
    return run_way(ways, argc, argv);
}
