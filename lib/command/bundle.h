/* A bundle of evidence (evidence/bundle.h), read whole and held against its checksums. */
#ifndef GIFVET_COMMAND_BUNDLE_H
#define GIFVET_COMMAND_BUNDLE_H

#include "conf/conf.h"
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
    size_t left; /* bytes that may yet be read */
};

/* Reads the bundle in the directory path. Returns 0, or an errno value with e naming the file and
 * what is wrong with it: EINVAL for what is no bundle, or not the one that was written. kept_free()
 * in either case. */
int kept_read(struct kept *k, const char *path, struct error *e);

/* The same where nothing is worth more than `most` bytes of all files together: EFBIG. */
int kept_read_within(struct kept *k, const char *path, size_t most, struct error *e);
void kept_free(struct kept *k);

/* Reads the configuration in the bundle: what was in force. report and context as struct
 * conf_input. */
void kept_conf(const struct kept *k, struct conf *then, conf_report report, void *context);

/* What the program was asked for: a fact of then, so with the settings of then. The request points
 * into *argv: request_free() and free() them, in either case. Returns 0, or an errno value with e
 * naming what is wrong. */
int kept_request(const struct kept *k, const struct conf *then, struct request *request,
                 const char ***argv, struct error *e);

#endif
