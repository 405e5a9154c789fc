/* Runs one host again and again under the faulty object, each time with another fault, and holds
 * each run against the one without gifvet.
 *
 *   inject OBJECT TRUTH COMMAND...     TRUTH: true or false, the verdict that is right; "lost" when
 *                                      COMMAND overwrites in.gif in mode enforce
 *
 * In the working directory: source.gif. Before each run in.gif is a copy of it and out.gif, the
 * state directory "state" and its log are gone. Prints what was tried, and one line per deviation;
 * exits with 1 when there was any. */
#include "tests/fault/door.h"
#include "tests/fault/errnos.h"

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST ((size_t)1 << 20)
#define COUNT(x) (sizeof(x) / sizeof *(x))

struct bytes {
    size_t used;
    char at[MOST];
};

struct result {
    int status;
    struct bytes in, out, out_stream, error_stream;
};

static char **command;
static const char *object, *truth;
static uint64_t *page;
static struct result plain, now;
static struct bytes source;
static bool enforced; /* this run came to a verdict, and knew that it should enforce */
static size_t runs, injected, verdicts, nulls, silent, deviations;

static void read_into(const char *path, struct bytes *b) {
    b->used = 0;
    int fd = open(path, O_RDONLY);
    ssize_t n;
    while (fd >= 0 && (n = read(fd, b->at + b->used, MOST - b->used)) > 0)
        b->used += (size_t)n;
    if (fd >= 0)
        close(fd);
}

static bool same(const struct bytes *a, const struct bytes *b) {
    return a->used == b->used && memcmp(a->at, b->at, a->used) == 0;
}

static void prepare(void) {
    if (system("rm -rf state out.gif in.gif; exec cp -p source.gif in.gif") != 0)
        exit(2);
    memset(page, 0, PAGE_WORDS * sizeof *page);
}

static void become(const char *preload, const char *fault) {
    int out = open("stdout", O_CREAT | O_TRUNC | O_WRONLY, 0600);
    int err = open("stderr", O_CREAT | O_TRUNC | O_WRONLY, 0600);
    dup2(out, 1);
    dup2(err, 2);
    close(out);
    close(err);
    if (fault != NULL)
        setenv("GIFVET_FAULT", fault, 1);
    if (preload != NULL)
        setenv("LD_PRELOAD", preload, 1);
    alarm(20); /* a host that hangs ends by this signal, and so differs */
    execvp(command[0], command);
    _exit(127);
}

static void run(const char *preload, const char *fault, struct result *r) {
    prepare();
    pid_t child = fork();
    if (child == 0)
        become(preload, fault);
    waitpid(child, &r->status, 0);
    read_into("in.gif", &r->in);
    read_into("out.gif", &r->out);
    read_into("stdout", &r->out_stream);
    read_into("stderr", &r->error_stream);
    runs++;
}

static void deviates(const char *fault, const char *what) {
    deviations++;
    printf("not ok %s: %s\n", fault, what);
}

/* Mode enforce, and the source was overwritten by a damaged output. Where that came to a verdict,
 * its bytes are under its name or in a copy, wherever the fault struck. (Where the fault kept
 * gifvet from seeing the files, or the configuration, the host did what it does without gifvet.) */
static void look_at_source(const char *fault) {
    static struct bytes copy;
    if (!enforced || same(&now.in, &source))
        return;
    if (system("cat state/quarantine/rescue/*.gif >copy 2>/dev/null") != 0)
        (void)unlink("copy");
    read_into("copy", &copy);
    if (!same(&copy, &source))
        deviates(fault, "the source is lost");
}

static void look_at_outcome(const char *fault) {
    bool changed = strcmp(truth, "lost") == 0;
    if (!changed && (!same(&now.in, &plain.in) || !same(&now.out, &plain.out)))
        deviates(fault, "a file differs");
    if (now.status != plain.status && !(changed && WIFEXITED(now.status)))
        deviates(fault, "the exit status differs");
    if (!same(&now.out_stream, &plain.out_stream) || !same(&now.error_stream, &plain.error_stream))
        deviates(fault, "stdout or stderr differs");
}

