#include "shim/match.h"

#include "sys/sys.h"
#include "text/text.h"

#include <string.h>

const char *match_name(enum match_kind kind) {
    static const char *const names[] = {"explicit", "in_place", "only", "merged", "latest", "none"};
    return names[kind];
}

/* Is s the file that a command line calls name? By inode where the name still leads to it; an
 * in-place writer may have moved it away, so by the end of its path too. */
static bool is_named(const struct source *s, const char *name) {
    struct stat st;
    if (strcmp(name, "-") == 0 || strncmp(name, "/dev/", 5) == 0)
        return false;
    if (sys_stat(name, &st) == 0 && st.st_dev == s->dev && st.st_ino == s->ino)
        return true;
    while (strncmp(name, "./", 2) == 0)
        name += 2;
    if (strncmp(name, "../", 3) == 0)
        name = text_base_name(name);
    size_t n = strlen(name), all = strlen(s->path);
    return n > 0 && n <= all && strcmp(s->path + all - n, name) == 0 &&
           (n == all || name[0] == '/' || s->path[all - n - 1] == '/');
}

static bool named_among(const struct source *s, const struct request_names *names) {
    for (size_t i = 0; i < names->used; i++)
        if (is_named(s, names->at[i]))
            return true;
    return false;
}

/* Palettes and masks are no sources, nor is what the process wrote itself, unless the command line
 * names it as an input. */
static size_t candidates(const struct source *const *list, size_t used,
                         const struct request *request, const struct source **out) {
    size_t n = 0;
    for (size_t i = 0; i < used; i++)
        if (named_among(list[i], &request->inputs) ||
            (!list[i]->own_output && !named_among(list[i], &request->not_sources)))
            out[n++] = list[i];
    return n;
}

static bool same_stem(const char *a, const char *b) {
    a = text_base_name(a);
    b = text_base_name(b);
    const char *dot = strrchr(a, '.');
    size_t n = dot != NULL ? (size_t)(dot - a) : strlen(a);
    dot = strrchr(b, '.');
    return n > 0 && n == (dot != NULL ? (size_t)(dot - b) : strlen(b)) && memcmp(a, b, n) == 0;
}

static bool merged(const struct source *const *list, size_t used, const struct request *request,
                   struct match *m) {
    if (request->operation != REQUEST_MERGE || request->inputs.used < 2)
        return false;
    size_t found = 0;
    for (size_t i = 0; i < request->inputs.used && found < JUDGE_SOURCES_MAX; i++)
        for (size_t k = used; k-- > 0;)
            if (is_named(list[k], request->inputs.at[i])) {
                m->at[found++] = list[k];
                break;
            }
    /* A part that was not seen (standard input, a picture of another kind) makes the whole
     * unknown. */
    bool all = found == request->inputs.used;
    m->kind = all ? MATCH_MERGED : MATCH_NONE;
    m->used = all ? found : 0;
    return true;
}

static struct match one(enum match_kind kind, const struct source *s) {
    return (struct match){.kind = kind, .used = 1, .at = {s}};
}

/* The one of several for which something speaks, else NULL: the same name; the only one that the
 * process still holds open; the last one read. Several held open at once speak for none. */
static const struct source *likeliest(const struct source *const *list, size_t used,
                                      const char *output) {
    size_t open = 0, same = 0;
    const struct source *is_open = NULL, *has_name = NULL;
    for (size_t i = 0; i < used; i++) {
        if (list[i]->open) {
            open++;
            is_open = list[i];
        }
        if (same_stem(list[i]->path, output)) {
            same++;
            has_name = list[i];
        }
    }
    if (same == 1)
        return has_name;
    if (open > 1)
        return NULL;
    return open == 1 ? is_open : list[used - 1];
}

static struct match latest(const struct source *const *list, size_t used, const char *output) {
    const struct source *s = likeliest(list, used, output);
    if (s == NULL)
        return (struct match){.kind = MATCH_NONE};
    struct match m = one(MATCH_LATEST, s);
    for (size_t i = used; i-- > 0 && m.others_used < sizeof m.others / sizeof *m.others;)
        if (list[i] != s)
            m.others[m.others_used++] = list[i];
    return m;
}

const struct source *match_in_place(const struct source *const *list, size_t used,
                                    const struct match_output *output) {
    for (size_t i = used; i-- > 0;)
        if (!list[i]->own_output &&
            ((list[i]->dev == output->dev && list[i]->ino == output->ino) ||
             (output->path[0] != '\0' && strcmp(list[i]->path, output->path) == 0)))
            return list[i];
    return NULL;
}

struct match match_sources(const struct source *const *all, size_t all_used,
                           const struct match_output *output, const struct request *request) {
    struct match m = {0};
    if (merged(all, all_used, request, &m))
        return m;
    const struct source *overwritten = match_in_place(all, all_used, output);
    if (overwritten != NULL)
        return one(MATCH_IN_PLACE, overwritten);

    const struct source *list[SOURCES_MAX];
    size_t used = candidates(all, all_used, request, list);
    if (used == 0)
        return (struct match){.kind = MATCH_NONE};
    if (used == 1)
        return one(MATCH_ONLY, list[0]);

    const struct source *named = NULL;
    size_t named_used = 0;
    for (size_t i = 0; i < used; i++)
        if (named_among(list[i], &request->inputs)) {
            named = list[i];
            named_used++;
        }
    if (named_used == 1)
        return one(MATCH_ONLY, named);
    return latest(list, used, output->path);
}
