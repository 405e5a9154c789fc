/* A filter for system calls that kills at every call which the host does not make itself: installed
 * by the host while it runs, or by its parent before it starts. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define ALLOWED_MAX 64

static struct sock_filter code[ALLOWED_MAX * 2 + 2];

static struct sock_fprog allow_only(const int *calls, size_t used) {
    unsigned short n = 0;
    code[n++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < used; i++) {
        code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 1);
        code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    }
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    return (struct sock_fprog){n, code};
}

/* ---- while it runs ---- */

static const int own_calls[] = {SYS_write, SYS_close, SYS_openat, SYS_dup3, SYS_exit_group};

static int go_on(int open_before) {
    said("close", close(open_before));
    int fd = open("after.gif", O_CREAT | O_TRUNC | O_WRONLY, 0644);
    put(fd, 0, gif_size);
    said("close", close(fd));
    fd = open("in.gif", O_RDONLY);
    said("close", close(fd));
    fd = open("after.gif", O_TRUNC | O_WRONLY);
    put(fd, 0, gif_size);
    said("syscall", syscall(SYS_close, fd));
    fd = open("half.gif", O_CREAT | O_WRONLY, 0644);
    put(fd, 0, gif_size / 2);
    said("dup3", dup3(2, fd, O_CLOEXEC) == fd);
    return 13;
}

static int by_prctl(void) {
    int fd = whole("open.gif");
    struct sock_fprog program = allow_only(own_calls, sizeof own_calls / sizeof *own_calls);
    said("prctl", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    said("prctl", prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0));
    return go_on(fd);
}

static int by_syscall(void) {
    int fd = whole("open.gif");
    struct sock_fprog program = allow_only(own_calls, sizeof own_calls / sizeof *own_calls);
    said("prctl", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    said("syscall", syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
    return go_on(fd);
}

static int by_syscall_of_prctl(void) {
    int fd = whole("open.gif");
    struct sock_fprog program = allow_only(own_calls, sizeof own_calls / sizeof *own_calls);
    said("prctl", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    said("syscall", syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0));
    return go_on(fd);
}

/* A filter that the kernel refuses changes nothing: the host is judged as before. */
static int refused(void) {
    int fd = whole("open.gif");
    struct sock_fprog program = {0, NULL};
    errno = 0;
    said("prctl", prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0));
    errno = 0;
    said("syscall", syscall(SYS_seccomp, 99, 0, &program));
    said("close", close(fd));
    return 14;
}

/* read, write, _exit and sigreturn, and no other call. */
static int strict(void) {
    whole("open.gif");
    said("prctl", prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0));
    say("alive");
    syscall(SYS_exit, 15);
    return 1;
}

/* ---- before it starts ---- */

/* What the loader and the C library's start need, and the four calls of inside(). */
static const int start_calls[] = {
    SYS_execve, SYS_brk,        SYS_mmap,      SYS_mprotect,        SYS_munmap,
    SYS_read,   SYS_pread64,    SYS_write,     SYS_close,           SYS_openat,
    SYS_fstat,  SYS_newfstatat, SYS_faccessat, SYS_set_tid_address, SYS_set_robust_list,
    SYS_rseq,   SYS_prlimit64,  SYS_getrandom, SYS_exit_group,
#if defined(__x86_64__)
    SYS_access, SYS_arch_prctl,
#endif
};

static int by_parent(void) {
    struct sock_fprog program = allow_only(start_calls, sizeof start_calls / sizeof *start_calls);
    need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
             prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0,
         "install a filter");
    execl("/proc/self/exe", "filtered", "inside", (char *)NULL);
    return 1;
}

static int inside(void) {
    said("close", close(whole("out.gif")));
    said("close", close(half("half.gif")));
    whole("open.gif");
    return 16;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {{"by_prctl", by_prctl},
                                      {"by_syscall", by_syscall},
                                      {"by_syscall_of_prctl", by_syscall_of_prctl},
                                      {"refused", refused},
                                      {"strict", strict},
                                      {"by_parent", by_parent},
                                      {"inside", inside},
                                      {NULL, NULL}};
    read_source("in.gif");
    if (argc > 1 && strcmp(argv[1], "by_parent") != 0 && strcmp(argv[1], "inside") != 0)
        said("close", close(whole("before.gif")));
    return run_way(ways, argc, argv);
}
