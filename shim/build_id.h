/* The build id of the program that this process runs: GNU's note in its image, by which two
 * versions of a program are told apart. */
#ifndef GIFVET_SHIM_BUILD_ID_H
#define GIFVET_SHIM_BUILD_ID_H

#include <stdbool.h>
#include <stddef.h>

#define BUILD_ID_SIZE 80 /* room for its digits */

/* Writes it into digits, of size bytes, in hexadecimal digits and terminated; "" and false when
 * there is none, or no room for it. Reads the image in memory alone: no system call. Safe in a
 * signal handler and from several threads. */
bool build_id_read(char *digits, size_t size);

#endif
