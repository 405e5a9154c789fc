/* The process's table of open descriptors, as the thread's own /proc entry shows it: a thread
 * may have a table of its own, and the first may have left. */
#ifndef GIFVET_SHIM_TABLE_H
#define GIFVET_SHIM_TABLE_H

#include <stdbool.h>
#include <sys/stat.h>

/* A regular file that is open. */
struct table_entry {
    int fd;
    struct stat st;
    bool readable, writable;
};

/* Calls each(context, entry) for every open regular file, in the order of the numbers, until it
 * returns false; the shim's own descriptors are left out. Returns false when it was stopped or the
 * table cannot be read. Uses 2 KB of stack; safe in signal handlers and threads. */
bool table_each(bool (*each)(void *context, const struct table_entry *entry), void *context);

/* The same with every number that is open, whatever it is. */
bool table_each_number(bool (*each)(void *context, int fd), void *context);

/* Fills *e for one descriptor; false when it is not an open regular file, or an O_PATH one. */
bool table_look(int fd, struct table_entry *e);

/* Do the first bytes of what fd reads say GIF8? */
bool table_starts_with_gif(int fd);

#endif
