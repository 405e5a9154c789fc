#include "operate/textfile.h"

#include "sys/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int lock(int directory) {
    while (flock(directory, LOCK_EX) != 0)
        if (errno != EINTR)
            return errno;
    return 0;
}

/* Never through a name that somebody else has put there. */
static int write_new(int directory, const char *name, const char *bytes, size_t n, unsigned mode) {
    if (unlinkat(directory, name, 0) != 0 && errno != ENOENT)
        return errno;
    int fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0)
        return errno;
    int result = -place_write(fd, bytes, n);
    if (result == 0 && (fchmod(fd, mode) != 0 || fsync(fd) != 0))
        result = errno;
    if (close(fd) != 0 && result == 0)
        result = errno;
    return result;
}

int textfile_replace_at(int directory, const char *name, const char *bytes, size_t n,
                        unsigned mode) {
    char temporary[NAME_MAX + 1];
    if ((size_t)snprintf(temporary, sizeof temporary, ".%s.new", name) >= sizeof temporary)
        return ENAMETOOLONG;
    int result = lock(directory);
    if (result != 0)
        return result;
    result = write_new(directory, temporary, bytes, n, mode);
    if (result == 0 && renameat(directory, temporary, directory, name) != 0)
        result = errno;
    if (result != 0)
        unlinkat(directory, temporary, 0);
    else if (fsync(directory) != 0 && errno != EINVAL)
        result = errno;
    return result;
}

int textfile_replace(const char *directory, const char *name, const char *bytes, size_t n,
                     struct error *e) {
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return error_set(e, errno, "%s: %s", directory, strerror(errno));
    int result = textfile_replace_at(fd, name, bytes, n, 0644);
    close(fd);
    return result == 0 ? 0
                       : error_set(e, result, "%s/%s cannot be written: %s", directory, name,
                                   strerror(result));
}
