/* errno after every call that ends or opens a file: kept where the call succeeds, the call's own
 * where it fails. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <sys/syscall.h>

#define AFTER(call)                                                                                \
    do {                                                                                           \
        errno = EXDEV;                                                                             \
        long result = (long)(call);                                                                \
        said(#call, result);                                                                       \
    } while (0)

static FILE *stream(void) {
    FILE *f = fopen("out.gif", "w");
    need(f != NULL && fwrite(gif, 1, gif_size, f) == gif_size, "write a stream");
    return f;
}

static void succeed(void) {
    FILE *f;
    int fd = whole("out.gif"), other = half("half.gif");
    AFTER(close(fd));
    AFTER(dup2(2, other) == other);
    AFTER(close(other));
    other = half("half.gif");
    AFTER(dup3(2, other, O_CLOEXEC) == other);
    AFTER(close_range((unsigned)other, ~0u, 0));
    fd = whole("out.gif");
    AFTER(syscall(SYS_close, fd));
    f = stream();
    AFTER(fclose(f));
    f = stream();
    AFTER((f = freopen("half.gif", "r", f)) != NULL);
    AFTER(fclose(f));
    fd = whole("out.gif");
    AFTER((closefrom(fd), 0));
    AFTER((fd = open("out.gif", O_WRONLY | O_TRUNC)) >= 0);
    put(fd, 0, gif_size);
    AFTER(close(fd));
    AFTER((fd = creat("out.gif", 0644)) >= 0);
    put(fd, 0, gif_size);
    AFTER(close(fd));
    fd = open("in.gif", O_RDONLY);
    AFTER((other = open("in.gif", O_RDWR | O_TRUNC)) >= 0);
    put(other, 0, gif_size);
    AFTER(close(other));
    AFTER(close(fd));
}

static void fail(void) {
    FILE *f;
    int fd = whole("last.gif");
    AFTER(close(-1));
    AFTER(close(1000000));
    AFTER(dup2(-1, fd));
    AFTER(dup3(fd, fd, 0));
    AFTER(dup3(2, fd, 1));
    AFTER(close_range(5, 4, 0));
    AFTER(close_range(3, ~0u, 12345 << 8));
    AFTER(open("no/such/file", O_WRONLY | O_TRUNC));
    AFTER(open("", O_WRONLY | O_TRUNC));
    AFTER(open("in.gif", O_WRONLY | O_CREAT | O_EXCL | O_TRUNC, 0644));
    AFTER(open(".", O_WRONLY | O_TRUNC));
    AFTER(open((const char *)8, O_WRONLY | O_TRUNC));
    AFTER(creat("no/such/file", 0644));
    AFTER(fopen("no/such/file", "w") != NULL);
    AFTER(fopen("in.gif", "nonsense") != NULL);
    AFTER(syscall(100000));
    f = stream();
    AFTER(freopen("no/such/file", "r", f) != NULL);
    f = stream();
    fflush(f);
    AFTER(close(fileno(f)));
    AFTER(fclose(f));
    AFTER(close(fd));
}

int main(void) {
    read_source("in.gif");
    succeed();
    fail();
    say_state();
    return 0;
}
