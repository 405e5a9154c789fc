/* dup2() and dup3(): onto the same number, over an output, over nothing, refused. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

static int itself(void) {
    int fd = half("out.gif");
    errno = EXDEV;
    said("dup2", dup2(fd, fd) - fd);
    said("dup3", dup3(fd, fd, O_CLOEXEC));
    put_rest(fd);
    said("close", close(fd));
    return 0;
}

static int over(void) {
    int first = whole("dup2.gif"), second = half("half.gif");
    errno = EXDEV;
    said("dup2", dup2(2, first) - first);
    said("dup3", dup3(2, second, O_CLOEXEC) - second);
    say("flags: %d %d", fcntl(first, F_GETFD), fcntl(second, F_GETFD));
    said("close", close(first) + close(second));
    return 0;
}

/* One output over another: the upper one ends, the lower one goes on under two numbers. */
static int over_output(void) {
    int upper = whole("upper.gif"), lower = half("lower.gif");
    said("dup2", dup2(lower, upper) - upper);
    said("close", close(upper));
    put_rest(lower);
    said("close", close(lower));
    return 0;
}

static int refused(void) {
    int fd = half("out.gif");
    said("closed number", dup2(999, fd));
    said("closed onto itself", dup2(999, 999));
    said("too large", dup2(fd, 1 << 30));
    said("negative", dup2(fd, -1));
    said("bad flags", dup3(2, fd, O_APPEND));
    put_rest(fd);
    said("close", close(fd));
    return 0;
}

/* A duplicate far up is as good a writer as the first. */
static int far_up(void) {
    int fd = half("out.gif");
    int far = fcntl(fd, F_DUPFD_CLOEXEC, 600);
    said("close", close(fd));
    put_rest(far);
    say("number: %d", far);
    said("close", close(far));
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {{"itself", itself},           {"over", over},
                                      {"over_output", over_output}, {"refused", refused},
                                      {"far_up", far_up},           {NULL, NULL}};
    read_source("in.gif");
    int result = run_way(ways, argc, argv);
    say_state();
    return result;
}
