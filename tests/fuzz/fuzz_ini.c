/* One configuration file. What it sets is in range, and printed and read again it is the same. */
#include "conf/conf.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static void load(const void *bytes, size_t n, struct conf *c) {
    char path[64];
    int fd = memfd_create("ini", MFD_CLOEXEC);
    HOLDS(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const struct conf_input in = {.file = path, .program = "gifsicle", .superuser = true};
    conf_load(c, &in);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static struct conf c, again;
    static char printed[1 << 18], twice[1 << 18];
    load(data, n, &c);
    HOLDS(c.percentage >= 0 && c.percentage <= 100 && c.memory_mb >= 16 && c.sources >= 1);
    HOLDS(c.log_path[0] != '\0' && c.state_dir[0] != '\0' && c.mode <= CONF_ENFORCE);
    HOLDS(c.enforce_exit_status >= 0 && c.enforce_exit_status <= 255);
    struct text t = text_over(printed, sizeof printed), u = text_over(twice, sizeof twice);
    conf_print_ini(&c, &t);
    load(t.at, t.used, &again);
    conf_print_ini(&again, &u);
    /* A path may end in what an INI takes for a comment or for blanks. */
    HOLDS(t.cut || c.limits.max_file_size_mb == again.limits.max_file_size_mb);
    HOLDS(t.cut || (c.mode == again.mode && c.quarantine_mb == again.quarantine_mb));
    return 0;
}
