/* A door and an allocator that fail as they are told (door.h). They stand before the real ones by
 * the linker's --wrap, in the object that is released but for that.
 *
 * Nothing here allocates, locks or touches errno: it is called in signal handlers, in vfork
 * children and in many threads at once.
 *
 * Rooms: the order · the page · a fault in a call · memory · the clock · a fault in the judge */
#include "tests/fault/door.h"

#include "shim/arena.h"
#include "sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>
#include <unwind.h>

long __real_sys_call(long number, long a, long b, long c, long d, long e, long f);
int64_t __real_sys_now_us(void);
int64_t __real_sys_wall_us(void);
void *__real_arena_alloc(struct arena *a, size_t n);
void *__real_arena_zeroed(struct arena *a, size_t n);
void *__real_arena_realloc(struct arena *a, void *at, size_t n);

long __wrap_sys_call(long number, long a, long b, long c, long d, long e, long f);
int64_t __wrap_sys_now_us(void);
int64_t __wrap_sys_wall_us(void);
void *__wrap_arena_alloc(struct arena *a, size_t n);
void *__wrap_arena_zeroed(struct arena *a, size_t n);
void *__wrap_arena_realloc(struct arena *a, void *at, size_t n);

/* ---- the order ---- */

enum clock { CLOCK_RIGHT, CLOCK_BACK, CLOCK_FORTH, CLOCK_LEAPS, CLOCK_STANDS };
enum judge { JUDGE_SOUND, JUDGE_SEGV, JUDGE_BUS, JUDGE_FPE, JUDGE_ILL, JUDGE_STACK, JUDGE_LOOP };

struct order {
    long call; /* -1: none */
    long error;
    bool shortened, kills, alloc, every;
    uint32_t nth, times;
    enum clock clock;
    enum judge judge;
};

struct call {
    const char *name;
    long number;
    enum { NOTHING, FD, PATH } first;
};

static const struct call calls[] = {
#define CALL(name, first, whole, ...) {#name, SYS_##name, first},
#include "tests/fault/calls.def"
#undef CALL
};

static const char *variable(const char *name) {
    size_t n = strlen(name);
    for (char **e = environ; e != NULL && *e != NULL; e++)
        if (strncmp(*e, name, n) == 0 && (*e)[n] == '=')
            return *e + n + 1;
    return NULL;
}

/* The value of a word, NULL when the order does not have it. */
static const char *word(const char *text, const char *name) {
    size_t n = strlen(name);
    while (text != NULL && *text != '\0') {
        if (strncmp(text, name, n) == 0 && strchr("=,", text[n]) != NULL)
            return text + n + (text[n] == '=');
        text = strchr(text, ',');
        text += text != NULL;
    }
    return NULL;
}

static bool is(const char *value, const char *name) {
    size_t n = strlen(name);
    return value != NULL && strncmp(value, name, n) == 0 && strchr(",", value[n]) != NULL;
}

static uint32_t to_number(const char *value, uint32_t otherwise) {
    uint32_t n = 0;
    if (value == NULL)
        return otherwise;
    for (; *value >= '0' && *value <= '9'; value++)
        n = n * 10 + (uint32_t)(*value - '0');
    return n;
}

static int which(const char *value, const char *const *names) {
    for (int i = 1; value != NULL && names[i] != NULL; i++)
        if (is(value, names[i]))
            return i;
    return 0;
}

static struct order parse(const char *text) {
    static const char *const clocks[] = {"", "back", "forth", "leaps", "stands", NULL};
    static const char *const judges[] = {"", "SEGV", "BUS", "FPE", "ILL", "STACK", "LOOP", NULL};
    struct order o = {.call = -1};
    const char *call = word(text, "call"), *error = word(text, "errno");
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (is(call, calls[i].name))
            o.call = calls[i].number;
    for (int e = 1; e < 134; e++)
        if (strerrorname_np(e) != NULL && is(error, strerrorname_np(e)))
            o.error = e;
    if (error != NULL && o.error == 0)
        o.error = (long)to_number(error, 0);
    o.shortened = word(text, "short") != NULL;
    o.kills = word(text, "kill") != NULL;
    o.alloc = word(text, "alloc") != NULL;
    o.every = word(text, "every") != NULL;
    o.nth = to_number(word(text, "nth"), 1);
    o.times = to_number(word(text, "times"), 1);
    if (o.times == 0)
        o.times = UINT32_MAX;
    o.clock = (enum clock)which(word(text, "clock"), clocks);
    o.judge = (enum judge)which(word(text, "judge"), judges);
    return o;
}

/* Two threads that are here first write the same. */
static const struct order *order(void) {
    static struct order told;
    static atomic_bool ready;
    if (!atomic_load(&ready)) {
        told = parse(variable("GIFVET_FAULT"));
        atomic_store(&ready, true);
    }
    return &told;
}

static bool is_turn(const struct order *o, uint32_t n) {
    return n >= o->nth && n - o->nth < o->times;
}

/* ---- the page ---- */

static long real(long call, long a, long b, long c, long d) {
    return __real_sys_call(call, a, b, c, d, 0, 0);
}

