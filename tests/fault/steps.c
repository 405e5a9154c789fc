/* A host that does what its arguments say, one after the other, and says how each close went.
 *
 *   read FILE      reads it whole and closes it
 *   open FILE      reads it whole and keeps it open; drop closes it
 *   start FILE     writes what was read, and keeps it open; half FILE writes the first half; rest
 *                  the other
 *   end            closes the output
 *   write FILE     start and end
 *   many FILE N    N times write FILE, with not a word
 *   twice          a second descriptor of the output, closed by end, too
 *   fill           opens files until it may open no more
 *   locked FILE    writes it to a stream that another thread has locked when the host returns
 *   confine        asks the kernel to kill the host for calls that it does not make
 *   run COMMAND    another process does something, without gifvet
 *   exec PROGRAM…  becomes another program
 *
 * Rooms: files · steps */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- files ---- */

static char bytes[1 << 22];
static size_t size;
static int source = -1, output = -1, second = -1;

static int read_whole(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, bytes, sizeof bytes);
    size = n > 0 ? (size_t)n : 0;
    return fd;
}

static void put(const char *path, size_t from, size_t to) {
    if (path != NULL)
        output = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
    if (write(output, bytes + from, to - from) != (ssize_t)(to - from))
        printf("not written\n");
}

static int closed(int *fd) {
    errno = 77;
    int result = close(*fd);
    *fd = -1;
    return errno == 77 ? result : errno;
}

/* ---- steps ---- */

static void do_read(char **word) {
    int fd = read_whole(word[1]);
    printf("read: %d\n", closed(&fd));
}
static void do_open(char **word) {
    source = read_whole(word[1]);
}
static void do_drop(char **word) {
    printf("%s: %d\n", word[0], closed(&source));
}
static void do_start(char **word) {
    put(word[1], 0, size);
}
static void do_half(char **word) {
    put(word[1], 0, size / 2);
}
static void do_rest(char **word) {
    (void)word;
    put(NULL, size / 2, size);
}
static void do_end(char **word) {
    printf("%s: %d\n", word[0], closed(&output));
    output = second;
    second = -1;
}
static void do_write(char **word) {
    put(word[1], 0, size);
    do_end(word);
}
static int count_descriptors(void) {
    int n = 0;
    for (int fd = 0; fd < 1024; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}
static void do_many(char **word) {
    int before = count_descriptors();
    for (int i = atoi(word[2]); i > 0; i--) {
        put(word[1], 0, size);
        if (closed(&output) != 0)
            printf("many: a close failed\n");
    }
    printf("descriptors left open: %d\n", count_descriptors() - before);
}
static void do_twice(char **word) {
    (void)word;
    second = output;
    output = fcntl(second, F_DUPFD_CLOEXEC, 3);
}
static void do_fill(char **word) {
    (void)word;
    while (open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0) {
    }
}

static FILE *stream;
static pthread_barrier_t is_locked;

static void *locks(void *none) {
    flockfile(stream);
    pthread_barrier_wait(&is_locked);
    for (;;)
        pause();
    return none;
}
static void do_locked(char **word) {
    pthread_t other;
    stream = fopen(word[1], "w");
    if (stream == NULL || fwrite(bytes, 1, size, stream) != size)
        abort();
    pthread_barrier_init(&is_locked, NULL, 2);
    if (pthread_create(&other, NULL, locks, NULL) != 0)
        abort();
    pthread_barrier_wait(&is_locked);
}

/* uname() is one of gifvet's calls, and none of these hosts'. */
static void do_confine(char **word) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_uname, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        printf("%s: %d\n", word[0], errno);
}
static void do_run(char **word) {
    int status = 0;
    (void)fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        unsetenv("LD_PRELOAD");
        execl("/bin/sh", "sh", "-c", word[1], (char *)NULL);
        _exit(127);
    }
    waitpid(pid, &status, 0);
    printf("run: %#x\n", (unsigned)status);
}
static void do_exec(char **word) {
    (void)fflush(stdout);
    execvp(word[1], word + 1);
}

static const struct {
    const char *name;
    int words;
    void (*step)(char **word);
} steps[] = {
    {"read", 2, do_read},       {"open", 2, do_open},   {"drop", 1, do_drop},
    {"start", 2, do_start},     {"half", 2, do_half},   {"rest", 1, do_rest},
    {"end", 1, do_end},         {"write", 2, do_write}, {"many", 3, do_many},
    {"twice", 1, do_twice},     {"fill", 1, do_fill},   {"locked", 2, do_locked},
    {"confine", 1, do_confine}, {"run", 2, do_run},     {"exec", 2, do_exec},
};

int main(int argc, char **argv) {
    for (int at = 1; at < argc;) {
        size_t i = 0;
        while (i < sizeof steps / sizeof *steps && strcmp(argv[at], steps[i].name) != 0)
            i++;
        if (i == sizeof steps / sizeof *steps || at + steps[i].words > argc) {
            fprintf(stderr, "steps: what is %s?\n", argv[at]);
            return 99;
        }
        steps[i].step(argv + at);
        at += steps[i].words;
    }
    return 3;
}
