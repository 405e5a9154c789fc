/* Runs a command and says what every process of it was like at its end:
 *
 *     witness -o REPORT [-E NAME=VALUE]... PROGRAM ARGUMENTS...
 *
 * One block a process, the blocks sorted, so that the order in which processes end does not show:
 * how it ended, its descriptors with flags, positions and locks, signals, umask, directory, limits,
 * the environment it was started with (without LD_PRELOAD), its children and threads. What differs
 * between any two runs (inode numbers, process numbers) is left out. Exits as PROGRAM did, with 128
 * and the signal's number when one ended it.
 *
 * Rooms: lists · reading /proc · beginnings · the end of a process · events · the report */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEXT_MAX ((size_t)1 << 20)
#define ARGUMENTS_SHOWN 160

/* ---- lists ---- */

struct process {
    pid_t pid;
    char *program;     /* with its arguments */
    char *parent;      /* the parent's program */
    char *environment; /* lines; NULL: a fork that has executed nothing */
    char *end;         /* lines read at its end */
    int children, threads, programs;
    int status;
    bool over;
};

static struct process *processes;
static size_t processes_used;

/* Which process a thread belongs to: a place in the list. */
static struct {
    pid_t tid;
    size_t process;
} * threads;
static size_t threads_used;

static void *grown(void *list, size_t used, size_t size) {
    /* To the next power of two, whenever used is one. */
    if ((used & (used - 1)) != 0)
        return list;
    void *more = realloc(list, (used == 0 ? 1 : used * 2) * size);
    if (more == NULL)
        abort();
    return more;
}

static char *copied(const char *text) {
    char *copy = strdup(text != NULL ? text : "");
    if (copy == NULL)
        abort();
    return copy;
}

/* Numbers are given again: the youngest counts. */
static struct process *process_of(pid_t tid) {
    for (size_t i = threads_used; i-- > 0;)
        if (threads[i].tid == tid)
            return &processes[threads[i].process];
    return NULL;
}

static bool is_followed(pid_t tid) {
    const struct process *p = process_of(tid);
    return p != NULL && !p->over;
}

static void add_thread(pid_t tid, size_t process) {
    threads = grown(threads, threads_used, sizeof *threads);
    threads[threads_used].tid = tid;
    threads[threads_used++].process = process;
}

static void add_process(pid_t pid, const struct process *parent) {
    char *program = copied(parent != NULL ? parent->program : "witness");
    char *parents = copied(program);
    processes = grown(processes, processes_used, sizeof *processes);
    processes[processes_used] = (struct process){.pid = pid, .program = program, .parent = parents};
    add_thread(pid, processes_used++);
}

/* ---- reading /proc ---- */

/* A file of /proc/PID, with a NUL behind it; what cannot be read is empty. Static. */
static char *proc_file(pid_t pid, const char *name, size_t *n) {
    static char text[TEXT_MAX];
    char path[80];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    size_t used = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && used < sizeof text - 1) {
        ssize_t got = read(fd, text + used, sizeof text - 1 - used);
        if (got <= 0)
            break;
        used += (size_t)got;
    }
    if (fd >= 0)
        close(fd);
    text[used] = '\0';
    if (n != NULL)
        *n = used;
    return text;
}

static long status_number(pid_t pid, const char *name) {
    const char *at = strstr(proc_file(pid, "status", NULL), name);
    return at != NULL ? strtol(at + strlen(name), NULL, 10) : 0;
}

/* Numbers of three digits and more are process numbers, inodes, descriptors above our own. */
static void print_without_numbers(FILE *to, const char *from) {
    while (*from != '\0') {
        size_t digits = strspn(from, "0123456789");
        if (digits >= 3)
            fputc('N', to);
        else if (digits > 0)
            fprintf(to, "%.*s", (int)digits, from);
        from += digits;
        if (*from != '\0' && !isdigit((unsigned char)*from)) {
            unsigned char c = (unsigned char)*from++;
            fputc(c < ' ' ? ' ' : c, to);
        }
    }
}

/* ---- beginnings ---- */

/* NUL-separated strings become lines. */
static char *lines_of(pid_t pid, const char *name, const char *before) {
    size_t n, size;
    const char *block = proc_file(pid, name, &n);
    char *lines = NULL;
    FILE *to = open_memstream(&lines, &size);
    for (size_t at = 0; at < n; at += strlen(block + at) + 1)
        if (strncmp(block + at, "LD_PRELOAD=", 11) != 0)
            fprintf(to, "%s%s\n", before, block + at);
    fclose(to);
    return lines;
}

static char *arguments_of(pid_t pid) {
    size_t n, size;
    char *block = proc_file(pid, "cmdline", &n);
    for (size_t i = 0; i + 1 < n; i++)
        if (block[i] == '\0')
            block[i] = ' ';
    if (n > ARGUMENTS_SHOWN)
        block[ARGUMENTS_SHOWN] = '\0';
    char *arguments = NULL;
    FILE *to = open_memstream(&arguments, &size);
    print_without_numbers(to, block);
    fclose(to);
    return arguments;
}

