/* The system calls that gifvet makes, through one door.
 *
 * Not the C library's wrappers: inside the preload object close() and open() are our own hooks,
 * they are cancellation points and they write errno. A call here does none of that: it returns the
 * kernel's value, a negative errno for an error, and may be used in signal handlers, in any thread
 * and before the C library is ready. One door also lets a test make any call fail. */
#ifndef GIFVET_SYS_SYS_H
#define GIFVET_SYS_SYS_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* With these flags gifvet opens whatever it only reads. O_DSYNC means nothing for reading: together
 * with O_NONBLOCK, on what is no device, it marks a descriptor as gifvet's, so that another
 * thread's visit does not take it for the host's, and a fork child can close it. */
#define SYS_MARK (O_NONBLOCK | O_DSYNC)
#define SYS_READING (O_RDONLY | O_CLOEXEC | O_NOCTTY | SYS_MARK)

/* The door: any system call by its number (SYS_…). */
long sys_call(long number, long a, long b, long c, long d, long e, long f);

/* Descriptors get numbers from SYS_LOWEST on, where the limit allows it: lower ones are in use only
 * for the instant of opening. flags must have O_NONBLOCK (or O_PATH): by that they are told from a
 * file that a thread of the host puts under the same number by dup2(). -EAGAIN: that has happened.
 */
#define SYS_LOWEST 500
int sys_openat(int directory, const char *path, int flags, unsigned mode);
int sys_open(const char *path, int flags, unsigned mode);
int sys_close(int fd); /* of a number that is the host's by now nothing is done */

/* Does this process hold a POSIX lock on the file behind the descriptor? */
bool sys_is_locked(int fd);

ssize_t sys_read(int fd, void *to, size_t n);
ssize_t sys_pread(int fd, void *to, size_t n, int64_t offset);
ssize_t sys_write(int fd, const void *from, size_t n);
int sys_fstat(int fd, struct stat *st);
int sys_stat(const char *path, struct stat *st);
int sys_statat(int directory, const char *path, struct stat *st, int flags);
int sys_fcntl(int fd, int command, long argument);
/* Returns the length; to[] is NUL-terminated, and -ENAMETOOLONG is returned when it did not fit. */
ssize_t sys_readlink(const char *path, char *to, size_t size);
int sys_fsync(int fd);
/* Fills to, aligned to 8 bytes, with entries of a directory, each `length` bytes after the one
 * before; the bytes filled, 0 at the end. */
struct sys_entry {
    uint64_t ino;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[]; /* NUL-terminated */
};
ssize_t sys_getdents(int fd, void *to, size_t n);
pid_t sys_getpid(void);
pid_t sys_gettid(void);

/* Anonymous private memory, or NULL. n is rounded up to pages by the kernel. */
void *sys_map(size_t n);
void sys_unmap(void *at, size_t n);

/* Microseconds: since an arbitrary start (monotonic, for intervals), and since 1970 (wall). */
int64_t sys_now_us(void);
int64_t sys_wall_us(void);

/* Reads up to n bytes from offset, going on after short reads and EINTR; the bytes read (fewer
 * than n only at the end of the file), or a negative errno. */
ssize_t sys_pread_full(int fd, void *to, size_t n, int64_t offset);

#endif
