/* The configuration: built-in defaults < INI file < [environment:NAME] < [program:NAME] <
 * environment variables < sets, each over the one before.
 *
 * NAME of an environment is DEPLOYMENT_ENV's value; NAME of a program is its base name or shell
 * globs, and of several sections that match the later wins, as it does of a setting given twice.
 * mode and fail_on_validation_error are one setting under two names: in a layer true means enforce
 * and beats mode; over a layer below, either name has its say (false takes enforce back to shadow).
 *
 * Every setting is one row of conf_settings[] (settings.c): parsing, checking, printing, the manual
 * page and conf/gifvet.ini all come from that row. A setting that is wrong keeps its default and is
 * reported; loading never fails as a whole, because a broken file must not harm a host. */
#ifndef GIFVET_CONF_CONF_H
#define GIFVET_CONF_CONF_H

#include "judge/limits.h"
#include "text/error.h"
#include "text/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum conf_mode { CONF_SHADOW, CONF_ALERT, CONF_ENFORCE };
enum conf_sampling_key { CONF_BY_RANDOM, CONF_BY_SOURCE };
enum conf_keep { CONF_KEEP_BY_MODE, CONF_KEEP, CONF_KEEP_NOTHING };
enum conf_tls { CONF_TLS_REQUIRED, CONF_TLS_IF_OFFERED, CONF_TLS_NEVER };
/* In the order in which a host goes through them; the second may be passed over. */
enum conf_phase {
    CONF_PHASE_NONE,
    CONF_PHASE_BLUEGREEN,
    CONF_PHASE_SHADOW,
    CONF_PHASE_ALERT,
    CONF_PHASE_PRODUCTION,
    CONF_PHASE_ENFORCE
};

/* Where a value comes from, in the order in which one covers the other. */
enum conf_layer {
    CONF_FROM_DEFAULT,
    CONF_FROM_FILE,
    CONF_FROM_ENVIRONMENT, /* [environment:NAME] */
    CONF_FROM_PROGRAM,     /* [program:NAME] */
    CONF_FROM_VARIABLE,
    CONF_FROM_SET
};

#define CONF_PATH_MAX 4096
#define CONF_LIST_MAX 1024
#define CONF_NAME_MAX 64
#define CONF_CHECKSUM_SIZE 17
#define CONF_TEXT_MAX 512

/* What a performance mode changes: see conf_loosen(). */
struct conf_overlay {
    bool log_validation_failures, quality_enabled;
    double frame_ratio_tolerance, fps_tolerance, max_file_size_mb;
    int64_t color_count_tolerance;
};

/* [alerts]. No secret is a setting: they are in the file `secrets`, or in the environment. */
struct conf_alerts {
    double validation_failure_rate, slow_validation_rate; /* shares */
    int64_t memory_usage_mb, consecutive_failures;
    bool unhealthy, performance_mode, records;
    int64_t window_minutes, min_validations, repeat_minutes;
    int64_t attempts, timeout_seconds, keep_hours;
    char smtp_url[CONF_TEXT_MAX], smtp_from[CONF_TEXT_MAX], smtp_to[CONF_TEXT_MAX],
        smtp_user[CONF_TEXT_MAX];
    enum conf_tls smtp_tls;
    char ca_file[CONF_TEXT_MAX], secrets[CONF_TEXT_MAX];
    char syslog[CONF_TEXT_MAX];
    char command[CONF_TEXT_MAX];
    bool command_shell;
};

/* No pointers: may be copied. Texts are NUL-terminated, empty = not set. A path that is a setting
 * leaves CONF_NAME_MAX bytes of its room free for the name of a file below it. */
struct conf {
    /* [validation] */
    bool enable_wrapper_validation;
    enum conf_mode mode;
    bool log_validation_failures;
    bool fail_on_validation_error;
    struct judge_limits limits;
    int64_t quality_sample_every; /* 1 = always */
    /* [sampling] */
    double percentage;
    enum conf_sampling_key sampling_key;
    /* [enforce] */
    char enforce_checks[CONF_LIST_MAX]; /* names of checks, separated as globs are */
    bool enforce_fail_closed;
    char quarantine[CONF_PATH_MAX]; /* after loading: below state_dir or absolute, or empty */
    int64_t quarantine_mb, quarantine_files;
    int64_t enforce_exit_status;
    char enforce_exempt[CONF_LIST_MAX];
    /* [evidence] */
    enum conf_keep evidence_keep;           /* conf_keeps_evidence() says what it comes to */
    char evidence_directory[CONF_PATH_MAX]; /* after loading: below state_dir or absolute, or empty
                                             */
    int64_t evidence_mb, evidence_bundles;
    /* [log] */
    char log_path[CONF_PATH_MAX]; /* after loading: absolute or as given, never empty */
    bool log_passes, log_control, log_syslog, log_sync;
    /* [programs], lists of shell globs */
    char include[CONF_LIST_MAX], exclude[CONF_LIST_MAX], encoders[CONF_LIST_MAX];
    /* [limits] */
    int64_t memory_mb;
    int64_t sources;
    int64_t source_mb;
    /* [performance], [performance:degraded], [performance:emergency] */
    int64_t slow_ms, emergency_ms, performance_window, recovery_dwell_s;
    struct conf_overlay degraded, emergency;
    /* [monitor] */
    int64_t monitor_every;
    double alert_threshold;
    /* [state] */
    char state_dir[CONF_PATH_MAX]; /* after loading: never empty */
    /* [health] */
    int64_t health_max_consecutive_failures;
    int64_t health_max_memory_mb;
    int64_t health_min_free_mb;
    int64_t health_stale_after; /* seconds, 0 = never */
    /* [alerts] */
    struct conf_alerts alerts;
    /* [rollout] */
    enum conf_phase rollout_phase;
    int64_t rollout_min_validations, rollout_max_faults;
    double rollout_max_failure_rate, rollout_max_slow_rate, rollout_max_overhead; /* shares */
    double rollout_overhead_days, rollout_min_days, rollout_min_step_days;
    /* [request], what the environment or a program overlay says the program was asked for */
    char request_operation[CONF_NAME_MAX];
    double request_ratio;
    int64_t request_colors;
    char request_source[CONF_PATH_MAX];
    /* not settings: what was loaded */
    char file[CONF_PATH_MAX];          /* the INI file that was read, empty = none */
    char checksum[CONF_CHECKSUM_SIZE]; /* of its bytes, empty = none: see conf_checksum() */
    char environment[CONF_NAME_MAX];   /* DEPLOYMENT_ENV, empty = none */
};

