/* A host that reads in.gif and writes out.gif, and ends the output in the way that argv[1] names:
 * one for every interposed symbol. The result of the ending call is its exit status. With "half"
 * behind it, half of the output is lost. */
#include "tests/tools/in_gif.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int write_output(int extra_flags) {
    int fd = open("out.gif", O_CREAT | O_TRUNC | O_WRONLY | extra_flags, 0644);
    if (write(fd, bytes, size) != (ssize_t)size)
        abort();
    return fd;
}

static FILE *print_output(void) {
    FILE *f = fopen("out.gif", "wb");
    if (fwrite(bytes, 1, size, f) != size)
        abort();
    return f;
}

static int ends_close(void) {
    return close(write_output(0));
}
static int ends_rdwr(void) {
    int fd = open("out.gif", O_CREAT | O_TRUNC | O_RDWR, 0600);
    return write(fd, bytes, size) == (ssize_t)size ? close(fd) : 9;
}
static int ends_fclose(void) {
    return fclose(print_output());
}
static int ends_syscall(void) {
    return (int)syscall(SYS_close, write_output(0));
}
static int ends_dup2(void) {
    int fd = write_output(0);
    return dup2(2, fd) != fd;
}
static int ends_dup2_itself(void) {
    int fd = write_output(0);
    return dup2(fd, fd) != fd || close(fd);
}
static int ends_dup3(void) {
    int fd = write_output(0);
    return dup3(2, fd, O_CLOEXEC) != fd;
}
static int ends_freopen(void) {
    FILE *f = print_output();
    return freopen("/dev/null", "w", f) != f || fclose(f);
}
static int ends_freopen64(void) {
    FILE *f = print_output();
    return freopen64("/dev/null", "w", f) != f || fclose(f);
}
static int ends_close_range(void) {
    int fd = write_output(0);
    return close_range((unsigned)fd, ~0u, 0);
}
static int ends_close_range_cloexec(void) {
    int fd = write_output(0);
    return close_range((unsigned)fd, ~0u, CLOSE_RANGE_CLOEXEC) || close(fd);
}
static int ends_close_range_unshare(void) {
    int fd = write_output(0);
    return close_range((unsigned)fd, ~0u, CLOSE_RANGE_UNSHARE);
}
static int ends_closefrom(void) {
    closefrom(write_output(0));
    return 0;
}
static int ends__exit(void) {
    write_output(0);
    _exit(5);
}
static int ends__Exit(void) {
    write_output(0);
    _Exit(6);
}
static int ends_quick_exit(void) {
    write_output(0);
    quick_exit(7);
}
static int ends_exit_descriptor(void) {
    write_output(0);
    exit(8);
}
static int ends_exit_stream(void) {
    print_output();
    exit(9);
}
static int ends_return_stdout(void) {
    if (freopen("out.gif", "w", stdout) == NULL || fwrite(bytes, 1, size, stdout) != size)
        abort();
    return 10;
}
static int ends_twice(void) {
    int fd = write_output(0), other = dup(fd);
    return close(fd) || close(other);
}
static int ends_badly(void) {
    int fd = write_output(0);
    errno = 0;
    if (close(fd) != 0 || errno != 0)
        return 1;
    return close(9999) == -1 && errno == EBADF ? 11 : 1;
}
/* Another descriptor of the file is closed while it is half written. */
static int ends_half_written(void) {
    int fd = open("out.gif", O_CREAT | O_TRUNC | O_WRONLY, 0644), other = dup(fd);
    size_t half = size / 2;
    if (write(fd, bytes, half) != (ssize_t)half || close(other) != 0 ||
        write(fd, bytes + half, size - half) != (ssize_t)(size - half))
        return 1;
    return close(fd);
}
/* Opened for writing once more, and not changed. */
static int ends_reopened(void) {
    return close(write_output(0)) || close(open("out.gif", O_WRONLY)) ||
           close(open("out.gif", O_RDWR));
}
static void *closes(void *fd) {
    return (void *)(long)close((int)(long)fd);
}
static int ends_thread(void) {
    pthread_t t;
    pthread_attr_t a;
    void *result;
    pthread_attr_init(&a);
    pthread_attr_setstacksize(&a, 16384);
    if (pthread_create(&t, &a, closes, (void *)(long)write_output(0)) != 0)
        abort();
    pthread_join(t, &result);
    return (int)(long)result;
}
static int handler_fd;
static void handler(int signal) {
    (void)signal;
    close(handler_fd);
}
static int ends_signal_handler(void) {
    stack_t alternate = {.ss_sp = malloc(16384), .ss_size = 16384};
    struct sigaction a = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
    sigaltstack(&alternate, NULL);
    sigaction(SIGUSR1, &a, NULL);
    handler_fd = write_output(0);
    raise(SIGUSR1);
    return fcntl(handler_fd, F_GETFD) == -1 ? 12 : 1;
}
static int ends_vfork(void) {
    int fd = write_output(0);
    pid_t child = vfork();
    if (child == 0) {
        dup2(2, fd);
        execl("/bin/true", "true", (char *)NULL);
        _exit(1);
    }
    waitpid(child, NULL, 0);
    return close(fd);
}

