/* Points in time as records and people write them. Pure, for any thread. */
#ifndef GIFVET_OPERATE_MOMENT_H
#define GIFVET_OPERATE_MOMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* s[0..n) as ISO 8601: a date, or a date and a time of at least hours and minutes behind "T" or a
 * space, with seconds and a fraction or without, "Z" or "+01:00" behind it; without a zone it is
 * UTC, as in the records. Fills *us with microseconds since 1970. False when it is none. */
bool moment_parse_iso(const char *s, size_t n, int64_t *us);

/* What --since takes: the above, or so long before now ("90s", "30m", "24h", "7d", "2w"), or
 * seconds since 1970 (nine digits and more). now_us: microseconds since 1970. */
bool moment_parse_since(const char *s, int64_t now_us, int64_t *us);

#endif
