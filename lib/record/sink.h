/* Where a record goes: a log file or the local syslog. Raw system calls, no state between calls;
 * safe in signal handlers and threads. */
#ifndef GIFVET_RECORD_SINK_H
#define GIFVET_RECORD_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Appends one whole line to the file with one write on a descriptor opened for it (O_APPEND), below
 * a directory and in a file that place.h lets pass: missing ones are made with 0700 and 0600.
 * Nothing is written when it would go over RLIMIT_FSIZE, because that would raise SIGXFSZ. sync:
 * fsync afterwards. Returns 0 or a negative errno. */
int sink_file(const char *path, const char *line, size_t n, bool sync);

/* Sends one line (without its newline) to the datagram socket at path ("/dev/log") as RFC 5424:
 * facility user, severity warning when warn, else informational. Never waits. Returns 0 or a
 * negative errno. */
struct sink_syslog {
    const char *path;
    const char *host;
    int pid;
    int64_t wall_us;
    bool warn;
};
int sink_syslog(const struct sink_syslog *to, const char *line, size_t n);

#endif
