/* Figures and moments as the page shows them. Moments are in the time zone of whoever makes the
 * report; not for two threads at once. */
#ifndef GIFVET_REPORT_WORDS_H
#define GIFVET_REPORT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define WORDS_SIZE 64

/* All return buffer. */

/* "99.97 %"; 100.00 and 0.00 only of all and of nothing; "-" of not a number. */
char *words_share(char buffer[WORDS_SIZE], double share);

/* "4.21 ms" of microseconds; "-" where it is not known. */
char *words_us(char buffer[WORDS_SIZE], int64_t us, bool is_known);

/* "500 us", "2 ms", "10 s" of round microseconds, for a scale. */
char *words_tick(char buffer[WORDS_SIZE], double us);

/* "2026-11-24 13:00:50", and with its offset, "2026-11-24 13:00:50 +01:00". */
char *words_local(char buffer[WORDS_SIZE], int64_t us);
char *words_local_offset(char buffer[WORDS_SIZE], int64_t us);

/* "CET (+01:00)": the zone at that time. */
char *words_zone(char buffer[WORDS_SIZE], int64_t us);

/* A <time> element of the above; with_offset: the longer one. */
void words_time(FILE *out, int64_t us, bool with_offset);

/* "1 failure", "2,000 failures": many is one with an s. */
void words_number_of(FILE *out, uint64_t n, const char *one);

#endif