static struct door_page *map_page(const char *path) {
    long fd = real(SYS_openat, AT_FDCWD, (long)path, O_RDWR | O_CLOEXEC, 0);
    if (fd < 0)
        return NULL;
    long at = __real_sys_call(SYS_mmap, 0, sizeof(struct door_page), PROT_READ | PROT_WRITE,
                              MAP_SHARED, fd, 0);
    (void)real(SYS_close, fd, 0, 0, 0);
    return at < 0 && at > -4096 ? NULL : (struct door_page *)at;
}

static struct door_page *page(void) {
    static struct door_page nobodys;
    static struct door_page *_Atomic mapped;
    struct door_page *p = atomic_load(&mapped), *none = NULL;
    if (p != NULL)
        return p;
    const char *path = variable("GIFVET_FAULT_PAGE");
    p = path != NULL ? map_page(path) : NULL;
    if (p == NULL)
        p = &nobodys;
    return atomic_compare_exchange_strong(&mapped, &none, p) ? p : none;
}

static uint32_t count(_Atomic uint32_t *n) {
    return atomic_fetch_add(n, 1) + 1;
}

/* Who called: the frames that lie in this object, from the one that called here on. */
static _Unwind_Reason_Code note_frame(struct _Unwind_Context *frame, void *to) {
    extern const char __ehdr_start[], etext[];
    struct door_page *p = to;
    const uintptr_t from = (uintptr_t)__ehdr_start, at = _Unwind_GetIP(frame);
    size_t used = 0;
    while (used < DOOR_FRAMES && p->frames[used] != 0)
        used++;
    if (used == DOOR_FRAMES)
        return _URC_END_OF_STACK;
    /* It returns to behind the call, which may be another line or function already. */
    if (at > from && at < (uintptr_t)etext)
        p->frames[used] = at - 1 - from;
    return _URC_NO_REASON;
}

static void note_frames(struct door_page *p) {
    (void)_Unwind_Backtrace(note_frame, p);
}

static void add(char *to, size_t size, const char *text) {
    size_t used = strlen(to), n = strlen(text);
    if (n > size - 1 - used)
        n = size - 1 - used;
    memcpy(to + used, text, n);
    to[used + n] = '\0';
}

/* The file that a call is about. */
static void note_file(struct door_page *p, const struct call *c, long a, long b) {
    char link[40] = "/proc/self/fd/", digits[12] = "", target[PATH_MAX];
    size_t at = sizeof digits - 1;
    if (c->first == PATH && b != 0)
        add(p->what, sizeof p->what, (const char *)b);
    if (c->first != FD || a < 0)
        return;
    do
        digits[--at] = (char)('0' + a % 10);
    while ((a /= 10) > 0);
    add(link, sizeof link, digits + at);
    long n = real(SYS_readlinkat, AT_FDCWD, (long)link, (long)target, sizeof target - 1);
    target[n > 0 ? n : 0] = '\0';
    add(p->what, sizeof p->what, target);
}

/* ---- a fault in a call ---- */

static const struct call *row_of(long call) {
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (calls[i].number == call)
            return &calls[i];
    return NULL;
}

/* The kernel lets go of a descriptor whatever close() then returns. That a mask or a signal stack,
 * saved a moment ago at a place that is still there, cannot be set again is not in its power. */
static bool is_done_all_the_same(long call, const long *v) {
    return call == SYS_close || (call == SYS_rt_sigprocmask && v[2] == 0) ||
           (call == SYS_sigaltstack && v[1] == 0);
}

/* Half of a result that counts bytes, but no directory's entry cut in two. */
static long shortened(long call, long a, long b, long c, long d) {
    if (call == SYS_getdents64) {
        long n = real(call, a, b, c, d);
        long whole = 0;
        while (whole < n / 2) {
            uint16_t length;
            memcpy(&length, (const char *)b + whole + 16, sizeof length);
            whole += length;
        }
        return whole;
    }
    if (call == SYS_readlinkat) {
        long n = real(call, a, b, c, d);
        return n > 1 ? n / 2 : n;
    }
    if (call == SYS_writev && c == 2) {
        struct iovec parts[2];
        memcpy(parts, (const void *)b, sizeof parts);
        parts[1].iov_len /= 2;
        return real(call, a, (long)parts, c, d);
    }
    if (call == SYS_getrandom)
        return real(call, a, b / 2, c, d);
    return real(call, a, b, c > 1 ? c / 2 : c, d);
}

static long strike(const struct order *o, long call, const long *v) {
    struct door_page *p = page();
    if (count(&p->struck) == 1) {
        note_file(p, row_of(call), v[0], v[1]);
        note_frames(p);
    }
    if (o->kills)
        (void)real(SYS_kill, sys_getpid(), SIGKILL, 0, 0);
    if (o->shortened)
        return shortened(call, v[0], v[1], v[2], v[3]);
    /* A descriptor of gifvet's own that is said not to be open is not: another thread of the host
     * has closed all that there are. */
    if (o->error == EBADF && row_of(call)->first == FD && v[0] >= 500)
        (void)real(SYS_close, v[0], 0, 0, 0);
    else if (is_done_all_the_same(call, v))
        (void)real(call, v[0], v[1], v[2], v[3]);
    return -o->error;
}

