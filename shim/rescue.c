#include "shim/rescue.h"

#include "shim/arena.h"
#include "shim/report.h"
#include "shim/session.h"
#include "store/store.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>

#define COPIES_MAX 64

/* FREE and TAKEN are the states in which other threads leave a place alone. */
enum { FREE, TAKEN, KEPT };

static struct copy {
    _Atomic int state;
    dev_t dev;
    ino_t ino;
    char id[STORE_ID_SIZE];
} copies[COPIES_MAX];

static struct copy *take(void) {
    for (size_t i = 0; i < COPIES_MAX; i++) {
        int expected = FREE;
        if (atomic_compare_exchange_strong(&copies[i].state, &expected, TAKEN))
            return &copies[i];
    }
    return NULL;
}

/* When this process began, in the kernel's ticks: the 22nd word of /proc/self/stat, the second of
 * which is the program's name in parentheses, with anything in it. 0 when it cannot be told. */
static uint64_t start_of_process(void) {
    char text[1024];
    int64_t start = 0;
    int fd = sys_open("/proc/self/stat", SYS_READING, 0);
    if (fd < 0)
        return 0;
    ssize_t n = sys_read(fd, text, sizeof text - 1);
    sys_close(fd);
    text[n > 0 ? n : 0] = '\0';
    char *at = strrchr(text, ')');
    for (int word = 2; at != NULL && word < 22; word++) {
        at = strchr(at, ' ');
        at = at != NULL ? at + 1 : NULL;
    }
    if (at == NULL)
        return 0;
    at[strcspn(at, " ")] = '\0';
    return text_to_int(at, false, &start) ? (uint64_t)start : 0;
}

static int keep(int store, struct copy *c, int fd, const struct stat *st) {
    struct report r = {.st = st, .path = session_path_of(fd)};
    if (!report_begin(&r))
        return -1;
    (void)record_id(c->id, &r.process);
    /* The note first: a copy without one says nothing. */
    char *line = __wrap_malloc(RECORD_SIZE);
    if (line == NULL)
        return -1;
    struct text t = text_over(line, RECORD_SIZE);
    struct record_file source = {
        .path = r.path, .bytes = (uint64_t)st->st_size, .dev = st->st_dev, .ino = st->st_ino};
    record_rescue(&t, &r.process, &source, st, start_of_process());
    int result = store_note(store, c->id, t.at, t.used);
    if (result == 0)
        result = store_put(store, c->id, fd, (size_t)st->st_size);
    if (result < 0)
        store_remove(store, c->id);
    return result;
}

static int open_store(bool make) {
    const struct conf *c = session_conf();
    return store_open(c->quarantine[0] != '\0' ? c->quarantine : c->state_dir, "rescue", make);
}

int rescue_keep(int fd, const struct stat *st) {
    const struct conf *conf = session_conf();
    struct copy *c = take();
    if (c == NULL)
        return -1;
    int store = open_store(true);
    bool kept = store >= 0 && keep(store, c, fd, st) == 0;
    /* Copies that killed programs left may be too many; those of running ones are needed. */
    if (kept)
        store_bound_ended(store, (uint64_t)conf->quarantine_mb << 20,
                          (uint64_t)conf->quarantine_files);
    if (store >= 0)
        sys_close(store);
    c->dev = st->st_dev;
    c->ino = st->st_ino;
    atomic_store(&c->state, kept ? KEPT : FREE);
    return kept ? (int)(c - copies) : -1;
}

static void drop(struct copy *c) {
    int expected = KEPT;
    if (!atomic_compare_exchange_strong(&c->state, &expected, TAKEN))
        return;
    int store = open_store(false);
    if (store >= 0) {
        store_remove(store, c->id);
        sys_close(store);
    }
    atomic_store(&c->state, FREE);
}

void rescue_take_back(int number) {
    if (number >= 0)
        drop(&copies[number]);
}

static bool is_of(const struct copy *c, const struct stat *st) {
    return atomic_load(&c->state) == KEPT && c->dev == st->st_dev && c->ino == st->st_ino;
}

int rescue_open(const struct stat *st) {
    size_t i = 0;
    while (i < COPIES_MAX && !is_of(&copies[i], st))
        i++;
    int store = i < COPIES_MAX ? open_store(false) : -ENOENT;
    if (store < 0)
        return store;
    int fd = store_get(store, copies[i].id);
    sys_close(store);
    return fd;
}

void rescue_drop(const struct stat *st) {
    for (size_t i = 0; i < COPIES_MAX; i++)
        if (is_of(&copies[i], st))
            drop(&copies[i]);
}

void rescue_forked(void) {
    for (size_t i = 0; i < COPIES_MAX; i++)
        atomic_store(&copies[i].state, FREE);
}
