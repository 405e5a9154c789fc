/* Rooms: the table of fields · a record while it is filled */
#include "operate/log_fields.h"

#include "operate/moment.h"
#include "record/record.h"

#include <math.h>
#include <string.h>

/* ---- the table of fields, in the order in which the record has them ---- */

#define TEXT(type, key, member)                                                                    \
    { key, sizeof(key) - 1, LOG_VALUE_TEXT, LOG_NODE_NONE, offsetof(type, member) }
#define NUMBER(type, key, member)                                                                  \
    { key, sizeof(key) - 1, LOG_VALUE_NUMBER, LOG_NODE_NONE, offsetof(type, member) }
#define FLAG(type, key, member)                                                                    \
    { key, sizeof(key) - 1, LOG_VALUE_FLAG, LOG_NODE_NONE, offsetof(type, member) }
#define BELOW(key, node)                                                                           \
    { key, sizeof(key) - 1, LOG_VALUE_OTHER, node, 0 }
#define R struct log_record

static const struct log_field root[] = {
    NUMBER(R, "schema", schema),
    TEXT(R, "type", type),
    TEXT(R, "time", time),
    TEXT(R, "id", id),
    TEXT(R, "host", host),
    NUMBER(R, "pid", pid),
    TEXT(R, "program", program),
    TEXT(R, "version", version),
    TEXT(R, "executable", executable),
    BELOW("argv", LOG_NODE_ARGUMENTS),
    TEXT(R, "environment", environment),
    TEXT(R, "mode", mode),
    TEXT(R, "performance_mode", performance_mode),
    TEXT(R, "config_checksum", config_checksum),
    TEXT(R, "arm", arm),
    TEXT(R, "operation", operation),
    BELOW("request", LOG_NODE_REQUEST),
    BELOW("output", LOG_NODE_OUTPUT),
    BELOW("sources", LOG_NODE_SOURCES),
    TEXT(R, "match", match),
    FLAG(R, "validation_passed", passed),
    TEXT(R, "status", status),
    BELOW("validations", LOG_NODE_CHECKS),
    NUMBER(R, "validation_us", validation_us),
    FLAG(R, "slow", slow),
    NUMBER(R, "elapsed_us", elapsed_us),
    NUMBER(R, "exit_status", exit_status),
    BELOW("backtrace", LOG_NODE_BACKTRACE),
};

static const struct log_field request[] = {
    NUMBER(R, "colors", colors),
    BELOW("frames", LOG_NODE_FRAMES),
    NUMBER(R, "delay_cs", delay_cs),
    NUMBER(R, "duration_factor", duration_factor),
};

static const struct log_field frames[] = {
    TEXT(R, "kind", frames_kind),
    NUMBER(R, "ratio", frames_ratio),
};

static const struct log_field file[] = {
    TEXT(struct log_file, "path", path),       NUMBER(struct log_file, "bytes", bytes),
    NUMBER(struct log_file, "width", width),   NUMBER(struct log_file, "height", height),
    NUMBER(struct log_file, "frames", frames), NUMBER(struct log_file, "duration_ms", duration_ms),
    NUMBER(struct log_file, "colors", colors),
};

static const struct log_field check[] = {
    TEXT(struct log_check, "validation_type", name),
    FLAG(struct log_check, "is_valid", is_valid),
    TEXT(struct log_check, "outcome", outcome),
    NUMBER(struct log_check, "expected", expected),
    NUMBER(struct log_check, "actual", actual),
    TEXT(struct log_check, "error_message", message),
    BELOW("details", LOG_NODE_DETAILS),
};

static const struct log_field details[] = {
    NUMBER(struct log_check, "asked_ratio", asked_ratio),
    NUMBER(struct log_check, "ratio_diff", ratio_diff),
};

static const struct log_field caller[] = {
    TEXT(struct log_caller, "function", function),
    TEXT(struct log_caller, "object", object),
    TEXT(struct log_caller, "address", address),
};

#define ROWS(table) table, sizeof(table) / sizeof *(table)

