/* One host under every fault: product [options] NAME -- PROGRAM ARGUMENTS...
 *
 *   -l OBJECT     the object behind the faulty door
 *   -d DIRECTORY  the files that each run begins with
 *   -w DIRECTORY  where the runs are made
 *   -i INI        a configuration (@ in it is the run's own directory)
 *   -e NAME=VALUE a variable of the environment (@ as above)
 *   -t TRUTH      what a run without a fault records: out.gif=true,... and +N for other records
 *   -k FILE       mode enforce: the host overwrites this source with something damaged. Whenever
 *                 that comes to a verdict, the source is where it was or in the quarantine
 *   -s            outputs of which it records nothing are sound
 *   -j N          runs at a time
 *   -o FILE       gets a line for each fault after which not everything was recorded
 *   -q            of each call's errnos one, another for the next occurrence, instead of all
 *
 * A run without a fault counts the system calls and the blocks of memory. Then each occurrence of
 * each call is refused with each errno that it has, shortened, interrupted once and ten times, and
 * refused with all that follow; and each block is refused. Prints lines as tests/run reads them.
 *
 * Rooms: calls · faults · one fault · workers · the report */
#include "tests/fault/records.h"
#include "tests/fault/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ERRNOS_MAX 32
#define TOLD_MAX 12 /* failures of one kind that are printed */

/* ---- calls ---- */

struct call {
    const char *name;
    int number;
    bool shortened;
    int errnos[ERRNOS_MAX]; /* ends with 0 */
};

#define WHOLE false
#define SHORT true
static const struct call calls[] = {
#define CALL(name, first, shortened, ...) {#name, SYS_##name, shortened, {__VA_ARGS__}},
#include "tests/fault/calls.def"
#undef CALL
};
#define CALLS (sizeof calls / sizeof *calls)

static bool has(const struct call *c, int error) {
    for (const int *e = c->errnos; *e != 0; e++)
        if (*e == error)
            return true;
    return false;
}

/* ---- faults ---- */

struct fault {
    char order[96];
};

static struct {
    struct fault *at;
    size_t used, room;
} faults;

static void add(const struct call *c, uint32_t nth, const char *rest) {
    if (faults.used == faults.room) {
        faults.room = faults.room == 0 ? 4096 : faults.room * 2;
        faults.at = realloc(faults.at, faults.room * sizeof *faults.at);
        if (faults.at == NULL)
            exit(2);
    }
    char *order = faults.at[faults.used++].order;
    if (c != NULL)
        snprintf(order, sizeof *faults.at, "call=%s,nth=%u,%s", c->name, nth, rest);
    else
        snprintf(order, sizeof *faults.at, "alloc,nth=%u,%s", nth, rest);
}

static void add_errno(const struct call *c, uint32_t nth, int error, const char *rest) {
    char text[64];
    snprintf(text, sizeof text, "errno=%s%s", strerrorname_np(error), rest);
    add(c, nth, text);
}

static void add_call(const struct call *c, uint32_t nth, bool quick) {
    size_t errnos = 0;
    while (c->errnos[errnos] != 0)
        errnos++;
    for (size_t i = 0; i < errnos; i++)
        if (!quick || i == nth % errnos)
            add_errno(c, nth, c->errnos[i], "");
    if (has(c, EINTR)) {
        if (quick)
            add_errno(c, nth, EINTR, "");
        add_errno(c, nth, EINTR, ",times=10");
    }
    if (c->shortened)
        add(c, nth, "short");
    for (size_t i = 0; i < errnos; i++)
        if (c->errnos[i] != EINTR && (!quick || nth % 8 == 1)) {
            add_errno(c, nth, c->errnos[i], ",times=0");
            break;
        }
}

static void list_faults(const struct door_page *p, bool quick) {
    for (size_t i = 0; i < CALLS; i++)
        for (uint32_t n = 1; n <= p->made[calls[i].number]; n++)
            add_call(&calls[i], n, quick);
    for (uint32_t n = 1; n <= p->allocations; n++) {
        add(NULL, n, "times=1");
        if (!quick || n % 8 == 1)
            add(NULL, n, "times=0");
    }
}

