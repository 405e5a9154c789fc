/* Test GIFs, made by build/tests/gifmake (BUILD says where that is). */
#ifndef GIFVET_TESTS_FIXTURE_H
#define GIFVET_TESTS_FIXTURE_H

#include "unit.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct fixture {
    uint8_t *bytes; /* exactly n, so that a sanitizer sees one byte too many; free() it */
    size_t n;
};

static inline struct fixture fixture_read(const char *path) {
    struct fixture f = {0};
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return f;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    f.n = size >= 0 && size < 1 << 28 ? (size_t)size : 0; /* a directory has no size */
    rewind(file);
    f.bytes = malloc(f.n > 0 ? f.n : 1);
    if (fread(f.bytes, 1, f.n, file) != f.n)
        f.n = 0;
    fclose(file);
    return f;
}

/* The GIF of this kind, damaged when how is not NULL. */
static inline struct fixture fixture_make(const char *kind, const char *how) {
    const char *build = getenv("BUILD");
    char command[1024], a[] = "/tmp/fixture_a_XXXXXX", b[] = "/tmp/fixture_b_XXXXXX";
    close(mkstemp(a));
    close(mkstemp(b));
    if (build == NULL)
        build = "build";
    snprintf(command, sizeof command, "%s/tests/gifmake %s %s", build, kind, a);
    int status = system(command);
    if (status == 0 && how != NULL) {
        snprintf(command, sizeof command, "%s/tests/gifmake damage %s %s %s", build, how, a, b);
        status = system(command);
    }
    if (status != 0)
        fail_msg("%s failed", command);
    struct fixture f = fixture_read(how != NULL ? b : a);
    unlink(a);
    unlink(b);
    return f;
}

#endif
