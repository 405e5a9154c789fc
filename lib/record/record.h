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
    const char *program; /* base name */
    size_t argc;
    const char *const *argv;
    const char *environment; /* DEPLOYMENT_ENV */
    const char *mode;        /* shadow, alert, enforce */
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

struct record_verdict {
    const struct record_process *process;
    const struct record_file *output;
    const struct record_file *sources; /* v->sources_used of them */
    const char *match;                 /* explicit, in_place, only, merged, latest, none */
    const struct request *request;
    const struct judge_verdict *verdict;
    const char *action; /* what was done about it: none */
    const struct record_caller *callers;
    size_t callers_used;
};

/* Each appends one line, newline included. t needs RECORD_SIZE bytes. A verdict that the judge's
 * own fault prevented is of type judge_fault, its callers the frames of the fault. */
void record_verdict(struct text *t, const struct record_verdict *r);

/* An output that the sampling left to the control arm. */
void record_control(struct text *t, const struct record_process *p,
                    const struct record_file *output);

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
