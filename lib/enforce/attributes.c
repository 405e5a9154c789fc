#include "enforce/attributes.h"

#include "sys/sys.h"
#include "text/problem.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

#define NAMES_SIZE ((size_t)8 << 10)

static void add(struct attributes *a, int fd, const char *name) {
    size_t n = strlen(name) + 1;
    uint32_t size = 0;
    size_t head = n + sizeof size;
    if (a->used + head > ATTRIBUTES_SIZE) {
        a->some_left_out = true;
        return;
    }
    char *at = a->xattrs + a->used;
    long got = sys_call(SYS_fgetxattr, fd, (long)name, (long)(at + head),
                        (long)(ATTRIBUTES_SIZE - a->used - head), 0, 0);
    if (got < 0) {
        /* One that went away since it was listed is none. */
        a->some_left_out |= got != -ENODATA;
        return;
    }
    size = (uint32_t)got;
    memcpy(at, name, n);
    memcpy(at + n, &size, sizeof size);
    a->used += head + size;
}

void attributes_read(int fd, const struct stat *st, struct attributes *a) {
    char names[NAMES_SIZE];
    a->st = *st;
    a->used = 0;
    a->some_left_out = false;
    long n = sys_call(SYS_flistxattr, fd, (long)names, sizeof names, 0, 0, 0);
    if (n == -ERANGE)
        a->some_left_out = true;
    for (long i = 0; i < n; i += (long)strlen(names + i) + 1)
        add(a, fd, names + i);
}

void attributes_write_times(int fd, const struct attributes *a, struct text *problems) {
    const struct timespec times[2] = {a->st.st_atim, a->st.st_mtim};
    long result = sys_call(SYS_utimensat, fd, 0, (long)times, 0, 0, 0);
    if (result < 0)
        problem_add(problems, "times", (int)result);
}

static void write_xattrs(int fd, const struct attributes *a, struct text *problems) {
    for (size_t i = 0; i < a->used;) {
        const char *name = a->xattrs + i;
        size_t n = strlen(name) + 1;
        uint32_t size;
        memcpy(&size, name + n, sizeof size);
        const char *value = name + n + sizeof size;
        char now[256];
        /* A new file has some by itself (a security label): only a difference is written. */
        long got = sys_call(SYS_fgetxattr, fd, (long)name, (long)now, sizeof now, 0, 0);
        if (got != (long)size || memcmp(now, value, size) != 0) {
            long result = sys_call(SYS_fsetxattr, fd, (long)name, (long)value, (long)size, 0, 0);
            if (result < 0)
                problem_add(problems, name, (int)result);
        }
        i += n + sizeof size + size;
    }
    if (a->some_left_out)
        problem_add(problems, "extended attributes that did not fit", -E2BIG);
}

void attributes_write(int fd, const struct attributes *a, struct text *problems) {
    struct stat now;
    long result = sys_fstat(fd, &now);
    if (result == 0 && (now.st_uid != a->st.st_uid || now.st_gid != a->st.st_gid))
        result = sys_call(SYS_fchown, fd, a->st.st_uid, a->st.st_gid, 0, 0, 0);
    bool owned = result >= 0;
    if (!owned)
        problem_add(problems, "owner", (int)result);
    write_xattrs(fd, a, problems);
    /* After owner and attributes, which both may change it. Not ours to run as another user. */
    result = sys_call(SYS_fchmod, fd, a->st.st_mode & (owned ? 07777 : 0777), 0, 0, 0, 0);
    if (result < 0)
        problem_add(problems, "mode", (int)result);
    attributes_write_times(fd, a, problems);
}
