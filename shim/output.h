/* One closed output: is it one to judge, what was it made from, what was asked, the verdict, the
 * record. */
#ifndef GIFVET_SHIM_OUTPUT_H
#define GIFVET_SHIM_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct output_closed {
    int fd;           /* private, readable; -1: it could not be opened or looked at */
    const char *path; /* then this is its name */
    struct stat st;
    bool is_gif;  /* starts with GIF8 */
    bool at_exit; /* other writable descriptors of the process no longer matter */
};

/* Judges it, once per state of the file. Does its work in a visit; changes nothing for the host,
 * but in mode enforce: true when the output was rejected and the closing call is to fail. */
bool output_judge(const struct output_closed *closed);

/* One word for a state of a file: device, inode, size and modification time. */
uint64_t output_state(const struct stat *st);

/* Is this inode one that was judged? */
bool output_is_known(const struct stat *st);

#endif
