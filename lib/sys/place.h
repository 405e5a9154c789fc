/* Directories and files of gifvet's own: made with the least rights, and refused where someone else
 * could have put them or could put another in their place. Raw system calls, no state; safe in
 * signal handlers and threads. Results are descriptors (close-on-exec) or a negative errno. */
#ifndef GIFVET_SYS_PLACE_H
#define GIFVET_SYS_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* Opens a directory (O_DIRECTORY, for the …at() calls), with make also after making it and what is
 * missing above, with mode 0700. Refused with -EPERM: one of another user (but not root's), and one
 * in which everybody may rename files. */
int place_directory(const char *path, bool make);

/* Makes a directory below an open one (or AT_FDCWD), with mode 0700 whatever the umask. 0 or a
 * negative errno. */
int place_make(int directory, const char *name);

/* Opens the directory in which the file at path stands, as above, and points *name at the last part
 * of path. */
int place_parent(const char *path, bool make, const char **name);

/* Opens a regular file below a directory with flags (O_NOFOLLOW, O_NONBLOCK and O_NOCTTY are
 * added); with O_CREAT it gets mode 0600, whatever the umask. Refused: what is no regular file
 * (-EINVAL), belongs to another user or has a second name (-EPERM), is a symbolic link (-ELOOP).
 * *st is the file's. */
int place_file(int directory, const char *name, int flags, struct stat *st);

/* Writes all n bytes at the descriptor's position; 0 or a negative errno. -EFBIG without writing
 * when RLIMIT_FSIZE would be passed, because that raises SIGXFSZ. */
int place_write(int fd, const void *bytes, size_t n);

/* Appends the first n bytes of another file; -EIO when it has fewer. */
int place_copy(int fd, int from, size_t n);

/* Would a file of that many bytes pass RLIMIT_FSIZE? */
bool place_fits(uint64_t size);

#endif
