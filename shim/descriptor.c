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

#include <errno.h>
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
    if (!session_visit(visit_keep, &seen) && session_is_owner())
        session_note_blind();
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

static void forget(struct closing *c) {
    if (c->fd >= 0)
        private_close_own(c->fd);
    if (c->path != NULL)
        arena_give(c->path, PATH_MAX);
}

bool closing_look(int fd, enum closing_kind kind, struct closing *c) {
    struct table_entry e;
    if (!table_look(fd, &e) || !may_be_output(&e, kind) || !session_is_owner())
        return false;
    char link[40];
    *c = (struct closing){.st = e.st, .fd = -1, .path = arena_take(PATH_MAX)};
    text_print(link, sizeof link, "/proc/thread-self/fd/%d", fd);
    ssize_t n = c->path != NULL ? sys_readlink(link, c->path, PATH_MAX) : -1;
    if (n < 0 && c->path != NULL)
        c->path[0] = '\0';
    /* By a name that is not known, or no longer there, it cannot be opened after the close. */
    if (n < 0 || (n > 10 && strcmp(c->path + n - 10, " (deleted)") == 0))
        c->fd = private_open_fd(fd);
    if (n > 0 ? c->path[0] == '/' : c->fd >= 0)
        return true;
    forget(c);
    return false;
}

/* It stands there and cannot be opened or looked at: that much can be said of it, if its name says
 * that it should be a GIF. */
static void note_unread(const struct closing *c, bool at_exit) {
    struct output_closed closed = {.fd = -1, .path = c->path, .at_exit = at_exit};
    if (c->path != NULL && sys_statat(AT_FDCWD, c->path, &closed.st, AT_SYMLINK_NOFOLLOW) == 0 &&
        closed.st.st_ino == c->st.st_ino && closed.st.st_dev == c->st.st_dev &&
        session_changed(&closed.st))
        (void)output_judge(&closed);
}

/* What was noted, if the same file still stands there. */
static bool judge_file(int fd, const struct closing *c, bool at_exit) {
    struct output_closed closed = {.fd = fd, .at_exit = at_exit};
    if (sys_fstat(fd, &closed.st) < 0) {
        note_unread(c, at_exit);
        return false;
    }
    if (closed.st.st_ino != c->st.st_ino || closed.st.st_dev != c->st.st_dev ||
        !session_changed(&closed.st))
        return false;
    closed.is_gif = table_starts_with_gif(fd);
    return output_judge(&closed);
}

static bool judge(struct closing *c, bool at_exit) {
    /* A handler that left by longjmp() would leave the descriptor behind. */
    uint64_t mask = session_hold_signals();
    bool rejected = false;
    if (c->fd < 0)
        c->fd = private_open_path(AT_FDCWD, c->path);
    if (c->fd >= 0)
        rejected = judge_file(c->fd, c, at_exit);
    else if (c->fd != -ENOENT && c->fd != -ENOTDIR)
        note_unread(c, at_exit);
    forget(c);
    session_release_signals(mask);
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
    int fd; /* the host's, -1 = none */
};

static bool look_for_reader(void *context, const struct table_entry *e) {
    struct reader *r = context;
    if (e->readable && e->st.st_dev == r->st->st_dev && e->st.st_ino == r->st->st_ino)
        r->fd = e->fd;
    return r->fd < 0;
}

static int rescue(int fd, const struct stat *st) {
    struct rescued rescued = {fd, st, -1};
    session_visit(visit_rescue, &rescued);
    return rescued.number;
}

/* Read and closed; its bytes are kept, but what goes to the disk is what stands there. */
static int rescue_by_path(int directory, const char *path, const struct stat *st) {
    struct stat now;
    uint64_t mask = session_hold_signals();
    int number = -1, fd = private_open_path(directory, path);
    if (fd >= 0 && sys_fstat(fd, &now) == 0 && now.st_ino == st->st_ino && now.st_dev == st->st_dev)
        number = rescue(fd, st);
    if (fd >= 0)
        private_close_own(fd);
    session_release_signals(mask);
    return number;
}

int closing_keep_truncated(int directory, const char *path) {
    struct stat st;
    struct reader r = {.st = &st, .fd = -1};
    if (path == NULL || sys_statat(directory, path, &st, 0) < 0 || !S_ISREG(st.st_mode) ||
        st.st_size < SIGNATURE_SIZE || !session_is_owner())
        return -1;
    /* Most GIFs that are truncated are old outputs, overwritten. One is a source only when this
     * process is still reading it, and then it is read through the host's own descriptor; what it
     * has read and closed was kept then. */
    (void)table_each(look_for_reader, &r);
    if (r.fd >= 0 && table_starts_with_gif(r.fd))
        keep(r.fd, &st, false);
    else
        r.fd = -1;
    if (session_conf()->mode != CONF_ENFORCE || !sources_has(&st))
        return -1;
    return r.fd >= 0 ? rescue(r.fd, &st) : rescue_by_path(directory, path, &st);
}

void closing_not_truncated(int number) {
    session_visit(visit_take_back, &number);
}
