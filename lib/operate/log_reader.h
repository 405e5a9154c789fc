/* Whole logs, for every command that reads them: several files, rotated and packed ones, split over
 * threads, with a count of what was no record.
 *
 * The calling thread reads and unpacks; `workers` threads (or, with one, the same order as in the
 * files) turn lines into records. Memory: a few blocks of 256 KiB, of 2 MiB where lines are that
 * long. */
#ifndef GIFVET_OPERATE_LOG_READER_H
#define GIFVET_OPERATE_LOG_READER_H

#include "operate/log_record.h"

#include <stdio.h>

/* Called with a line instead, for who prints them; false when it is no record. */
typedef bool (*log_line)(void *context, const char *text, size_t n);

struct log_reading {
    const char *const *paths; /* "-" is standard input */
    size_t paths_used;
    int64_t since_us; /* records before are left out; INT64_MIN = none */
    size_t workers;   /* 1 = the order of the files is kept */
    log_take take;    /* one call at a time for each context */
    log_line line;    /* not NULL: instead of take, with text[0..n) as log_record_read() takes it;
                         since_us is not looked at */
    bool alone;       /* only the paths themselves, not what rotation has put beside them */
    void **contexts;  /* one for each worker */
};

/* What was read. Lines that hold nothing do not count. */
struct log_read_counts {
    uint64_t files, lines, records;
    uint64_t before;  /* records before since_us: not among records */
    uint64_t foreign; /* lines that are no records */
    uint64_t later;   /* records of a later schema than this program knows */
};

/* Reads all of it. Says on stderr, one line each behind "gifvet NAME: FILE: ", what could not be
 * read, what is no log, and how many lines were no records. Returns 0; 2 when a file could not be
 * read to its end or holds no record, and whatever could be read has been used. */
int log_read(const char *name, const struct log_reading *reading, struct log_read_counts *counts);

/* As many workers as there are processors to run on, 8 at the most. */
size_t log_workers(void);

#endif
