/* Amounts as people read them, three digits or so, in the unit that fits. Pure. */
#ifndef GIFVET_OPERATE_AMOUNT_H
#define GIFVET_OPERATE_AMOUNT_H

#define AMOUNT_SIZE 48

/* All return buffer. Not numbers are "-". */

/* "0 B", "2.50 KB", "1.20 TB": powers of 1000, up to EB. */
char *amount_bytes(char buffer[AMOUNT_SIZE], double bytes);

/* "0 ms", "35.0 us", "4.20 ms", "1.50 s", "12.0 min", "3.00 h", "20.0 days", "for ever". */
char *amount_time(char buffer[AMOUNT_SIZE], double seconds);

/* "0.0350", "4.20", "347", "10,000,000,000". */
char *amount_count(char buffer[AMOUNT_SIZE], double n);

/* "12.5 %" of a share of 0.125. */
char *amount_percent(char buffer[AMOUNT_SIZE], double share);

#endif
