#include "shim/table.h"

#include "shim/private.h"
#include "shim/session.h"
#include "sys/sys.h"
#include "text/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

bool table_look(int fd, struct table_entry *e) {
    int result = sys_fstat(fd, &e->st);
    if (result < 0 && result != -EBADF)
        session_note_blind();
    if (result < 0 || !S_ISREG(e->st.st_mode))
        return false;
    int flags = sys_fcntl(fd, F_GETFL, 0);
    if (flags < 0 && flags != -EBADF)
        session_note_blind();
    if (flags < 0 || (flags & O_PATH) != 0 || private_is_ours(flags))
        return false;
    e->fd = fd;
    e->readable = (flags & O_ACCMODE) != O_WRONLY;
    e->writable = (flags & O_ACCMODE) != O_RDONLY;
    return true;
}

bool table_each_number(bool (*each)(void *context, int fd), void *context) {
    int directory = sys_open("/proc/thread-self/fd", SYS_READING | O_DIRECTORY, 0);
    if (directory < 0) {
        session_note_blind();
        return false;
    }
    _Alignas(8) char buffer[1024];
    bool going = true;
    ssize_t n = 0;
    while (going && (n = sys_getdents(directory, buffer, sizeof buffer)) > 0)
        for (ssize_t at = 0; going && at < n;) {
            const struct sys_entry *d = (const void *)(buffer + at);
            at += d->length;
            int64_t fd;
            if (text_to_int(d->name, false, &fd) && fd != directory)
                going = each(context, (int)fd);
        }
    if (going && n < 0)
        session_note_blind();
    sys_close(directory);
    return going;
}

struct looking {
    bool (*each)(void *context, const struct table_entry *entry);
    void *context;
};

static bool look(void *context, int fd) {
    const struct looking *l = context;
    struct table_entry e;
    return !table_look(fd, &e) || l->each(l->context, &e);
}

bool table_each(bool (*each)(void *context, const struct table_entry *entry), void *context) {
    struct looking l = {each, context};
    return table_each_number(look, &l);
}

bool table_starts_with_gif(int fd) {
    char head[4];
    ssize_t n = sys_pread_full(fd, head, sizeof head, 0);
    if (n < 0 && n != -EBADF)
        session_note_blind();
    return n == sizeof head && memcmp(head, "GIF8", 4) == 0;
}
