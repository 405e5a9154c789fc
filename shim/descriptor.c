#include "shim/descriptor.h"

#include "shim/arena.h"
#include "shim/output.h"
#include "shim/private.h"
#include "shim/rescue.h"
#include "shim/session.h"
#include "shim/sources.h"
#include "shim/table.h"
#include "sys/sys.h"
#include "text/text.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>

/* The shortest GIF with a frame has more; a signature needs this many. */
#define SIGNATURE_SIZE 6

static void visit_keep(void *context) {
    struct source_seen *seen = context;
    seen->own_output = output_is_known(seen->st);
    sources_keep(seen);
}

static void keep(int fd, const struct stat *st, bool open) {
    struct source_seen seen = {.fd = fd, .st = st, .open = open};
    session_visit(visit_keep, &seen);
}

/* Tells sources from outputs; true when e may be an output. */
static bool may_be_output(const struct table_entry *e, enum closing_kind kind) {
    bool read_only = !e->writable || !session_changed(&e->st);
    /* A stream's first bytes may still be in its buffer: the file need not have changed yet. */
    if (kind == CLOSING_BUFFERED && e->writable)
        read_only = read_only && e->st.st_size > 0;
    if (read_only) {
        if (e->readable && e->st.st_size >= SIGNATURE_SIZE && table_starts_with_gif(e->fd))
            keep(e->fd, &e->st, false);
        return false;
    }
    if (e->st.st_nlink == 0 || session_inherited(&e->st))
        return false;
    if (kind == CLOSING_BUFFERED || sources_any())
        return true;
    /* No GIF was read and closed so far; one may be open. Without a signature in the file only its
     * name can say that it should have been a GIF, which output_judge() asks. */
    return e->st.st_size > 0;
}

bool closing_look(int fd, enum closing_kind kind, struct closing *c) {
    struct table_entry e;
    if (!table_look(fd, &e) || !may_be_output(&e, kind) || !session_is_owner())
        return false;
    *c = (struct closing){.st = e.st};
    c->fd = private_open_fd(fd);
    if (c->fd >= 0)
        return true;
    return closing_look_by_path(fd, c);
}

bool closing_look_by_path(int fd, struct closing *c) {
    struct table_entry e;
    if (!table_look(fd, &e) || !may_be_output(&e, CLOSING_WRITTEN) || !session_is_owner())
        return false;
    char link[40];
    *c = (struct closing){.fd = -1, .st = e.st, .path = arena_take(PATH_MAX)};
    if (c->path == NULL)
        return false;
    if (sys_readlink(text_print(link, sizeof link, "/proc/self/fd/%d", fd), c->path, PATH_MAX) > 0)
        return true;
    arena_give(c->path, PATH_MAX);
    return false;
}

/* Opens what was noted by path, if the same file still stands there. */
static bool reopen(struct closing *c) {
    if (c->path == NULL)
        return true;
    struct stat st;
    c->fd = private_open_path(AT_FDCWD, c->path);
    arena_give(c->path, PATH_MAX);
    c->path = NULL;
    if (c->fd < 0)
        return false;
    if (sys_fstat(c->fd, &st) == 0 && st.st_dev == c->st.st_dev && st.st_ino == c->st.st_ino)
        return true;
    private_close(c->fd, &st);
    return false;
}

static bool judge(struct closing *c, bool at_exit) {
    bool rejected = false;
    if (!reopen(c))
        return false;
    struct output_closed closed = {.fd = c->fd, .at_exit = at_exit};
    if (sys_fstat(c->fd, &closed.st) == 0 && session_changed(&closed.st)) {
        closed.is_gif = table_starts_with_gif(c->fd);
        rejected = output_judge(&closed);
    }
    private_close(c->fd, &c->st);
    return rejected;
}

bool closing_judge(struct closing *c) {
    return judge(c, false);
}

void closing_judge_at_exit(struct closing *c) {
    (void)judge(c, true);
}

struct rescued {
    int fd;
    const struct stat *st;
    int number;
};

static void visit_rescue(void *context) {
    struct rescued *r = context;
    if (!session_killed())
        r->number = rescue_keep(r->fd, r->st);
}

static void visit_take_back(void *context) {
    rescue_take_back(*(const int *)context);
}

struct reader {
    const struct stat *st;
    int ours;
    bool found;
};

static bool look_for_reader(void *context, const struct table_entry *e) {
    struct reader *r = context;
    r->found = e->fd != r->ours && e->readable && e->st.st_dev == r->st->st_dev &&
               e->st.st_ino == r->st->st_ino;
    return !r->found;
}

/* Most GIFs that are truncated are old outputs, overwritten. One is a source only when this process
 * is still reading it; what it has read and closed was kept then. */
static int keep_if_read(int fd, const struct stat *st) {
    struct reader r = {.st = st, .ours = fd};
    (void)table_each(look_for_reader, &r);
    if (r.found)
        keep(fd, st, false);
    struct rescued rescued = {fd, st, -1};
    if (session_conf()->mode == CONF_ENFORCE && sources_has(st))
        session_visit(visit_rescue, &rescued);
    return rescued.number;
}

int closing_keep_truncated(int directory, const char *path) {
    struct stat st;
    /* Opening anything but a regular file could have effects of its own. */
    if (path == NULL || sys_statat(directory, path, &st, 0) < 0 || !S_ISREG(st.st_mode) ||
        st.st_size < SIGNATURE_SIZE || !session_is_owner())
        return -1;
    int fd = private_open_path(directory, path);
    if (fd < 0)
        return -1;
    int number = -1;
    if (sys_fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= SIGNATURE_SIZE &&
        table_starts_with_gif(fd))
        number = keep_if_read(fd, &st);
    private_close(fd, &st);
    return number;
}

void closing_not_truncated(int number) {
    session_visit(visit_take_back, &number);
}
