#include "shim/build_id.h"

#include "text/text.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>

/* GNU's note of type NT_GNU_BUILD_ID in one segment of notes, as digits. */
static bool read_note(const char *at, size_t n, char *digits, size_t size) {
    struct text t = text_over(digits, size);
    while (n >= sizeof(ElfW(Nhdr))) {
        const ElfW(Nhdr) *note = (const void *)at;
        size_t name = ((size_t)note->n_namesz + 3) & ~(size_t)3;
        size_t bytes = ((size_t)note->n_descsz + 3) & ~(size_t)3;
        if (name > n || bytes > n || sizeof *note + name + bytes > n)
            return false;
        const char *vendor = at + sizeof *note;
        if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
            memcmp(vendor, "GNU", 4) == 0) {
            for (size_t i = 0; i < note->n_descsz; i++)
                text_add(&t, "%02x", (unsigned char)vendor[name + i]);
            return !t.cut;
        }
        at += sizeof *note + name + bytes;
        n -= sizeof *note + name + bytes;
    }
    return false;
}

/* A header may speak of notes that are in the file alone: they are in memory, and can be read, when
 * a segment that is loaded holds them. */
static bool is_loaded(const ElfW(Phdr) * segments, size_t used, const ElfW(Phdr) * part) {
    for (size_t i = 0; i < used; i++) {
        const ElfW(Phdr) *s = &segments[i];
        if (s->p_type == PT_LOAD && (s->p_flags & PF_R) != 0 && part->p_vaddr >= s->p_vaddr &&
            part->p_vaddr - s->p_vaddr < s->p_filesz &&
            part->p_memsz <= s->p_filesz - (part->p_vaddr - s->p_vaddr))
            return true;
    }
    return false;
}

/* The program's own headers are where the kernel says. */
bool build_id_read(char *digits, size_t size) {
    const ElfW(Phdr) *segments = (const void *)getauxval(AT_PHDR);
    const size_t used = segments != NULL ? getauxval(AT_PHNUM) : 0;
    uintptr_t base = 0;
    for (size_t i = 0; i < used; i++)
        if (segments[i].p_type == PT_PHDR)
            base = (uintptr_t)segments - segments[i].p_vaddr;
    for (size_t i = 0; i < used; i++)
        if (segments[i].p_type == PT_NOTE && is_loaded(segments, used, &segments[i]) &&
            read_note((const char *)(base + segments[i].p_vaddr), segments[i].p_memsz, digits,
                      size))
            return true;
    digits[0] = '\0';
    return false;
}
