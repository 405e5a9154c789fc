/* Rooms: state · beginning · fork · questions · visits */
#include "shim/session.h"

#include "shim/arena.h"
#include "shim/enforce.h"
#include "shim/floats.h"
#include "shim/guard.h"
#include "shim/private.h"
#include "shim/rescue.h"
#include "shim/seccomp.h"
#include "shim/sources.h"
#include "shim/stack.h"
#include "shim/table.h"
#include "shim/tally.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

/* ---- state ---- */

#define INHERITED_MAX 64
#define PROBLEMS_SIZE 4096
#define STACK_SIZE ((size_t)512 << 10)
#define MIB ((size_t)1 << 20)

_Atomic bool session_active;
__thread bool session_visiting;
static __thread uintptr_t host_stack;

static struct {
    struct conf conf;
    struct conf loosened[2]; /* under the modes degraded and emergency */
    char problems[PROBLEMS_SIZE];
} * settled; /* one mapping, written by the constructor only, but loosened[] */

static _Atomic unsigned performance;
enum { ABSENT, BEING_MADE, MADE };
static atomic_int loosened[2];

static pid_t owner;
static struct timespec began;
static int64_t began_us; /* by the clock of intervals */
static char **first_envp;
static atomic_bool problems_told, suspended;
static _Atomic unsigned blindness;
static struct {
    dev_t dev;
    ino_t ino;
} inherited[INHERITED_MAX];
static size_t inherited_used;
static bool inherited_all; /* more than fit: judge nothing that could be the parent's */

/* ---- beginning ---- */

static const char *environment(const char *name) {
    size_t n = strlen(name);
    for (char **e = first_envp; e != NULL && *e != NULL; e++)
        if (strncmp(*e, name, n) == 0 && (*e)[n] == '=')
            return *e + n + 1;
    return NULL;
}

static void note_problem(void *context, const struct conf_problem *p) {
    struct text *t = context;
    text_add(t, "%s%s%s", t->used > 0 ? "\n" : "", p->file[0] ? p->file : "environment",
             p->line > 0 ? ":" : "");
    if (p->line > 0)
        text_add(t, "%d", p->line);
    text_add(t, ": %s%s%s", p->key, p->key[0] ? ": " : "", p->reason);
}

/* What `gifvet run --set` passes on: one "section.key=value" a line. */
static const char **split_sets(const char *sets) {
    size_t n = 0, size = sets != NULL ? strlen(sets) + 1 : 0;
    char *copy = __wrap_malloc(size + 1);
    const char **list = __wrap_calloc(size + 1, sizeof *list);
    if (copy == NULL || list == NULL || sets == NULL)
        return NULL;
    memcpy(copy, sets, size);
    for (char *at = copy; *at != '\0';) {
        list[n++] = at;
        at += strcspn(at, "\n");
        if (*at == '\n')
            *at++ = '\0';
    }
    return list;
}

static void load(void *context) {
    (void)context;
    struct text problems = text_over(settled->problems, sizeof settled->problems);
    struct conf_input in = {.program = session_program(),
                            .sets = split_sets(environment("GIFVET_SET")),
                            .getenv = environment,
                            .superuser = getauxval(AT_EUID) == 0,
                            .report = note_problem,
                            .context = &problems};
    conf_load(&settled->conf, &in);
}

static bool wanted(const struct conf *c) {
    return c->enable_wrapper_validation && (c->percentage > 0 || c->log_control) &&
           text_matches_any(c->include, session_program()) &&
           !text_matches_any(c->exclude, session_program());
}

