#include "command/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READING (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

static int fill(int fd, const char *path, size_t size, uint8_t **bytes, size_t *used,
                struct error *e) {
    *bytes = malloc(size + 1);
    if (*bytes == NULL)
        return error_set(e, ENOMEM, "%s: no memory for %zu bytes", path, size);
    *used = 0;
    while (*used < size) {
        ssize_t n = read(fd, *bytes + *used, size - *used);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            int code = errno;
            free(*bytes);
            *bytes = NULL;
            return error_set(e, code, "%s: %s", path, strerror(code));
        }
        if (n == 0)
            break;
        *used += (size_t)n;
    }
    (*bytes)[*used] = '\0';
    return 0;
}

static int read_open(int fd, const char *path, size_t most, struct stat *st, uint8_t **bytes,
                     size_t *used, struct error *e) {
    *bytes = NULL;
    if (fd < 0)
        return error_set(e, errno, "%s: %s", path, strerror(errno));
    int result;
    if (fstat(fd, st) != 0)
        result = error_set(e, errno, "%s: %s", path, strerror(errno));
    else if (!S_ISREG(st->st_mode))
        result = error_set(e, EINVAL, "%s: not a regular file", path);
    else if ((uintmax_t)st->st_size > most)
        result = error_set(e, EFBIG, "%s: %jd bytes, more than the %zu that are read", path,
                           (intmax_t)st->st_size, most);
    else
        result = fill(fd, path, (size_t)st->st_size, bytes, used, e);
    close(fd);
    return result;
}

int file_read(const char *path, size_t most, uint8_t **bytes, size_t *used, struct error *e) {
    struct stat st;
    return read_open(open(path, READING), path, most, &st, bytes, used, e);
}

int file_read_at(int directory, const char *path, size_t most, struct stat *st, uint8_t **bytes,
                 size_t *used, struct error *e) {
    return read_open(openat(directory, path, READING), path, most, st, bytes, used, e);
}
