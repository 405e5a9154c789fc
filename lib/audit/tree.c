#include "audit/tree.h"

#include "text/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* Names one after the other, each with its NUL. */
struct list {
    char *bytes;
    size_t used, room, count;
};

/* One walk. Directories still to be read are kept by name, not by descriptor: trees may be deeper
 * than a process has descriptors. */
struct walk {
    struct tree *tree;
    struct list files, directories;
    int root;
    const struct stat *other;
    tree_problem report;
    void *context;
};

static bool keep(struct list *l, const char *name) {
    size_t n = strlen(name) + 1;
    if (l->room - l->used < n) {
        size_t room = 2 * l->room + 4096 + n;
        char *more = realloc(l->bytes, room);
        if (more == NULL)
            return false;
        l->bytes = more;
        l->room = room;
    }
    memcpy(l->bytes + l->used, name, n);
    l->used += n;
    l->count++;
    return true;
}

/* The last name, which is taken off. */
static void take_last(struct list *l, char name[PATH_MAX]) {
    size_t at = l->used - 1;
    while (at > 0 && l->bytes[at - 1] != '\0')
        at--;
    memcpy(name, l->bytes + at, l->used - at);
    l->used = at;
    l->count--;
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
    if (fstatat(directory, d->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        if (d->d_type != DT_DIR && is_gif(d->d_name))
            return ENTRY_FILE;                         /* why is said when it is to be read */
        return link ? ENTRY_NOTHING : ENTRY_DIRECTORY; /* the same */
    }
    if (S_ISLNK(st.st_mode)) {
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

static void unreadable(struct walk *w, const char *path, int code) {
    w->tree->unreadable++;
    w->report(w->context, path[0] == '\0' ? "." : path, strerror(code));
}

/* False: no memory. */
static bool take(struct walk *w, int directory, const char *below, const struct dirent *d) {
    char path[PATH_MAX];
    struct text t = text_over(path, sizeof path);
    if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
        return true;
    text_add(&t, "%s%s%s", below, below[0] != '\0' ? "/" : "", d->d_name);
    if (t.cut) {
        unreadable(w, path, ENAMETOOLONG);
        return true;
    }
    switch (look(w, directory, path, d)) {
    case ENTRY_FILE:
        return keep(&w->files, path);
    case ENTRY_DIRECTORY:
        return keep(&w->directories, path);
    default:
        return true;
    }
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
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The bytes are the tree's from now on. */
static bool sort(struct tree *t, const struct list *files) {
    t->bytes = files->bytes;
    t->names = calloc(files->count + 1, sizeof *t->names);
    if (t->names == NULL)
        return false;
    for (const char *s = t->bytes; t->used < files->count; s += strlen(s) + 1)
        t->names[t->used++] = s;
    qsort(t->names, t->used, sizeof *t->names, by_bytes);
    return true;
}

int tree_read(struct tree *t, int root, const struct stat *other, tree_problem report,
              void *context, struct error *e) {
    struct walk w = {.tree = t, .root = root, .other = other, .report = report, .context = context};
    char path[PATH_MAX];
    *t = (struct tree){0};
    bool room = read_directory(&w, "");
    while (room && w.directories.count > 0) {
        take_last(&w.directories, path);
        room = read_directory(&w, path);
    }
    free(w.directories.bytes);
    room = sort(t, &w.files) && room;
    return room ? 0 : error_set(e, ENOMEM, "no memory for the names of %zu files", w.files.count);
}

void tree_free(struct tree *t) {
    free(t->names);
    free(t->bytes);
    *t = (struct tree){0};
}

size_t tree_find(const struct tree *t, const char *name) {
    const char **at =
        t->used > 0 ? bsearch(&name, t->names, t->used, sizeof *t->names, by_bytes) : NULL;
    return at != NULL ? (size_t)(at - t->names) : t->used;
}