enum conf_type {
    CONF_BOOL,
    CONF_INT,
    CONF_REAL,
    CONF_CHOICE,
    CONF_PATH,
    CONF_LIST,
    CONF_NAME,
    CONF_TEXT /* for commands alone: what it means is checked where it is used */
};

struct conf_setting {
    const char *section, *key;
    enum conf_type type;
    double min, max;     /* CONF_INT, CONF_REAL: both included */
    const char *choices; /* CONF_CHOICE, CONF_NAME, each word of a CONF_LIST: "a|b|c", the enum's
                            order; or NULL */
    const char *default_text;
    const char *environment; /* the variable that overrides it, or NULL */
    const char *help;        /* one line */
    size_t offset;           /* in struct conf */
};

extern const struct conf_setting conf_settings[];
extern const size_t conf_settings_count;

/* One thing that is wrong with the configuration. file is "" for the environment's variables;
 * line counts from 1, 0 = the file as a whole; key is "section.key", a variable's name or "". The
 * strings are valid only during the call. */
struct conf_problem {
    const char *file;
    int line;
    const char *key;
    const char *reason;
};

typedef void (*conf_report)(void *context, const struct conf_problem *problem);
/* One setting that is well formed. applied is false for one in an overlay that is not for this
 * environment or program: those are checked and left. line as above, 0 outside a file. */
struct conf_taken {
    const struct conf_setting *setting;
    enum conf_layer layer;
    bool applied;
    int line;
};

typedef void (*conf_take)(void *context, const struct conf_taken *taken);
typedef const char *(*conf_getenv)(const char *name);

/* What to load. All strings are only read during the call. */
struct conf_input {
    const char *file;    /* this file instead of the search (`gifvet config check FILE`), or NULL */
    const char *program; /* base name for [program:NAME]; NULL = no program overlay */
    const char *const *sets; /* NULL, or a NULL-terminated list of "section.key=value" that come
                                last, over everything (`gifvet run --set`) */
    conf_getenv getenv;      /* NULL = nothing in the environment */
    bool superuser;          /* decides the default state directory */
    conf_report report;      /* called once per problem; may be NULL */
    conf_take take;          /* called after each setting, lower layers first; may be NULL */
    void *context;           /* of both */
};

/* The built-in defaults, paths resolved for in. */
void conf_defaults(struct conf *c, const struct conf_input *in);

/* Fills *c. Returns the number of problems reported. The file is searched at
 * GIFLAB_VALIDATION_CONFIG, $XDG_CONFIG_HOME/gifvet/gifvet.ini (~/.config), /etc/gifvet/gifvet.ini;
 * the first is a problem when it cannot be read, the others when they exist and cannot be (where
 * the directory may not be entered, or for the second another user owns it, they do not exist).
 * Only a regular file or /dev/null is opened: a pipe or terminal may be the host's own input. At
 * most 1 MiB is read, with raw system calls, and parsed with inih; allocates with malloc() and
 * frees all of it. struct conf is some 25 KB: not for a small stack. inih's options are global: one
 * thread at a time. */
size_t conf_load(struct conf *c, const struct conf_input *in);

/* The file that conf_load() would read for in: path[CONF_PATH_MAX]; where there is none, the one
 * that it would find if it were there and is ours to make ("" when there is no such place). */
void conf_place(char *path, const struct conf_input *in);

/* Names the bytes of a configuration in records: the first 16 digits of their SHA-256. Returns
 * checksum. */
char *conf_checksum(const void *bytes, size_t n, char checksum[CONF_CHECKSUM_SIZE]);

/* Lays a performance mode's settings over *c, each only where that makes judging cheaper or more
 * lenient: a mode that is entered because judging is slow must not fail what passed before. */
void conf_loosen(struct conf *c, const struct conf_overlay *o);
/* Is what failed to be kept, to be looked into? */
bool conf_keeps_evidence(const struct conf *c);

/* The row of "section.key", or NULL. */
const struct conf_setting *conf_find(const char *section, const char *key);

/* Appends the setting's value in c as the INI would have it. */
void conf_value_print(const struct conf_setting *s, const struct conf *c, struct text *t);

/* Sets one setting from text; 0, or EINVAL with e->message saying what is wrong with the value
 * ("30x is not a number", "2 is out of range: 0 to 1"), *c unchanged. */
int conf_value_set(const struct conf_setting *s, const char *value, struct conf *c,
                   struct error *e);

/* Appends a whole INI: every setting with its help, range and value as a comment-rich file.
 * With c == NULL the defaults (as `gifvet config defaults`), every line commented in. A value that
 * no INI file can hold (a path from the environment with a line feed in it) is left out, with a
 * comment in its place. */
void conf_print_ini(const struct conf *c, struct text *t);

#endif
