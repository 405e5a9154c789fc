/* Rooms: are we in a signal handler? · loading · walking */
#define UNW_LOCAL_ONLY
#include "shim/backtrace.h"

#include "sys/sys.h"
#include "text/text.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libunwind.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>

/* ---- are we in a signal handler? ---- */

#if defined(__x86_64__)
/* The kernel's struct sigaction. */
struct kernel_action {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

/* The kernel returns from every handler through the restorer that sigaction() gave, so while one
 * runs that address stands on its stack. A stale one only costs the backtrace. */
#define SCANNED ((size_t)1 << 20)

static bool in_signal_handler(uintptr_t stack) {
    uintptr_t restorers[4] = {0};
    size_t used = 0;
    for (int signal = 1; signal <= 64 && used < 4; signal++) {
        struct kernel_action a;
        if (sys_call(SYS_rt_sigaction, signal, 0, (long)&a, sizeof a.mask, 0, 0) < 0 ||
            a.handler == NULL || (uintptr_t)a.handler == 1 || a.restorer == NULL)
            continue;
        bool known = false;
        for (size_t i = 0; i < used; i++)
            known |= restorers[i] == (uintptr_t)a.restorer;
        if (!known)
            restorers[used++] = (uintptr_t)a.restorer;
    }
    if (used == 0)
        return false;
    /* Beyond a thread's own block, which stands at the high end of its stack, is other memory, ours
     * perhaps, with these addresses in it. */
    uintptr_t end = (uintptr_t)pthread_self();
    size_t most = end > stack && end - stack < SCANNED ? end - stack : SCANNED;
    /* Read as a file: the stack may end anywhere. */
    int fd = sys_open("/proc/self/mem", O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0)
        return true;
    bool found = false;
    uintptr_t words[512];
    for (size_t at = 0; !found && at < most; at += sizeof words) {
        size_t want = most - at < sizeof words ? most - at : sizeof words;
        ssize_t n = sys_pread(fd, words, want, (int64_t)(stack + at));
        for (ssize_t i = 0; i < n / (ssize_t)sizeof *words; i++)
            for (size_t r = 0; r < used; r++)
                found |= words[i] == restorers[r];
        if (n < (ssize_t)sizeof words)
            break;
    }
    sys_close(fd);
    return found;
}
#else
/* Elsewhere the return address is the kernel's own; no backtrace while any handler is installed. */
static bool in_signal_handler(uintptr_t stack) {
    (void)stack;
    return true;
}
#endif

/* ---- loading ---- */

#define STRING_OF(x) #x
#define NAME_OF(x) STRING_OF(x)

static struct {
    int (*getcontext)(unw_tdep_context_t *);
    int (*init_local)(unw_cursor_t *, unw_context_t *);
    int (*init_local2)(unw_cursor_t *, unw_context_t *, int);
    int (*step)(unw_cursor_t *);
    int (*get_reg)(unw_cursor_t *, unw_regnum_t, unw_word_t *);
    int (*get_proc_name)(unw_cursor_t *, char *, size_t, unw_word_t *);
} unwind;

enum { UNTRIED, LOADING, THERE, ABSENT };
static _Atomic int state;

static bool load(void) {
    int expected = UNTRIED;
    if (!atomic_compare_exchange_strong(&state, &expected, LOADING))
        return expected == THERE;
    void *library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
    bool all = library != NULL;
    const struct {
        const char *name;
        void *pointer;
    } rows[] = {
        {NAME_OF(UNW_OBJ(init_local)), (void *)&unwind.init_local},
        {NAME_OF(UNW_OBJ(init_local2)), (void *)&unwind.init_local2},
        {NAME_OF(UNW_OBJ(step)), (void *)&unwind.step},
        {NAME_OF(UNW_OBJ(get_reg)), (void *)&unwind.get_reg},
        {NAME_OF(UNW_OBJ(get_proc_name)), (void *)&unwind.get_proc_name},
#if defined(__x86_64__)
        {"_Ux86_64_getcontext", (void *)&unwind.getcontext},
#endif
    };
    for (size_t i = 0; all && i < sizeof rows / sizeof *rows; i++) {
        void *found = dlsym(library, rows[i].name);
        if (found == NULL)
            all = false;
        else
            *(void **)rows[i].pointer = found;
    }
    if (library == NULL || !all)
        (void)dlerror(); /* the host's own dlerror() must not report our failure */
    atomic_store(&state, all ? THERE : ABSENT);
    return all;
}

/* ---- walking ---- */

static bool is_ours(const void *address) {
    Dl_info here, there;
    return dladdr((void *)(uintptr_t)load, &here) != 0 && dladdr(address, &there) != 0 &&
           here.dli_fbase == there.dli_fbase;
}

static void fill(struct record_caller *c, unw_cursor_t *cursor, const void *address) {
    unw_word_t offset = 0;
    Dl_info info;
    c->function[0] = '\0';
    /* A name that does not fit is cut, and still a name. */
    int result = unwind.get_proc_name(cursor, c->function, sizeof c->function, &offset);
    if (result != 0 && result != -UNW_ENOMEM)
        c->function[0] = '\0';
    c->offset = offset;
    bool known = dladdr(address, &info) != 0;
    c->object = known ? info.dli_fname : NULL;
    c->address = known ? (uint64_t)((uintptr_t)address - (uintptr_t)info.dli_fbase) : 0;
}

/* From the cursor outwards; with own == false from the first frame that is not gifvet's. */
static size_t walk(unw_cursor_t *cursor, struct record_caller *callers, size_t most, bool own) {
    size_t used = 0;
    do {
        unw_word_t ip = 0;
        if (unwind.get_reg(cursor, UNW_REG_IP, &ip) < 0 || ip == 0)
            break;
        /* A return address may stand behind its function's end: the call is one byte before. */
        const void *address = (const void *)(uintptr_t)(ip - 1);
        if (used == 0 && !own && is_ours(address))
            continue;
        fill(&callers[used++], cursor, address);
    } while (used < most && unwind.step(cursor) > 0);
    return used;
}

size_t backtrace_callers(struct record_caller *callers, size_t most, uintptr_t host_stack) {
    int before = errno;
    size_t used = 0;
#if defined(__x86_64__)
    unw_context_t context;
    unw_cursor_t cursor;
    if (!in_signal_handler(host_stack) && load() && unwind.getcontext(&context) >= 0 &&
        unwind.init_local(&cursor, &context) >= 0)
        used = walk(&cursor, callers, most, false);
#else
    (void)callers;
    (void)most;
    (void)host_stack;
#endif
    errno = before;
    return used;
}

size_t backtrace_fault(struct record_caller *callers, size_t most, void *context,
                       uintptr_t host_stack) {
    int before = errno;
    size_t used = 0;
    unw_cursor_t cursor;
    if (!in_signal_handler(host_stack) && load() &&
        unwind.init_local2(&cursor, context, UNW_INIT_SIGNAL_FRAME) >= 0)
        used = walk(&cursor, callers, most, true);
    errno = before;
    return used;
}
