#include "shim/ending.h"

#include "shim/arena.h"
#include "shim/descriptor.h"
#include "shim/enforce.h"
#include "shim/private.h"
#include "shim/real.h"
#include "shim/report.h"
#include "shim/session.h"
#include "shim/table.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>

#define OPEN_MAX_JUDGED 64

struct still_open {
    size_t used;
    int fds[OPEN_MAX_JUDGED];
};

static bool note(void *context, const struct table_entry *e) {
    struct still_open *o = context;
    if (e->writable && e->st.st_nlink > 0 && !session_inherited(&e->st))
        o->fds[o->used++] = e->fd;
    return o->used < OPEN_MAX_JUDGED;
}

/* glibc's list of all open streams, and its lock: the one that exit() walks to flush them. */
extern FILE *_IO_list_all;
extern void _IO_list_lock(void);
extern void _IO_list_unlock(void);

static FILE *stream_of(int fd) {
    FILE *found = NULL;
    _IO_list_lock();
    for (FILE *f = _IO_list_all; f != NULL && found == NULL; f = f->_chain)
        if (f->_fileno == fd && __fwriting(f) && __fpending(f) > 0)
            found = f;
    _IO_list_unlock();
    return found;
}

/* Is what the file holds, or else what the stream is about to write into it, a GIF? */
static bool is_gif(const struct table_entry *e, FILE *f) {
    if (e->st.st_size == 0)
        return __fpending(f) >= 4 && memcmp(f->_IO_write_base, "GIF8", 4) == 0;
    int fd = private_open_fd(e->fd);
    if (fd < 0)
        return false;
    bool is = table_starts_with_gif(fd);
    private_close(fd, &e->st);
    return is;
}

/* False when a stream holds more of the output than can be had now: then it is not complete. */
static bool flush_output(int fd) {
    struct table_entry e;
    FILE *f = stream_of(fd);
    if (f == NULL || !table_look(fd, &e) || !is_gif(&e, f))
        return true;
    if (ftrylockfile(f) != 0)
        return false;
    (void)fflush_unlocked(f);
    funlockfile(f);
    return true;
}

void ending_judge(bool flush) {
    int before = errno;
    struct still_open *o = session_is_owner() ? arena_take(sizeof *o) : NULL;
    if (o == NULL)
        return;
    (void)table_each(note, o);
    for (size_t i = 0; i < o->used; i++) {
        struct closing c;
        if (flush && !flush_output(o->fds[i]))
            continue;
        if (closing_look(o->fds[i], CLOSING_WRITTEN, &c))
            closing_judge_at_exit(&c);
    }
    arena_give(o, sizeof *o);
    errno = before;
}

/* As exit() itself does it next, without waiting for streams that other threads hold. */
static void flush_all(void) {
    _IO_list_lock();
    for (FILE *f = _IO_list_all; f != NULL; f = f->_chain)
        if (__fwriting(f) && __fpending(f) > 0)
            (void)fflush_unlocked(f);
    _IO_list_unlock();
}

int ending_status(int status) {
    int ours = enforce_status(status);
    if (session_acts())
        report_exit(ours);
    return ours;
}

void ending_at_exit(int status, void *unused) {
    (void)unused;
    if (session_acts())
        ending_judge(true);
    int ours = ending_status(status);
    session_stop();
    if (ours == status)
        return;
    flush_all();
    real__exit(ours);
}

static _Atomic int quick_status;

void ending_note_status(int status) {
    atomic_store(&quick_status, status);
}

void ending_quickly(void) {
    if (!session_acts())
        return;
    ending_judge(false);
    int status = atomic_load(&quick_status), ours = ending_status(status);
    if (ours != status)
        real__exit(ours);
}
