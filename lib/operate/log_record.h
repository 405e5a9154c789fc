/* One line of the log as what commands ask of it: a flat struct of the fields that they use.
 *
 * Two readers fill it: a scanner that takes the lines that gifvet itself writes at the speed of
 * memory, and jansson for every line that the scanner will not vouch for (escapes in a text that is
 * wanted, numbers that need rounding, a field given twice, anything that is not plain JSON).
 * jansson alone reads some 60 MB/s, a log of a million verdicts has 2.5 GB. What the two say of a
 * line is the same: tests/unit/test_log_record.c holds one against the other.
 *
 * Pure, for any thread; the texts point into the line or into jansson's values, are not terminated,
 * may hold any bytes, and are only valid during the call that hands the record over. */
#ifndef GIFVET_OPERATE_LOG_RECORD_H
#define GIFVET_OPERATE_LOG_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_text {
    const char *at; /* NULL = not in the record */
    size_t n;
};

enum log_flag { LOG_UNKNOWN, LOG_FALSE, LOG_TRUE };

/* Numbers that are not in the record are NaN. */
struct log_file {
    struct log_text path;
    double bytes, width, height, frames, duration_ms, colors;
};

struct log_check {
    struct log_text name, outcome, message;
    enum log_flag is_valid;
    double expected, actual; /* NaN when they are texts */
    double ratio_diff, asked_ratio;
};

struct log_caller {
    struct log_text function, object, address;
};

#define LOG_ARGUMENTS_MAX 64
#define LOG_CHECKS_MAX 16

struct log_record {
    struct log_text line; /* as it stands in the log */
    double schema, pid, validation_us, elapsed_us;
    struct log_text type, time, id, host, program, environment, mode, arm, operation, match, status;
    struct log_text performance_mode, version, executable, config_checksum;
    enum log_flag passed, slow;
    struct log_text frames_kind; /* what was asked for */
    double colors, frames_ratio, delay_cs, duration_factor;
    double exit_status;             /* of a record of type exit */
    struct log_file output, source; /* the first source */
    struct log_caller caller;       /* the innermost of the backtrace */
    size_t sources_used, arguments_used, checks_used;
    struct log_text arguments[LOG_ARGUMENTS_MAX]; /* the first of them */
    struct log_check checks[LOG_CHECKS_MAX];
    int64_t time_us; /* time as microseconds since 1970 */
};

enum log_kind {
    LOG_NO_RECORD, /* no JSON object with schema, type and time */
    LOG_LATER,     /* of a later schema than this program knows: its fields may mean other things */
    LOG_RECORD,
};

/* Called with a record that was read. */
typedef void (*log_take)(void *context, const struct log_record *record);

/* Reads text[0..n), a line without its newline; take is called when it is a LOG_RECORD. text[n] and
 * the LOG_SLACK bytes behind it can be read, and text[n] is '\n'. */
#define LOG_SLACK 16
enum log_kind log_record_read(const char *text, size_t n, log_take take, void *context);

/* The same by jansson alone, for tests. */
enum log_kind log_record_read_tree(const char *text, size_t n, log_take take, void *context);

bool log_text_is(struct log_text t, const char *s);

#endif
