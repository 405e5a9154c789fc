/* Rooms: compressors · the scratch directory · one compression · one that hangs · records · load ·
 * overhead · damage · kill switch */
#include "command/trial.h"

#include "command/child.h"
#include "command/file.h"
#include "command/program.h"
#include "command/specimen.h"
#include "operate/log_reader.h"
#include "operate/median.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define JOBS_MAX 4096
#define OUTPUT_MOST ((size_t)64 << 20)
#define PAIRS_MOST 61

/* ---- compressors ---- */

const struct trial_program trial_programs[] = {
    {"gifsicle", {"gifsicle", "-O3", "in.gif", "-o", "out.gif"}},
    {"convert", {"convert", "in.gif", "-layers", "optimize", "out.gif"}},
    {"magick", {"magick", "in.gif", "-layers", "optimize", "out.gif"}},
    {"gm", {"gm", "convert", "in.gif", "out.gif"}},
    {"ffmpeg",
     {"ffmpeg", "-nostdin", "-v", "error", "-i", "in.gif", "-filter_complex",
      "split[a][b];[a]palettegen[p];[b][p]paletteuse", "out.gif"}},
    {"vips", {"vips", "copy", "in.gif[n=-1]", "out.gif"}},
};
const size_t trial_programs_count = sizeof trial_programs / sizeof *trial_programs;

/* ---- the scratch directory ---- */

#define STATE_VARIABLE "GIFLAB_VALIDATION_EMERGENCY_DISABLE=preflight"

/* Over every layer of the configuration: only what makes a trial of it. */
static const char sets[] = "GIFVET_SET=state.dir=%s/state\n"
                           "log.path=%s/state/validation.jsonl\n"
                           "log.syslog=false\n"
                           "log.passes=true\n"
                           "log.control=false\n"
                           "evidence.directory=evidence\n"
                           "enforce.quarantine=quarantine\n"
                           "sampling.percentage=100\n"
                           "validation.log_validation_failures=true\n"
                           "validation.enable_wrapper_validation=true";

static bool make_environments(struct trial *t) {
    const char *with[] = {t->preload, t->sets, NULL};
    const char *disabled[] = {t->preload, t->sets, STATE_VARIABLE, NULL};
    t->plain = child_environment(NULL);
    t->with = child_environment(with);
    t->disabled = child_environment(disabled);
    return t->plain != NULL && t->with != NULL && t->disabled != NULL;
}

static int make_directories(struct trial *t, struct error *e) {
    static const char *const names[] = {"state", "in", "plain", "with"};
    char path[TRIAL_PATH + 64];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        text_print(path, sizeof path, "%s/%s", t->directory, names[i]);
        if (mkdir(path, 0700) != 0)
            return error_set(e, errno, "%s: %s", path, strerror(errno));
    }
    for (size_t i = 0; i <= SPECIMEN_LARGE; i++) {
        text_print(path, sizeof path, "%s/in/%zu.gif", t->directory, i);
        int result = specimen_write(i, path, e);
        if (result != 0)
            return result;
    }
    return 0;
}

int trial_begin(struct trial *t, int64_t seconds, struct error *e) {
    char object[PATH_MAX];
    const char *above = getenv("TMPDIR");
    *t = (struct trial){.seconds = seconds};
    int result = program_object(object, sizeof object, e);
    if (result != 0)
        return result;
    text_print(t->directory, sizeof t->directory, "%s/gifvet-preflight.XXXXXX",
               above != NULL && above[0] == '/' ? above : "/tmp");
    if (mkdtemp(t->directory) == NULL) {
        result = error_set(e, errno, "%s: %s", t->directory, strerror(errno));
        t->directory[0] = '\0';
        return result;
    }
    text_print(t->log, sizeof t->log, "%s/state/validation.jsonl", t->directory);
    text_print(t->kill_switch, sizeof t->kill_switch, "%s/state/EMERGENCY_DISABLE", t->directory);
    text_print(t->preload, sizeof t->preload, "LD_PRELOAD=%s", object);
    text_print(t->sets, sizeof t->sets, sets, t->directory, t->directory);
    if (!make_environments(t))
        return error_set(e, ENOMEM, "no memory");
    return make_directories(t, e);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
    (void)st, (void)kind, (void)at;
    (void)remove(path);
    return 0;
}