static void executed(pid_t pid) {
    struct process *p = process_of(pid);
    if (p == NULL)
        return;
    free(p->program);
    free(p->environment);
    free(p->end); /* of the first thread, when another one executed the program */
    p->program = arguments_of(pid);
    p->environment = lines_of(pid, "environ", "  env ");
    p->end = NULL;
    p->programs++;
}

/* A new thread or process; seen by its own first stop or by its parent's, whichever comes first. */
static void begun(pid_t tid, pid_t parent) {
    if (is_followed(tid))
        return;
    pid_t leader = (pid_t)status_number(tid, "\nTgid:");
    /* Its parent may be heard of it after its own end. */
    bool gone = leader == 0 || strstr(proc_file(tid, "status", NULL), "\nState:\tZ") != NULL;
    if (gone && process_of(tid) != NULL)
        return;
    if (leader == 0 || leader == tid) {
        if (parent == 0)
            parent = (pid_t)status_number(tid, "\nPPid:");
        add_process(tid, process_of(parent));
        return;
    }
    struct process *p = process_of(leader);
    if (p != NULL)
        add_thread(tid, (size_t)(p - processes));
}

/* ---- the end of a process ---- */

static int by_number(const struct dirent **a, const struct dirent **b) {
    return atoi((*a)->d_name) - atoi((*b)->d_name);
}

static int is_number(const struct dirent *d) {
    return isdigit((unsigned char)d->d_name[0]);
}

/* The name of what a descriptor leads to. A deleted file had a name that was made up. */
static void print_target(FILE *to, pid_t pid, int fd) {
    char link[80], target[4096];
    snprintf(link, sizeof link, "/proc/%d/fd/%d", pid, fd);
    ssize_t n = readlink(link, target, sizeof target - 1);
    target[n > 0 ? n : 0] = '\0';
    char *open = strstr(target, ":[");
    char *gone = strstr(target, " (deleted)");
    if (open != NULL && isdigit((unsigned char)open[2]))
        fprintf(to, "%.*s:[]", (int)(open - target), target);
    else if (gone != NULL && strncmp(target, "/memfd:", 7) != 0)
        fprintf(to, "%.*s/... (deleted)", (int)(strrchr(target, '/') - target), target);
    else if (strncmp(target, "/proc/", 6) == 0)
        print_without_numbers(to, target);
    else
        fputs(target, to);
}

