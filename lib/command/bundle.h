/* A bundle of evidence (evidence/bundle.h), read whole and held against its checksums. */
#ifndef GIFVET_COMMAND_BUNDLE_H
#define GIFVET_COMMAND_BUNDLE_H

#include "judge/judge.h"
#include "text/error.h"

#include <jansson.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>

struct kept {
    char path[PATH_MAX];
    json_t *record, *request;
    char config_path[PATH_MAX];
    struct judge_gif output, sources[JUDGE_SOURCES_MAX];
    size_t sources_used;
    void *owned[JUDGE_SOURCES_MAX + 8];
    size_t owned_used;
};

/* Reads the bundle in the directory path. Returns 0, or an errno value with e naming the file and
 * what is wrong with it: EINVAL for what is no bundle, or not the one that was written. kept_free()
 * in either case. */
int kept_read(struct kept *k, const char *path, struct error *e);
void kept_free(struct kept *k);

#endif
