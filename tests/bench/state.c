/* What one update of the shared state costs: state N PROCESSES DIRECTORY.
 *
 * Prints, for N updates in each of so many processes at once, nanoseconds an update (wall time; CPU
 * time of the process), of the one look that it takes at the path (CPU time), and of the first
 * update of a process, which maps the file or makes it (wall time). Medians of the processes. */
#include "state/state.h"
#include "tests/bench/bench.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES_MOST 64

struct figures {
    double wall, cpu, look, first;
};

static struct figures *all;

static struct state_validation validation(uint64_t i) {
    struct state_validation v = {.result = i % 20 == 0 ? STATE_FAILED : STATE_PASSED,
                                 .outcomes_used = JUDGE_CHECKS,
                                 .program = i % 3 == 0 ? "gifsicle" : "convert",
                                 .bytes_in = 100000,
                                 .bytes_out = 60000 + i % 1000,
                                 .time_us = (int64_t)(2000 + i * 7919 % 30000),
                                 .arena_bytes = 1 << 20,
                                 .wall_us = INT64_C(1800000000000000) + (int64_t)i * 1000};
    v.outcomes[JUDGE_FRAME_COUNT] = i % 20 == 0 ? JUDGE_FAIL : JUDGE_PASS;
    return v;
}

static double looks(const struct state *s, uint64_t n) {
    struct stat st;
    int64_t start = bench_cpu_ns();
    for (uint64_t i = 0; i < n; i++)
        if (fstatat(AT_FDCWD, s->path, &st, AT_SYMLINK_NOFOLLOW) != 0)
            exit(2);
    return (double)(bench_cpu_ns() - start) / (double)n;
}

static void updates(struct state *s, uint64_t n) {
    for (uint64_t i = 0; i < n; i++) {
        struct state_validation v = validation(i);
        if (state_update(s, &v) != 0)
            exit(2);
    }
}

static struct figures measure(const char *directory, uint64_t n) {
    static struct state s;
    struct figures f;
    if (state_open(&s, directory) != 0)
        exit(2);
    int64_t wall = bench_ns(CLOCK_MONOTONIC);
    updates(&s, 1);
    f.first = (double)(bench_ns(CLOCK_MONOTONIC) - wall);
    updates(&s, 1000);
    wall = bench_ns(CLOCK_MONOTONIC);
    int64_t cpu = bench_cpu_ns();
    updates(&s, n);
    f.cpu = (double)(bench_cpu_ns() - cpu) / (double)n;
    f.wall = (double)(bench_ns(CLOCK_MONOTONIC) - wall) / (double)n;
    f.look = looks(&s, n);
    return f;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(size_t offset, size_t n) {
    double values[PROCESSES_MOST] = {0};
    for (size_t i = 0; i < n; i++)
        memcpy(&values[i], (const char *)&all[i] + offset, sizeof *values);
    qsort(values, n, sizeof *values, by_value);
    return values[n / 2];
}

int main(int argc, char **argv) {
    uint64_t n = argc > 3 ? strtoull(argv[1], NULL, 10) : 0;
    size_t processes = argc > 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (n == 0 || processes == 0 || processes > PROCESSES_MOST) {
        fprintf(stderr, "usage: state N PROCESSES DIRECTORY\n");
        return 2;
    }
    all = mmap(NULL, processes * sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
               -1, 0);
    if (all == MAP_FAILED)
        return 2;
    for (size_t i = 0; i < processes; i++)
        if (fork() == 0) {
            all[i] = measure(argv[3], n);
            _exit(0);
        }
    int status, failed = 0;
    while (wait(&status) > 0)
        failed |= status;
    printf("%.0f\t%.0f\t%.0f\t%.0f\n", median(offsetof(struct figures, wall), processes),
           median(offsetof(struct figures, cpu), processes),
           median(offsetof(struct figures, look), processes),
           median(offsetof(struct figures, first), processes));
    return failed != 0 ? 2 : 0;
}
