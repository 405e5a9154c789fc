#include "record/sink.h"

#include "record/record.h"
#include "sys/place.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>

/* A disk that was full may have left half a line behind; ours begins on a line of its own. What
 * another process is just writing looks the same for an instant: it grows while one looks again. A
 * writer that is held up longer costs an empty line. */
#define LOOKS 10
static bool is_torn(int fd, struct stat *st) {
    for (int i = 0; i < LOOKS; i++) {
        char last = '\n';
        if (st->st_size == 0 || sys_pread(fd, &last, 1, st->st_size - 1) != 1 || last == '\n')
            return false;
        (void)sys_call(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
        if (sys_fstat(fd, st) != 0)
            return false;
    }
    return true;
}

static int append(int fd, struct stat *st, const char *line, size_t n) {
    struct iovec parts[] = {{"\n", is_torn(fd, st) ? 1 : 0}, {(char *)(uintptr_t)line, n}};
    size_t all = parts[0].iov_len + n;
    if (!place_fits((uint64_t)st->st_size + all))
        return -EFBIG;
    long written;
    do
        written = sys_call(SYS_writev, fd, (long)parts, 2, 0, 0, 0);
    while (written == -EINTR);
    return written == (long)all ? 0 : written < 0 ? (int)written : -ENOSPC;
}

int sink_file(const char *path, const char *line, size_t n, bool sync) {
    struct stat st;
    const char *name;
    int directory = place_parent(path, true, &name);
    if (directory < 0)
        return directory;
    int fd = place_file(directory, name, O_RDWR | O_APPEND | O_CREAT, &st);
    sys_close(directory);
    if (fd < 0)
        return fd;
    int result = append(fd, &st, line, n);
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
