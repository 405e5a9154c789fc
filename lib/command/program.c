/* Rooms: finding · the ELF header · hookable · what to do instead · our object */
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

/* The loader that the program asks for, "" for none (static), NULL where it is beyond what was read
 * (let the kernel decide). */
static const char *loader_of(const struct head *h) {
    ElfW(Ehdr) header;
    memcpy(&header, h->bytes, sizeof header);
    for (unsigned i = 0; i < header.e_phnum; i++) {
        ElfW(Phdr) segment;
        size_t at = header.e_phoff + (size_t)i * header.e_phentsize;
        if (header.e_phentsize < sizeof segment || at > h->used || sizeof segment > h->used - at)
            return NULL;
        memcpy(&segment, h->bytes + at, sizeof segment);
        if (segment.p_type == PT_INTERP)
            return segment.p_offset < h->used ? (const char *)h->bytes + segment.p_offset : NULL;
    }
    return "";
}

#if defined(__x86_64__)
#define OUR_MACHINE EM_X86_64
#else
#define OUR_MACHINE EM_AARCH64
#endif

static const char *machine_name(unsigned machine, char *number, size_t size) {
    static const struct {
        unsigned machine;
        const char *name;
    } names[] = {{EM_X86_64, "x86_64"}, {EM_386, "i386"},           {EM_AARCH64, "aarch64"},
                 {EM_ARM, "arm"},       {EM_RISCV, "riscv"},        {EM_PPC64, "ppc64"},
                 {EM_S390, "s390"},     {EM_LOONGARCH, "loongarch"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].machine == machine)
            return names[i].name;
    return text_print(number, size, "machine %u", machine);
}

static enum program_obstacle check_elf(const char *path, const struct head *h, struct error *e) {
    ElfW(Ehdr) header;
    char theirs[24], ours[24];
    if (h->used < sizeof header || memcmp(h->bytes, ELFMAG, SELFMAG) != 0) {
        error_set(e, ENOEXEC, "%s: not an ELF program", path);
        return PROGRAM_UNKNOWN;
    }
    memcpy(&header, h->bytes, sizeof header); /* e_machine is at the same place in both classes */
    if (h->bytes[EI_CLASS] != ELFCLASS64 || header.e_machine != OUR_MACHINE) {
        error_set(
            e, ENOEXEC,
            "%s: built for another architecture (%s, %d bits; gifvet: %s); the preload object "
            "cannot ride in it",
            path, machine_name(header.e_machine, theirs, sizeof theirs),
            h->bytes[EI_CLASS] == ELFCLASS64 ? 64 : 32,
            machine_name(OUR_MACHINE, ours, sizeof ours));
        return PROGRAM_MACHINE;
    }
    const char *loader = loader_of(h);
    if (loader != NULL && loader[0] == '\0') {
        error_set(e, ENOEXEC, "%s: statically linked; it loads no preload object", path);
        return PROGRAM_STATIC;
    }
    if (loader != NULL && strncmp(text_base_name(loader), "ld-musl", 7) == 0) {
        error_set(e, ENOEXEC, "%s: linked with musl; the preload object needs glibc", path);
        return PROGRAM_MUSL;
    }
    return PROGRAM_NONE;
}

/* ---- hookable ---- */

static enum program_obstacle check_rights(const char *path, struct error *e) {
    struct stat st;
    if (stat(path, &st) != 0) {
        error_set(e, ENOEXEC, "%s: %s", path, strerror(errno));
        return PROGRAM_UNKNOWN;
    }
    const char *what = (st.st_mode & S_ISUID) != 0                          ? "setuid"
                       : (st.st_mode & S_ISGID) != 0                        ? "setgid"
                       : getxattr(path, "security.capability", NULL, 0) > 0 ? "has capabilities"
                                                                            : NULL;
    if (what == NULL)
        return PROGRAM_NONE;
    error_set(e, ENOEXEC, "%s: %s; the loader drops preload objects for it", path, what);
    return PROGRAM_PRIVILEGED;
}

enum program_obstacle program_hookable(const char *path, struct error *e) {
    char current[PATH_MAX];
    text_print(current, sizeof current, "%s", path);
    /* The kernel follows four interpreters of interpreters. */
    for (int depth = 0; depth < 5; depth++) {
        struct head h;
        enum program_obstacle obstacle = check_rights(current, e);
        if (obstacle != PROGRAM_NONE)
            return obstacle;
        if (!read_head(current, &h))
            return PROGRAM_NONE; /* executable but not readable: cannot tell */
        if (h.used < 2 || h.bytes[0] != '#' || h.bytes[1] != '!')
            return check_elf(current, &h, e);
        char *line = (char *)h.bytes + 2;
        line += strspn(line, " \t");
        line[strcspn(line, " \t\n")] = '\0';
        text_print(current, sizeof current, "%s", line);
        /* `env` in a script's first line hands over to a program that it finds itself. */
    }
    error_set(e, ENOEXEC, "%s: too many interpreters", path);
    return PROGRAM_UNKNOWN;
}

/* ---- what to do instead ---- */

static const struct {
    const char *works, *instead;
} advice[] = {
    [PROGRAM_STATIC] = {"it runs as without gifvet; nothing that it writes is judged",
                        "gifvet check SOURCE OUTPUT when it has ended, or a dynamically linked "
                        "build of it"},
    [PROGRAM_MUSL] = {"without the object only: with it musl's loader would not start it",
                      "run it alone, then gifvet check SOURCE OUTPUT; or a build of it for glibc"},
    [PROGRAM_MACHINE] = {"it runs as without gifvet; its loader leaves the object out, and says so",
                         "gifvet check SOURCE OUTPUT when it has ended (GIFs have no "
                         "architecture), or a gifvet built for its architecture"},
    [PROGRAM_PRIVILEGED] = {"it runs as without gifvet; nothing that it writes is judged",
                            "gifvet check SOURCE OUTPUT when it has ended, or a copy without the "
                            "special rights, run by whom may do its work"},
};

const char *program_works(enum program_obstacle obstacle) {
    return obstacle > PROGRAM_UNKNOWN ? advice[obstacle].works : NULL;
}

const char *program_instead(enum program_obstacle obstacle) {
    return obstacle > PROGRAM_UNKNOWN ? advice[obstacle].instead : NULL;
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
