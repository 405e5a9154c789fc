/* The door (lib/sys/door.c), the clock and the arena as a test wants them to fail. Linked before
 * the real ones with --wrap, into $(BUILD)/tests/fault/libgifvet.so; no other object has this.
 *
 * GIFVET_FAULT is a list of "name=number" separated by commas:
 *   call=N nth=K error=E   the K-th call (from 1) of system call N returns -E, and is not made (but
 *                          a descriptor is closed all the same, as the kernel does)
 *   times=T                so do the T - 1 calls of it after that one
 *   short=1                instead of failing, it is made with half of its size
 *   alloc=K                the K-th block asked of the arena is not there
 *   provoke=S at=K         the K-th look at the clock while judging raises S for real: 11 SIGSEGV,
 * 7 SIGBUS, 8 SIGFPE, 4 SIGILL, 1 stack overflow, 2 an endless loop hold=1                 the
 * first look at the clock waits until the page says so GIFVET_FAULT_PAGE names a file of PAGE_WORDS
 * words that is mapped shared: calls are counted there by their number. */
#include "tests/fault/door.h"

#include "shim/arena.h"
#include "sys/sys.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

long __real_sys_call(long number, long a, long b, long c, long d, long e, long f);
int64_t __real_sys_now_us(void);
void *__real_arena_alloc(struct arena *a, size_t n);
void *__real_arena_realloc(struct arena *a, void *at, size_t n);
long __wrap_sys_call(long number, long a, long b, long c, long d, long e, long f);
int64_t __wrap_sys_now_us(void);
void *__wrap_arena_alloc(struct arena *a, size_t n);
void *__wrap_arena_realloc(struct arena *a, void *at, size_t n);

static struct {
    _Atomic int read;
    long call, nth, error, times, is_short, alloc, provoke, at, hold;
} told;

static _Atomic long made, allocated, looked;
static _Atomic uint64_t *page;

static long number_after(const char *list, const char *name) {
    size_t n = strlen(name);
    for (const char *at = list; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, name, n) != 0 || at[n] != '=')
            continue;
        long value = 0;
        for (at += n + 1; *at >= '0' && *at <= '9'; at++)
            value = value * 10 + (*at - '0');
        return value;
    }
    return 0;
}

/* By hand: this runs in the constructor, in signal handlers and in vfork children. */
static void read_orders(void) {
    if (atomic_exchange(&told.read, 1) != 0)
        return;
    const char *list = getenv("GIFVET_FAULT"), *path = getenv("GIFVET_FAULT_PAGE");
    told.call = list != NULL ? number_after(list, "call") : 0;
    told.nth = number_after(list, "nth");
    told.error = number_after(list, "error");
    told.times = number_after(list, "times");
    told.is_short = number_after(list, "short");
    told.alloc = number_after(list, "alloc");
    told.provoke = number_after(list, "provoke");
    told.at = number_after(list, "at");
    told.hold = number_after(list, "hold");
    long fd =
        path != NULL ? __real_sys_call(SYS_openat, AT_FDCWD, (long)path, O_RDWR, 0, 0, 0) : -1;
    if (fd < 0)
        return;
    long at =
        __real_sys_call(SYS_mmap, 0, PAGE_WORDS * 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at > 0)
        page = (_Atomic uint64_t *)at;
    __real_sys_call(SYS_close, fd, 0, 0, 0, 0, 0);
}

/* ---- system calls ---- */

static bool has_size(long number) {
    return number == SYS_read || number == SYS_pread64 || number == SYS_write ||
           number == SYS_getdents64;
}

long __wrap_sys_call(long number, long a, long b, long c, long d, long e, long f) {
    read_orders();
    if (page != NULL && number >= 0 && number < PAGE_CALLS)
        atomic_fetch_add(&page[number], 1);
    if (told.nth == 0 || told.call != number)
        return __real_sys_call(number, a, b, c, d, e, f);
    long now = atomic_fetch_add(&made, 1) + 1,
         last = told.nth + (told.times > 1 ? told.times - 1 : 0);
    if (now < told.nth || now > last)
        return __real_sys_call(number, a, b, c, d, e, f);
    if (page != NULL)
        atomic_fetch_add(&page[PAGE_INJECTED], 1);
    if (told.is_short)
        return __real_sys_call(number, a, b, has_size(number) && c > 1 ? c / 2 : c, d, e, f);
    if (number == SYS_close || number == SYS_munmap)
        (void)__real_sys_call(number, a, b, c, d, e, f);
    return -told.error;
}

/* ---- memory ---- */

static bool is_out_of_memory(void) {
    read_orders();
    long now = atomic_fetch_add(&allocated, 1) + 1;
    if (page != NULL)
        atomic_store(&page[PAGE_ALLOCATED], (uint64_t)now);
    return now == told.alloc;
}

void *__wrap_arena_alloc(struct arena *a, size_t n) {
    return is_out_of_memory() ? NULL : __real_arena_alloc(a, n);
}

void *__wrap_arena_realloc(struct arena *a, void *at, size_t n) {
    return is_out_of_memory() ? NULL : __real_arena_realloc(a, at, n);
}

/* ---- the judge ---- */

static volatile long sink;

__attribute__((noinline)) static long overflow(volatile const char *above) {
    volatile char here[2048];
    here[0] = above[0];
    if (sink == 12345) /* never, but the compiler cannot know */
        return 0;
    return overflow(here) + here[0];
}

/* A page of a file that has none. */
static void beyond_the_end(void) {
    int fd = memfd_create("short", MFD_CLOEXEC);
    volatile char *at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
    __real_sys_call(SYS_close, fd, 0, 0, 0, 0, 0);
    sink = at[0];
}

static void provoke(long what) {
    if (what == 11)
        *(volatile char *)sink = 1;
    if (what == 7)
        beyond_the_end();
    if (what == 8)
        __asm__ volatile("xorl %%ecx, %%ecx\n\tidivl %%ecx" ::: "eax", "ecx", "edx");
    if (what == 4)
        __asm__ volatile("ud2");
    if (what == 1)
        sink = overflow("x");
    while (what == 2)
        sink++;
}

int64_t __wrap_sys_now_us(void) {
    read_orders();
    long now = atomic_fetch_add(&looked, 1) + 1;
    if (now == 1 && told.hold && page != NULL) {
        atomic_store(&page[PAGE_HELD], 1);
        while (atomic_load(&page[PAGE_RELEASED]) == 0)
            (void)__real_sys_call(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
    }
    if (now == told.at)
        provoke(told.provoke);
    return __real_sys_now_us();
}
