/* How long close() takes, one call at a time; run with and without the preload object.
 *
 * closing gif SOURCE COUNT DIRECTORY: reads SOURCE, writes COUNT copies of it, and prints the
 *     nanoseconds of each close() that ended one.
 * closing socket|pipe|file COUNT, closing read COUNT GIF: prints the median of COUNT closes of a
 *     descriptor that wrote no GIF. */
#include "bench.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

static int64_t timed_close(int fd) {
    int64_t start = bench_ns(CLOCK_MONOTONIC);
    close(fd);
    return bench_ns(CLOCK_MONOTONIC) - start;
}

static void write_all(int fd, const struct bench_file *f) {
    for (size_t done = 0; done < f->n;) {
        ssize_t n = write(fd, f->bytes + done, f->n - done);
        if (n <= 0)
            exit(2);
        done += (size_t)n;
    }
}

static int copies(const char *source, size_t count, const char *directory) {
    struct bench_file f = bench_read(source, malloc);
    char path[4096];
    for (size_t i = 0; i < count; i++) {
        /* A name of its own each: the same state of a file is judged once. */
        snprintf(path, sizeof path, "%s/copy%zu.gif", directory, i);
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
        if (fd < 0)
            return 2;
        write_all(fd, &f);
        printf("%lld\n", (long long)timed_close(fd));
        unlink(path);
    }
    free(f.bytes);
    return 0;
}

static int open_kind(const char *kind, const char *path) {
    static uint8_t bytes[1 << 20];
    int two[2];
    if (strcmp(kind, "socket") == 0)
        return socket(AF_UNIX, SOCK_STREAM, 0);
    if (strcmp(kind, "pipe") == 0) {
        if (pipe(two) != 0)
            exit(2);
        close(two[1]);
        return two[0];
    }
    int fd = open(path, O_RDONLY);
    while (read(fd, bytes, sizeof bytes) > 0) {
    }
    return fd;
}

int main(int argc, char **argv) {
    enum { MOST = 100000 };
    static int64_t took[MOST];
    if (argc == 5 && strcmp(argv[1], "gif") == 0)
        return copies(argv[2], strtoul(argv[3], NULL, 10), argv[4]);
    size_t count = argc >= 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (count == 0 || count > MOST)
        return 2;
    /* A plain file: the program's own. */
    for (size_t i = 0; i < count; i++)
        took[i] = timed_close(open_kind(argv[1], argc > 3 ? argv[3] : "/proc/self/exe"));
    printf("%lld\n", (long long)bench_median(took, count));
    return 0;
}
