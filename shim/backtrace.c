/* Rooms: are we in a signal handler? · loading · walking */
#include "shim/backtrace.h"

#include "sys/sys.h"
#include "text/text.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unwind.h>

/* ---- are we in a signal handler? ---- */

/* What stands on the stack while a handler runs. A stale one only costs the backtrace. */
#define MARKS_MAX 4

#if defined(__x86_64__)
/* The kernel's struct sigaction. */
struct kernel_action {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

/* The kernel returns from every handler through the restorer that sigaction() gave: that address.
 */
static size_t marks_of_handlers(uint64_t *marks) {
    size_t used = 0;
    for (int signal = 1; signal <= 64 && used < MARKS_MAX; signal++) {
        struct kernel_action a;
        if (sys_call(SYS_rt_sigaction, signal, 0, (long)&a, sizeof a.mask, 0, 0) < 0 ||
            a.handler == NULL || (uintptr_t)a.handler == 1 || a.restorer == NULL)
            continue;
        bool known = false;
        for (size_t i = 0; i < used; i++)
            known |= marks[i] == (uintptr_t)a.restorer;
        if (!known)
            marks[used++] = (uintptr_t)a.restorer;
    }
    return used;
}
#else
/* The first record in what the kernel saved of the interrupted code: FPSIMD_MAGIC and its size. */
static size_t marks_of_handlers(uint64_t *marks) {
    marks[0] = UINT64_C(528) << 32 | 0x46508001;
    return 1;
}
#endif

#define SCANNED ((size_t)1 << 20)

static bool in_signal_handler(uintptr_t stack) {
    uint64_t marks[MARKS_MAX] = {0};
    size_t used = marks_of_handlers(marks);
    if (used == 0)
        return false;
    /* Beyond a thread's own block, which stands at the high end of its stack, is other memory, ours
     * perhaps, with these addresses in it. */
    uintptr_t end = (uintptr_t)pthread_self();
    size_t most = end > stack && end - stack < SCANNED ? end - stack : SCANNED;
    /* Read as a file: the stack may end anywhere. */
    int fd = sys_open("/proc/thread-self/mem", SYS_READING, 0);
    if (fd < 0)
        return true;
    bool found = false;
    uint64_t words[512];
    for (size_t at = 0; !found && at < most; at += sizeof words) {
        size_t want = most - at < sizeof words ? most - at : sizeof words;
        ssize_t n = sys_pread(fd, words, want, (int64_t)(stack + at));
        for (ssize_t i = 0; i < n / (ssize_t)sizeof *words; i++)
            for (size_t r = 0; r < used; r++)
                found |= words[i] == marks[r];
        if (n < (ssize_t)sizeof words)
            break;
    }
    sys_close(fd);
    return found;
}

/* ---- loading ---- */

static struct {
    _Unwind_Reason_Code (*backtrace)(_Unwind_Trace_Fn, void *);
    _Unwind_Ptr (*get_ip_info)(struct _Unwind_Context *, int *);
} unwind;

enum { UNTRIED, LOADING, THERE, ABSENT };
static _Atomic int state;

static bool load(void) {
    int expected = UNTRIED;
    if (!atomic_compare_exchange_strong(&state, &expected, LOADING))
        return expected == THERE;
    void *library = dlopen("libgcc_s.so.1", RTLD_NOW | RTLD_LOCAL);
    void *backtrace = library != NULL ? dlsym(library, "_Unwind_Backtrace") : NULL;
    void *get_ip_info = library != NULL ? dlsym(library, "_Unwind_GetIPInfo") : NULL;
    bool all = backtrace != NULL && get_ip_info != NULL;
    *(void **)&unwind.backtrace = backtrace;
    *(void **)&unwind.get_ip_info = get_ip_info;
    if (!all)
        (void)dlerror(); /* the host's own dlerror() must not report our failure */
    atomic_store(&state, all ? THERE : ABSENT);
    return all;
}

/* ---- walking ---- */

struct walk {
    struct record_caller *callers;
    size_t most, used;
    uintptr_t first; /* frames before this address are left out; 0: those of gifvet */
};

static bool is_ours(const void *address) {
    Dl_info here, there;
    return dladdr((void *)(uintptr_t)load, &here) != 0 && dladdr(address, &there) != 0 &&
           here.dli_fbase == there.dli_fbase;
}

static void add(struct walk *w, uintptr_t address) {
    struct record_caller *c = &w->callers[w->used++];
    Dl_info info;
    const ElfW(Sym) *symbol = NULL;
    *c = (struct record_caller){0};
    if (dladdr1((void *)address, &info, (void **)&symbol, RTLD_DL_SYMENT) == 0)
        return;
    c->object = info.dli_fname;
    c->address = address - (uintptr_t)info.dli_fbase;
    /* The nearest exported name may be another function's. */
    uintptr_t offset = address - (uintptr_t)info.dli_saddr;
    if (info.dli_sname != NULL && symbol != NULL && offset < symbol->st_size) {
        text_print(c->function, sizeof c->function, "%s", info.dli_sname);
        c->offset = offset;
    }
}

static _Unwind_Reason_Code on_frame(struct _Unwind_Context *context, void *argument) {
    struct walk *w = argument;
    int is_exact = 0;
    uintptr_t ip = unwind.get_ip_info(context, &is_exact);
    if (ip == 0)
        return _URC_END_OF_STACK;
    /* A return address may stand behind its function's end: the call is one byte before. */
    uintptr_t address = is_exact ? ip : ip - 1;
    bool before = w->first != 0 ? address != w->first : is_ours((void *)address);
    if (w->used > 0 || !before)
        add(w, address);
    return w->used < w->most ? _URC_NO_REASON : _URC_END_OF_STACK;
}

size_t backtrace_callers(struct record_caller *callers, size_t most, uintptr_t host_stack) {
    int before = errno;
    struct walk w = {.callers = callers, .most = most};
    if (!in_signal_handler(host_stack) && load())
        (void)unwind.backtrace(on_frame, &w);
    errno = before;
    return w.used;
}

static uintptr_t where(const ucontext_t *uc) {
#if defined(__x86_64__)
    return (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
#else
    return uc->uc_mcontext.pc;
#endif
}

size_t backtrace_fault(struct record_caller *callers, size_t most, const void *context,
                       uintptr_t host_stack) {
    int before = errno;
    struct walk w = {.callers = callers, .most = most, .first = where(context)};
    if (!in_signal_handler(host_stack) && load())
        (void)unwind.backtrace(on_frame, &w);
    if (w.used == 0)
        add(&w, w.first);
    errno = before;
    return w.used;
}
