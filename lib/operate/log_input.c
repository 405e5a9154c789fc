#include "operate/log_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define RAW_SIZE ((size_t)256 << 10)

struct log_input {
    int fd;
    bool is_gzip, in_member, at_end;
    size_t at, used; /* of raw */
    z_stream z;
    unsigned char raw[RAW_SIZE];
};

/* 0 at the end, -1 with e. */
static ssize_t fill(struct log_input *in, struct error *e) {
    ssize_t n;
    do
        n = read(in->fd, in->raw + in->used, RAW_SIZE - in->used);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return error_set(e, errno, "%s", strerror(errno)), -1;
    in->used += (size_t)n;
    return n;
}

/* Other ways to pack a log, told by their first bytes. */
static const char *packed_with(const unsigned char *head, size_t n) {
    static const struct {
        const char *magic;
        size_t n;
        const char *name;
    } ways[] = {{"\x28\xb5\x2f\xfd", 4, "zstd"},
                {"\xfd"
                 "7zXZ",
                 5, "xz"},
                {"BZh", 3, "bzip2"},
                {"\x04\x22\x4d\x18", 4, "lz4"}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (n >= ways[i].n && memcmp(head, ways[i].magic, ways[i].n) == 0)
            return ways[i].name;
    return NULL;
}

static int look_at_head(struct log_input *in, struct error *e) {
    while (in->used < 6) {
        ssize_t n = fill(in, e);
        if (n < 0)
            return e->code;
        if (n == 0)
            break;
    }
    const char *packed = packed_with(in->raw, in->used);
    if (packed != NULL)
        return error_set(e, EINVAL, "holds %s data: unpack it first, \"-\" reads a pipe", packed);
    in->is_gzip = in->used >= 2 && in->raw[0] == 0x1f && in->raw[1] == 0x8b;
    if (in->is_gzip && inflateInit2(&in->z, 15 + 16) != Z_OK)
        return error_set(e, ENOMEM, "no memory to unpack it");
    in->in_member = in->is_gzip;
    return 0;
}

static int open_file(const char *path, struct error *e) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) < 0) {
        error_set(e, errno, "%s", strerror(errno));
    } else if (S_ISDIR(st.st_mode)) {
        error_set(e, EISDIR, "is a directory");
    } else if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode)) {
        error_set(e, EINVAL, "is a device, not a log");
    } else if (fcntl(fd, F_SETFL, O_RDONLY) < 0) {
        error_set(e, errno, "%s", strerror(errno));
    } else {
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

struct log_input *log_input_open(const char *path, struct error *e) {
    struct log_input *in = calloc(1, sizeof *in);
    if (in == NULL) {
        error_set(e, ENOMEM, "no memory to read it");
        return NULL;
    }
    in->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open_file(path, e);
    if (in->fd >= 0 && look_at_head(in, e) == 0)
        return in;
    log_input_close(in);
    return NULL;
}

static ssize_t read_plain(struct log_input *in, void *to, size_t n, struct error *e) {
    ssize_t got;
    if (in->at < in->used) {
        size_t left = in->used - in->at < n ? in->used - in->at : n;
        memcpy(to, in->raw + in->at, left);
        in->at += left;
        return (ssize_t)left;
    }
    do
        got = read(in->fd, to, n);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        error_set(e, errno, "%s", strerror(errno));
    return got;
}

/* More packed bytes when there are none; false with e at the end inside a member, or on errors. */
static bool has_packed(struct log_input *in, struct error *e) {
    if (in->at < in->used)
        return true;
    in->at = in->used = 0;
    ssize_t n = fill(in, e);
    in->at_end = n == 0;
    if (n == 0 && in->in_member)
        error_set(e, EINVAL, "the gzip data end too early");
    return n > 0;
}

/* Behind a member: another one (gzip -c a b), or zeros that fill up a block. Anything else is
 * damage. */
static bool next_member(struct log_input *in, struct error *e) {
    for (;;) {
        if (!has_packed(in, e))
            return false;
        if (in->raw[in->at] != 0)
            break;
        in->at++;
    }
    in->in_member = true;
    return inflateReset(&in->z) == Z_OK;
}

static ssize_t read_gzip(struct log_input *in, void *to, size_t n, struct error *e) {
    e->code = 0;
    in->z.next_out = to;
    in->z.avail_out = (uInt)n;
    while (in->z.avail_out == n) {
        if (!in->in_member && !next_member(in, e))
            return e->code != 0 ? -1 : 0;
        if (!has_packed(in, e))
            return -1;
        in->z.next_in = in->raw + in->at;
        in->z.avail_in = (uInt)(in->used - in->at);
        int status = inflate(&in->z, Z_NO_FLUSH);
        in->at = in->used - in->z.avail_in;
        if (status == Z_STREAM_END)
            in->in_member = false;
        else if (status != Z_OK && status != Z_BUF_ERROR) {
            error_set(e, EINVAL, "the gzip data are damaged");
            /* What the broken block gave before is good; the next call says the same again. */
            return in->z.avail_out < n ? (ssize_t)(n - in->z.avail_out) : -1;
        }
    }
    return (ssize_t)(n - in->z.avail_out);
}

ssize_t log_input_read(struct log_input *in, void *to, size_t n, struct error *e) {
    return in->is_gzip ? read_gzip(in, to, n, e) : read_plain(in, to, n, e);
}

void log_input_close(struct log_input *in) {
    if (in == NULL)
        return;
    if (in->is_gzip)
        (void)inflateEnd(&in->z);
    if (in->fd > STDIN_FILENO)
        close(in->fd);
    free(in);
}