const struct log_fields log_fields[LOG_NODES] = {
    [LOG_NODE_ROOT] = {ROWS(root), LOG_NODE_NONE},
    [LOG_NODE_REQUEST] = {ROWS(request), LOG_NODE_NONE},
    [LOG_NODE_FRAMES] = {ROWS(frames), LOG_NODE_NONE},
    [LOG_NODE_OUTPUT] = {ROWS(file), LOG_NODE_NONE},
    [LOG_NODE_SOURCES] = {NULL, 0, LOG_NODE_SOURCE},
    [LOG_NODE_SOURCE] = {ROWS(file), LOG_NODE_NONE},
    [LOG_NODE_CHECKS] = {NULL, 0, LOG_NODE_CHECK},
    [LOG_NODE_CHECK] = {ROWS(check), LOG_NODE_NONE},
    [LOG_NODE_DETAILS] = {ROWS(details), LOG_NODE_NONE},
    [LOG_NODE_BACKTRACE] = {NULL, 0, LOG_NODE_CALLER},
    [LOG_NODE_CALLER] = {ROWS(caller), LOG_NODE_NONE},
};

static bool is_key(const struct log_field *f, const char *key, size_t n) {
    return f->key_length == n && memcmp(f->key, key, n) == 0;
}

const struct log_field *log_field_find(enum log_node node, const char *key, size_t n,
                                       size_t *hint) {
    const struct log_fields *in = &log_fields[node];
    for (size_t tried = 0; tried < in->used; tried++) {
        size_t i = *hint + tried < in->used ? *hint + tried : *hint + tried - in->used;
        if (is_key(&in->at[i], key, n)) {
            *hint = i + 1 < in->used ? i + 1 : 0;
            return &in->at[i];
        }
    }
    return NULL;
}

/* ---- a record while it is filled ---- */

static const struct log_file no_file = {
    .bytes = NAN, .width = NAN, .height = NAN, .frames = NAN, .duration_ms = NAN, .colors = NAN};

void log_record_clear(struct log_record *r) {
    memset(r, 0, offsetof(struct log_record, arguments));
    r->schema = r->pid = r->validation_us = r->elapsed_us = NAN;
    r->colors = r->frames_ratio = r->delay_cs = r->duration_factor = r->exit_status = NAN;
    r->output = r->source = no_file;
    r->time_us = 0;
}

static const struct log_check no_check = {
    .expected = NAN, .actual = NAN, .ratio_diff = NAN, .asked_ratio = NAN};

bool log_record_enter(struct log_record *r, enum log_node node) {
    switch (node) {
    case LOG_NODE_SOURCE:
        return r->sources_used++ == 0;
    case LOG_NODE_CALLER:
        return r->caller.object.at == NULL && r->caller.address.at == NULL;
    case LOG_NODE_CHECK:
        if (r->checks_used == LOG_CHECKS_MAX)
            return false;
        r->checks[r->checks_used++] = no_check;
        return true;
    default:
        return true;
    }
}

static void *member(struct log_record *r, enum log_node node, const struct log_field *f) {
    switch (node) {
    case LOG_NODE_OUTPUT:
        return (char *)&r->output + f->offset;
    case LOG_NODE_SOURCE:
        return (char *)&r->source + f->offset;
    case LOG_NODE_CHECK:
    case LOG_NODE_DETAILS:
        return (char *)&r->checks[r->checks_used - 1] + f->offset;
    case LOG_NODE_CALLER:
        return (char *)&r->caller + f->offset;
    default:
        return (char *)r + f->offset;
    }
}

void log_record_text(struct log_record *r, enum log_node node, const struct log_field *f,
                     struct log_text value) {
    *(struct log_text *)member(r, node, f) = value;
}

void log_record_number(struct log_record *r, enum log_node node, const struct log_field *f,
                       double value) {
    *(double *)member(r, node, f) = value;
}

void log_record_flag(struct log_record *r, enum log_node node, const struct log_field *f,
                     bool value) {
    *(enum log_flag *)member(r, node, f) = value ? LOG_TRUE : LOG_FALSE;
}

void log_record_argument(struct log_record *r, struct log_text value) {
    if (r->arguments_used < LOG_ARGUMENTS_MAX)
        r->arguments[r->arguments_used++] = value;
}

enum log_kind log_record_kind(struct log_record *r) {
    if (!(r->schema >= 1) || r->type.at == NULL || r->time.at == NULL ||
        !moment_parse_iso(r->time.at, r->time.n, &r->time_us))
        return LOG_NO_RECORD;
    return r->schema > RECORD_SCHEMA ? LOG_LATER : LOG_RECORD;
}

bool log_text_is(struct log_text t, const char *s) {
    return t.at != NULL && t.n == strlen(s) && memcmp(t.at, s, t.n) == 0;
}
