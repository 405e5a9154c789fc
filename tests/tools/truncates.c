/* A host that reads in.gif half, truncates it in the way that argv[1] names while it is still open,
 * and writes it anew: what was there must have been kept. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a program built with _FORTIFY_SOURCE calls. */
extern int __open_2(const char *path, int flags);
extern int __open64_2(const char *path, int flags);
extern int __openat_2(int directory, const char *path, int flags);
extern int __openat64_2(int directory, const char *path, int flags);

static int descriptor(FILE *f) {
    return f != NULL ? fileno(f) : -1;
}

static int truncated(const char *how) {
    const char *path = "in.gif";
    int flags = O_WRONLY | O_TRUNC;
    if (strcmp(how, "open") == 0)
        return open(path, flags);
    if (strcmp(how, "open64") == 0)
        return open64(path, flags);
    if (strcmp(how, "openat") == 0)
        return openat(AT_FDCWD, path, flags);
    if (strcmp(how, "openat64") == 0)
        return openat64(AT_FDCWD, path, flags);
    if (strcmp(how, "creat") == 0)
        return creat(path, 0644);
    if (strcmp(how, "creat64") == 0)
        return creat64(path, 0644);
    if (strcmp(how, "__open_2") == 0)
        return __open_2(path, flags);
    if (strcmp(how, "__open64_2") == 0)
        return __open64_2(path, flags);
    if (strcmp(how, "__openat_2") == 0)
        return __openat_2(AT_FDCWD, path, flags);
    if (strcmp(how, "__openat64_2") == 0)
        return __openat64_2(AT_FDCWD, path, flags);
    if (strcmp(how, "fopen") == 0)
        return descriptor(fopen(path, "w"));
    if (strcmp(how, "fopen64") == 0)
        return descriptor(fopen64(path, "w+"));
    if (strcmp(how, "freopen") == 0)
        return descriptor(freopen(path, "w", fopen("/dev/null", "r")));
    return -1;
}

int main(int argc, char **argv) {
    static char bytes[1 << 22];
    int in = open("in.gif", O_RDONLY);
    ssize_t n = read(in, bytes, sizeof bytes);
    int out = truncated(argc > 1 ? argv[1] : "");
    if (n < 0 || out < 0 || write(out, bytes, (size_t)n) != n)
        return 1;
    return close(out) || close(in);
}
