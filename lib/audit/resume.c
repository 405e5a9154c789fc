/* Rooms: keys · reading · finding · adding */
#include "audit/resume.h"

#include "audit/judging.h"
#include "sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_SIZE (sizeof JUDGING_HEAD - 1)
#define DIGITS 64
#define SYNC_US 1000000

/* ---- keys ---- */

static int digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool to_key(const char *hex, uint8_t key[32]) {
    for (size_t i = 0; i < 32; i++) {
        int high = digit(hex[2 * i]), low = high < 0 ? -1 : digit(hex[2 * i + 1]);
        if (low < 0)
            return false;
        key[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static int by_key(const void *a, const void *b) {
    return memcmp(((const struct resume_entry *)a)->key, ((const struct resume_entry *)b)->key, 32);
}

/* ---- reading ---- */

static bool is_line(const char *line, size_t n) {
    return n > HEAD_SIZE + DIGITS + 2 && n <= JUDGING_LINE &&
           memcmp(line, JUDGING_HEAD, HEAD_SIZE) == 0 && line[HEAD_SIZE + DIGITS] == '"' &&
           line[n - 2] == '}';
}

static int note(struct resume *r, const char *line, size_t n, int64_t at, struct error *e) {
    struct resume_entry entry = {.at = at, .bytes = (uint32_t)n};
    if (!is_line(line, n) || !to_key(line + HEAD_SIZE, entry.key)) {
        r->strange++;
        return 0;
    }
    if (r->used == r->room) {
        size_t room = r->room == 0 ? 1024 : r->room * 2;
        struct resume_entry *more = realloc(r->entries, room * sizeof *more);
        if (more == NULL)
            return error_set(e, ENOMEM, "no memory for %zu pairs", room);
        r->entries = more;
        r->room = room;
    }
    r->entries[r->used++] = entry;
    return 0;
}

/* Whatever else it is, it is somebody's file. Of one that was killed at its first line there may
 * be less than the head. */
static bool is_ours(const char *line, size_t n) {
    return memcmp(line, JUDGING_HEAD, n < HEAD_SIZE ? n : HEAD_SIZE) == 0;
}

static int read_lines(struct resume *r, const char *path, struct error *e) {
    char *line = NULL;
    size_t room = 0;
    int64_t at = 0;
    int result = 0;
    ssize_t n;
    while (result == 0 && (n = getline(&line, &room, r->in)) > 0) {
        if (at == 0 && !is_ours(line, (size_t)n))
            result = error_set(e, EINVAL, "%s: not a file of --resume", path);
        else if (line[n - 1] != '\n')
            break; /* cut short */
        else
            result = note(r, line, (size_t)n, at, e);
        at += n;
    }
    if (result == 0 && ferror(r->in))
        result = error_set(e, errno, "%s: %s", path, strerror(errno));
    free(line);
    if (result == 0 && ftruncate(r->fd, at) != 0)
        result = error_set(e, errno, "%s: %s", path, strerror(errno));
    if (r->used > 0)
        qsort(r->entries, r->used, sizeof *r->entries, by_key);
    return result;
}

/* A lock of the process, not of the descriptor: the workers of an audit that was killed do not hold
 * it. It is lost when any descriptor of the file is closed, so there is but one. */
static int lock(int fd, const char *path, struct error *e) {
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_SETLK, &whole) == 0)
        return 0;
    if (errno == EACCES || errno == EAGAIN)
        return error_set(e, EBUSY, "%s: another audit is using it", path);
    return error_set(e, errno, "%s: %s", path, strerror(errno));
}

int resume_open(struct resume *r, const char *path, struct error *e) {
    struct stat st;
    *r = (struct resume){
        .fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666)};
    if (r->fd < 0 || fstat(r->fd, &st) != 0)
        return error_set(e, errno, "%s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return error_set(e, EINVAL, "%s: not a regular file", path);
    r->in = fdopen(r->fd, "r");
    if (r->in == NULL)
        return error_set(e, errno, "%s: %s", path, strerror(errno));
    return lock(r->fd, path, e) == 0 ? read_lines(r, path, e) : e->code;
}

/* ---- finding ---- */

char *resume_find(const struct resume *r, const char *key, size_t *n) {
    struct resume_entry wanted = {0};
    if (r->used == 0 || !to_key(key, wanted.key))
        return NULL;
    const struct resume_entry *found = bsearch(&wanted, r->entries, r->used, sizeof wanted, by_key);
    char *line = found != NULL ? malloc(found->bytes) : NULL;
    if (line != NULL && sys_pread_full(r->fd, line, found->bytes, found->at) == found->bytes) {
        *n = found->bytes;
        return line;
    }
    free(line);
    return NULL;
}

/* ---- adding ---- */

static int sync_it(struct resume *r, struct error *e) {
    r->synced_us = sys_now_us();
    r->unsynced = false;
    return fdatasync(r->fd) == 0 ? 0 : error_set(e, errno, "--resume: %s", strerror(errno));
}

int resume_add(struct resume *r, const char *line, size_t n, struct error *e) {
    ssize_t written = write(r->fd, line, n);
    if (written != (ssize_t)n)
        return error_set(e, written < 0 ? errno : ENOSPC, "--resume: %s",
                         strerror(written < 0 ? errno : ENOSPC));
    r->unsynced = true;
    return sys_now_us() - r->synced_us >= SYNC_US ? sync_it(r, e) : 0;
}

void resume_close(struct resume *r) {
    struct error e;
    if (r->fd >= 0 && r->unsynced)
        (void)sync_it(r, &e);
    if (r->in != NULL)
        fclose(r->in);
    else if (r->fd >= 0)
        close(r->fd);
    free(r->entries);
}
