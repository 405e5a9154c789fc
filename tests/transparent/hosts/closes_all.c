/* Closes every number from 0 to 1023, twice, as daemons do; the results go into a file, since
 * nothing else is left. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

static int results[2][1024], errors[2][1024];

static void close_all(int round) {
    for (int fd = 0; fd < 1024; fd++) {
        errno = 0;
        results[round][fd] = close(fd);
        errors[round][fd] = errno;
    }
}

int main(void) {
    read_source("in.gif");
    whole("one.gif");
    half("half.gif");
    close_all(0);
    close_all(1);
    int fd = open("report.txt", O_CREAT | O_WRONLY, 0644);
    need(dup2(fd, 1) == 1, "duplicate");
    for (int round = 0; round < 2; round++)
        for (int n = 0; n < 1024; n++)
            if (results[round][n] != -1 || errors[round][n] != EBADF)
                say("%d: %d, errno %d", n, results[round][n], errors[round][n]);
    say_state();
    return 0;
}
