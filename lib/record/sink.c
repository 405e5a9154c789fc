#include "record/sink.h"

#include "record/record.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

/* Makes the directories above path, from the top down. */
static void make_parents(const char *path) {
    char partial[PATH_MAX];
    size_t n = strlen(path);
    if (n >= sizeof partial)
        return;
    memcpy(partial, path, n + 1);
    for (size_t i = 1; i < n; i++)
        if (partial[i] == '/') {
            partial[i] = '\0';
            sys_mkdir(partial, 0750);
            partial[i] = '/';
        }
}

static int open_log(const char *path) {
    const int flags =
        O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    int fd = sys_open(path, flags, 0640);
    if (fd != -ENOENT)
        return fd;
    make_parents(path);
    return sys_open(path, flags, 0640);
}

static bool fits_limit(const struct stat *st, size_t n) {
    struct rlimit limit;
    if (sys_call(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, (long)&limit, 0, 0) < 0)
        return true;
    return limit.rlim_cur == RLIM_INFINITY || (uint64_t)st->st_size + n <= limit.rlim_cur;
}

int sink_file(const char *path, const char *line, size_t n, bool sync) {
    int fd = open_log(path);
    if (fd < 0)
        return fd;
    struct stat st;
    int result = sys_fstat(fd, &st);
    if (result == 0 && !S_ISREG(st.st_mode))
        result = -EINVAL;
    if (result == 0 && !fits_limit(&st, n))
        result = -EFBIG;
    if (result == 0) {
        ssize_t written;
        do
            written = sys_write(fd, line, n);
        while (written == -EINTR);
        result = written == (ssize_t)n ? 0 : written < 0 ? (int)written : -ENOSPC;
    }
    if (result == 0 && sync)
        result = sys_fsync(fd);
    sys_close(fd);
    return result;
}

int sink_syslog(const struct sink_syslog *to, const char *line, size_t n) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(to->path) >= sizeof address.sun_path)
        return -ENAMETOOLONG;
    memcpy(address.sun_path, to->path, strlen(to->path) + 1);
    char head[512];
    struct text t = text_over(head, sizeof head);
    /* Facility 1 (user), severity 4 (warning) or 6 (informational): RFC 5424, 6.2.1. */
    text_add(&t, "<%d>1 ", 1 * 8 + (to->warn ? 4 : 6));
    record_time(&t, to->wall_us);
    text_add(&t, " %.255s gifvet %d validation - ", to->host[0] != '\0' ? to->host : "-", to->pid);
    int fd =
        (int)sys_call(SYS_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, 0, 0, 0);
    if (fd < 0)
        return fd;
    struct iovec parts[] = {{head, t.used}, {(char *)line, n}};
    struct msghdr message = {
        .msg_name = &address, .msg_namelen = sizeof address, .msg_iov = parts, .msg_iovlen = 2};
    long sent = sys_call(SYS_sendmsg, fd, (long)&message, MSG_NOSIGNAL | MSG_DONTWAIT, 0, 0, 0);
    sys_close(fd);
    return sent < 0 ? (int)sent : 0;
}