void trial_end(struct trial *t) {
    if (t->directory[0] != '\0')
        (void)nftw(t->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(t->plain);
    free(t->with);
    free(t->disabled);
    *t = (struct trial){0};
}

/* ---- one compression ---- */

struct job {
    const struct trial_candidate *of;
    size_t specimen;
    char directory[TRIAL_PATH + 48], output[TRIAL_PATH + 56];
    pid_t pid;
    int64_t deadline_us;
    struct child_end end;
    size_t verdicts, passed, faults;
};

static int copy(const char *from, const char *to) {
    uint8_t *bytes = NULL;
    size_t n = 0;
    struct error e = {0};
    if (file_read(from, OUTPUT_MOST, &bytes, &n, &e) != 0)
        return -1;
    FILE *out = fopen(to, "we");
    bool good = out != NULL && fwrite(bytes, 1, n, out) == n;
    good = out != NULL && fclose(out) == 0 && good;
    free(bytes);
    return good ? 0 : -1;
}

/* A directory with in.gif, below `kind` ("with", "plain"). */
static bool job_make(const struct trial *t, struct job *j, const char *kind, size_t number) {
    char from[TRIAL_PATH + 32], to[TRIAL_PATH + 64];
    text_print(j->directory, sizeof j->directory, "%s/%s/%zu", t->directory, kind, number);
    text_print(j->output, sizeof j->output, "%s.out", j->directory);
    text_print(from, sizeof from, "%s/in/%zu.gif", t->directory, j->specimen);
    text_print(to, sizeof to, "%s/in.gif", j->directory);
    return mkdir(j->directory, 0700) == 0 && copy(from, to) == 0;
}

static struct child child_of(const struct trial *t, const struct job *j, char **environment) {
    return (struct child){.path = j->of->path,
                          .argv = j->of->program->argv,
                          .environment = environment,
                          .directory = j->directory,
                          .output = j->output,
                          .seconds = t->seconds};
}

static struct child_end run(struct trial *t, const struct job *j, char **environment) {
    const struct child c = child_of(t, j, environment);
    const struct child_end end = child_run(&c);
    if (end.late)
        t->hangs = j->of->program;
    return end;
}

static bool same_file(const char *a, const char *b) {
    uint8_t *x = NULL, *y = NULL;
    size_t n = 0, m = 0;
    struct error e = {0};
    int first = file_read(a, OUTPUT_MOST, &x, &n, &e),
        second = file_read(b, OUTPUT_MOST, &y, &m, &e);
    bool same = first == second && (first != 0 || (n == m && memcmp(x, y, n) == 0));
    free(x);
    free(y);
    return same;
}

/* What the host of one did that the other's did not, or NULL. */
static const char *difference(const struct job *with, const struct job *plain) {
    char a[TRIAL_PATH + 64], b[TRIAL_PATH + 64];
    if (with->end.late || with->end.status != plain->end.status)
        return "exit status";
    if (!same_file(with->output, plain->output))
        return "messages";
    text_print(a, sizeof a, "%s/out.gif", with->directory);
    text_print(b, sizeof b, "%s/out.gif", plain->directory);
    return same_file(a, b) ? NULL : "output";
}

static void note(char *problem, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The first one counts. */
static void note(char *problem, size_t size, const char *format, ...) {
    va_list args;
    if (problem[0] != '\0')
        return;
    va_start(args, format);
    vsnprintf(problem, size, format, args);
    va_end(args);
}

/* ---- one that hangs ---- */

/* Does it? *problem then says so, whatever else it said. */
static bool hangs(const struct trial *t, const struct trial_candidate *of, char *problem,
                  size_t size) {
    if (t->hangs != of->program)
        return false;
    text_print(problem, size, "%s did not end within %lld s", of->program->name,
               (long long)t->seconds);
    return true;
}

/* ---- records ---- */

struct reading {
    struct job *jobs;
    size_t jobs_used, records, failed;
};

/* .../with/NUMBER/out.gif */
static size_t number_in(struct log_text path) {
    static const char before[] = "/with/";
    const char *at = path.at != NULL ? memmem(path.at, path.n, before, sizeof before - 1) : NULL;
    size_t number = 0;
    if (at == NULL)
        return SIZE_MAX;
    for (at += sizeof before - 1; at < path.at + path.n && *at >= '0' && *at <= '9'; at++)
        number = 10 * number + (size_t)(*at - '0');
    return number;
}

static void take(void *context, const struct log_record *r) {
    struct reading *all = context;
    bool fault = log_text_is(r->type, "judge_fault");
    if (!fault && !log_text_is(r->type, "validation"))
        return;
    all->records++;
    all->failed += r->passed == LOG_FALSE;
    size_t number = number_in(r->output.path);
    if (number >= all->jobs_used)
        return;
    all->jobs[number].verdicts++;
    all->jobs[number].faults += fault;
    all->jobs[number].passed += r->passed == LOG_TRUE;
}

/* Reads the scratch log; nothing there is nothing recorded. */
static struct reading read_records(const struct trial *t, struct job *jobs, size_t n) {
    struct reading all = {.jobs = jobs, .jobs_used = n};
    void *contexts[] = {&all};
    const char *path = t->log;
    struct log_read_counts counts;
    const struct log_reading reading = {.paths = &path,
                                        .paths_used = 1,
                                        .since_us = INT64_MIN,
                                        .workers = 1,
                                        .take = take,
                                        .alone = true,
                                        .contexts = contexts};
    if (access(path, F_OK) == 0)
        (void)log_read("preflight", &reading, &counts);
    return all;
}

static void forget_records(const struct trial *t) {
    (void)unlink(t->log);
}

/* ---- load ---- */

/* What each candidate does to each specimen without gifvet. */
static bool run_plain(struct trial *t, struct job *plain, const struct trial_candidate *of,
                      size_t candidates, struct trial_load *load) {
    for (size_t i = 0; i < candidates * SPECIMENS; i++) {
        struct job *j = &plain[i];
        j->of = &of[i / SPECIMENS];
        j->specimen = i % SPECIMENS;
        if (!job_make(t, j, "plain", i)) {
            note(load->problem, sizeof load->problem, "%s: %s", j->directory, strerror(errno));
            return false;
        }
        j->end = run(t, j, t->plain);
        if (j->end.late) {
            note(load->problem, sizeof load->problem,
                 "%s did not end within %lld s on specimen %zu without gifvet",
                 j->of->program->name, (long long)t->seconds, j->specimen);
            return false;
        }
        if (j->end.status != 0)
            note(load->problem, sizeof load->problem,
                 "%s exits with %d on specimen %zu without gifvet", j->of->program->name,
                 j->end.status, j->specimen);
    }
    return true;
}

static void ended(struct job *jobs, size_t n, struct child_end end) {
    for (size_t i = 0; i < n; i++)
        if (jobs[i].pid == end.pid)
            jobs[i].end = end;
}

static bool is_running(const struct job *j) {
    return j->pid > 0 && j->end.pid == 0;
}

/* Waits for any of them, no longer than the one may take that runs for the longest time. */
static void one_ends(struct trial *t, struct job *jobs, size_t n, struct trial_load *load) {
    const struct job *first = jobs;
    while (first < jobs + n - 1 && !is_running(first))
        first++;
    const struct child_end end = child_wait(-1, first->deadline_us);
    if (!end.late) {
        ended(jobs, n, end);
        return;
    }
    child_end_all();
    t->hangs = first->of->program;
    note(load->problem, sizeof load->problem,
         "%s did not end within %lld s on specimen %zu with gifvet", first->of->program->name,
         (long long)t->seconds, first->specimen);
    for (size_t i = 0; i < n; i++)
        if (is_running(&jobs[i]))
            jobs[i].end.late = true;
}

/* All of them, `parallel` at a time. */
static void run_with(struct trial *t, struct job *jobs, size_t n, size_t parallel,
                     struct trial_load *load) {
    size_t running = 0;
    for (size_t i = 0; i < n && t->hangs == NULL; i++) {
        const struct child c = child_of(t, &jobs[i], t->with);
        if (running == parallel) {
            one_ends(t, jobs, i, load);
            running--;
        }
        if (t->hangs != NULL)
            return;
        jobs[i].deadline_us = sys_now_us() + t->seconds * 1000000;
        jobs[i].pid = child_start(&c);
        if (jobs[i].pid > 0)
            running++;
        else
            jobs[i].end.status = 127;
    }
    for (; running > 0 && t->hangs == NULL; running--)
        one_ends(t, jobs, n, load);
}

static void judge_job(const struct job *j, const struct job *plain, struct trial_load *load) {
    const char *name = j->of->program->name, *differs = difference(j, plain);
    load->same += differs == NULL;
    load->verdicts += j->verdicts == 1 && j->faults == 0;
    load->passed += j->passed == 1;
    if (differs != NULL)
        note(load->problem, sizeof load->problem, "%s has another %s with gifvet than without",
             name, differs);
    if (j->verdicts != 1)
        note(load->problem, sizeof load->problem, "%s: %zu verdicts on one output", name,
             j->verdicts);
    else if (j->faults > 0)
        note(load->problem, sizeof load->problem, "%s: the judge faulted", name);
    else if (j->passed != 1)
        note(load->problem, sizeof load->problem,
             "%s: specimen %zu did not pass (a verdict of false or null)", name, j->specimen);
}

struct trial_load trial_load(struct trial *t, const struct trial_candidate *of, size_t candidates,
                             size_t parallel) {
    struct trial_load load = {.problem = ""};
    const size_t each = candidates * SPECIMENS;
    const size_t rounds = each < 2 * parallel ? (2 * parallel + each - 1) / each : 1;
    struct job *plain = calloc(each, sizeof *plain), *jobs = calloc(rounds * each, sizeof *jobs);
    load.jobs = rounds * each;
    if (plain == NULL || jobs == NULL) {
        note(load.problem, sizeof load.problem, "no memory");
    } else if (run_plain(t, plain, of, candidates, &load)) {
        for (size_t i = 0; i < load.jobs; i++) {
            jobs[i].of = plain[i % each].of;
            jobs[i].specimen = plain[i % each].specimen;
            if (!job_make(t, &jobs[i], "with", i))
                note(load.problem, sizeof load.problem, "%s: %s", jobs[i].directory,
                     strerror(errno));
        }
        int64_t began = sys_now_us();
        run_with(t, jobs, load.jobs, parallel, &load);
        load.seconds = (double)(sys_now_us() - began) / 1e6;
        (void)read_records(t, jobs, load.jobs);
        for (size_t i = 0; i < load.jobs; i++)
            judge_job(&jobs[i], &plain[i % each], &load);
    }
    free(plain);
    free(jobs);
    return load;
}

/* ---- overhead ---- */

static double cpu_ms(struct trial *t, const struct job *j, char **environment, bool *good) {
    char output[TRIAL_PATH + 64];
    text_print(output, sizeof output, "%s/out.gif", j->directory);
    (void)unlink(output); /* some ask before they overwrite */
    const struct child_end end = run(t, j, environment);
    *good = *good && !end.late && end.status == 0 && end.cpu_us > 0;
    return (double)end.cpu_us / 1000;
}

/* In turns, and each first as often as the other: what the machine does meanwhile meets both. */
static bool add_pair(struct trial *t, const struct job *j, size_t number, double *ratio,
                     double *plain) {
    bool good = true;
    double with = number % 2 == 0 ? cpu_ms(t, j, t->with, &good) : 0;
    *plain = good ? cpu_ms(t, j, t->plain, &good) : 0;
    if (good && number % 2 != 0)
        with = cpu_ms(t, j, t->with, &good);
    *ratio = good ? with / *plain : (double)NAN;
    return good;
}

struct trial_overhead trial_overhead(struct trial *t, const struct trial_candidate *of,
                                     double limit) {
    static const size_t looks[] = {11, 21, 41, PAIRS_MOST};
    struct trial_overhead o = {.problem = ""};
    double ratios[PAIRS_MOST], plain[PAIRS_MOST], sorted[PAIRS_MOST];
    static size_t serial;
    struct job j = {.of = of, .specimen = SPECIMEN_LARGE};
    if (hangs(t, of, o.problem, sizeof o.problem))
        return o;
    if (!job_make(t, &j, "plain", JOBS_MAX + serial++)) {
        note(o.problem, sizeof o.problem, "%s: %s", j.directory, strerror(errno));
        return o;
    }
    for (size_t look = 0; look < sizeof looks / sizeof *looks; look++) {
        for (; o.pairs < looks[look]; o.pairs++)
            if (!add_pair(t, &j, o.pairs, &ratios[o.pairs], &plain[o.pairs])) {
                if (!hangs(t, of, o.problem, sizeof o.problem))
                    note(o.problem, sizeof o.problem, "%s did not end with 0", of->program->name);
                return o;
            }
        memcpy(sorted, ratios, sizeof sorted);
        o.ratio = median_interval(sorted, o.pairs);
        if (o.ratio.high <= limit || o.ratio.low > limit)
            break;
    }
    o.plain_ms = median_interval(plain, o.pairs).value;
    forget_records(t);
    return o;
}

/* ---- damage ---- */

bool trial_finds_damage(struct trial *t, char problem[200]) {
    static const struct trial_program dd = {
        "dd", {"dd", "if=in.gif", "of=out.gif", "bs=1000", "count=2"}};
    struct trial_candidate of = {.program = &dd};
    struct job j = {.of = &of};
    struct error e = {0};
    problem[0] = '\0';
    forget_records(t);
    if (program_find("dd", of.path, sizeof of.path, &e) != 0)
        note(problem, 200, "%.190s", e.message);
    else if (!job_make(t, &j, "plain", 2 * JOBS_MAX))
        note(problem, 200, "%.150s: %s", j.directory, strerror(errno));
    if (problem[0] != '\0')
        return false;
    (void)run(t, &j, t->with);
    const struct reading r = read_records(t, NULL, 0);
    if (r.failed != 1)
        note(problem, 200, "%zu verdicts, %zu of them failed", r.records, r.failed);
    forget_records(t);
    return r.failed == 1;
}

/* ---- kill switch ---- */

static size_t records_of(struct trial *t, const struct job *j, char **environment) {
    char output[TRIAL_PATH + 64];
    text_print(output, sizeof output, "%s/out.gif", j->directory);
    (void)unlink(output);
    forget_records(t);
    if (t->hangs != j->of->program)
        (void)run(t, j, environment);
    return read_records(t, NULL, 0).records;
}

bool trial_obeys_switch(struct trial *t, const struct trial_candidate *of, char problem[200]) {
    struct job j = {.of = of, .specimen = SPECIMENS - 1};
    problem[0] = '\0';
    if (!job_make(t, &j, "plain", 2 * JOBS_MAX + 1)) {
        note(problem, 200, "%.150s: %s", j.directory, strerror(errno));
        return false;
    }
    if (records_of(t, &j, t->with) != 1)
        note(problem, 200, "nothing is judged without it either");
    int fd = open(t->kill_switch, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        note(problem, 200, "%.150s: %s", t->kill_switch, strerror(errno));
    else
        close(fd);
    if (records_of(t, &j, t->with) != 0)
        note(problem, 200, "outputs are judged in spite of the file");
    (void)unlink(t->kill_switch);
    if (records_of(t, &j, t->disabled) != 0)
        note(problem, 200, "outputs are judged in spite of the variable");
    if (records_of(t, &j, t->with) != 1)
        note(problem, 200, "nothing is judged after the file has gone");
    (void)hangs(t, of, problem, 200);
    forget_records(t);
    return problem[0] == '\0';
}
