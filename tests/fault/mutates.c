/* Another process that does something to a file, again and again, until it is killed:
 *
 *   mutates truncate FILE           cuts it in the middle
 *   mutates append FILE             adds bytes
 *   mutates unlink FILE             takes its name away
 *   mutates replace FILE OTHER      puts a copy of OTHER in its place
 *   mutates overwrite FILE OTHER    writes OTHER over it
 *   mutates swap FILE A B           writes A over it, then B, each with one call (all three as
 *                                   large)
 *   mutates retime FILE             sets its times
 *
 * The file itself is never made, only changed where it is. */
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char first[1 << 22], other[1 << 22];

static size_t read_file(const char *path, char *to, size_t most) {
    int fd = open(path, O_RDONLY);
    ssize_t n = read(fd, to, most);
    close(fd);
    return n > 0 ? (size_t)n : 0;
}

static void put(const char *path, int flags, const char *bytes, size_t n) {
    int fd = open(path, O_WRONLY | flags, 0644);
    if (fd < 0)
        return;
    if (pwrite(fd, bytes, n, 0) != (ssize_t)n)
        perror(path);
    close(fd);
}

static void replace(const char *path, const char *bytes, size_t n) {
    char beside[PATH_MAX];
    snprintf(beside, sizeof beside, "%s.new", path);
    put(beside, O_CREAT | O_TRUNC, bytes, n);
    if (rename(beside, path) != 0)
        perror(path);
}

static void cut(const char *path) {
    struct stat st;
    if (stat(path, &st) == 0 && truncate(path, st.st_size / 2) != 0)
        perror(path);
}

static void append(const char *path) {
    int fd = open(path, O_WRONLY | O_APPEND);
    if (write(fd, "more", 4) < 0)
        return;
    close(fd);
}

int main(int argc, char **argv) {
    const char *how = argc > 2 ? argv[1] : "", *path = argc > 2 ? argv[2] : "";
    size_t n = argc > 3 ? read_file(argv[3], first, sizeof first) : 0;
    size_t m = argc > 4 ? read_file(argv[4], other, sizeof other) : 0;
    for (bool even = false;; even = !even) {
        if (strcmp(how, "truncate") == 0)
            cut(path);
        else if (strcmp(how, "append") == 0)
            append(path);
        else if (strcmp(how, "unlink") == 0)
            (void)unlink(path);
        else if (strcmp(how, "replace") == 0)
            replace(path, first, n);
        else if (strcmp(how, "overwrite") == 0)
            put(path, 0, first, n);
        else if (strcmp(how, "swap") == 0)
            put(path, 0, even ? first : other, even ? n : m);
        else if (strcmp(how, "retime") == 0)
            (void)utimensat(AT_FDCWD, path, NULL, 0);
        else
            return 99;
    }
}
