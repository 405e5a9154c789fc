/* What records can have in common: traits ("program is gifsicle", "--lossy is 120"), each known by
 * a small number, and the features that they are values of.
 *
 * One dictionary belongs to one thread; two are merged afterwards. Bounded: what no longer fits is
 * left out and counted, a number becomes the nearest one that is known. */
#ifndef GIFVET_OPERATE_TRAITS_H
#define GIFVET_OPERATE_TRAITS_H

#include "operate/log_record.h"

/* In the order in which they are preferred where two say the same of the same records. */
enum feature_kind {
    FEATURE_OPTION, /* an option of the command line is there */
    FEATURE_OPTION_NUMBER,
    FEATURE_OPTION_WORD,
    FEATURE_PROGRAM,
    FEATURE_CHECKPOINT,
    FEATURE_OPERATION,
    FEATURE_FRAMES_ASKED,
    FEATURE_FRAMES_RATIO,
    FEATURE_COLORS_ASKED,
    FEATURE_DELAY_ASKED,
    FEATURE_SPEED_ASKED,
    FEATURE_VERSION,
    FEATURE_EXECUTABLE,
    FEATURE_CONFIG,
    FEATURE_ENVIRONMENT,
    FEATURE_MODE,
    FEATURE_PERFORMANCE,
    FEATURE_HOST,
    FEATURE_DIRECTORY, /* of the source */
    FEATURE_SOURCE,    /* by its path: not in the dictionary, see groups.h */
    FEATURE_MATCH,
    FEATURE_SOURCES, /* how many */
    FEATURE_FRAMES,
    FEATURE_PIXELS,
    FEATURE_WIDTH,
    FEATURE_HEIGHT,
    FEATURE_COLORS,
    FEATURE_DURATION,
    FEATURE_BYTES,
    FEATURE_TIME,   /* hours since 1970 */
    FEATURE_HOUR,   /* of the day, UTC */
    FEATURE_CALLER, /* who closed the file: failures alone have it */
    FEATURE_KINDS
};

struct feature {
    enum feature_kind kind;
    char *name; /* of an option, "" else */
};

struct trait {
    uint32_t feature;
    bool is_number;
    double number;
    char *text; /* terminated, may hold any other bytes; NULL for a number */
};

#define TRAITS_MAX 60000
#define TRAITS_OF_RECORD 64
#define FEATURES_MAX 2048
#define TRAIT_TEXT_MAX 240

struct traits {
    struct feature features[FEATURES_MAX];
    uint32_t values[FEATURES_MAX]; /* how many traits a feature has */
    size_t features_used;
    struct trait *at;
    size_t used, room;
    uint32_t *slots; /* open addressing; trait + 1, features in slots of their own */
    uint32_t *feature_slots;
    uint32_t unnamed[FEATURE_KINDS]; /* the feature of a kind that has no names, + 1 */
    uint64_t left_out;               /* values that found no place */
};

/* The feature of a source: every dictionary has it. */
#define TRAITS_SOURCE 0

/* Empty; 0 or ENOMEM. Free with traits_free(). */
int traits_begin(struct traits *t);
void traits_free(struct traits *t);

/* The traits of a record, numbers below TRAITS_MAX, each feature at most once. checkpoint: the
 * number of its configuration, NaN = not known. Returns how many. */
size_t traits_of(struct traits *t, const struct log_record *r, double checkpoint,
                 uint16_t found[TRAITS_OF_RECORD]);

/* map[i] is what trait i of `from` is called in `to`, UINT16_MAX when it has no place there. */
void traits_merge(struct traits *to, const struct traits *from, uint16_t *map);

/* A hash of bytes that is the same everywhere (FNV-1a, mixed). */
uint64_t traits_hash(const char *at, size_t n);

#endif