/* Not sys_now_us(): that is the judge's clock, which stands under guard. */
static int64_t monotonic_us(void) {
    struct timespec t = {0};
    (void)sys_call(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&t, 0, 0, 0, 0);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void session_begin(int argc, char **argv, char **envp) {
    first_envp = envp;
    const char *off = environment("GIFLAB_VALIDATION_EMERGENCY_DISABLE");
    /* Under a filter nothing is done at all. */
    if ((off != NULL && off[0] != '\0') || getauxval(AT_SECURE) != 0 || seccomp_filters())
        return;
    session_program_begin(argc, argv);
    owner = sys_getpid();
    /* The clock that file systems stamp with. */
    (void)sys_call(SYS_clock_gettime, CLOCK_REALTIME_COARSE, (long)&began, 0, 0, 0, 0);
    began_us = monotonic_us();
    settled = arena_take(sizeof *settled);
    if (settled == NULL || !session_visit(load, NULL))
        return;
    const struct conf *c = &settled->conf;
    arena_cap_set((size_t)c->memory_mb * MIB);
    tally_begin(c->state_dir);
    sources_configure((size_t)c->sources, (size_t)c->source_mb * MIB, c->mode == CONF_ENFORCE);
    if (!wanted(c) || session_killed())
        return;
    atomic_store(&session_active, true);
}

void session_stop(void) {
    atomic_store(&session_active, false);
}

void session_suspend(bool yes) {
    atomic_store(&suspended, yes);
    atomic_store(&session_active, !yes);
}

bool session_is_suspended(void) {
    return atomic_load_explicit(&suspended, memory_order_relaxed);
}

/* ---- fork ---- */

static bool note_inherited(void *context, const struct table_entry *e) {
    (void)context;
    if (!e->writable)
        return true;
    if (inherited_used == INHERITED_MAX) {
        inherited_all = true;
        return false;
    }
    inherited[inherited_used].dev = e->st.st_dev;
    inherited[inherited_used].ino = e->st.st_ino;
    inherited_used++;
    return true;
}

void session_forked(void) {
    guard_forked();
    /* A fork inside a visit (a signal handler cannot run there, so: never) would be inert. */
    if (!session_acts())
        return;
    owner = sys_getpid();
    private_forked();
    sources_forked();
    rescue_forked();
    enforce_forget();
    inherited_used = 0;
    inherited_all = !table_each(note_inherited, NULL);
}

/* ---- questions ---- */

bool session_is_owner(void) {
    return sys_getpid() == owner;
}

void session_note_blind(void) {
    atomic_fetch_add(&blindness, 1);
}

unsigned session_blindness(void) {
    return atomic_load_explicit(&blindness, memory_order_relaxed);
}

bool session_is_single(void) {
    struct stat st;
    /* ".", "..", and a directory for each thread. */
    return sys_stat("/proc/self/task", &st) == 0 && st.st_nlink <= 3;
}

const struct conf *session_conf(void) {
    unsigned mode = atomic_load_explicit(&performance, memory_order_acquire);
    return mode == 0 ? &settled->conf : &settled->loosened[mode - 1];
}

/* Made when it is first needed: most processes never see another mode. A thread that comes while
 * another makes it leaves the mode as it was. */
static bool loosen(unsigned which) {
    int absent = ABSENT;
    if (atomic_compare_exchange_strong(&loosened[which], &absent, BEING_MADE)) {
        const struct conf *c = &settled->conf;
        settled->loosened[which] = *c;
        conf_loosen(&settled->loosened[which], which == 0 ? &c->degraded : &c->emergency);
        atomic_store(&loosened[which], MADE);
    }
    return atomic_load(&loosened[which]) == MADE;
}

void session_performance(unsigned mode) {
    if (mode == 0 || (mode <= 2 && loosen(mode - 1)))
        atomic_store_explicit(&performance, mode, memory_order_release);
}

int64_t session_elapsed_us(void) {
    return monotonic_us() - began_us;
}

bool session_changed(const struct stat *st) {
    /* The change time: a program that copies times sets the modification time back. A file system
     * that keeps whole seconds has no fraction to compare. */
    const struct timespec *t = &st->st_ctim;
    if (t->tv_sec != began.tv_sec)
        return t->tv_sec > began.tv_sec;
    return t->tv_nsec == 0 || t->tv_nsec >= began.tv_nsec;
}

bool session_inherited(const struct stat *st) {
    for (size_t i = 0; i < inherited_used; i++)
        if (inherited[i].dev == st->st_dev && inherited[i].ino == st->st_ino)
            return true;
    return inherited_all;
}

bool session_killed(void) {
    char path[CONF_PATH_MAX + 32];
    struct stat st;
    text_print(path, sizeof path, "%s/EMERGENCY_DISABLE", settled->conf.state_dir);
    int result = sys_statat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW);
    /* What cannot be looked at may be there. */
    return result != -ENOENT && result != -ENOTDIR;
}

bool session_problems(const char **text) {
    *text = settled->problems;
    return settled->problems[0] != '\0' && !atomic_exchange(&problems_told, true);
}

/* ---- visits ---- */

/* The kernel's signal set is one word. Faults are not held back: they would kill at once. */
static uint64_t held_back(void) {
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT};
    uint64_t set = ~UINT64_C(0);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        set &= ~(UINT64_C(1) << (faults[i] - 1));
    return set;
}

uintptr_t session_host_stack(void) {
    return host_stack;
}

static void drop(void *arena) {
    arena_drop(arena);
}

/* The judge faulted in this arena and left it in no certain state: dropping it may fault as well,
 * and then its memory stays. other has the room that the guard needs. */
static void drop_doubtful(struct arena *arena, struct arena *other) {
    struct guard_fault *fault = arena_alloc(other, sizeof *fault);
    if (fault != NULL)
        (void)guard_run(drop, arena, 0, host_stack, fault);
}

uint64_t session_hold_signals(void) {
    uint64_t held = held_back(), before = 0;
    (void)sys_call(SYS_rt_sigprocmask, SIG_BLOCK, (long)&held, (long)&before, sizeof held, 0, 0);
    return before;
}

void session_release_signals(uint64_t mask) {
    (void)sys_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&mask, 0, sizeof mask, 0, 0);
}

bool session_visit(void (*work)(void *context), void *context) {
    if (!session_is_owner())
        return false;
    uint64_t before = session_hold_signals();
    struct arena *arena = arena_new();
    char *stack = arena != NULL ? arena_take(STACK_SIZE) : NULL;
    if (stack != NULL) {
        /* A page without rights at the low end: running over is a fault, not damage. */
        (void)sys_call(SYS_mprotect, (long)stack, 4096, PROT_NONE, 0, 0, 0);
        session_visiting = true;
        host_stack = (uintptr_t)__builtin_frame_address(0);
        struct arena *outer = arena_use(arena);
        const uint64_t floats = floats_begin();
        stack_call(stack + STACK_SIZE, work, context);
        struct arena *last = arena_use(outer);
        if (last != arena)
            drop_doubtful(arena, last);
        floats_end(floats);
        session_visiting = false;
        arena_give(stack, STACK_SIZE);
        arena = last;
    }
    arena_drop(arena);
    session_release_signals(before);
    return stack != NULL;
}
