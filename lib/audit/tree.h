/* The GIFs below a directory. */
#ifndef GIFVET_AUDIT_TREE_H
#define GIFVET_AUDIT_TREE_H

#include "text/error.h"

#include <stddef.h>
#include <sys/stat.h>

struct tree {
    const char **names; /* relative to the root, sorted by their bytes */
    size_t used;
    char *bytes;       /* of all of them */
    size_t links;      /* links to directories: not followed */
    size_t unreadable; /* directories that could not be read */
};

/* Called with the name, relative to the root, of what could not be read or is not followed, and
 * why. */
typedef void (*tree_problem)(void *context, const char *name, const char *why);

/* Reads the names of all that is called *.gif, in any case, and is no directory, below the
 * directory behind root, into *t. Links to directories are not followed, so a loop has an end;
 * links to files are files. A directory that is `other` (NULL: none) is left out. Opens one
 * directory at a time, each below root. Returns 0, or ENOMEM with e filled; t is to be freed in
 * either case. */
int tree_read(struct tree *t, int root, const struct stat *other, tree_problem report,
              void *context, struct error *e);

void tree_free(struct tree *t);

/* Where the name is among names; used: there is none. */
size_t tree_find(const struct tree *t, const char *name);

#endif
