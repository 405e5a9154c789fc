/* The time of day for people and for JSON. */
#ifndef GIFVET_COMMAND_CLOCK_H
#define GIFVET_COMMAND_CLOCK_H

#include <stdint.h>

#define CLOCK_SIZE 32

/* "2026-11-27T02:40:00Z" of a time in microseconds since 1970. Returns buffer. */
char *clock_utc(char buffer[CLOCK_SIZE], int64_t wall_us);

/* The same without date and zone: "02:40:00". */
char *clock_time(char buffer[CLOCK_SIZE], int64_t wall_us);

#endif
