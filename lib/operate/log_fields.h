/* Which fields of a record go where: what the two readers of lines share (log_record.h). */
#ifndef GIFVET_OPERATE_LOG_FIELDS_H
#define GIFVET_OPERATE_LOG_FIELDS_H

#include "operate/log_record.h"

/* The objects and arrays that hold something wanted. */
enum log_node {
    LOG_NODE_NONE, /* nothing below it is wanted */
    LOG_NODE_ROOT,
    LOG_NODE_REQUEST,
    LOG_NODE_FRAMES,
    LOG_NODE_OUTPUT,
    LOG_NODE_ARGUMENTS,
    LOG_NODE_SOURCES,
    LOG_NODE_SOURCE,
    LOG_NODE_CHECKS,
    LOG_NODE_CHECK,
    LOG_NODE_DETAILS,
    LOG_NODE_BACKTRACE,
    LOG_NODE_CALLER,
    LOG_NODES
};

enum log_value_kind { LOG_VALUE_OTHER, LOG_VALUE_TEXT, LOG_VALUE_NUMBER, LOG_VALUE_FLAG };

struct log_field {
    const char *key;
    size_t key_length;
    enum log_value_kind kind; /* LOG_VALUE_OTHER: an object or array, node says which */
    enum log_node node;
    size_t offset; /* of the member, in what the parent fills */
};

struct log_fields {
    const struct log_field *at;
    size_t used;
    enum log_node element; /* of an array */
};

/* What may stand in a node. */
extern const struct log_fields log_fields[LOG_NODES];

/* NULL when the key is not wanted. *hint: where the next one is likely to stand, 0 at first. */
const struct log_field *log_field_find(enum log_node node, const char *key, size_t n, size_t *hint);

/* A fresh record, nothing in it. */
void log_record_clear(struct log_record *r);

/* The reader begins with an element of an array or an object; false when nothing below it is wanted
 * (there are enough already). */
bool log_record_enter(struct log_record *r, enum log_node node);

/* A member of the innermost thing that was entered of this kind. */
void log_record_text(struct log_record *r, enum log_node node, const struct log_field *f,
                     struct log_text value);
void log_record_number(struct log_record *r, enum log_node node, const struct log_field *f,
                       double value);
void log_record_flag(struct log_record *r, enum log_node node, const struct log_field *f,
                     bool value);
void log_record_argument(struct log_record *r, struct log_text value);

/* Is it a record? Fills time_us. */
enum log_kind log_record_kind(struct log_record *r);

/* The fast reader. False when it does not vouch for the line: r is then undefined. */
bool log_scan(struct log_record *r, const char *text, size_t n);

#endif
