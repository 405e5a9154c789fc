#include "shim/seccomp.h"

#include "sys/sys.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>

bool seccomp_filters(void) {
    static const char key[] = "\nSeccomp:";
    char text[4096];
    size_t used = 0;
    bool filtered = false;
    ssize_t n;
    long fd =
        sys_call(SYS_openat, AT_FDCWD, (long)"/proc/self/status", O_RDONLY | O_CLOEXEC, 0, 0, 0);
    if (fd < 0)
        return false;
    /* In pieces: a process may be in thousands of groups. The last line's worth is kept. */
    while (!filtered && (n = sys_read((int)fd, text + used, sizeof text - 1 - used)) > 0) {
        used += (size_t)n;
        text[used] = '\0';
        const char *line = strstr(text, key);
        filtered = line != NULL && line[strcspn(line, "12")] != '\0' &&
                   strcspn(line, "12") < strcspn(line + 1, "\n") + 1;
        size_t keep = used < 64 ? used : 64;
        memmove(text, text + used - keep, keep);
        used = keep;
    }
    (void)sys_call(SYS_close, fd, 0, 0, 0, 0, 0);
    return filtered;
}