/* What a call returned, what it left in errno and whether it has closed fd: printed into a stream
 * that is flushed when the program ends. */
static int tell(const char *call, long result, int fd) {
    int error = errno;
    printf("%s %ld, errno %d, %s\n", call, result, error,
           fcntl(fd, F_GETFD) == -1 ? "closed" : "open");
    return 0;
}
static int ends_told_close(void) {
    int fd = write_output(0);
    errno = 0;
    return tell("close", close(fd), fd);
}
static int ends_told_syscall(void) {
    int fd = write_output(0);
    errno = 0;
    return tell("syscall", syscall(SYS_close, fd), fd);
}
static int ends_told_fclose(void) {
    FILE *f = print_output();
    int fd = fileno(f);
    errno = 0;
    return tell("fclose", fclose(f), fd);
}
static int ends_told_close_range(void) {
    int fd = write_output(0);
    errno = 0;
    return tell("close_range", close_range((unsigned)fd, ~0u, 0), fd);
}
static int ends_told_dup2(void) {
    int fd = write_output(0);
    errno = 0;
    return tell("dup2", dup2(2, fd) - fd, fd);
}
/* They would end with 0. */
static int ends_well__exit(void) {
    write_output(0);
    _exit(0);
}
static int ends_well__Exit(void) {
    write_output(0);
    _Exit(0);
}
static int ends_well_quick_exit(void) {
    write_output(0);
    quick_exit(0);
}
static int ends_well_exit(void) {
    write_output(0);
    printf("flushed\n");
    exit(0);
}

static const struct {
    const char *name;
    int (*run)(void);
} endings[] = {
    {"close", ends_close},
    {"rdwr", ends_rdwr},
    {"fclose", ends_fclose},
    {"syscall", ends_syscall},
    {"dup2", ends_dup2},
    {"dup2_itself", ends_dup2_itself},
    {"dup3", ends_dup3},
    {"freopen", ends_freopen},
    {"freopen64", ends_freopen64},
    {"close_range", ends_close_range},
    {"close_range_cloexec", ends_close_range_cloexec},
    {"close_range_unshare", ends_close_range_unshare},
    {"closefrom", ends_closefrom},
    {"_exit", ends__exit},
    {"_Exit", ends__Exit},
    {"quick_exit", ends_quick_exit},
    {"exit_descriptor", ends_exit_descriptor},
    {"exit_stream", ends_exit_stream},
    {"return_stdout", ends_return_stdout},
    {"twice", ends_twice},
    {"badly", ends_badly},
    {"half_written", ends_half_written},
    {"reopened", ends_reopened},
    {"thread", ends_thread},
    {"signal_handler", ends_signal_handler},
    {"vfork", ends_vfork},
    {"told_close", ends_told_close},
    {"told_syscall", ends_told_syscall},
    {"told_fclose", ends_told_fclose},
    {"told_close_range", ends_told_close_range},
    {"told_dup2", ends_told_dup2},
    {"well__exit", ends_well__exit},
    {"well__Exit", ends_well__Exit},
    {"well_quick_exit", ends_well_quick_exit},
    {"well_exit", ends_well_exit},
};

int main(int argc, char **argv) {
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (argc == 2 && strcmp(argv[1], "list") == 0)
            puts(endings[i].name);
        else if (argc >= 2 && strcmp(argv[1], endings[i].name) == 0) {
            read_source();
            if (argc > 2 && strcmp(argv[2], "half") == 0)
                size /= 2;
            return endings[i].run();
        }
    }
    return argc == 2 && strcmp(argv[1], "list") == 0 ? 0 : 99;
}
