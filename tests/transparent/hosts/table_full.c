/* There is no room for another descriptor: in this process, or in the whole system. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

static void limit_descriptors(unsigned long n) {
    const struct rlimit limit = {n, n};
    need(setrlimit(RLIMIT_NOFILE, &limit) == 0, "limit descriptors");
}

static void try_to_open(void) {
    errno = 0;
    int fd = open("/dev/null", O_RDONLY);
    said("open", fd);
    close(fd);
}

/* As many as are open now, and so many more. */
static void close_within(unsigned long more) {
    int first = whole("one.gif"), second = half("half.gif");
    limit_descriptors((unsigned long)second + 1 + more);
    try_to_open();
    errno = EXDEV;
    said("close", close(first));
    said("close", close(second));
    try_to_open();
}

static int full(void) {
    close_within(0);
    return 0;
}

static int one_more(void) {
    close_within(1);
    return 0;
}

static int two_more(void) {
    close_within(2);
    return 0;
}

/* No number is left that the process may have again. */
static int three(void) {
    int fd = whole("out.gif"), other = whole("other.gif");
    limit_descriptors(3);
    try_to_open();
    errno = EXDEV;
    said("close", close(fd));
    said("dup2", dup2(2, other));
    said("close", close(other));
    said("fopen", fopen("in.gif", "w") != NULL);
    return 0;
}

/* Every open fails with ENFILE, by a filter that nobody is told of: neither prctl() nor syscall()
 * is called for it. */
static void install_untold(const struct sock_fprog *program) {
#if defined(__x86_64__)
    long result;
    register long none __asm__("r10") = 0;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(SYS_seccomp), "D"(SECCOMP_SET_MODE_FILTER), "S"(0), "d"(program),
                       "r"(none)
                     : "rcx", "r11", "memory");
    need(result == 0, "install a filter");
#else
    (void)program;
    need(false, "install a filter on this machine");
#endif
}

static int system_wide(void) {
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENFILE),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {sizeof code / sizeof *code, code};
    int first = whole("one.gif"), second = half("half.gif"), in = open("in.gif", O_RDONLY);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    install_untold(&program);
    try_to_open();
    errno = EXDEV;
    said("close", close(first));
    said("dup2", dup2(2, second) == second);
    said("close", close(in));
    said("open", open("one.gif", O_WRONLY | O_TRUNC));
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {
        {"full", full},   {"one_more", one_more},       {"two_more", two_more},
        {"three", three}, {"system_wide", system_wide}, {NULL, NULL}};
    read_source("in.gif");
    int result = run_way(ways, argc, argv);
    say_state();
    return result;
}
