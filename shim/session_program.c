#include "shim/session_program.h"

#include "shim/arena.h"
#include "shim/build_id.h"
#include "sys/sys.h"
#include "text/text.h"

#include <limits.h>
#include <string.h>

static const char *program = "";
static char **first_argv;

void session_program_begin(int argc, char **argv) {
    first_argv = argv;
    program = argc > 0 && argv[0] != NULL ? text_base_name(argv[0]) : "";
}

const char *session_program(void) {
    return program;
}

static const char **argument_vector(char *block, size_t n, size_t *argc) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += block[i] == '\0';
    const char **argv = __wrap_malloc((count + 1) * sizeof *argv);
    if (argv == NULL)
        return NULL;
    size_t used = 0;
    for (size_t i = 0; i < n && used < count; i += strlen(block + i) + 1)
        argv[used++] = block + i;
    argv[used] = NULL;
    *argc = used;
    return argv;
}

#define ARGUMENTS_MAX ((size_t)2 << 20)

const char **session_arguments(size_t *argc) {
    *argc = 0;
    int fd = sys_open("/proc/thread-self/cmdline", SYS_READING, 0);
    size_t used = 0, size = 4096;
    char *block = fd >= 0 ? __wrap_malloc(size + 1) : NULL;
    while (block != NULL) {
        ssize_t n = sys_read(fd, block + used, size - used);
        if (n <= 0)
            break;
        used += (size_t)n;
        if (used < size)
            continue;
        if (size >= ARGUMENTS_MAX)
            break;
        char *more = __wrap_realloc(block, size * 2 + 1);
        if (more == NULL)
            break;
        block = more;
        size *= 2;
    }
    if (fd >= 0)
        sys_close(fd);
    if (block != NULL && used > 0) {
        if (block[used - 1] != '\0')
            block[used++] = '\0';
        const char **argv = argument_vector(block, used, argc);
        if (argv != NULL)
            return argv;
    }
    while (first_argv != NULL && first_argv[*argc] != NULL)
        ++*argc;
    return (const char **)first_argv;
}

const char *session_executable(void) {
    char *path = __wrap_malloc(PATH_MAX);
    if (path == NULL)
        return "";
    if (sys_readlink("/proc/thread-self/exe", path, PATH_MAX) < 0)
        path[0] = '\0';
    return path;
}

const char *session_version(void) {
    char *digits = __wrap_malloc(BUILD_ID_SIZE);
    if (digits == NULL)
        return "";
    (void)build_id_read(digits, BUILD_ID_SIZE);
    return digits;
}

const char *session_path_of(int fd) {
    char link[40];
    char *path = __wrap_malloc(PATH_MAX);
    if (path == NULL)
        return "";
    if (sys_readlink(text_print(link, sizeof link, "/proc/thread-self/fd/%d", fd), path, PATH_MAX) <
        0)
        path[0] = '\0';
    return path;
}
