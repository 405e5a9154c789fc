/* One verdict as one line of JSON. Field names follow GifLab's result dictionaries
 * (validation_passed, validations[].is_valid, validation_type, expected, actual, error_message,
 * details). Pure: everything that comes from the process is given. */
#ifndef GIFVET_RECORD_RECORD_H
#define GIFVET_RECORD_RECORD_H

#include "judge/judge.h"
#include "request/request.h"
#include "text/text.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* Grows when a field changes its meaning or goes; new fields do not count. */
#define RECORD_SCHEMA 1

/* What one line may take at the most: 64 sources with paths of nothing but control bytes, and the
 * arguments, of which no more than 64 KiB are written (argv_cut says so). */
#define RECORD_SIZE ((size_t)2 << 20)

/* Who and where. Strings are never NULL; environment may be empty. */
struct record_process {
    int64_t wall_us; /* time of the verdict, microseconds since 1970 */
    uint64_t serial; /* differs for every record of the process */
    const char *host;
    int pid, tid;
    const char *program;    /* base name */
    const char *executable; /* path of the file that runs; "" unknown */
    const char *version;    /* its build id, in hexadecimal digits; "" unknown */
    size_t argc;
    const char *const *argv;
    const char *environment; /* DEPLOYMENT_ENV */
    const char *mode;        /* shadow, alert, enforce */
    const char *performance; /* normal, degraded, emergency; NULL: not known */
    const char *config;      /* conf_checksum() of the file in force; NULL or "": none */
};

/* A file; path is bytes as the kernel has them. */
struct record_file {
    const char *path;
    uint64_t bytes, dev, ino;
};

/* One frame of the call chain that closed the file. */
struct record_caller {
    char function[96];  /* empty = unknown */
    uint64_t offset;    /* bytes into the function */
    const char *object; /* path of the program or library; may be NULL */
    uint64_t address;   /* in the object, as addr2line takes it */
};

/* What enforcement did with a rejected output. */
struct record_enforcement {
    const char *quarantined; /* the path at which its bytes are kept, or NULL */
    const char *restored;    /* the path at which the source's bytes are again, or NULL */
    int exit_status;         /* with which the process will end, where it would have been 0 */
    const char *problems;    /* what could not be done, one a line; "" = nothing */
};

/* What became of the evidence of a failed verdict. */
struct record_evidence {
    const char *bundle;   /* the directory in which it is kept, or NULL */
    const char *problems; /* why not, one a line; "" = nothing */
};

struct record_verdict {
    const struct record_process *process;
    const struct record_file *output;
    const struct record_file *sources; /* v->sources_used of them */
    int64_t elapsed_us;                /* since the process began, judging included */
    const char *match;                 /* explicit, in_place, only, merged, latest, none */
    const struct request *request;
    const struct judge_verdict *verdict;
    const struct record_enforcement *enforcement; /* NULL: nothing was done about it */
    bool slow, complex; /* took longer than performance.slow_ms; had more than 10 checks */
    const struct record_evidence *evidence; /* NULL: none was to be kept */
    const struct record_caller *callers;
    size_t callers_used;
};

/* Each appends one line, newline included. t needs RECORD_SIZE bytes. A verdict that the judge's
 * own fault prevented is of type judge_fault, its callers the frames of the fault. */
void record_verdict(struct text *t, const struct record_verdict *r);

/* An output that the sampling left to the control arm. elapsed_us as above. */
void record_control(struct text *t, const struct record_process *p,
                    const struct record_file *output, int64_t elapsed_us);

/* The host's performance mode has changed, for the mean time of the last validations. */
struct record_change {
    const char *from, *to;
    double mean_ms;
};
void record_performance_mode(struct text *t, const struct record_process *p,
                             const struct record_change *c);

/* Somebody should look. severity: HIGH, MEDIUM, LOW. The rate of a check's failures over the last
 * validations of the host: failed of judged, threshold is what it may be. Or one failed verdict
 * (id is then its record's, else NULL): failed and judged are 1. */
struct record_alert {
    const char *severity, *check, *id;
    uint64_t failed, judged, validations;
    double threshold;
};
void record_alert(struct text *t, const struct record_process *p, const struct record_alert *a);
/* As above, of the host as a whole: severity also CRITICAL, message one line. */
void record_host_alert(struct text *t, const struct record_process *p, const char *severity,
                       const char *message);

/* Who does something to gifvet on this host. sudo_user: who became that user, or NULL. */
struct record_operator {
    unsigned uid;
    const char *user, *sudo_user;
};

/* Validation is switched off (action "disable") or on again ("enable") on this host; reason may be
 * NULL. The severity is CRITICAL either way. */
void record_emergency(struct text *t, const struct record_process *p,
                      const struct record_operator *who, const char *action, const char *reason);

/* What became of the configuration. */
struct record_config_change {
    const char *action;    /* checkpoint, rollback, install */
    const char *file;      /* the configuration */
    unsigned checkpoint;   /* that was made or gone back to; 0: none */
    unsigned replaced;     /* that holds what was there before; 0: nothing was replaced */
    const char *from, *to; /* conf_checksum() of before and after; NULL: there was no file */
    const char *reason;    /* may be NULL */
};
void record_config_change(struct text *t, const struct record_process *p,
                          const struct record_operator *who, const struct record_config_change *c);

/* The end of a process of which outputs are on record, for comparing the arms: arm is "test",
 * "control", or "both". */
void record_exit(struct text *t, const struct record_process *p, const char *arm, int exit_status,
                 int64_t elapsed_us);

/* A source that is kept because its own name is about to be truncated. start: when the process
 * began, in the kernel's ticks (/proc/PID/stat, field 22). */
void record_rescue(struct text *t, const struct record_process *p, const struct record_file *source,
                   const struct stat *st, uint64_t start);

/* The id of the process's record, as it stands in it. Returns buffer. */
#define RECORD_ID_SIZE 48
char *record_id(char *buffer, const struct record_process *p);

/* What is wrong with the configuration: problems is one "file:line: key: reason" a line. */
void record_config_error(struct text *t, const struct record_process *p, const char *problems);

/* Appends a time as "2026-11-24T12:00:00.123456Z". */
void record_time(struct text *t, int64_t wall_us);

/* A value and a verdict's checks as members of an object that is being written; `gifvet check
 * --json` prints the same. */
struct json;
void record_value(struct json *j, const char *key, const struct judge_value *v);
void record_request(struct json *j, const struct request *r);
void record_judged(struct json *j, const struct judge_verdict *v);
void record_facts(struct json *j, const struct judge_facts *f);

#endif
