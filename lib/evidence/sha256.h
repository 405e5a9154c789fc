/* SHA-256 (FIPS 180-4): what names bytes that are kept once, and tells whether they are still what
 * they were. Pure; safe in signal handlers and threads. */
#ifndef GIFVET_EVIDENCE_SHA256_H
#define GIFVET_EVIDENCE_SHA256_H

#include <stddef.h>

/* 64 hexadecimal digits and NUL. */
#define SHA256_SIZE 65

/* Of bytes[0..n); returns hex. */
char *sha256(const void *bytes, size_t n, char hex[SHA256_SIZE]);

#endif
