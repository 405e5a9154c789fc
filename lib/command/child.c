#include "command/child.h"

#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
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

/* As wait4(); 0: not in time. SIGCHLD is blocked: one that comes in between is not lost. */
static pid_t wait_until(pid_t pid, int64_t deadline_us, int *status, struct rusage *use) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGCHLD);
    for (;;) {
        pid_t found = wait4(pid, status, WNOHANG, use);
        const int64_t left_us = deadline_us - sys_now_us();
        if (found != 0 || left_us <= 0)
            return found;
        const struct timespec left = {left_us / 1000000, left_us % 1000000 * 1000};
        (void)sigtimedwait(&ends, NULL, &left);
    }
}

struct child_end child_wait(pid_t pid, int64_t deadline_us) {
    struct child_end e = {0};
    struct rusage use;
    sigset_t ends, before;
    int status = 0;
    sigemptyset(&ends);
    sigaddset(&ends, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ends, &before);
    e.pid = wait_until(pid, deadline_us, &status, &use);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (e.pid <= 0)
        return (struct child_end){.late = e.pid == 0};
    e.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    e.cpu_us = micros(use.ru_utime) + micros(use.ru_stime);
    return e;
}

/* Not by process groups: children in groups of their own would outlive a Ctrl-C. What they have
 * started becomes ours as they end, and is ended in the next turn. */
void child_end_all(void) {
    size_t n = 1;
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    while (n > 0) {
        FILE *children = fopen("/proc/thread-self/children", "re");
        int pid = 0;
        for (n = 0; children != NULL && fscanf(children, "%d", &pid) == 1; n++)
            (void)kill(pid, SIGKILL);
        if (children != NULL)
            fclose(children);
        for (size_t i = 0; i < n; i++)
            (void)waitpid(-1, NULL, 0);
    }
    (void)prctl(PR_SET_CHILD_SUBREAPER, 0);
}

struct child_end child_run(const struct child *c) {
    const int64_t deadline_us = c->seconds > 0 ? sys_now_us() + c->seconds * 1000000 : INT64_MAX;
    pid_t pid = child_start(c);
    if (pid <= 0)
        return (struct child_end){.status = 127};
    const struct child_end e = child_wait(pid, deadline_us);
    if (e.late)
        child_end_all();
    return e;
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
    const struct child c = {
        .path = path, .argv = argv, .environment = environment, .directory = "/", .output = out};
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
