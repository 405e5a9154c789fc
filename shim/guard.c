/* Rooms: leaving the work · the host's actions · the handler · the watchdog · the run */
#include "shim/guard.h"

#include "shim/arena.h"
#include "shim/backtrace.h"
#include "sys/sys.h"
#include "text/text.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>

/* The handler's own stack: a frame with every vector register of the machine may take 11 KB, and
 * the frames of the fault are walked on it. */
#define HANDLER_STACK ((size_t)256 << 10)

enum stage { WORKING, WALKING, DONE };

struct guard {
    void *registers[22]; /* what guard_leave() brings back */
    volatile enum stage stage;
    bool whole;
    uintptr_t host_stack;
    int64_t timeout_ms;
    struct guard_fault *fault;
    siginfo_t sent[4]; /* signals that came to this thread meanwhile and are the host's */
    bool was_sent[4];
};

static __thread struct guard *guarding;

/* ---- leaving the work ---- */

/* guard_call() calls work(context) and returns 0, or 1 after guard_leave(registers) was reached
 * from below it, on whatever stack. Not setjmp(): the C library's longjmp() would look at the
 * host's clean-up handlers on its way. */
extern int guard_call(void (*work)(void *), void *context, void **registers);
extern void guard_leave(void **registers) __attribute__((noreturn));

#if defined(__x86_64__)
__asm__(".text\n"
        ".globl guard_call\n"
        ".hidden guard_call\n"
        ".type guard_call, @function\n"
        "guard_call:\n"
        "    .cfi_startproc\n"
        "    endbr64\n"
        "    movq %rbx, 0(%rdx)\n"
        "    movq %rbp, 8(%rdx)\n"
        "    movq %r12, 16(%rdx)\n"
        "    movq %r13, 24(%rdx)\n"
        "    movq %r14, 32(%rdx)\n"
        "    movq %r15, 40(%rdx)\n"
        "    movq %rsp, 48(%rdx)\n"
        "    subq $8, %rsp\n"
        "    .cfi_def_cfa_offset 16\n"
        "    movq %rdi, %rax\n"
        "    movq %rsi, %rdi\n"
        "    call *%rax\n"
        "    addq $8, %rsp\n"
        "    .cfi_def_cfa_offset 8\n"
        "    xorl %eax, %eax\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size guard_call, . - guard_call\n"
        ".globl guard_leave\n"
        ".hidden guard_leave\n"
        ".type guard_leave, @function\n"
        "guard_leave:\n"
        "    .cfi_startproc\n"
        "    endbr64\n"
        "    movq 0(%rdi), %rbx\n"
        "    movq 8(%rdi), %rbp\n"
        "    movq 16(%rdi), %r12\n"
        "    movq 24(%rdi), %r13\n"
        "    movq 32(%rdi), %r14\n"
        "    movq 40(%rdi), %r15\n"
        "    movq 48(%rdi), %rsp\n"
        "    movl $1, %eax\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size guard_leave, . - guard_leave\n"
        /* Unwinders look up the byte before a return address: it must be no function's. */
        "    nop\n"
        ".globl guard_restorer\n"
        ".hidden guard_restorer\n"
        ".type guard_restorer, @function\n"
        "guard_restorer:\n"
        "    movq $15, %rax\n" /* rt_sigreturn; these two instructions are how debuggers know it */
        "    syscall\n"
        ".size guard_restorer, . - guard_restorer\n");

extern void guard_restorer(void);

