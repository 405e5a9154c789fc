/* Rooms: finding · the ELF header · hookable · our object */
#include "command/program.h"

#include "text/text.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* ---- finding ---- */

static bool is_executable_file(const char *path, bool *exists) {
    struct stat st;
    if (stat(path, &st) != 0)
        return false;
    *exists = true;
    return S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

int program_find(const char *name, char *path, size_t size, struct error *e) {
    bool exists = false;
    if (strchr(name, '/') != NULL) {
        text_print(path, size, "%s", name);
        if (is_executable_file(path, &exists))
            return 0;
        return exists ? error_set(e, EACCES, "%s: not an executable file", name)
                      : error_set(e, ENOENT, "%s: no such file", name);
    }
    const char *list = getenv("PATH");
    if (list == NULL)
        list = "/usr/local/bin:/bin:/usr/bin";
    for (;;) {
        size_t n = strcspn(list, ":");
        text_print(path, size, "%.*s%s%s", (int)n, list, n > 0 ? "/" : "./", name);
        if (name[0] != '\0' && is_executable_file(path, &exists))
            return 0;
        if (list[n] == '\0')
            break;
        list += n + 1;
    }
    return exists ? error_set(e, EACCES, "%s: not an executable file", name)
                  : error_set(e, ENOENT, "%s: not found in PATH", name);
}

/* ---- the ELF header ---- */

struct head {
    unsigned char bytes[4096];
    size_t used;
};

static bool read_head(const char *path, struct head *h) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n = pread(fd, h->bytes, sizeof h->bytes - 1, 0);
    close(fd);
    h->used = n > 0 ? (size_t)n : 0;
    h->bytes[h->used] = '\0';
    return n > 0;
}

static bool has_interpreter(const struct head *h) {
    ElfW(Ehdr) header;
    memcpy(&header, h->bytes, sizeof header);
    for (unsigned i = 0; i < header.e_phnum; i++) {
        ElfW(Phdr) segment;
        size_t at = header.e_phoff + (size_t)i * header.e_phentsize;
        if (header.e_phentsize < sizeof segment || at + sizeof segment > h->used)
            return true; /* beyond what was read: let the kernel decide */
        memcpy(&segment, h->bytes + at, sizeof segment);
        if (segment.p_type == PT_INTERP)
            return true;
    }
    return false;
}

#if defined(__x86_64__)
#define OUR_MACHINE EM_X86_64
#else
#define OUR_MACHINE EM_AARCH64
#endif

static int check_elf(const char *path, const struct head *h, struct error *e) {
    ElfW(Ehdr) header;
    if (h->used < sizeof header || memcmp(h->bytes, ELFMAG, SELFMAG) != 0)
        return error_set(e, ENOEXEC, "%s: not an ELF program", path);
    memcpy(&header, h->bytes, sizeof header);
    if (h->bytes[EI_CLASS] != ELFCLASS64 || header.e_machine != OUR_MACHINE)
        return error_set(e, ENOEXEC,
                         "%s: built for another architecture; the preload object cannot ride in it",
                         path);
    if (!has_interpreter(h))
        return error_set(e, ENOEXEC, "%s: statically linked; it loads no preload object", path);
    return 0;
}

/* ---- hookable ---- */

static int check_rights(const char *path, struct error *e) {
    struct stat st;
    if (stat(path, &st) != 0)
        return error_set(e, ENOEXEC, "%s: %s", path, strerror(errno));
    if ((st.st_mode & S_ISUID) != 0 || (st.st_mode & S_ISGID) != 0)
        return error_set(e, ENOEXEC, "%s: set%s; the loader drops preload objects for it", path,
                         (st.st_mode & S_ISUID) != 0 ? "uid" : "gid");
    if (getxattr(path, "security.capability", NULL, 0) > 0)
        return error_set(e, ENOEXEC,
                         "%s: has capabilities; the loader drops preload objects for it", path);
    return 0;
}

int program_hookable(const char *path, struct error *e) {
    char current[PATH_MAX];
    text_print(current, sizeof current, "%s", path);
    /* The kernel follows four interpreters of interpreters. */
    for (int depth = 0; depth < 5; depth++) {
        struct head h;
        int result = check_rights(current, e);
        if (result != 0)
            return result;
        if (!read_head(current, &h))
            return 0; /* executable but not readable: cannot tell */
        if (h.used < 2 || h.bytes[0] != '#' || h.bytes[1] != '!')
            return check_elf(current, &h, e);
        char *line = (char *)h.bytes + 2;
        line += strspn(line, " \t");
        line[strcspn(line, " \t\n")] = '\0';
        text_print(current, sizeof current, "%s", line);
        /* `env` in a script's first line hands over to a program that it finds itself. */
    }
    return error_set(e, ENOEXEC, "%s: too many interpreters", path);
}

/* ---- our object ---- */

int program_object(char *path, size_t size, struct error *e) {
    static const char *const places[] = {"libgifvet.so", "../lib/libgifvet.so",
                                         "../lib/" MULTIARCH "/libgifvet.so"};
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n < 0)
        return error_set(e, ENOENT, "/proc/self/exe: %s", strerror(errno));
    self[n] = '\0';
    int directory = (int)(text_base_name(self) - self);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char tried[PATH_MAX + 64], whole[PATH_MAX];
        text_print(tried, sizeof tried, "%.*s%s", directory, self, places[i]);
        if (realpath(tried, whole) != NULL) {
            text_print(path, size, "%s", whole);
            return 0;
        }
    }
    return error_set(e, ENOENT, "libgifvet.so: not beside %s nor in ../lib", self);
}