static void print_descriptor(FILE *to, pid_t pid, int fd) {
    char name[64];
    snprintf(name, sizeof name, "fdinfo/%d", fd);
    fprintf(to, "  fd %d ", fd);
    print_target(to, pid, fd);
    char *lines = proc_file(pid, name, NULL);
    for (char *line = strtok(lines, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (strncmp(line, "pos:", 4) == 0 || strncmp(line, "flags:", 6) == 0) {
            char *value = strchr(line, '\t');
            *value++ = '\0';
            fprintf(to, " %s%s", line, value);
        } else if (strncmp(line, "lock:", 5) == 0) {
            char kind[20], force[20], mode[20];
            if (sscanf(line, "lock: %*s %19s %19s %19s", kind, force, mode) == 3)
                fprintf(to, " lock:%s %s %s", kind, force, mode);
        }
    }
    fputc('\n', to);
}

static void print_descriptors(FILE *to, pid_t pid) {
    char path[40];
    struct dirent **list = NULL;
    snprintf(path, sizeof path, "/proc/%d/fd", pid);
    int n = scandir(path, &list, is_number, by_number);
    for (int i = 0; i < n; i++) {
        print_descriptor(to, pid, atoi(list[i]->d_name));
        free(list[i]);
    }
    free(list);
}

static void print_status(FILE *to, pid_t pid) {
    static const char *const wanted[] = {"Umask:", "SigBlk:", "SigIgn:", "SigCgt:", "NoNewPrivs:"};
    char *lines = proc_file(pid, "status", NULL);
    for (char *line = strtok(lines, "\n"); line != NULL; line = strtok(NULL, "\n"))
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
            if (strncmp(line, wanted[i], strlen(wanted[i])) == 0)
                fprintf(to, "  %s\n", line);
}

static void print_limits(FILE *to, pid_t pid) {
    char *lines = proc_file(pid, "limits", NULL);
    for (char *line = strtok(lines, "\n"); line != NULL; line = strtok(NULL, "\n"))
        fprintf(to, "  limit %s\n", line);
}

static void print_directory(FILE *to, pid_t pid) {
    char link[40], target[4096];
    snprintf(link, sizeof link, "/proc/%d/cwd", pid);
    ssize_t n = readlink(link, target, sizeof target - 1);
    target[n > 0 ? n : 0] = '\0';
    fprintf(to, "  directory %s\n", target);
}

/* At its exit event a process still has everything. Of several threads the first one's counts. */
static void ending(pid_t pid) {
    struct process *p = process_of(pid);
    if (p == NULL || p->pid != pid)
        return;
    size_t size;
    free(p->end);
    FILE *to = open_memstream(&p->end, &size);
    print_status(to, pid);
    print_directory(to, pid);
    print_limits(to, pid);
    print_descriptors(to, pid);
    fclose(to);
}

/* ---- events ---- */

static void event(pid_t tid, int what) {
    unsigned long message = 0;
    ptrace(PTRACE_GETEVENTMSG, tid, NULL, &message);
    switch (what) {
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE: {
        begun((pid_t)message, tid);
        struct process *p = process_of(tid);
        const struct process *child = process_of((pid_t)message);
        if (p != NULL && child != NULL)
            *(child == p ? &p->threads : &p->children) += 1;
        break;
    }
    case PTRACE_EVENT_EXEC:
        executed(tid);
        break;
    case PTRACE_EVENT_EXIT:
        ending(tid);
        break;
    default:
        break;
    }
}

/* Lets a stopped thread go on, with the signal that it stopped for. */
static void resume(pid_t tid, int status) {
    int what = status >> 16, signal = WSTOPSIG(status);
    if (what == PTRACE_EVENT_STOP) {
        begun(tid, 0);
        /* Stopped by a signal such as SIGSTOP: it stays so until SIGCONT. */
        bool stays =
            signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
        ptrace(stays ? PTRACE_LISTEN : PTRACE_CONT, tid, NULL, NULL);
        return;
    }
    if (what != 0)
        event(tid, what);
    ptrace(PTRACE_CONT, tid, NULL, what != 0 ? 0L : (long)signal);
}

static void follow(void) {
    int status;
    pid_t tid;
    while ((tid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
        if (tid <= 0)
            continue;
        if (WIFSTOPPED(status)) {
            resume(tid, status);
            continue;
        }
        struct process *p = process_of(tid);
        if (p != NULL && p->pid == tid) {
            p->status = status;
            p->over = true;
        }
    }
}

/* ---- the report ---- */

static char *block_of(const struct process *p) {
    char *block = NULL;
    size_t size;
    FILE *to = open_memstream(&block, &size);
    fprintf(to, "process %s\n  %s\n  parent %s\n", p->program,
            p->environment != NULL ? "executed" : "forked", p->parent);
    if (WIFSIGNALED(p->status))
        fprintf(to, "  ended signal %d\n", WTERMSIG(p->status));
    else
        fprintf(to, "  ended exit %d\n", WEXITSTATUS(p->status));
    fprintf(to, "  children %d\n  threads %d\n  programs %d\n", p->children, p->threads,
            p->programs);
    fprintf(to, "%s%s\n", p->end != NULL ? p->end : "",
            p->environment != NULL ? p->environment : "");
    fclose(to);
    return block;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool report(const char *path) {
    char **blocks = calloc(processes_used + 1, sizeof *blocks);
    if (blocks == NULL)
        abort();
    for (size_t i = 0; i < processes_used; i++)
        blocks[i] = block_of(&processes[i]);
    qsort(blocks, processes_used, sizeof *blocks, by_text);
    FILE *to = fopen(path, "w");
    if (to != NULL)
        fprintf(to, "processes %zu\n\n", processes_used);
    for (size_t i = 0; i < processes_used; i++) {
        if (to != NULL)
            fputs(blocks[i], to);
        free(blocks[i]);
    }
    free(blocks);
    return to != NULL && fclose(to) == 0;
}

/* The command waits until it is followed. */
static pid_t start(char **command) {
    int gate[2];
    if (pipe2(gate, O_CLOEXEC) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        char go;
        if (read(gate[0], &go, 1) != 1)
            _exit(125);
        execvp(command[0], command);
        _exit(127);
    }
    const long options = PTRACE_O_TRACEEXIT | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                         PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    if (pid > 0 && (ptrace(PTRACE_SEIZE, pid, NULL, options) != 0 || write(gate[1], "g", 1) != 1))
        pid = -1;
    close(gate[0]);
    close(gate[1]);
    return pid;
}

int main(int argc, char **argv) {
    const char *path = NULL;
    int option;
    /* Set for the command alone: putenv before the fork, but LD_PRELOAD does nothing to us. */
    while ((option = getopt(argc, argv, "+o:E:")) != -1) {
        if (option == 'o')
            path = optarg;
        else if (option != 'E' || putenv(optarg) != 0)
            return 125;
    }
    if (path == NULL || optind >= argc) {
        fputs("witness -o REPORT [-E NAME=VALUE]... PROGRAM ARGUMENTS...\n", stderr);
        return 125;
    }
    add_process(start(argv + optind), NULL);
    if (processes[0].pid < 0) {
        perror("witness");
        return 125;
    }
    follow();
    if (!report(path)) {
        perror(path);
        return 125;
    }
    int status = processes[0].status;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
