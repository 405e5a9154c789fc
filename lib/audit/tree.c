#include "audit/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

struct list {
    char **at;
    size_t used, room;
};

/* One walk. Directories still to be read are kept by name, not by descriptor: trees may be deeper
 * than a process has descriptors. */
struct walk {
    struct tree *tree;
    struct list directories;
    int root;
    const struct stat *other;
    tree_problem report;
    void *context;
};

static bool add(char ***at, size_t *used, size_t *room, char *name) {
    if (name != NULL && *used == *room) {
        size_t more = *room == 0 ? 64 : *room * 2;
        char **grown = realloc(*at, more * sizeof **at);
        if (grown == NULL) {
            free(name);
            return false;
        }
        *at = grown;
        *room = more;
    }
    if (name != NULL)
        (*at)[(*used)++] = name;
    return name != NULL;
}

static char *join(const char *directory, const char *name) {
    char *joined = NULL;
    if (directory[0] == '\0')
        return strdup(name);
    return asprintf(&joined, "%s/%s", directory, name) < 0 ? NULL : joined;
}

static bool is_gif(const char *name) {
    size_t n = strlen(name);
    return n >= 4 && strcasecmp(name + n - 4, ".gif") == 0;
}

enum entry { ENTRY_NOTHING, ENTRY_FILE, ENTRY_DIRECTORY };

/* What the entry is. A link is looked through: to a directory it is told and left, anything else
 * has the link's name. */
static enum entry look(struct walk *w, int directory, const char *path, const struct dirent *d) {
    struct stat st;
    bool link = d->d_type == DT_LNK;
    if (d->d_type == DT_DIR && w->other == NULL)
        return ENTRY_DIRECTORY;
    if (d->d_type != DT_DIR && !link && d->d_type != DT_UNKNOWN)
        return is_gif(d->d_name) ? ENTRY_FILE : ENTRY_NOTHING;
    if (fstatat(directory, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode)) {
        link = true;
        if (fstatat(directory, d->d_name, &st, 0) != 0)
            st.st_mode = S_IFREG; /* it will be said when it is to be read */
    }
    if (!S_ISDIR(st.st_mode))
        return is_gif(d->d_name) ? ENTRY_FILE : ENTRY_NOTHING;
    if (!link) {
        bool other =
            w->other != NULL && st.st_dev == w->other->st_dev && st.st_ino == w->other->st_ino;
        return other ? ENTRY_NOTHING : ENTRY_DIRECTORY;
    }
    w->tree->links++;
    w->report(w->context, path, "a link to a directory, not followed");
    return ENTRY_NOTHING;
}

static bool take(struct walk *w, int directory, const char *below, const struct dirent *d) {
    if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
        return true;
    char *path = join(below, d->d_name);
    if (path == NULL)
        return false;
    switch (look(w, directory, path, d)) {
    case ENTRY_FILE:
        return add(&w->tree->names, &w->tree->used, &w->tree->room, path);
    case ENTRY_DIRECTORY:
        return add(&w->directories.at, &w->directories.used, &w->directories.room, path);
    default:
        free(path);
        return true;
    }
}

static void unreadable(struct walk *w, const char *path, int code) {
    w->tree->unreadable++;
    w->report(w->context, path[0] == '\0' ? "." : path, strerror(code));
}

/* False: no memory. */
static bool read_directory(struct walk *w, const char *path) {
    int fd = openat(w->root, path[0] == '\0' ? "." : path,
                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    bool room = true;
    if (d == NULL) {
        unreadable(w, path, errno);
        if (fd >= 0)
            close(fd);
        return true;
    }
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(d);
        if (entry == NULL && errno != 0)
            unreadable(w, path, errno);
        if (entry == NULL || !(room = take(w, dirfd(d), path, entry)))
            break;
    }
    closedir(d);
    return room;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int tree_read(struct tree *t, int root, const struct stat *other, tree_problem report,
              void *context, struct error *e) {
    struct walk w = {.tree = t, .root = root, .other = other, .report = report, .context = context};
    *t = (struct tree){0};
    bool room = read_directory(&w, "");
    while (room && w.directories.used > 0) {
        char *path = w.directories.at[--w.directories.used];
        room = read_directory(&w, path);
        free(path);
    }
    while (w.directories.used > 0)
        free(w.directories.at[--w.directories.used]);
    free(w.directories.at);
    if (t->used > 0)
        qsort(t->names, t->used, sizeof *t->names, by_bytes);
    return room ? 0 : error_set(e, ENOMEM, "no memory for the names of %zu files", t->used);
}

void tree_free(struct tree *t) {
    for (size_t i = 0; i < t->used; i++)
        free(t->names[i]);
    free(t->names);
    *t = (struct tree){0};
}

int tree_has(const struct tree *t, const char *name) {
    return t->used > 0 && bsearch(&name, t->names, t->used, sizeof *t->names, by_bytes) != NULL;
}