static void look_at_record(const char *fault, const char *line, size_t n) {
    json_t *r = json_loadb(line, n, JSON_ALLOW_NUL, NULL);
    const char *type = json_string_value(json_object_get(r, "type"));
    const json_t *passed = json_object_get(r, "validation_passed");
    const char *reason = json_string_value(json_object_get(r, "reason"));
    if (r == NULL) {
        deviates(fault, "a line of the log is no JSON");
    } else if (strcmp(type, "validation") == 0 || strcmp(type, "judge_fault") == 0) {
        verdicts++;
        nulls += json_is_null(passed);
        const char *mode = json_string_value(json_object_get(r, "mode"));
        enforced |= mode != NULL && strcmp(mode, "enforce") == 0;
        if (json_is_null(passed) && (reason == NULL || reason[0] == '\0'))
            deviates(fault, "null without a reason");
        if (json_is_boolean(passed) && json_is_true(passed) != (strcmp(truth, "true") == 0))
            deviates(fault, "the wrong verdict");
    }
    json_decref(r);
}

static void look_at_log(const char *fault) {
    static struct bytes log;
    size_t before = verdicts;
    enforced = false;
    read_into("state/validation.jsonl", &log);
    for (size_t i = 0; i < log.used;) {
        const char *end = memchr(log.at + i, '\n', log.used - i);
        if (end == NULL) {
            /* A write that was made short leaves half a line; there is no more to be done. */
            if (strstr(fault, "short") == NULL)
                deviates(fault, "the log ends within a line");
            break;
        }
        size_t n = (size_t)(end - (log.at + i));
        look_at_record(fault, log.at + i, n);
        i += n + 1;
    }
    silent += verdicts == before;
    if (strcmp(truth, "lost") == 0)
        look_at_source(fault);
}

static void try(const char *fault) {
    run(object, fault, &now);
    injected += page[PAGE_INJECTED] > 0 || strstr(fault, "alloc") != NULL;
    look_at_outcome(fault);
    look_at_log(fault);
}

static void try_call(size_t which, uint64_t nth) {
    char fault[128];
    const long n = calls[which].call;
    for (size_t i = 0; i < COUNT(calls[which].errors) && calls[which].errors[i] != 0; i++) {
        int e = calls[which].errors[i];
        snprintf(fault, sizeof fault, "call=%ld,nth=%lu,error=%d", n, (unsigned long)nth, e);
        try(fault);
        if (e != EINTR)
            continue;
        snprintf(fault, sizeof fault, "call=%ld,nth=%lu,error=%d,times=10", n, (unsigned long)nth,
                 e);
        try(fault);
    }
    if (n == SYS_read || n == SYS_pread64 || n == SYS_write || n == SYS_getdents64) {
        snprintf(fault, sizeof fault, "call=%ld,nth=%lu,short=1", n, (unsigned long)nth);
        try(fault);
    }
}

static size_t row_of(long call) {
    for (size_t i = 0; i < COUNT(calls); i++)
        if (calls[i].call == call)
            return i;
    return COUNT(calls);
}

int main(int argc, char **argv) {
    static uint64_t made[PAGE_WORDS];
    char fault[64];
    if (argc < 4)
        return 2;
    object = argv[1];
    truth = argv[2];
    command = argv + 3;
    int fd = open("page", O_CREAT | O_TRUNC | O_RDWR, 0600);
    if (ftruncate(fd, PAGE_WORDS * sizeof *page) != 0)
        return 2;
    page = mmap(NULL, PAGE_WORDS * sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    setenv("GIFVET_FAULT_PAGE", "page", 1);
    read_into("source.gif", &source);
    run(NULL, NULL, &plain);
    try("none");
    if (verdicts != 1 || nulls != 0)
        deviates("none", "without a fault there is not one verdict");
    memcpy(made, page, sizeof made);
    const uint64_t blocks = page[PAGE_ALLOCATED];
    const size_t step = getenv("LONG") != NULL || blocks < 400 ? 1 : blocks / 400;
    for (long call = 0; call < PAGE_CALLS; call++) {
        if (made[call] > 0 && row_of(call) == COUNT(calls)) {
            snprintf(fault, sizeof fault, "call=%ld", call);
            deviates(fault, "is not in tests/fault/errnos.h");
        }
        for (uint64_t nth = 1; row_of(call) < COUNT(calls) && nth <= made[call]; nth++)
            try_call(row_of(call), nth);
    }
    for (uint64_t nth = 1; nth <= blocks; nth += step) {
        snprintf(fault, sizeof fault, "alloc=%lu", (unsigned long)nth);
        try(fault);
    }
    printf(
        "# %zu runs, %zu with a fault that struck, %zu verdicts, of which %zu null; %zu runs left "
        "no record\n",
        runs, injected, verdicts, nulls, silent);
    return deviations > 0 || injected == 0;
}
