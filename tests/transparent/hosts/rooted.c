/* A host that shuts itself up in an empty directory, where there is no /proc. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

int main(void) {
    read_source("in.gif");
    said("close", close(whole("before.gif")));
    int fd = half("out.gif");
    need(mkdir("empty", 0755) == 0 && chroot("empty") == 0 && chdir("/") == 0, "change the root");
    put_rest(fd);
    errno = EXDEV;
    said("close", close(fd));
    fd = half("inside.gif");
    said("fcntl", fcntl(fd, F_GETFD));
    said("close", close(fd));
    whole("open.gif");
    say_state();
    return 0;
}
