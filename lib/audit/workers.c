/* Rooms: a worker's own life · starting · giving · taking · ending */
#include "audit/workers.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a worker's own life ---- */

static bool send_all(int fd, const char *s, size_t n) {
    while (n > 0) {
        ssize_t sent = send(fd, s, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        s += sent;
        n -= (size_t)sent;
    }
    return true;
}

/* The judge gives up by itself at validation_timeout_ms. Should it fail to, this much CPU time ends
 * the worker; where the configuration sets no limit there is none here. */
static void set_alarm(const struct conf *c, bool on) {
    struct itimerval t = {.it_value = {0, 0}};
    if (on && c->limits.validation_timeout_ms > 0)
        t.it_value.tv_sec = 2 + (time_t)(c->limits.validation_timeout_ms / 500);
    (void)setitimer(ITIMER_PROF, &t, NULL);
}

_Noreturn static void live(const struct judging *j, int fd) {
    size_t pair;
    char *line = malloc(JUDGING_LINE);
    while (line != NULL && recv(fd, &pair, sizeof pair, MSG_WAITALL) == sizeof pair) {
        set_alarm(j->conf, true);
        size_t n = judging_run(j, &j->pairs->at[pair], line);
        set_alarm(j->conf, false);
        if (!send_all(fd, line, n))
            break;
    }
    _exit(0);
}

/* ---- starting ---- */

int workers_open(struct workers *w, const struct judging *j, size_t count, struct error *e) {
    *w = (struct workers){.judging = j, .at = calloc(count, sizeof *w->at)};
    if (w->at == NULL)
        return error_set(e, ENOMEM, "no memory for %zu workers", count);
    for (; w->used < count; w->used++) {
        w->at[w->used].line = malloc(JUDGING_LINE);
        if (w->at[w->used].line == NULL)
            return error_set(e, ENOMEM, "no memory for %zu workers", count);
    }
    return 0;
}

static int start(struct workers *w, struct worker *one, struct error *e) {
    int ends[2];
    pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return error_set(e, errno, "a worker cannot be started: %s", strerror(errno));
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        /* With the others' ends open a worker would not see that the audit has ended. */
        for (size_t i = 0; i < w->used; i++)
            if (w->at[i].pid > 0)
                close(w->at[i].fd);
        close(ends[0]);
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
            _exit(0);
        live(w->judging, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        int code = errno;
        close(ends[0]);
        return error_set(e, code, "a worker cannot be started: %s", strerror(code));
    }
    one->pid = pid;
    one->fd = ends[0];
    return 0;
}

/* ---- giving ---- */

/* A worker that is gone is noticed when its answer is to be taken. */
static void hand(struct worker *one, size_t pair) {
    (void)send_all(one->fd, (const char *)&pair, sizeof pair);
    one->has[one->has_used++] = pair;
}

static struct worker *idlest(const struct workers *w) {
    struct worker *best = &w->at[0];
    for (size_t i = 1; i < w->used; i++)
        if (w->at[i].has_used < best->has_used)
            best = &w->at[i];
    return best;
}

bool workers_have_room(const struct workers *w) {
    return idlest(w)->has_used < WORKERS_AHEAD;
}

int workers_give(struct workers *w, size_t pair, struct error *e) {
    struct worker *one = idlest(w);
    if (one->pid == 0 && start(w, one, e) != 0)
        return e->code;
    hand(one, pair);
    return 0;
}

void workers_poll(const struct workers *w, struct pollfd *fds) {
    for (size_t i = 0; i < w->used; i++)
        fds[i] = (struct pollfd){.fd = w->at[i].pid > 0 ? w->at[i].fd : -1, .events = POLLIN};
}

/* ---- taking ---- */

static void answered(struct worker *one, workers_answer answer, void *context, const char *line,
                     size_t n) {
    if (one->has_used == 0)
        return;
    size_t pair = one->has[0];
    one->has_used--;
    memmove(one->has, one->has + 1, one->has_used * sizeof *one->has);
    answer(context, pair, line, n);
}

static void take_lines(struct worker *one, workers_answer answer, void *context) {
    char *end, *at = one->line;
    while ((end = memchr(at, '\n', one->used - (size_t)(at - one->line))) != NULL) {
        answered(one, answer, context, at, (size_t)(end + 1 - at));
        at = end + 1;
    }
    one->used -= (size_t)(at - one->line);
    memmove(one->line, at, one->used);
}

static char *how_it_ended(char *said, size_t size, int status) {
    int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (signal == SIGPROF)
        return text_print(said, size, "the judge did not come to an end");
    if (signal != 0)
        return text_print(said, size, "the judge was ended by signal %d (%s)", signal,
                          strsignal(signal));
    return text_print(said, size, "the judge ended with status %d", WEXITSTATUS(status));
}

static int replace(struct workers *w, struct worker *one, workers_answer answer, void *context,
                   struct error *e) {
    int status = 0;
    char said[128];
    close(one->fd);
    while (waitpid(one->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    one->pid = 0;
    one->used = 0;
    if (one->has_used == 0)
        return 0;
    char *line = malloc(JUDGING_LINE);
    if (line == NULL)
        return error_set(e, ENOMEM, "no memory for a line");
    size_t n = judging_not(&w->judging->pairs->at[one->has[0]], "judge_fault",
                           how_it_ended(said, sizeof said, status), line);
    answered(one, answer, context, line, n);
    free(line);
    size_t again = one->has_used, next = one->has[0];
    one->has_used = 0;
    if (again == 0)
        return 0;
    if (start(w, one, e) != 0)
        return e->code;
    hand(one, next);
    return 0;
}

static int take_some(struct workers *w, struct worker *one, workers_answer answer, void *context,
                     struct error *e) {
    ssize_t n = recv(one->fd, one->line + one->used, JUDGING_LINE - one->used, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (n <= 0)
        return replace(w, one, answer, context, e);
    one->used += (size_t)n;
    take_lines(one, answer, context);
    return 0;
}

int workers_take(struct workers *w, const struct pollfd *fds, workers_answer answer, void *context,
                 struct error *e) {
    int result = 0;
    for (size_t i = 0; i < w->used && result == 0; i++)
        if (fds[i].revents != 0)
            result = take_some(w, &w->at[i], answer, context, e);
    return result;
}

/* ---- ending ---- */

void workers_close(struct workers *w) {
    for (size_t i = 0; i < w->used; i++) {
        if (w->at[i].pid > 0) {
            (void)kill(w->at[i].pid, SIGKILL);
            close(w->at[i].fd);
            while (waitpid(w->at[i].pid, NULL, 0) < 0 && errno == EINTR)
                continue;
        }
        free(w->at[i].line);
    }
    free(w->at);
}