static void go_to(ucontext_t *uc, void (*function)(void **), void **argument) {
    uc->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)function;
    uc->uc_mcontext.gregs[REG_RDI] = (greg_t)(uintptr_t)argument;
    /* String instructions go upwards, wherever the fault was. */
    uc->uc_mcontext.gregs[REG_EFL] &= ~INT64_C(0x400);
}
#elif defined(__aarch64__)
__asm__(".text\n"
        ".globl guard_call\n"
        ".hidden guard_call\n"
        ".type guard_call, %function\n"
        "guard_call:\n"
        "    .cfi_startproc\n"
        "    hint #34\n" /* bti c */
        "    stp x19, x20, [x2, #0]\n"
        "    stp x21, x22, [x2, #16]\n"
        "    stp x23, x24, [x2, #32]\n"
        "    stp x25, x26, [x2, #48]\n"
        "    stp x27, x28, [x2, #64]\n"
        "    stp x29, x30, [x2, #80]\n"
        "    stp d8, d9, [x2, #96]\n"
        "    stp d10, d11, [x2, #112]\n"
        "    stp d12, d13, [x2, #128]\n"
        "    stp d14, d15, [x2, #144]\n"
        "    mov x9, sp\n"
        "    str x9, [x2, #160]\n"
        "    stp x29, x30, [sp, #-16]!\n"
        "    .cfi_def_cfa_offset 16\n"
        "    .cfi_offset x29, -16\n"
        "    .cfi_offset x30, -8\n"
        "    mov x9, x0\n"
        "    mov x0, x1\n"
        "    blr x9\n"
        "    ldp x29, x30, [sp], #16\n"
        "    mov w0, #0\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size guard_call, . - guard_call\n"
        ".globl guard_leave\n"
        ".hidden guard_leave\n"
        ".type guard_leave, %function\n"
        "guard_leave:\n"
        "    hint #34\n" /* bti c */
        "    ldp x19, x20, [x0, #0]\n"
        "    ldp x21, x22, [x0, #16]\n"
        "    ldp x23, x24, [x0, #32]\n"
        "    ldp x25, x26, [x0, #48]\n"
        "    ldp x27, x28, [x0, #64]\n"
        "    ldp x29, x30, [x0, #80]\n"
        "    ldp d8, d9, [x0, #96]\n"
        "    ldp d10, d11, [x0, #112]\n"
        "    ldp d12, d13, [x0, #128]\n"
        "    ldp d14, d15, [x0, #144]\n"
        "    ldr x9, [x0, #160]\n"
        "    mov sp, x9\n"
        "    mov w0, #1\n"
        "    ret\n"
        ".size guard_leave, . - guard_leave\n");

static void go_to(ucontext_t *uc, void (*function)(void **), void **argument) {
    uc->uc_mcontext.pc = (uintptr_t)function;
    uc->uc_mcontext.regs[0] = (uintptr_t)argument;
    /* No branch is under way (PSTATE.BTYPE), wherever the fault was. */
    uc->uc_mcontext.pstate &= ~UINT64_C(0xC00);
}
#endif

/* ---- the host's actions ---- */

/* The kernel's struct sigaction. On aarch64 the restorer has its place too, and need not be given.
 */
