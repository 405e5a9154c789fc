/* The time of day: UTC in JSON, the reader's zone for people. */
#ifndef GIFVET_COMMAND_CLOCK_H
#define GIFVET_COMMAND_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLOCK_SIZE 32

/* "2026-11-27T02:40:00Z" of a time in microseconds since 1970. Returns buffer. */
char *clock_utc(char buffer[CLOCK_SIZE], int64_t wall_us);

/* The same in the reader's zone (TZ, /etc/localtime), with its offset: "2026-11-27T03:40:00+01:00";
 * "...Z" where that is none. */
char *clock_local(char buffer[CLOCK_SIZE], int64_t wall_us);

/* clock_local() without the date: "03:40:00+01:00". */
char *clock_time(char buffer[CLOCK_SIZE], int64_t wall_us);

/* clock_local() of a time as records have it ("2026-11-27T02:40:00.123456Z", n bytes); false, and
 * the buffer empty, when it is none. */
bool clock_of_record(char buffer[CLOCK_SIZE], const char *time, size_t n);

/* A record's time becomes clock_local(); what is none stays as it is. time has at least CLOCK_SIZE
 * bytes. Returns time. */
char *clock_in_place(char *time);

/* s with every time in it that has the form of clock_utc() as clock_local(), to be freed; NULL: no
 * memory. */
char *clock_in_text(const char *s);

/* The offset of the reader's zone at that time in microseconds, and its name ("+01:00", "Z"). */
int64_t clock_offset_us(char name[CLOCK_SIZE], int64_t wall_us);

#endif
