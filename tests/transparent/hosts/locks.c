/* Locks and leases that the host holds on its source through another descriptor. A process asks
 * about its own POSIX locks in vain: a child asks. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <sys/file.h>

static int holder; /* the descriptor that the lock was taken through */

static void have_child_ask(bool (*is_locked)(void)) {
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        _exit(is_locked() ? 1 : 0);
    need(waitpid(child, &status, 0) == child && WIFEXITED(status), "ask a child");
    say("locked: %d", WEXITSTATUS(status));
}

static void hold_source(void) {
    holder = open("in.gif", O_RDWR);
    ssize_t n = holder >= 0 ? read(holder, gif, sizeof gif) : -1;
    need(n > 0, "read the source");
    gif_size = (size_t)n;
}

static void write_some(void) {
    said("close", close(whole("out.gif")));
    said("close", close(half("half.gif")));
}

/* ---- POSIX locks ---- */

static void lock_posix(int type) {
    struct flock lock = {.l_type = (short)type, .l_whence = SEEK_SET};
    need(fcntl(holder, F_SETLK, &lock) == 0, "lock");
}

static bool is_locked_posix(void) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open("in.gif", O_RDONLY);
    return fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid == getppid();
}

static int posix(void) {
    hold_source();
    lock_posix(F_WRLCK);
    have_child_ask(is_locked_posix);
    write_some();
    have_child_ask(is_locked_posix);
    lock_posix(F_UNLCK);
    have_child_ask(is_locked_posix);
    said("close", close(whole("last.gif")));
    return 0;
}

/* The source is named to gifvet, which reads it by its name. */
static int posix_named(void) {
    hold_source();
    lock_posix(F_WRLCK);
    write_some();
    have_child_ask(is_locked_posix);
    lock_posix(F_UNLCK);
    said("close", close(whole("last.gif")));
    return 0;
}

/* Truncates the source that it reads and has locked: a writer in place. */
static int posix_in_place(void) {
    hold_source();
    lock_posix(F_RDLCK);
    int fd = open("in.gif", O_WRONLY | O_TRUNC);
    have_child_ask(is_locked_posix);
    put(fd, 0, gif_size);
    have_child_ask(is_locked_posix);
    said("close", close(fd));
    have_child_ask(is_locked_posix); /* gone: POSIX says so */
    said("close", close(whole("last.gif")));
    return 0;
}

/* After that all descriptors are closed but a few, and all numbers used again. */
static int posix_reused(void) {
    hold_source();
    lock_posix(F_RDLCK);
    int fd = open("in.gif", O_WRONLY | O_TRUNC);
    put(fd, 0, gif_size);
    for (int other = 3; other < 1024; other++)
        if (other != holder && other != fd)
            close(other);
    int lost = 0, own = open("other.txt", O_CREAT | O_RDWR, 0644);
    for (int other = own + 1; other < 700; other++)
        need(dup2(own, other) == other, "duplicate");
    said("close", close(fd));
    said("close", close(whole("last.gif")));
    for (int other = own; other < 700; other++)
        lost += other != fd && fcntl(other, F_GETFD) < 0;
    say("lost: %d", lost);
    return 0;
}

/* ---- locks of an open file description, and flock() ---- */

static bool is_locked_ofd(void) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open("in.gif", O_RDWR);
    return fcntl(fd, F_OFD_SETLK, &lock) < 0 && errno == EAGAIN;
}

static int ofd(void) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    hold_source();
    need(fcntl(holder, F_OFD_SETLK, &lock) == 0, "lock");
    have_child_ask(is_locked_ofd);
    write_some();
    have_child_ask(is_locked_ofd);
    said("close", close(holder));
    have_child_ask(is_locked_ofd);
    return 0;
}

static bool is_locked_flock(void) {
    return flock(open("in.gif", O_RDONLY), LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

static int flocked(void) {
    hold_source();
    need(flock(holder, LOCK_EX) == 0, "lock");
    have_child_ask(is_locked_flock);
    write_some();
    have_child_ask(is_locked_flock);
    said("close", close(holder));
    have_child_ask(is_locked_flock);
    return 0;
}

/* ---- leases: another open of the file makes the kernel send SIGIO, which ends a process ---- */

static int lease_on_output(void) {
    read_source("in.gif");
    int fd = whole("out.gif");
    need(fcntl(fd, F_SETLEASE, F_WRLCK) == 0, "have a lease");
    said("close", close(fd));
    return 0;
}

static int lease_on_source(void) {
    holder = open("in.gif", O_RDONLY);
    need(fcntl(holder, F_SETLEASE, F_RDLCK) == 0, "have a lease");
    ssize_t n = read(holder, gif, sizeof gif);
    need(n > 0, "read the source");
    gif_size = (size_t)n;
    write_some();
    said("lease", fcntl(holder, F_GETLEASE));
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {{"posix", posix},
                                      {"posix_in_place", posix_in_place},
                                      {"posix_named", posix_named},
                                      {"posix_reused", posix_reused},
                                      {"ofd", ofd},
                                      {"flock", flocked},
                                      {"lease_on_output", lease_on_output},
                                      {"lease_on_source", lease_on_source},
                                      {NULL, NULL}};
    int result = run_way(ways, argc, argv);
    if (argc > 1 && strcmp(argv[1], "posix_reused") != 0)
        say_state();
    return result;
}
