#include "report/programs.h"

#include <stdlib.h>
#include <string.h>

static struct program_row *row_of(struct programs *p, struct log_text name) {
    if (name.at == NULL || name.n >= sizeof p->at->name || memchr(name.at, '\0', name.n) != NULL)
        return &p->rest;
    for (size_t i = 0; i < p->used; i++)
        if (log_text_is(name, p->at[i].name))
            return &p->at[i];
    if (p->used == PROGRAMS_MOST)
        return &p->rest;
    memcpy(p->at[p->used].name, name.at, name.n);
    return &p->at[p->used++];
}

void programs_take(struct programs *p, const struct log_record *r) {
    struct program_row *row = row_of(p, r->program);
    row->passed += r->passed == LOG_TRUE;
    row->failed += r->passed == LOG_FALSE;
    row->others += r->passed == LOG_UNKNOWN;
}

static void add(struct program_row *to, const struct program_row *from) {
    to->passed += from->passed;
    to->failed += from->failed;
    to->others += from->others;
}

void programs_merge(struct programs *to, const struct programs *from) {
    for (size_t i = 0; i < from->used; i++) {
        const char *name = from->at[i].name;
        add(row_of(to, (struct log_text){name, strlen(name)}), &from->at[i]);
    }
    add(&to->rest, &from->rest);
}

static int order(const void *x, const void *y) {
    const struct program_row *a = x, *b = y;
    uint64_t m = a->passed + a->others, n = b->passed + b->others;
    if (a->failed != b->failed)
        return a->failed > b->failed ? -1 : 1;
    return m != n ? (m > n ? -1 : 1) : strcmp(a->name, b->name);
}

void programs_order(struct programs *p) {
    qsort(p->at, p->used, sizeof *p->at, order);
}
