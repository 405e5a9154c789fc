#include "command/child.h"

#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int redirect(posix_spawn_file_actions_t *a, const struct child *c) {
    int result = posix_spawn_file_actions_addchdir_np(a, c->directory);
    if (result == 0)
        result = posix_spawn_file_actions_addopen(a, 0, "/dev/null", O_RDONLY, 0);
    if (result == 0)
        result =
            posix_spawn_file_actions_addopen(a, 1, c->output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    return result == 0 ? posix_spawn_file_actions_adddup2(a, 1, 2) : result;
}

pid_t child_start(const struct child *c) {
    posix_spawn_file_actions_t actions;
    pid_t pid = 0;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return -ENOMEM;
    int result = redirect(&actions, c);
    if (result == 0)
        result = posix_spawn(&pid, c->path, &actions, NULL, (char *const *)c->argv, c->environment);
    posix_spawn_file_actions_destroy(&actions);
    return result == 0 ? pid : -result;
}

static int64_t micros(struct timeval t) {
    return (int64_t)t.tv_sec * 1000000 + t.tv_usec;
}

struct child_end child_wait(pid_t pid) {
    struct child_end e = {0};
    struct rusage use;
    int status = 0;
    do {
        e.pid = wait4(pid, &status, 0, &use);
    } while (e.pid < 0 && errno == EINTR);
    if (e.pid <= 0)
        return (struct child_end){0};
    e.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    e.cpu_us = micros(use.ru_utime) + micros(use.ru_stime);
    return e;
}

struct child_end child_run(const struct child *c) {
    pid_t pid = child_start(c);
    return pid > 0 ? child_wait(pid) : (struct child_end){.status = 127};
}

#define SAID_SIZE ((size_t)256 << 10)

/* Into memory: there may be no directory for a file. */
char *child_said(const char *path, const char *const *argv, char *const *environment, int *status) {
    char out[64], *said = calloc(1, SAID_SIZE);
    int fd = memfd_create("said", MFD_CLOEXEC);
    if (fd < 0 || said == NULL) {
        free(said);
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    text_print(out, sizeof out, "/proc/%d/fd/%d", getpid(), fd);
    const struct child c = {path, argv, environment, "/", out};
    *status = child_run(&c).status;
    ssize_t n = pread(fd, said, SAID_SIZE - 1, 0);
    said[n > 0 ? n : 0] = '\0';
    close(fd);
    return said;
}

bool child_self(char *path, size_t size) {
    ssize_t n = readlink("/proc/self/exe", path, size - 1);
    path[n > 0 ? n : 0] = '\0';
    return n > 0;
}

static bool is_dropped(const char *variable) {
    static const char *const names[] = {"LD_PRELOAD",
                                        "GIFVET_SET",
                                        "GIFLAB_VALIDATION_EMERGENCY_DISABLE",
                                        "GIFLAB_VALIDATION_PERCENTAGE",
                                        "GIFLAB_VALIDATION_MODE",
                                        "GIFLAB_VALIDATION_LOG",
                                        "GIFLAB_VALIDATION_STATE_DIR",
                                        "GIFLAB_VALIDATION_OPERATION",
                                        "GIFLAB_VALIDATION_RATIO",
                                        "GIFLAB_VALIDATION_COLORS",
                                        "GIFLAB_VALIDATION_SOURCE"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i]);
        if (strncmp(variable, names[i], n) == 0 && variable[n] == '=')
            return true;
    }
    return false;
}

char **child_environment(const char *const *more) {
    size_t most = 1, used = 0;
    for (size_t i = 0; environ[i] != NULL; i++)
        most++;
    for (size_t i = 0; more != NULL && more[i] != NULL; i++)
        most++;
    char **all = calloc(most, sizeof *all);
    if (all == NULL)
        return NULL;
    for (size_t i = 0; environ[i] != NULL; i++)
        if (!is_dropped(environ[i]))
            all[used++] = environ[i];
    for (size_t i = 0; more != NULL && more[i] != NULL; i++)
        all[used++] = (char *)more[i];
    return all;
}
