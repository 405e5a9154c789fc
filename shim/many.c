#include "shim/many.h"

#include "shim/arena.h"
#include "shim/descriptor.h"
#include "shim/session.h"
#include "shim/table.h"

#include <errno.h>
#include <stddef.h>

#define MANY_MAX 64

struct many {
    unsigned first, last;
    size_t used;
    struct closing at[MANY_MAX];
};

static bool look(void *context, const struct table_entry *e) {
    struct many *m = context;
    if ((unsigned)e->fd >= m->first && (unsigned)e->fd <= m->last &&
        closing_look(e->fd, CLOSING_WRITTEN, &m->at[m->used]))
        m->used++;
    return m->used < MANY_MAX;
}

struct many *many_look(unsigned first, unsigned last) {
    struct many *m = session_is_owner() ? arena_take(sizeof *m) : NULL;
    if (m == NULL)
        return NULL;
    m->first = first;
    m->last = last;
    (void)table_each(look, m);
    if (m->used > 0)
        return m;
    arena_give(m, sizeof *m);
    return NULL;
}

void many_judge(struct many *m) {
    if (m == NULL)
        return;
    int before = errno;
    for (size_t i = 0; i < m->used; i++)
        closing_judge(&m->at[i]);
    arena_give(m, sizeof *m);
    errno = before;
}
