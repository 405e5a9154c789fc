#include "operate/replace.h"

#include "enforce/attributes.h"
#include "store/entries.h"
#include "sys/place.h"
#include "sys/sys.h"
#include "text/problem.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* ".gifvet.ini.gifvet-PID" */
#define MARK ".gifvet-"

static int open_directory(const char *path, const char **name) {
    char directory[PATH_MAX];
    if (!text_directory(path, directory, sizeof directory, name))
        return -EINVAL;
    return sys_open(directory, SYS_READING | O_DIRECTORY, 0);
}

struct sweeping {
    int directory;
    const char *name;
};

static bool sweep_one(void *context, const char *entry) {
    const struct sweeping *s = context;
    size_t n = strlen(s->name);
    int64_t pid;
    if (entry[0] == '.' && strncmp(entry + 1, s->name, n) == 0 &&
        strncmp(entry + 1 + n, MARK, strlen(MARK)) == 0 &&
        text_to_int(entry + 1 + n + strlen(MARK), false, &pid) && pid > 1 && pid <= INT_MAX &&
        (pid == getpid() || (kill((pid_t)pid, 0) != 0 && errno == ESRCH)))
        entries_unlink(s->directory, entry);
    return true;
}

/* Those of the file that is there, but for its times. */
static void attributes_of(int directory, const char *name, unsigned permissions,
                          struct attributes *a) {
    struct stat st = {0};
    int fd = sys_openat(directory, name, SYS_READING | O_NOFOLLOW, 0);
    *a = (struct attributes){
        .st.st_mode = permissions, .st.st_uid = geteuid(), .st.st_gid = getegid()};
    if (fd >= 0 && sys_fstat(fd, &st) == 0)
        attributes_read(fd, &st, a);
    else if (sys_statat(directory, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
        a->st = st;
    if (fd >= 0)
        sys_close(fd);
    (void)clock_gettime(CLOCK_REALTIME, &a->st.st_mtim);
    a->st.st_atim = a->st.st_mtim;
}

static int write_temporary(int fd, const struct attributes *a, const void *bytes, size_t n,
                           struct text *problems) {
    int result = place_write(fd, bytes, n);
    if (result == 0)
        attributes_write(fd, a, problems);
    return result == 0 ? sys_fsync(fd) : result;
}

int replace_file(const char *path, unsigned permissions, const void *bytes, size_t n,
                 struct text *problems, struct error *e) {
    const char *name;
    char temporary[NAME_MAX + 32];
    struct attributes *a = malloc(sizeof *a);
    int directory = open_directory(path, &name), result = a != NULL ? 0 : -ENOMEM;
    if (directory < 0 || result < 0) {
        free(a);
        if (directory >= 0)
            sys_close(directory);
        return error_set(e, directory < 0 ? -directory : ENOMEM, "%s: its directory: %s", path,
                         strerror(directory < 0 ? -directory : ENOMEM));
    }
    struct sweeping s = {directory, name};
    entries_each(directory, sweep_one, &s);
    attributes_of(directory, name, permissions, a);
    (void)snprintf(temporary, sizeof temporary, ".%s" MARK "%d", name, (int)getpid());
    int fd = sys_openat(directory, temporary,
                        O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    result = fd;
    if (fd >= 0) {
        result = write_temporary(fd, a, bytes, n, problems);
        sys_close(fd);
        if (result == 0)
            result = (int)sys_call(SYS_renameat, directory, (long)temporary, directory, (long)name,
                                   0, 0);
        if (result < 0)
            entries_unlink(directory, temporary);
    }
    if (result >= 0 && (fd = sys_fsync(directory)) < 0)
        problem_add(problems, "the directory could not be synced", fd);
    sys_close(directory);
    free(a);
    return result >= 0
               ? 0
               : error_set(e, -result, "%s: cannot be replaced: %s", path, strerror(-result));
}
