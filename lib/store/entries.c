/* Rooms: names · files · the bound */
#include "store/entries.h"

#include "sys/place.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

/* ---- names ---- */

/* How many characters of a number are there; 0 also when it is shorter than least. */
static size_t digits(const char *at, size_t least) {
    size_t n = strspn(at, "0123456789abcdef");
    return n >= least ? n : 0;
}

/* As record_id() prints it: time, process and number of the record. A hash, by which others name
 * their files, is none. */
static size_t id_length(const char *at) {
    const char *end = at;
    for (int i = 0; i < 3; i++) {
        size_t n = digits(end, i == 0 ? 12 : 1);
        if (n == 0)
            return 0;
        end += n;
        if (i < 2 && *end++ != '-')
            return 0;
    }
    return (size_t)(end - at);
}

bool entries_id(const char *name, const char *prefix, const char *suffix, char *id) {
    size_t before = strlen(prefix);
    if (strncmp(name, prefix, before) != 0)
        return false;
    name += before;
    size_t n = id_length(name);
    if (n == 0 || n >= STORE_ID_SIZE || strcmp(name + n, suffix) != 0)
        return false;
    memcpy(id, name, n);
    id[n] = '\0';
    return true;
}

void entries_each(int directory, bool (*each)(void *context, const char *name), void *context) {
    _Alignas(8) char buffer[4096];
    bool going = sys_call(SYS_lseek, directory, 0, SEEK_SET, 0, 0, 0) == 0;
    ssize_t n;
    while (going && (n = sys_getdents(directory, buffer, sizeof buffer)) > 0)
        for (ssize_t at = 0; going && at < n;) {
            const struct sys_entry *d = (const void *)(buffer + at);
            at += d->length;
            going = each(context, d->name);
        }
}

/* ---- files ---- */

void entries_unlink(int directory, const char *name) {
    (void)sys_call(SYS_unlinkat, directory, (long)name, 0, 0, 0, 0);
}

int entries_write(int directory, const char *name, const void *bytes, size_t n) {
    struct stat st;
    int fd = place_file(directory, name, O_WRONLY | O_CREAT | O_EXCL, &st);
    if (fd < 0)
        return fd;
    int result = place_write(fd, bytes, n);
    if (result == 0)
        result = sys_fsync(fd);
    sys_close(fd);
    if (result < 0)
        entries_unlink(directory, name);
    return result;
}

/* Under a name that no reader takes for whole, until it is. */
int entries_finish(int directory, int fd, int result, const char *part, const char *name) {
    if (result == 0)
        result = sys_fsync(fd);
    sys_close(fd);
    if (result == 0)
        result = (int)sys_call(SYS_renameat, directory, (long)part, directory, (long)name, 0, 0);
    if (result < 0) {
        entries_unlink(directory, part);
        return result;
    }
    (void)sys_fsync(directory);
    return 0;
}

/* ---- the bound ---- */

/* As many of the oldest as one pass over the directory finds; and for how long passes are begun. A
 * host is waiting, its signals held back: of thousands of entries that a lower bound has made too
 * many, each call takes some away. */
#define OLDEST_MAX 32
#define PASSES_MAX 10000
#define MOST_MS 1000

struct oldest {
    char id[STORE_ID_SIZE];
    uint64_t bytes;
};

struct tally {
    const struct entries_kind *kind;
    uint64_t bytes, entries;
    struct oldest oldest[OLDEST_MAX]; /* the oldest first */
    size_t used;
};

static void note_oldest(struct tally *t, const char *id, uint64_t bytes) {
    size_t at = t->used;
    while (at > 0 && strcmp(id, t->oldest[at - 1].id) < 0)
        at--;
    if (at == OLDEST_MAX)
        return;
    t->used += t->used < OLDEST_MAX;
    memmove(&t->oldest[at + 1], &t->oldest[at], (t->used - at - 1) * sizeof *t->oldest);
    text_print(t->oldest[at].id, STORE_ID_SIZE, "%s", id);
    t->oldest[at].bytes = bytes;
}

/* By the number in its ID. Another process that has got it since only keeps the entry longer. */
static bool is_running(const char *id) {
    const char *at = strchr(id, '-') + 1;
    unsigned long pid = 0;
    for (; *at != '-'; at++)
        pid = pid * 16 + (unsigned long)(*at <= '9' ? *at - '0' : *at - 'a' + 10);
    return sys_call(SYS_kill, (long)pid, 0, 0, 0, 0, 0) != -ESRCH;
}

static bool stays(const struct entries_kind *kind, const char *id) {
    return (kind->kept != NULL && strcmp(id, kind->kept) == 0) ||
           (kind->running_stay && is_running(id));
}

static bool count(void *context, const char *name) {
    struct tally *t = context;
    char id[STORE_ID_SIZE];
    if (!entries_id(name, "", t->kind->suffix, id))
        return true;
    uint64_t bytes = t->kind->bytes(t->kind->directory, name);
    t->bytes += bytes;
    t->entries++;
    if (!stays(t->kind, id))
        note_oldest(t, id, bytes);
    return true;
}

/* Not sys_now_us(): that is the judge's clock, which stands under guard. */
static int64_t now_ms(void) {
    struct timespec t = {0};
    (void)sys_call(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&t, 0, 0, 0, 0);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Another process may be doing the same: what is gone already makes room too. */
void entries_bound(const struct entries_kind *kind, uint64_t most_bytes, uint64_t most) {
    const int64_t began = now_ms();
    bool removing = true;
    for (unsigned pass = 0; removing && pass < PASSES_MAX && now_ms() - began <= MOST_MS; pass++) {
        struct tally t = {.kind = kind};
        entries_each(kind->directory, count, &t);
        removing = false;
        for (size_t i = 0; i < t.used && (t.bytes > most_bytes || t.entries > most); i++) {
            uint64_t freed = t.oldest[i].bytes;
            if (!kind->remove(kind->directory, t.oldest[i].id, &freed))
                continue;
            removing = true;
            t.entries--;
            t.bytes -= freed < t.bytes ? freed : t.bytes;
        }
        if (t.bytes <= most_bytes && t.entries <= most)
            return;
    }
}
