#include "state/state.h"

#include "state/file.h"
#include "state/layout.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define SIZE sizeof(struct state_file)

static uint64_t identity(const struct stat *st) {
    return (uint64_t)st->st_ino * UINT64_C(0x9E3779B97F4A7C15) ^ (uint64_t)st->st_dev;
}

int state_open(struct state *s, const char *directory) {
    struct text d = text_over(s->directory, sizeof s->directory);
    struct text p = text_over(s->path, sizeof s->path);
    text_add(&d, "%s", directory);
    text_add(&p, "%s/%s", directory, STATE_NAME);
    return p.cut ? -ENAMETOOLONG : 0;
}

/* Over what is mapped already, if anything is, in one step: another thread that is in the middle of
 * an update ends it in the new file. The kernel may leave a hole where a mapping at a fixed address
 * fails; moving one that stands cannot. */
static int put_in_place(struct state *s, long mapped) {
    struct state_file *old = NULL;
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): an address, as a system call returns it */
    if (atomic_compare_exchange_strong(&s->file, &old, (struct state_file *)mapped))
        return 0;
    long at = sys_call(SYS_mremap, mapped, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, (long)old, 0);
    if (at == (long)old)
        return 0;
    (void)sys_call(SYS_munmap, mapped, SIZE, 0, 0, 0, 0);
    return at < 0 ? (int)at : -ENOMEM;
}

int state_attach(struct state *s) {
    struct stat st;
    int fd = file_open(s->directory, &st);
    if (fd < 0)
        return fd;
    long mapped = sys_call(SYS_mmap, 0, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    sys_close(fd);
    if (mapped < 0 && mapped > -4096)
        return (int)mapped;
    int result = put_in_place(s, mapped);
    /* Also where the file was copied, and is now under another inode. */
    if (result == 0)
        word_write(&atomic_load(&s->file)->identity, identity(&st));
    return result;
}

void state_detach(struct state *s) {
    struct state_file *file = atomic_exchange(&s->file, NULL);
    if (file != NULL)
        (void)sys_call(SYS_munmap, (long)file, SIZE, 0, 0, 0, 0);
}

/* The mapping itself says which file it is: threads that attach at once may each have opened
 * another one. */
static bool is_there(const struct state *s) {
    const struct state_file *file = atomic_load(&s->file);
    struct stat st;
    return file != NULL && sys_statat(AT_FDCWD, s->path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           (uint64_t)st.st_size == SIZE && word_read(&file->identity) == identity(&st);
}

int state_current(struct state *s, struct state_file **file) {
    int result = is_there(s) ? 0 : state_attach(s);
    *file = atomic_load(&s->file);
    return result;
}

const char *state_result_name(enum state_result r) {
    static const char *const names[] = {"passed",    "failed", "skipped",
                                        "timed_out", "fault",  "control"};
    return (size_t)r < STATE_RESULTS ? names[r] : "unknown";
}

const char *state_mode_name(enum state_mode m) {
    static const char *const names[] = {"normal", "degraded", "emergency"};
    return (size_t)m < STATE_MODES ? names[m] : "unknown";
}
