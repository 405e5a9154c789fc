/* Rooms: the trees · the names to be expected · pairing */
#include "audit/pairs.h"

#include "audit/pattern.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the trees ---- */

struct telling {
    const char *root;
    tree_problem report;
    void *context;
};

static void tell(void *context, const char *name, const char *why) {
    const struct telling *t = context;
    char *path = NULL;
    if (asprintf(&path, "%s/%s", t->root, name) < 0)
        return;
    t->report(t->context, path, why);
    free(path);
}

static void mute(void *context, const char *name, const char *why) {
    (void)context;
    (void)name;
    (void)why;
}

static int open_root(const char *path, int *fd, struct stat *st, struct error *e) {
    *st = (struct stat){0};
    *fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0 || fstat(*fd, st) != 0)
        return error_set(e, errno, "%s: %s", path, strerror(errno));
    return 0;
}

static bool same(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static int read_trees(struct pairs *p, const char *sources, const char *outputs, const char *map,
                      tree_problem report, void *context, struct error *e) {
    struct stat from, to;
    struct telling t = {sources, report, context};
    if (open_root(sources, &p->sources, &from, e) != 0 ||
        open_root(outputs, &p->outputs, &to, e) != 0)
        return e->code;
    bool one = same(&from, &to);
    if (one && map == NULL)
        return error_set(e, EINVAL,
                         "%s: the sources and the outputs are the same (--map tells "
                         "them apart)",
                         outputs);
    if (tree_read(&p->source_tree, p->sources, one ? NULL : &to, tell, &t, e) != 0)
        return e->code;
    t = (struct telling){outputs, one ? mute : report, context};
    if (tree_read(&p->output_tree, p->outputs, one ? NULL : &from, one ? mute : tell, &t, e) != 0)
        return e->code;
    if (one) /* counted once is enough */
        p->output_tree.links = p->output_tree.unreadable = 0;
    return 0;
}

/* ---- the names to be expected ---- */

static int by_output(const void *a, const void *b) {
    const struct pair *one = a, *other = b;
    int order = strcmp(one->output, other->output);
    if (order != 0)
        return order;
    if (one->source == NULL || other->source == NULL)
        return (one->source != NULL) - (other->source != NULL);
    return strcmp(one->source, other->source);
}

/* One for each source, sorted by the output's name; in one directory none for a name that is its
 * own output's: that is no source. NULL: no memory. */
static struct pair *expect(struct pairs *p, const char *map, bool one, size_t *n) {
    const struct tree *t = &p->source_tree;
    struct pair *wanted = calloc(t->used + 1, sizeof *wanted);
    p->mapped = calloc(t->used + 1, sizeof *p->mapped);
    while (wanted != NULL && p->mapped != NULL && p->mapped_used < t->used) {
        size_t i = p->mapped_used;
        p->mapped[i] = pattern_apply(map, t->names[i]);
        if (p->mapped[i] == NULL)
            break;
        p->mapped_used++;
        if (!one || strcmp(t->names[i], p->mapped[i]) != 0)
            wanted[(*n)++] = (struct pair){PAIR_BOTH, t->names[i], p->mapped[i]};
    }
    if (wanted == NULL || p->mapped == NULL || p->mapped_used < t->used) {
        free(wanted);
        return NULL;
    }
    if (*n > 0)
        qsort(wanted, *n, sizeof *wanted, by_output);
    return wanted;
}

static int by_name(const void *name, const void *pair) {
    return strcmp(name, ((const struct pair *)pair)->output);
}

/* In one directory with its outputs, what is the output of another source is no source. */
static bool is_output(const struct pair *wanted, size_t n, const char *name) {
    const struct pair *p = n == 0 ? NULL : bsearch(name, wanted, n, sizeof *wanted, by_name);
    return p != NULL && strcmp(p->source, name) != 0;
}

/* ---- pairing ---- */

/* What cannot be looked at may be there: it will be said why it cannot be read. */
static enum pair_kind without_output(const struct pairs *p, const char *output) {
    struct stat st;
    bool gone = pattern_leads_out(output) ||
                (fstatat(p->outputs, output, &st, 0) != 0 && (errno == ENOENT || errno == ENOTDIR));
    return gone ? PAIR_NO_OUTPUT : PAIR_BOTH;
}

static void put(struct pairs *p, enum pair_kind kind, const char *source, const char *output) {
    p->at[p->used++] = (struct pair){kind, source, output};
}

/* Names and mapped names are in the same order. */
static bool is_source(const struct pairs *p, const char *name) {
    const struct tree *t = &p->source_tree;
    size_t at = tree_find(t, name);
    return at < t->used && strcmp(p->mapped[at], name) != 0;
}

/* Both lists are sorted by the output's name. */
static void merge(struct pairs *p, const struct pair *wanted, size_t n, bool one) {
    const struct tree *there = &p->output_tree;
    size_t i = 0, j = 0;
    while (i < n || j < there->used) {
        int order = i == n ? 1 : j == there->used ? -1 : strcmp(wanted[i].output, there->names[j]);
        if (order > 0) {
            if (!one || !is_source(p, there->names[j]))
                put(p, PAIR_NO_SOURCE, NULL, there->names[j]);
            j++;
            continue;
        }
        const char *output = wanted[i].output, *source = wanted[i].source;
        bool shared = (i > 0 && strcmp(wanted[i - 1].output, output) == 0) ||
                      (i + 1 < n && strcmp(wanted[i + 1].output, output) == 0);
        if (!one || !is_output(wanted, n, source))
            put(p,
                shared       ? PAIR_AMBIGUOUS
                : order == 0 ? PAIR_BOTH
                             : without_output(p, output),
                source, output);
        i++;
        if (order == 0 && (i == n || strcmp(wanted[i].output, output) != 0))
            j++;
    }
}

int pairs_read(struct pairs *p, const char *sources, const char *outputs, const char *map,
               tree_problem report, void *context, struct error *e) {
    *p = (struct pairs){.sources = -1, .outputs = -1};
    int result = read_trees(p, sources, outputs, map, report, context, e);
    if (result != 0)
        return result;
    struct stat from, to;
    bool one = fstat(p->sources, &from) == 0 && fstat(p->outputs, &to) == 0 && same(&from, &to);
    size_t n = 0;
    struct pair *wanted = expect(p, map, one, &n);
    p->at = calloc(p->source_tree.used + p->output_tree.used + 1, sizeof *p->at);
    if (wanted == NULL || p->at == NULL)
        result = error_set(e, ENOMEM, "no memory for %zu pairs", p->source_tree.used);
    else
        merge(p, wanted, n, one);
    free(wanted);
    return result;
}

void pairs_free(struct pairs *p) {
    for (size_t i = 0; i < p->mapped_used; i++)
        free(p->mapped[i]);
    free(p->mapped);
    free(p->at);
    tree_free(&p->source_tree);
    tree_free(&p->output_tree);
    if (p->sources >= 0)
        close(p->sources);
    if (p->outputs >= 0)
        close(p->outputs);
}
