/* The host that does nothing unusual: reads its source, writes a copy and half a copy, closes both.
 *
 * The other hosts include this file for their source, their outputs and their report. A report says
 * only what is the same in every run, so that it can be compared byte for byte; it goes out with
 * write(), since half of the hosts fork, jump or end without flushing. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- the report ---- */

__attribute__((format(printf, 1, 2))) static inline void say(const char *format, ...) {
    char line[1024];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line - 1, format, args);
    va_end(args);
    if (n >= (int)sizeof line - 1)
        n = (int)sizeof line - 2;
    line[n] = '\n';
    if (write(1, line, (size_t)n + 1) < 0)
        _exit(98);
}

/* What a call returned and what it left in errno. */
static inline void said(const char *what, long result) {
    say("%s: %ld, errno %d", what, result, errno);
}

/* The test itself cannot go on: neither run is worth comparing. */
static inline void need(bool holds, const char *what) {
    if (holds)
        return;
    say("cannot %s: errno %d", what, errno);
    _exit(97);
}

/* ---- what a process can see of itself ---- */

/* As ranges: one that leaks leaves hundreds. */
static inline void say_descriptors(void) {
    char list[512];
    size_t used = 0;
    for (int fd = 0, first = -1; fd <= 4096; fd++) {
        bool is_open = fd < 4096 && fcntl(fd, F_GETFD) >= 0;
        if (is_open && first < 0)
            first = fd;
        if (is_open || first < 0)
            continue;
        if (used < sizeof list - 32)
            used += (size_t)sprintf(list + used, first < fd - 1 ? " %d-%d" : " %d", first, fd - 1);
        first = -1;
    }
    list[used] = '\0';
    say("descriptors:%s", list);
}

static inline void say_set(const char *what, const sigset_t *set) {
    char list[512];
    size_t used = 0;
    for (int s = 1; s < NSIG; s++)
        if (sigismember(set, s) == 1)
            used += (size_t)sprintf(list + used, " %d", s);
    list[used] = '\0';
    say("%s:%s", what, list);
}

static inline void say_signals(void) {
    sigset_t set;
    pthread_sigmask(SIG_BLOCK, NULL, &set);
    say_set("blocked", &set);
    sigpending(&set);
    say_set("pending", &set);
    for (int s = 1; s < NSIG; s++) {
        struct sigaction a;
        if (sigaction(s, NULL, &a) != 0 || a.sa_handler == SIG_DFL)
            continue;
        say("signal %d: %s, flags %x", s, a.sa_handler == SIG_IGN ? "ignored" : "handled",
            (unsigned)a.sa_flags);
    }
    stack_t stack;
    sigaltstack(NULL, &stack);
    say("alternate stack: flags %d, %zu bytes", stack.ss_flags, stack.ss_size);
}

static inline void say_state(void) {
    say_descriptors();
    say_signals();
    pid_t child = waitpid(-1, NULL, WNOHANG);
    say("children: %s", child < 0 && errno == ECHILD ? "none" : "some");
}

/* File systems stamp with a clock that ticks a few hundred times a second: what is written within
 * one tick of a program's start looks as if that program had written it. */
__attribute__((unused)) static inline void let_clock_tick(void) {
    struct timespec first, now;
    clock_gettime(CLOCK_REALTIME_COARSE, &first);
    do
        clock_gettime(CLOCK_REALTIME_COARSE, &now);
    while (now.tv_sec == first.tv_sec && now.tv_nsec == first.tv_nsec);
}

/* ---- the source and the outputs ---- */

static char gif[1 << 20];
static size_t gif_size;

/* Opened, read and closed: a source. */
static inline void read_source(const char *path) {
    int fd = open(path, O_RDONLY);
    ssize_t n = fd >= 0 ? read(fd, gif, sizeof gif) : -1;
    need(n > 0, "read the source");
    gif_size = (size_t)n;
    close(fd);
}

static inline int create(const char *path) {
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);
    need(fd >= 0, "create an output");
    return fd;
}

static inline void put(int fd, size_t from, size_t to) {
    need(write(fd, gif + from, to - from) == (ssize_t)(to - from), "write an output");
}

/* A copy of the source: passes. */
static inline int whole(const char *path) {
    int fd = create(path);
    put(fd, 0, gif_size);
    return fd;
}

/* Half of it: fails, so that the chain of callers is walked too. Where it stays half, its name
 * begins with "half". */
static inline int half(const char *path) {
    int fd = create(path);
    put(fd, 0, gif_size / 2);
    return fd;
}

static inline void put_rest(int fd) {
    put(fd, gif_size / 2, gif_size);
}

/* ---- a job that can be done in several ways: argv[1] names one ---- */

struct way {
    const char *name; /* NULL behind the last one */
    int (*run)(void);
};

static inline int run_way(const struct way *w, int argc, char **argv) {
    for (; w->name != NULL; w++)
        if (argc > 1 && strcmp(argv[1], w->name) == 0)
            return w->run();
    say("no such way");
    return 99;
}

/* ---- the host ---- */

#if __INCLUDE_LEVEL__ == 0
static int finish(int fd) {
    size_t before = mallinfo2().uordblks;
    errno = EXDEV;
    said("close", close(fd));
    size_t after = mallinfo2().uordblks;
    say("random: %d", rand());
    say_state();
    return after == before ? 3 : 4;
}

static int passes(void) {
    return finish(whole("out.gif"));
}

static int in_parts(void) {
    int fd = half("out.gif");
    put_rest(fd);
    return finish(fd);
}

/* Loading the library that walks the callers allocates, the first time that something fails. */
static int fails(void) {
    return finish(half("half.gif")) > 0 ? 5 : 6;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {
        {"passes", passes}, {"in_parts", in_parts}, {"fails", fails}, {NULL, NULL}};
    srand(1);
    read_source("in.gif");
    return run_way(ways, argc, argv);
}
#endif
