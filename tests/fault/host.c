/* Small hosts: each reads in.gif and writes out.gif in the way that argv[1] names, then says what
 * it finds of itself: the result of the ending call, errno, its descriptors, the signals that are
 * held back, the alternate stack. A preload object must have changed none of it.
 *
 * `host invert FROM TO` makes the file that `fewer` writes: a GIF that does not look like one.
 *
 * Rooms: reading and writing · what the host finds of itself · ways */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- reading and writing ---- */

static char bytes[1 << 22];
static size_t size;

static int open_and_read(const char *path) {
    int fd = open(path, O_RDONLY);
    ssize_t n = read(fd, bytes, sizeof bytes);
    size = n > 0 ? (size_t)n : 0;
    return fd;
}

static void read_file(const char *path) {
    close(open_and_read(path));
}

static int write_to(int fd, size_t n) {
    if (write(fd, bytes, n) != (ssize_t)n)
        abort();
    errno = 77;
    return fd;
}

static int write_file(const char *path, size_t n) {
    return write_to(open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644), n);
}

static FILE *print_file(const char *path) {
    FILE *f = fopen(path, "wb");
    if (f == NULL || fwrite(bytes, 1, size, f) != size)
        abort();
    errno = 77;
    return f;
}

static void invert(void) {
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)~bytes[i];
}

/* ---- what the host finds of itself ---- */

static void say_descriptors(void) {
    char link[64], target[PATH_MAX];
    DIR *d = opendir("/proc/self/fd");
    for (int fd = 0; fd < 1024; fd++) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t n = readlink(link, target, sizeof target - 1);
        if (n < 0 || d == NULL || fd == dirfd(d))
            continue;
        target[n] = '\0';
        target[strcspn(target, "[")] = '\0'; /* a pipe's number */
        char *slash = strrchr(target, '/');
        printf("descriptor %d: %s\n", fd, slash != NULL ? slash + 1 : target);
    }
    closedir(d);
}

static int say(int result) {
    int error = errno;
    sigset_t held;
    stack_t stack;
    printf("result %d, errno %d\n", result, error);
    sigprocmask(SIG_SETMASK, NULL, &held);
    for (int s = 1; s < 64; s++)
        if (sigismember(&held, s) == 1)
            printf("held back: signal %d\n", s);
    sigaltstack(NULL, &stack);
    printf("alternate stack: %s\n", (stack.ss_flags & SS_DISABLE) != 0 ? "none" : "one");
    say_descriptors();
    return 3;
}

/* ---- ways ---- */

static int copy(void) {
    read_file("in.gif");
    return say(close(write_file("out.gif", size)));
}
static int cut(void) {
    read_file("in.gif");
    return say(close(write_file("out.gif", size / 2)));
}
static int fewer(void) {
    read_file("in.gif");
    read_file("fewer");
    invert();
    return say(close(write_file("out.gif", size)));
}
/* No GIF was read. */
static int blind(void) {
    read_file("fewer");
    invert();
    return say(close(write_file("out.gif", size)));
}
/* Two GIFs were read, and the output is made of the first. */
static int two(void) {
    read_file("in.gif");
    size_t n = size;
    char *kept = malloc(n + 1);
    if (kept == NULL)
        return 1;
    memcpy(kept, bytes, n);
    read_file("other.gif");
    memcpy(bytes, kept, n);
    free(kept);
    return say(close(write_file("out.gif", n)));
}
static int source_open(void) {
    int in = open_and_read("in.gif");
    int result = say(close(write_file("out.gif", size)));
    return close(in) == 0 ? result : 1;
}
static int in_place(void) {
    int in = open_and_read("in.gif");
    int result = say(close(write_file("in.gif", size)));
    return close(in) == 0 ? result : 1;
}
static int cut_in_place(void) {
    read_file("in.gif");
    return say(close(write_file("in.gif", size / 2)));
}
static int stream(void) {
    read_file("in.gif");
    return say(fclose(print_file("out.gif")));
}
static int left_stream(void) {
    read_file("in.gif");
    print_file("out.gif");
    return 4;
}
static int left_descriptor(void) {
    read_file("in.gif");
    write_file("out.gif", size);
    _exit(5);
}
static int many(void) {
    read_file("in.gif");
    return say(close_range((unsigned)write_file("out.gif", size), ~0u, 0));
}
static int over(void) {
    read_file("in.gif");
    int fd = write_file("out.gif", size);
    return say(dup2(2, fd) == fd);
}
static void *closes(void *fd) {
    return (void *)(long)close((int)(long)fd);
}
static int thread(void) {
    pthread_t t;
    void *result;
    read_file("in.gif");
    if (pthread_create(&t, NULL, closes, (void *)(long)write_file("out.gif", size)) != 0)
        abort();
    pthread_join(t, &result);
    return say((int)(long)result);
}
static int child(void) {
    int status = 0;
    read_file("in.gif");
    pid_t pid = fork();
    if (pid == 0)
        _exit(close(write_file("out.gif", size)));
    waitpid(pid, &status, 0);
    return say(status);
}
/* Closes what its child is still writing. */
static int parent(void) {
    int status = 0, half[2], rest[2];
    char token = 0;
    read_file("in.gif");
    if (pipe(half) != 0 || pipe(rest) != 0)
        abort();
    int fd = open("out.gif", O_CREAT | O_TRUNC | O_WRONLY, 0644);
    pid_t pid = fork();
    if (pid == 0) {
        size_t n = size / 2;
        bool wrote = write(fd, bytes, n) == (ssize_t)n && write(half[1], &token, 1) == 1 &&
                     read(rest[0], &token, 1) == 1 &&
                     write(fd, bytes + n, size - n) == (ssize_t)(size - n);
        _exit(wrote ? 0 : 1);
    }
    if (read(half[0], &token, 1) != 1)
        abort();
    errno = 77;
    int result = close(fd), error = errno;
    if (write(rest[1], &token, 1) != 1)
        abort();
    waitpid(pid, &status, 0);
    errno = error;
    return say(result + status);
}
static int vfork_child(void) {
    int status = 0;
    read_file("in.gif");
    int fd = write_file("out.gif", size);
    pid_t pid = vfork();
    if (pid == 0) {
        dup2(2, fd);
        execl("/bin/true", "true", (char *)NULL);
        _exit(1);
    }
    waitpid(pid, &status, 0);
    return status != 0 ? 1 : say(close(fd));
}

static const struct {
    const char *name;
    int (*run)(void);
} ways[] = {
    {"copy", copy},
    {"cut", cut},
    {"fewer", fewer},
    {"blind", blind},
    {"two", two},
    {"source_open", source_open},
    {"in_place", in_place},
    {"cut_in_place", cut_in_place},
    {"stream", stream},
    {"left_stream", left_stream},
    {"left_descriptor", left_descriptor},
    {"many", many},
    {"over", over},
    {"thread", thread},
    {"child", child},
    {"parent", parent},
    {"vfork_child", vfork_child},
};

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "invert") == 0) {
        read_file(argv[2]);
        invert();
        return close(write_file(argv[3], size));
    }
    for (size_t i = 0; argc == 2 && i < sizeof ways / sizeof *ways; i++)
        if (strcmp(argv[1], ways[i].name) == 0)
            return ways[i].run();
    fprintf(stderr, "host: no such way\n");
    return 99;
}
