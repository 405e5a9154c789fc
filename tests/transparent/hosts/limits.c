/* Limits on what a process may use, tight enough that one byte more would hurt. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <sys/mman.h>
#include <sys/resource.h>

static void limit(int what, unsigned long n) {
    struct rlimit to = {.rlim_cur = n};
    struct rlimit before;
    getrlimit((__rlimit_resource_t)what, &before);
    to.rlim_max = before.rlim_max;
    need(setrlimit((__rlimit_resource_t)what, &to) == 0, "limit");
}

/* SIGXFSZ ends the process at the first byte beyond: a record is longer than this GIF. */
static int file_size(void) {
    limit(RLIMIT_FSIZE, gif_size);
    said("close", close(whole("out.gif")));
    return 0;
}

static int file_size_wide(void) {
    limit(RLIMIT_FSIZE, 65536);
    said("close", close(whole("out.gif")));
    return 0;
}

static int file_size_hit(void) {
    signal(SIGXFSZ, SIG_IGN);
    limit(RLIMIT_FSIZE, gif_size / 2);
    int fd = create("half.gif");
    errno = 0;
    ssize_t n = write(fd, gif, gif_size);
    say("all: %d", n == (ssize_t)gif_size);
    said("close", close(fd));
    return 0;
}

static unsigned long pages_mapped(void) {
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    need(f != NULL && fscanf(f, "%lu", &pages) == 1, "read statm");
    fclose(f);
    return pages;
}

/* Not one page more than there is. */
static int memory(void) {
    int fd = whole("out.gif"), other = half("half.gif");
    limit(RLIMIT_AS, pages_mapped() * (unsigned long)sysconf(_SC_PAGESIZE));
    void *at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    said("mmap", at == MAP_FAILED);
    errno = EXDEV;
    said("close", close(fd));
    said("close_range", close_range((unsigned)other, (unsigned)other, 0));
    said("mmap", mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    return 0;
}

/* Enough to begin, at first not enough to end: from nothing to four megabytes more. */
static int some_memory(void) {
    unsigned long mapped = pages_mapped() * (unsigned long)sysconf(_SC_PAGESIZE);
    int well = 0;
    for (unsigned i = 0; i < 64; i++) {
        char name[32];
        snprintf(name, sizeof name, "%u.gif", i);
        int fd = whole(name);
        limit(RLIMIT_AS, mapped + i * 65536);
        errno = EXDEV;
        well += close(fd) == 0 && errno == EXDEV;
    }
    say("closed well: %d", well);
    return 0;
}

static int stack(void) {
    limit(RLIMIT_STACK, 32768);
    said("close", close(whole("out.gif")));
    said("close", close(half("half.gif")));
    return 0;
}

static volatile sig_atomic_t is_over;

static void on_limit(int number) {
    (void)number;
    is_over = 1;
}

/* A host that saves what it has when its time is up. */
static int time_used(void) {
    signal(SIGXCPU, on_limit);
    int fd = half("out.gif");
    limit(RLIMIT_CPU, 1);
    while (!is_over) {
    }
    put_rest(fd);
    said("close", close(fd));
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {
        {"file_size", file_size},         {"file_size_wide", file_size_wide},
        {"file_size_hit", file_size_hit}, {"memory", memory},
        {"some_memory", some_memory},     {"stack", stack},
        {"time_used", time_used},         {NULL, NULL}};
    read_source("small.gif");
    int result = run_way(ways, argc, argv);
    say_state();
    return result;
}