struct action {
    void (*handler)(int, siginfo_t *, void *);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

static const int guarded[4] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
static struct action hosts[4];
static unsigned users; /* threads that judge; under lock */
static atomic_flag lock = ATOMIC_FLAG_INIT;

/* Held for a few system calls, by threads whose signals are held back. */
static void take_lock(void) {
    while (atomic_flag_test_and_set_explicit(&lock, memory_order_acquire))
        (void)sys_call(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
}

static void give_lock(void) {
    atomic_flag_clear_explicit(&lock, memory_order_release);
}

static void on_fault(int signal, siginfo_t *info, void *context);

static bool set_action(int signal, const struct action *now, struct action *before) {
    return sys_call(SYS_rt_sigaction, signal, (long)now, (long)before, sizeof now->mask, 0, 0) == 0;
}

static void install(void) {
    struct action ours = {.handler = on_fault, .flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
#if defined(__x86_64__)
    ours.flags |= 0x04000000; /* SA_RESTORER */
    ours.restorer = guard_restorer;
#endif
    for (size_t i = 0; i < 4; i++) {
        struct action before;
        if (!set_action(guarded[i], NULL, &before))
            continue;
        /* Where the host has put our own handler back, what it had before is known. */
        if (before.handler != on_fault)
            hosts[i] = before;
        (void)set_action(guarded[i], &ours, NULL);
    }
}

/* Leaves alone what the host has set meanwhile. */
static void uninstall(void) {
    for (size_t i = 0; i < 4; i++) {
        struct action now;
        if (set_action(guarded[i], NULL, &now) && now.handler == on_fault)
            (void)set_action(guarded[i], &hosts[i], NULL);
    }
}

static void enter(void) {
    take_lock();
    if (users++ == 0)
        install();
    give_lock();
}

static void leave(void) {
    take_lock();
    if (--users == 0)
        uninstall();
    give_lock();
}

void guard_forked(void) {
    if (users > 0)
        uninstall();
    users = 0;
    guarding = NULL;
    give_lock();
}

/* ---- the handler ---- */

static size_t index_of(int signal) {
    size_t i = 0;
    while (i < 3 && guarded[i] != signal)
        i++;
    return i;
}

/* To whom it was sent: this thread, or the process, of which another thread may take it. */
static void send_again(int signal, siginfo_t *info) {
    if (info->si_code == SI_TKILL)
        (void)sys_call(SYS_rt_tgsigqueueinfo, sys_getpid(), sys_gettid(), signal, (long)info, 0, 0);
    else
        (void)sys_call(SYS_rt_sigqueueinfo, sys_getpid(), signal, (long)info, 0, 0, 0);
}

static bool on_signal_stack(const ucontext_t *uc) {
    uintptr_t here = (uintptr_t)__builtin_frame_address(0), base = (uintptr_t)uc->uc_stack.ss_sp;
    return uc->uc_stack.ss_size > 0 && here >= base && here - base < uc->uc_stack.ss_size;
}

/* Calls the host's own handler as the kernel would have, so that the guard stays. Where that is not
 * the same thing (default or once-only actions, a handler for the normal stack while we are on the
 * other one), its action is put back: the fault comes again, or the signal is sent again. */
static void hand_to_host(int signal, siginfo_t *info, void *context) {
    const struct action host = hosts[index_of(signal)];
    const ucontext_t *uc = context;
    bool function = host.handler != (void *)SIG_DFL && host.handler != (void *)SIG_IGN;
    bool same_stack = (host.flags & SA_ONSTACK) != 0 || !on_signal_stack(uc);
    if (function && same_stack && (host.flags & SA_RESETHAND) == 0) {
        uint64_t mask = host.mask;
        if ((host.flags & SA_NODEFER) == 0)
            mask |= UINT64_C(1) << (signal - 1);
        (void)sys_call(SYS_rt_sigprocmask, SIG_BLOCK, (long)&mask, 0, sizeof mask, 0, 0);
        host.handler(signal, info, context);
        return;
    }
    if (host.handler == (void *)SIG_IGN && info->si_code <= 0)
        return;
    (void)set_action(signal, &host, NULL);
    if (info->si_code <= 0)
        send_again(signal, info);
}

static const char *name_of(int signal) {
    static const char *const names[] = {"SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL"};
    return names[index_of(signal)];
}

/* On the signal stack, the frames of the fault untouched. A second fault, in walking them, ends the
 * walk. */
static void describe(struct guard *g, int signal, const siginfo_t *info, const void *context) {
    struct guard_fault *f = g->fault;
    if (info->si_code == SI_TIMER)
        text_print(f->reason, sizeof f->reason, "the time budget: ended after %lld ms",
                   (long long)g->timeout_ms);
    else
        text_print(f->reason, sizeof f->reason, "%s at address 0x%llx", name_of(signal),
                   (unsigned long long)(uintptr_t)info->si_addr);
    if (g->host_stack != 0)
        f->callers_used = backtrace_fault(f->callers, GUARD_CALLERS_MAX, context, g->host_stack);
}

static void on_fault(int signal, siginfo_t *info, void *context) {
    struct guard *g = guarding;
    bool timer = g != NULL && info->si_code == SI_TIMER && info->si_value.sival_ptr == g;
    if (g == NULL || (g->stage == DONE && info->si_code > 0)) {
        hand_to_host(signal, info, context);
        return;
    }
    if (info->si_code <= 0 && !timer) {
        /* The host's handlers do not run inside a visit: this one comes after it. */
        g->sent[index_of(signal)] = *info;
        g->was_sent[index_of(signal)] = true;
        return;
    }
    if (g->stage == DONE)
        return;
    if (g->stage == WORKING) {
        g->stage = WALKING;
        describe(g, signal, info, context);
    }
    go_to(context, guard_leave, g->registers);
}

/* ---- the watchdog ---- */

/* The judge looks at the clock by itself; this is for the case that it no longer gets there. The
 * signal is one that the handler stands for anyway, sent to this thread alone. */
static bool watch(struct guard *g, int *timer) {
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL | SIGEV_THREAD_ID,
                             .sigev_signo = SIGILL,
                             .sigev_value.sival_ptr = g};
    event._sigev_un._tid = sys_gettid();
    struct itimerspec when = {
        .it_value = {.tv_sec = g->timeout_ms / 1000, .tv_nsec = g->timeout_ms % 1000 * 1000000}};
    if (g->timeout_ms <= 0 ||
        sys_call(SYS_timer_create, CLOCK_MONOTONIC, (long)&event, (long)timer, 0, 0, 0) < 0)
        return false;
    (void)sys_call(SYS_timer_settime, *timer, 0, (long)&when, 0, 0, 0);
    return true;
}

/* ---- the run ---- */

struct run {
    struct guard *guard;
    void (*work)(void *context);
    void *context;
};

static void run_work(void *context) {
    const struct run *r = context;
    r->work(r->context);
    r->guard->stage = DONE;
}

static void run_guarded(struct guard *g, char *stack, const struct run *r) {
    stack_t ours = {.ss_sp = stack, .ss_size = HANDLER_STACK}, before = {0};
    bool has_stack = sys_call(SYS_sigaltstack, (long)&ours, (long)&before, 0, 0, 0, 0) == 0;
    uint64_t faults = 0, mask = 0;
    int timer = 0;
    for (size_t i = 0; i < 4; i++)
        faults |= UINT64_C(1) << (guarded[i] - 1);
    guarding = g;
    enter();
    /* A fault that is blocked kills at once. */
    (void)sys_call(SYS_rt_sigprocmask, SIG_UNBLOCK, (long)&faults, (long)&mask, sizeof mask, 0, 0);
    bool watched = watch(g, &timer);
    (void)guard_call(run_work, (void *)(uintptr_t)r, g->registers);
    g->whole = g->stage == DONE;
    g->stage = DONE;
    if (watched)
        (void)sys_call(SYS_timer_delete, timer, 0, 0, 0, 0, 0);
    for (size_t i = 0; i < 4; i++)
        if (g->was_sent[i])
            mask |= UINT64_C(1) << (guarded[i] - 1);
    (void)sys_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&mask, 0, sizeof mask, 0, 0);
    leave();
    guarding = NULL;
    if (has_stack)
        (void)sys_call(SYS_sigaltstack, (long)&before, 0, 0, 0, 0, 0);
    /* These wait for the end of the visit. */
    for (size_t i = 0; i < 4; i++)
        if (g->was_sent[i])
            send_again(guarded[i], &g->sent[i]);
}

bool guard_run(void (*work)(void *context), void *context, int64_t timeout_ms, uintptr_t host_stack,
               struct guard_fault *fault) {
    size_t size = sizeof(struct guard) + HANDLER_STACK;
    struct guard *g = arena_take(size);
    fault->reason[0] = '\0';
    fault->callers_used = 0;
    if (g == NULL)
        return false;
    g->host_stack = host_stack;
    g->timeout_ms = timeout_ms;
    g->fault = fault;
    const struct run r = {g, work, context};
    run_guarded(g, (char *)(g + 1), &r);
    bool whole = g->whole;
    arena_give(g, size);
    return whole;
}
