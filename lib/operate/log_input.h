/* The bytes of one log file, plain or gzip by what they are, not by the file's name.
 *
 * For one thread at a time. */
#ifndef GIFVET_OPERATE_LOG_INPUT_H
#define GIFVET_OPERATE_LOG_INPUT_H

#include "text/error.h"

#include <stddef.h>
#include <sys/types.h>

struct log_input;

/* Opens path ("-" is standard input): a regular file, a pipe or a socket. Nothing is waited for
 * that has no writer. NULL with e->message filled ("Permission denied", "is a directory", "holds
 * zstd data ..."); close with log_input_close(). */
struct log_input *log_input_open(const char *path, struct error *e);

/* Up to n bytes; 0 at the end, -1 with e filled when the file cannot be read on, or its gzip data
 * are damaged or end too early. What came before is good. */
ssize_t log_input_read(struct log_input *in, void *to, size_t n, struct error *e);

void log_input_close(struct log_input *in); /* NULL is fine */

#endif
