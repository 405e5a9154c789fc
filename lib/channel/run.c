/* A command of the operator's: the message on its standard input. */
#include "channel/channel.h"
#include "channel/message.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGUMENTS 64

extern char **environ;

int command_channel_check(const struct channel_setup *s, struct error *e) {
    const char *c = s->conf->command + strspn(s->conf->command, " \t");
    if (*c == '\0')
        return error_set(e, EINVAL, "command: has no program");
    size_t words = 0;
    for (; !s->conf->command_shell && *c != '\0'; words++) {
        c += strcspn(c, " \t");
        c += strspn(c, " \t");
    }
    return words >= ARGUMENTS
               ? error_set(e, EINVAL, "command: has more than %d words", ARGUMENTS - 1)
               : 0;
}

/* No quotes, no variables: what needs them asks for a shell. */
static void split(char *line, char *argv[ARGUMENTS]) {
    size_t n = 0;
    char *rest = NULL;
    for (char *word = strtok_r(line, " \t", &rest); word != NULL && n + 1 < ARGUMENTS;
         word = strtok_r(NULL, " \t", &rest))
        argv[n++] = word;
    argv[n] = NULL;
}

/* In a process group of its own, so that all of it can be ended; with the signals of a fresh
 * program. Its standard output goes to our standard error: ours is a report. */
static int start(char *const argv[], int input, pid_t *pid) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    int result = posix_spawnp(pid, argv[0], &files, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return result;
}

/* Until it ends, or the deadline has come. Without descriptors for processes it is waited for
 * without end: those are older than anything that gifvet is built for. */
static bool ends_in_time(pid_t pid, int64_t deadline_us) {
    struct pollfd p = {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN};
    int ready = p.fd < 0 ? 1 : 0;
    while (ready == 0) {
        int64_t left_us = deadline_us - sys_now_us();
        if (left_us <= 0)
            break;
        ready = poll(&p, 1, (int)(left_us / 1000) + 1);
        if (ready < 0 && errno == EINTR)
            ready = 0;
    }
    if (p.fd >= 0)
        close(p.fd);
    return ready > 0;
}

static struct channel_result finish(pid_t pid, int64_t timeout_s) {
    int status = 0;
    const bool in_time = ends_in_time(pid, sys_now_us() + timeout_s * 1000000);
    if (!in_time)
        kill(-pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (!in_time)
        return channel_failed(CHANNEL_LATER, "did not end within %lld s", (long long)timeout_s);
    if (WIFSIGNALED(status))
        return channel_failed(CHANNEL_LATER, "ended by signal %d", WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        return channel_failed(CHANNEL_LATER, "exit status %d", WEXITSTATUS(status));
    return (struct channel_result){.outcome = CHANNEL_DELIVERED};
}

/* In a file without a name: however little of it the command reads, nobody waits for anybody. */
static int input_of(const char *text) {
    int fd = memfd_create("message", MFD_CLOEXEC);
    size_t n = strlen(text);
    if (fd >= 0 && (write(fd, text, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET) != 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

struct channel_result command_channel_send(const struct channel_setup *s,
                                           const struct alert_message *m, const char *late) {
    char line[CONF_TEXT_MAX];
    char *argv[ARGUMENTS] = {"/bin/sh", "-c", line};
    json_t *j = message_json(m, late);
    char *text = j != NULL ? json_dumps(j, JSON_COMPACT) : NULL;
    int input = text != NULL ? input_of(text) : -1;
    pid_t pid;
    json_decref(j);
    free(text);
    if (input < 0)
        return channel_failed(CHANNEL_LATER, "no memory");
    text_print(line, sizeof line, "%s", s->conf->command);
    if (!s->conf->command_shell)
        split(line, argv);
    int error = start(argv, input, &pid);
    close(input);
    return error != 0 ? channel_failed(CHANNEL_REFUSED, "cannot be run: %s", strerror(error))
                      : finish(pid, s->conf->timeout_seconds);
}