/* ---- one fault ---- */

/* Shared by the workers. */
static struct {
    _Atomic uint32_t done, unreached, kept, unknown, unrecorded;
    _Atomic uint32_t changed, lies; /* what fails */
} * counts;

static struct {
    const char *name, *truth, *work, *list, *kept;
    int jobs;
    bool quick, sound;
    struct stage_plan plan;
} told = {.truth = "", .jobs = 1};

struct worker {
    struct stage stage;
    struct stage_outcome plain;
    struct records truth;
    FILE *list;
};

static void not_ok(_Atomic uint32_t *kind, const char *order, const char *why) {
    if (atomic_fetch_add(kind, 1) < TOLD_MAX)
        printf("not ok %s: GIFVET_FAULT=%s: %s\n", told.name, order, why);
    (void)fflush(stdout);
}

/* For the table of what was not recorded: the fault, the file, who called. */
static void list(struct worker *w, const char *order) {
    if (w->list == NULL)
        return;
    fprintf(w->list, "%s\t%s\t%s\t", told.name, order, w->stage.page->what);
    for (size_t i = 0; i < DOOR_FRAMES; i++)
        fprintf(w->list, "%#lx ", (unsigned long)w->stage.page->frames[i]);
    putc('\n', w->list);
}

static void weigh(struct worker *w, const struct records *r, const char *order) {
    bool unknown = false;
    for (size_t i = 0; i < r->used; i++)
        unknown |= r->verdicts[i].passed < 0;
    if (r->used < w->truth.used || r->used + r->others < w->truth.used + w->truth.others) {
        counts->unrecorded++;
        list(w, order);
    } else if (unknown) {
        counts->unknown++;
    } else {
        counts->kept++;
    }
}

/* A rejected output changes what the host leaves, and how it ends; but not that it ends. Where one
 * call fails for good there may be no place for a source. */
static bool harms(const struct worker *w, const struct stage_outcome *o, const struct records *r,
                  const char *order, char *why, size_t size) {
    if (told.kept == NULL)
        return stage_differ(&w->plain, o, why, size);
    if (o->hung || !WIFEXITED(o->status))
        snprintf(why, size, "wait status %#x", (unsigned)o->status);
    else if (r->enforced && strstr(order, "times=0") == NULL && !stage_keeps(&w->stage, told.kept))
        snprintf(why, size, "%s is lost", told.kept);
    else
        return false;
    return true;
}

static void try(struct worker *w, const char *order) {
    char why[1024];
    struct stage_outcome o = stage_run(&w->stage, order);
    struct records r = records_of(&w->stage);
    counts->done++;
    if (w->stage.page->struck == 0)
        counts->unreached++;
    if (harms(w, &o, &r, order, why, sizeof why))
        not_ok(&counts->changed, order, why);
    /* What a full disk has taken of a line is there; the next line begins behind it. */
    if (r.torn && strstr(order, "short") == NULL)
        not_ok(&counts->lies, order, "the log ends inside a line");
    else if (records_lie(&r, &w->truth, why, sizeof why))
        not_ok(&counts->lies, order, why);
    else
        weigh(w, &r, order);
    stage_forget(&o);
}

/* ---- workers ---- */

static void say_truth(const struct records *r, char *text, size_t size) {
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < r->used && used < size; i++) {
        const char *slash = strrchr(r->verdicts[i].path, '/');
        static const char *const words[] = {"null", "false", "true"};
        used += (size_t)snprintf(text + used, size - used, "%s%s=%s", used > 0 ? "," : "",
                                 slash != NULL ? slash + 1 : "?", words[r->verdicts[i].passed + 1]);
    }
    if (r->others > 0 && used < size)
        snprintf(text + used, size - used, "+%zu", r->others);
}

