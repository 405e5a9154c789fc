/* The CPU time of commands, in interleaved runs: cpu ROUNDS COMMAND...
 *
 * A command is split at spaces and run without a shell, its output thrown away. For each a line:
 * nanoseconds of CPU (user and system, the median), of wall time (the median), the largest resident
 * set in KB, the exit status. */
#include "bench.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct measured {
    int64_t *cpu, *wall;
    long largest;
    int status;
};

static void become(char *command) {
    enum { MOST = 200 };
    char *words[MOST + 1] = {0};
    size_t n = 0;
    for (char *w = strtok(command, " "); w != NULL && n < MOST; w = strtok(NULL, " "))
        words[n++] = w;
    int nothing = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; fd++)
        dup2(nothing, fd);
    if (n > 0)
        execvp(words[0], words);
    _exit(127);
}

static int64_t ns_of(struct timeval t) {
    return (int64_t)t.tv_sec * 1000000000 + (int64_t)t.tv_usec * 1000;
}

static void run(const char *command, size_t round, struct measured *m) {
    char copy[4096];
    struct rusage used;
    snprintf(copy, sizeof copy, "%s", command);
    int64_t start = bench_ns(CLOCK_MONOTONIC);
    pid_t child = fork();
    if (child == 0)
        become(copy);
    if (wait4(child, &m->status, 0, &used) != child)
        exit(2);
    m->wall[round] = bench_ns(CLOCK_MONOTONIC) - start;
    m->cpu[round] = ns_of(used.ru_utime) + ns_of(used.ru_stime);
    m->largest = used.ru_maxrss > m->largest ? used.ru_maxrss : m->largest;
}

int main(int argc, char **argv) {
    size_t rounds = argc > 2 ? strtoul(argv[1], NULL, 10) : 0, n = (size_t)argc - 2;
    if (rounds == 0)
        return 2;
    struct measured *m = calloc(n, sizeof *m);
    for (size_t i = 0; i < n; i++) {
        m[i].cpu = calloc(rounds, sizeof *m[i].cpu);
        m[i].wall = calloc(rounds, sizeof *m[i].wall);
    }
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < n; i++)
            run(argv[i + 2], round, &m[i]);
    for (size_t i = 0; i < n; i++) {
        printf("%lld %lld %ld %d\n", (long long)bench_median(m[i].cpu, rounds),
               (long long)bench_median(m[i].wall, rounds), m[i].largest,
               WIFEXITED(m[i].status) ? WEXITSTATUS(m[i].status) : 128);
        free(m[i].cpu);
        free(m[i].wall);
    }
    free(m);
    return 0;
}