/* Records meant for the local syslog go to a socket of the test's. */
static long sendmsg_to_test(long fd, long message, long flags, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct msghdr m;
    memcpy(&m, (const void *)message, sizeof m);
    add(address.sun_path, sizeof address.sun_path, path);
    m.msg_name = &address;
    m.msg_namelen = sizeof address;
    return real(SYS_sendmsg, fd, (long)&m, flags, 0);
}

long __wrap_sys_call(long number, long a, long b, long c, long d, long e, long f) {
    const struct order *o = order();
    if (number < 0 || number >= DOOR_CALLS)
        return __real_sys_call(number, a, b, c, d, e, f);
    uint32_t n = count(&page()->made[number]);
    if (number == o->call && is_turn(o, n))
        return strike(o, number, (const long[]){a, b, c, d});
    const char *syslog = number == SYS_sendmsg ? variable("GIFVET_FAULT_SYSLOG") : NULL;
    if (syslog != NULL)
        return sendmsg_to_test(a, b, c, syslog);
    return __real_sys_call(number, a, b, c, d, e, f);
}

/* ---- memory ---- */

static bool is_refused(void) {
    const struct order *o = order();
    uint32_t n = count(&page()->allocations);
    if (!o->alloc || !is_turn(o, n))
        return false;
    if (count(&page()->struck) == 1)
        note_frames(page());
    return true;
}

void *__wrap_arena_alloc(struct arena *a, size_t n) {
    return is_refused() ? NULL : __real_arena_alloc(a, n);
}

void *__wrap_arena_zeroed(struct arena *a, size_t n) {
    return is_refused() ? NULL : __real_arena_zeroed(a, n);
}

void *__wrap_arena_realloc(struct arena *a, void *at, size_t n) {
    return is_refused() ? NULL : __real_arena_realloc(a, at, n);
}

/* ---- the clock ---- */

#define SECOND INT64_C(1000000)

static int64_t bent(int64_t now, uint32_t n) {
    switch (order()->clock) {
    case CLOCK_BACK:
        return now - n * 60 * SECOND;
    case CLOCK_FORTH:
        return now + n * 60 * SECOND;
    case CLOCK_LEAPS:
        return now + (n % 2 == 0 ? 3600 : -3600) * SECOND;
    case CLOCK_STANDS:
        return SECOND;
    default:
        return now;
    }
}

int64_t __wrap_sys_wall_us(void) {
    static _Atomic uint32_t asked;
    return bent(__real_sys_wall_us(), count(&asked));
}

/* ---- a fault in the judge ---- */

/* NULL, which the compiler must not know. */
extern int *volatile door_nowhere;
int *volatile door_nowhere;

static void read_past_the_end(void) {
    long fd = real(SYS_memfd_create, (long)"empty", 0, 0, 0);
    long at = __real_sys_call(SYS_mmap, 0, 4096, PROT_READ, MAP_SHARED, fd, 0);
    (void)real(SYS_close, fd, 0, 0, 0);
    (void)*(volatile const char *)at;
}

/* The compiler must not see that this never ends. */
static int run_over(volatile int depth) {
    volatile char room[512];
    room[depth % 512] = (char)depth;
    return depth < 0 ? 0 : run_over(depth + 1) + room[depth % 512];
}

static void provoke(enum judge fault) {
    switch (fault) {
    case JUDGE_SEGV:
        *door_nowhere = 1;
        break;
    case JUDGE_BUS:
        read_past_the_end();
        break;
    case JUDGE_FPE:
#if defined(__x86_64__)
        __asm__ volatile("xorl %%ecx, %%ecx; movl $1, %%eax; cltd; idivl %%ecx" ::
                             : "eax", "ecx", "edx", "cc");
#endif
        break;
    case JUDGE_ILL:
#if defined(__x86_64__)
        __asm__ volatile("ud2");
#else
        __asm__ volatile("udf #0");
#endif
        break;
    case JUDGE_STACK:
        (void)run_over(0);
        break;
    case JUDGE_LOOP:
        for (volatile int going = 1; going;) {
        }
        break;
    default:
        break;
    }
}

static void wait_while_held(struct door_page *p) {
    uint32_t wanted = 1;
    if (!atomic_compare_exchange_strong(&p->hold, &wanted, 2))
        return;
    atomic_store(&p->held, 1);
    (void)real(SYS_futex, (long)&p->held, FUTEX_WAKE, INT_MAX, 0);
    while (atomic_load(&p->hold) == 2)
        (void)real(SYS_futex, (long)&p->hold, FUTEX_WAIT, 2, 0);
}

int64_t __wrap_sys_now_us(void) {
    const struct order *o = order();
    struct door_page *p = page();
    uint32_t n = count(&p->asked);
    wait_while_held(p);
    if (o->judge != JUDGE_SOUND && (o->every ? n % o->nth == 0 : n == o->nth)) {
        (void)count(&p->struck);
        provoke(o->judge);
    }
    return bent(__real_sys_now_us(), n);
}
