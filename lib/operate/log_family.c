#include "operate/log_family.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined __GNUC__ && !defined __clang__
/* gcc 12's analyzer takes memory that is kept in an array for lost. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

/* ".12", "-20261124", "-20261124-1764208800", each with an ending of a packer or without. */
static bool is_rotated(const char *tail) {
    static const char *const endings[] = {"", ".gz", ".zst", ".xz", ".bz2", ".lz4"};
    size_t n = 0;
    if (tail[0] == '.')
        n = strspn(tail + 1, "0123456789") + 1;
    else if (tail[0] == '-')
        n = strspn(tail + 1, "0123456789-") + 1;
    if (n < 2)
        return false;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (strcmp(tail + n, endings[i]) == 0)
            return true;
    return false;
}

/* Digits as numbers: log.2 is younger than log.10. */
static int by_age(const void *a, const void *b) {
    const char *x = *(char *const *)a, *y = *(char *const *)b;
    size_t common = 0;
    while (x[common] != '\0' && x[common] == y[common])
        common++;
    while (common > 0 && x[common - 1] >= '0' && x[common - 1] <= '9')
        common--;
    bool numbered = common > 0 && x[common - 1] == '.';
    unsigned long long m = strtoull(x + common, NULL, 10), n = strtoull(y + common, NULL, 10);
    if (m == n)
        return strcmp(x, y);
    return (m < n) == numbered ? 1 : -1;
}

static int add(struct log_family *f, const char *directory, size_t n, const char *name) {
    char **more = realloc(f->paths, (f->used + 1) * sizeof *more);
    if (more == NULL)
        return ENOMEM;
    f->paths = more;
    f->paths[f->used] = malloc(n + strlen(name) + 1);
    if (f->paths[f->used] == NULL)
        return ENOMEM;
    memcpy(f->paths[f->used], directory, n);
    memcpy(f->paths[f->used++] + n, name, strlen(name) + 1);
    return 0;
}

/* path[0..n) is the directory with its slash. */
static int add_relatives(struct log_family *f, const char *path, size_t n) {
    const char *name = path + n;
    char *directory = n > 0 ? strndup(path, n) : strdup(".");
    DIR *d = directory != NULL ? opendir(directory) : NULL;
    struct dirent *entry;
    int result = directory != NULL ? 0 : ENOMEM;
    free(directory);
    while (d != NULL && result == 0 && (entry = readdir(d)) != NULL)
        if (strncmp(entry->d_name, name, strlen(name)) == 0 &&
            is_rotated(entry->d_name + strlen(name)))
            result = add(f, path, n, entry->d_name);
    if (d != NULL)
        closedir(d);
    return result;
}

int log_family_find(const char *path, struct log_family *f) {
    const char *slash = strrchr(path, '/');
    size_t n = slash != NULL ? (size_t)(slash - path) + 1 : 0;
    *f = (struct log_family){0};
    int result = strcmp(path, "-") != 0 && path[n] != '\0' ? add_relatives(f, path, n) : 0;
    if (f->used > 1)
        qsort(f->paths, f->used, sizeof *f->paths, by_age);
    if (result == 0)
        result = add(f, path, n, path + n);
    if (result != 0)
        log_family_free(f);
    return result;
}

void log_family_free(struct log_family *f) {
    for (size_t i = 0; i < f->used; i++)
        free(f->paths[i]);
    free(f->paths);
    *f = (struct log_family){0};
}