/* The host without gifvet, and without a fault. False when that alone is not as it should be. */
static bool prepare(struct worker *w, int number) {
    char path[PATH_MAX], why[512];
    snprintf(path, sizeof path, "%s/%d", told.work, number);
    stage_open(&w->stage, &told.plan, path);
    w->plain = stage_run(&w->stage, NULL);
    struct stage_outcome o = stage_run(&w->stage, "");
    w->truth = records_of(&w->stage);
    w->truth.otherwise = told.sound ? 1 : RECORDS_NOTHING;
    bool differs = harms(w, &o, &w->truth, "", why, sizeof why);
    stage_forget(&o);
    if (!differs)
        say_truth(&w->truth, why, sizeof why);
    if (!differs && strcmp(why, told.truth) == 0)
        return true;
    printf("not ok %s: without a fault: %s\n", told.name, why);
    return false;
}

static void work(int number) {
    static struct worker w;
    char path[PATH_MAX];
    if (told.list != NULL) {
        snprintf(path, sizeof path, "%s.%d", told.list, number);
        w.list = fopen(path, "w");
    }
    if (!prepare(&w, number))
        _exit(1);
    for (size_t i = (size_t)number - 1; i < faults.used; i += (size_t)told.jobs)
        try(&w, faults.at[i].order);
    if (w.list != NULL)
        (void)fclose(w.list);
    _exit(0);
}

static bool all_worked(void) {
    bool all = true;
    (void)fflush(stdout);
    for (int i = 1; i <= told.jobs; i++)
        if (fork() == 0)
            work(i);
    for (int i = 0, status; i < told.jobs; i++)
        all &= wait(&status) > 0 && status == 0;
    return all;
}

/* ---- the report ---- */

static int report(const struct door_page *p) {
    uint32_t made = 0, rowless = 0;
    for (size_t i = 0; i < DOOR_CALLS; i++)
        made += p->made[i];
    for (int n = 0; n < DOOR_CALLS; n++) {
        bool row = p->made[n] == 0;
        for (size_t i = 0; i < CALLS; i++)
            row |= calls[i].number == n;
        if (!row)
            printf("not ok %s: system call %d has no row in calls.def\n", told.name, n);
        rowless += !row;
    }
    printf("# %s: %u faults in %u calls and %u blocks: verdict kept %u, null %u, unrecorded %u; "
           "not reached %u\n",
           told.name, counts->done, made, p->allocations, counts->kept, counts->unknown,
           counts->unrecorded, counts->unreached);
    if (counts->changed > 0)
        printf("not ok %s: %u faults changed the host\n", told.name, counts->changed);
    else
        printf("ok %s: no fault changed the host\n", told.name);
    if (counts->lies > 0)
        printf("not ok %s: %u faults made a false record\n", told.name, counts->lies);
    else
        printf("ok %s: no fault made a false record\n", told.name);
    return counts->changed + counts->lies + rowless > 0;
}

static void read_options(int argc, char **argv) {
    struct stage_plan *p = &told.plan;
    for (int o; (o = getopt(argc, argv, "+l:d:w:i:e:t:k:j:o:qs")) != -1;)
        switch (o) {
        case 'l':
            p->object = optarg;
            break;
        case 'd':
            p->fixtures = optarg;
            break;
        case 'w':
            told.work = optarg;
            break;
        case 'i':
            p->ini = optarg;
            break;
        case 'e':
            if (p->settings_used < STAGE_SETTINGS)
                p->settings[p->settings_used++] = optarg;
            break;
        case 't':
            told.truth = optarg;
            break;
        case 'k':
            told.kept = optarg;
            break;
        case 'j':
            told.jobs = atoi(optarg);
            break;
        case 'o':
            told.list = optarg;
            break;
        case 's':
            told.sound = true;
            break;
        case 'q':
            told.quick = true;
            break;
        default:
            exit(2);
        }
    told.name = argv[optind];
    if (told.name != NULL)
        p->argv = argv + optind + 2;
}

int main(int argc, char **argv) {
    static struct worker first;
    read_options(argc, argv);
    if (told.name == NULL || told.plan.argv[0] == NULL || told.work == NULL ||
        mkdir(told.work, 0755) < 0)
        return 2;
    counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (counts == MAP_FAILED || !prepare(&first, 0))
        return 1;
    list_faults(first.stage.page, told.quick);
    if (!all_worked()) {
        printf("not ok %s: a worker died\n", told.name);
        return 1;
    }
    return report(first.stage.page);
}
