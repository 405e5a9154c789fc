/* gifvet gate: may the rollout go on to a phase, or to a larger share of the outputs?
 *
 * Rooms: usage · evidence · text · JSON */
#include "operate/gate.h"
#include "command/clock.h"
#include "command/command.h"
#include "command/in_force.h"
#include "command/schema.h"
#include "command/style.h"
#include "command/terminal.h"
#include "operate/arms.h"
#include "operate/log_reader.h"
#include "operate/standing.h"
#include "operate/surroundings.h"
#include "sys/sys.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY_US 86400e6
#define WORKERS_MAX 8

/* ---- usage ---- */

struct asked {
    enum conf_phase to; /* CONF_PHASE_NONE: the present one */
    double percentage;  /* NAN: the present one */
    bool json;
};

static int complain(const char *what, const char *about) {
    fprintf(stderr, "gifvet gate: %s", what);
    terminal_print(stderr, about, SIZE_MAX);
    fputc('\n', stderr);
    return 2;
}

static int take_percentage(struct asked *a, const char *value) {
    if (value == NULL || !text_to_double(value, &a->percentage) || a->percentage < 0 ||
        a->percentage > 100)
        return complain("--percentage takes 0 to 100, not ", value != NULL ? value : "nothing");
    return 0;
}

static int parse(struct asked *a, int argc, char **argv) {
    int result = 0;
    *a = (struct asked){.percentage = (double)NAN};
    for (int i = 1; i < argc && result == 0; i++)
        if (strcmp(argv[i], "--json") == 0)
            a->json = true;
        else if (strcmp(argv[i], "--percentage") == 0)
            result = take_percentage(a, argv[++i]);
        else if (argv[i][0] == '-' || a->to != CONF_PHASE_NONE)
            result = complain("takes one PHASE, --percentage N and --json, not ", argv[i]);
        else if (!gate_phase(argv[i], &a->to) || a->to == CONF_PHASE_NONE)
            result = complain("the phases are bluegreen, shadow, alert, production and enforce, "
                              "not ",
                              argv[i]);
    return result;
}

/* ---- evidence ---- */

/* Everything that the gates are about; what they point to. */
struct evidence {
    struct conf host; /* as it is in force for whoever asks: says where state and log are */
    struct conf file; /* the file alone: the phase of the host is what it says */
    struct surroundings surroundings;
    struct health health;
    char health_why[1024];
    struct standing_evidence standing;
    int64_t now_us;
    struct gate_facts facts;
};

static int64_t written_us(const char *path) {
    struct stat st;
    if (path[0] == '\0' || stat(path, &st) != 0)
        return 0;
    return (int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000;
}

static void ask_health(struct evidence *e) {
    health_judge(&e->surroundings.facts, &e->health);
    struct text why = text_over(e->health_why, sizeof e->health_why);
    for (size_t i = 0; i < e->health.used; i++)
        text_add(&why, "%s%s", i > 0 ? "; " : "", e->health.issues[i].message);
    text_add(&why, "%s%s", why.used > 0 && e->health.unknown[0] != '\0' ? "; " : "",
             e->health.unknown);
    e->facts.health = e->health.status;
    e->facts.health_why = e->health_why;
    e->facts.disabled = health_disabled(&e->health);
}

static double days_since(int64_t us, int64_t now_us) {
    return us > 0 && us <= now_us ? (double)(now_us - us) / DAY_US : (double)NAN;
}

static void ask_standing(struct evidence *e, const struct state_snapshot *snapshot) {
    struct standing recorded;
    struct error error = {0};
    int result = standing_read(e->host.state_dir, &recorded, &error);
    if (result != 0 && result != ENOENT)
        fprintf(stderr, "gifvet gate: %s: taken as if it were not there\n", error.message);
    e->standing = standing_evidence(&e->file, result == 0 ? &recorded : NULL,
                                    written_us(e->file.file), snapshot, e->now_us);
    e->facts.in_phase = e->standing.in_phase;
    e->facts.in_step = e->standing.in_step;
    e->facts.days_in_phase = days_since(e->standing.phase_us, e->now_us);
    e->facts.days_in_step = days_since(e->standing.step_us, e->now_us);
}

/* The arms of the log's last [rollout] overhead_days, as gifvet ab compares them. */
static void ask_overhead(struct evidence *e) {
    static struct arms all, each[WORKERS_MAX];
    struct log_read_counts counts;
    void *contexts[WORKERS_MAX];
    const char *paths[] = {e->host.log_path};
    for (size_t i = 0; i < WORKERS_MAX; i++)
        contexts[i] = &each[i];
    if (access(paths[0], F_OK) != 0) {
        e->facts.overhead_unfit = "there is no log";
        return;
    }
    const double days = e->file.rollout_overhead_days;
    const struct log_reading reading = {.paths = paths,
                                        .paths_used = 1,
                                        .since_us = days > 0 ? e->now_us - (int64_t)(days * DAY_US)
                                                             : INT64_MIN,
                                        .workers = log_workers(),
                                        .take = arms_take,
                                        .contexts = contexts};
    (void)log_read("gate", &reading, &counts);
    for (size_t i = 0; i < WORKERS_MAX; i++)
        arms_merge(&all, &each[i]);
    e->facts.overhead_unfit = arms_unfit(&all);
    e->facts.overhead = arms_ratio_within(&all);
}

/* 0, or 2 after saying why. */
static int ask(struct evidence *e, const struct asked *a, struct state_snapshot *snapshot) {
    if (in_force_load(&e->host, &e->file, "gate") != 0)
        return 2;
    e->now_us = sys_wall_us();
    surroundings_ask(&e->surroundings, &e->host, 0, snapshot, e->now_us);
    e->facts.conf = &e->file;
    e->facts.to = a->to != CONF_PHASE_NONE ? a->to : e->file.rollout_phase;
    e->facts.percentage = isnan(a->percentage) ? e->file.percentage : a->percentage;
    if (e->surroundings.facts.state == NULL)
        e->facts.state_problem = e->surroundings.facts.state_problem;
    ask_health(e);
    ask_standing(e, e->surroundings.facts.state);
    if (e->facts.to > e->file.rollout_phase || e->facts.percentage > e->file.percentage)
        ask_overhead(e);
    return 0;
}

/* ---- text ---- */

static void print_since(const char *what, int64_t us, double days) {
    char when[CLOCK_SIZE];
    if (us > 0)
        printf("%s since %s (%.1f days)", what, clock_local(when, us), isnan(days) ? 0 : days);
    else
        printf("%s since when is not known", what);
}

static void print_standing(const struct evidence *e) {
    printf("phase %s, %.6g %% of the outputs", gate_phase_name(e->file.rollout_phase),
           e->file.percentage);
    if (e->file.rollout_phase != CONF_PHASE_NONE) {
        print_since("; the phase", e->standing.phase_us, e->facts.days_in_phase);
        print_since(", the step", e->standing.step_us, e->facts.days_in_step);
    }
    printf("\nconfiguration ");
    terminal_print(stdout, e->file.file[0] != '\0' ? e->file.file : "built in", SIZE_MAX);
    printf("\n");
}

static void print_gates(const struct evidence *e, const struct gates *g) {
    static const char *const signs[] = {"ok", "NO", "??"};
    static const enum style styles[] = {STYLE_GOOD, STYLE_BAD, STYLE_DOUBTFUL};
    if (g->used == 0) {
        printf("no gates: %s\n",
               e->file.rollout_phase == e->facts.to && e->file.percentage == e->facts.percentage
                   ? "nothing is asked for that is not so already"
                   : "going down, or staying, needs no leave");
        return;
    }
    for (size_t i = 0; i < g->used; i++) {
        const struct gate *gate = &g->of[i];
        printf("  ");
        style_print(stdout, styles[gate->answer], signs[gate->answer]);
        printf("  %-13s %-34s %s\n", gate_kind_name(gate->kind), gate->told, gate->wanted);
        if (gate->answer == GATE_PASSED)
            continue;
        printf("      ");
        terminal_print(stdout, gate->hint, SIZE_MAX);
        printf("\n");
    }
    if (g->phase_up)
        printf("from %s to %s", gate_phase_name(e->file.rollout_phase),
               gate_phase_name(e->facts.to));
    if (g->step_up)
        printf("%sfrom %.6g %% to %.6g %%", g->phase_up ? ", " : "", e->file.percentage,
               e->facts.percentage);
    printf(": %s\n", g->passed ? "all gates passed" : "not all gates passed");
}

/* ---- JSON ---- */

static json_t *number(double x) {
    return isnan(x) ? json_null() : json_real(x);
}

static json_t *json_gate(const struct gate *g) {
    return json_pack("{s:s, s:s, s:o, s:o, s:s, s:s, s:s}", "gate", gate_kind_name(g->kind),
                     "answer", gate_answer_name(g->answer), "figure", number(g->figure), "limit",
                     number(g->limit), "told", g->told, "wanted", g->wanted, "hint", g->hint);
}

static int print_json(const struct evidence *e, const struct gates *g) {
    char phase[CLOCK_SIZE], step[CLOCK_SIZE];
    const struct standing_evidence *s = &e->standing;
    json_t *gates = json_array();
    for (size_t i = 0; i < g->used; i++)
        json_array_append_new(gates, json_gate(&g->of[i]));
    json_t *j = json_pack("{s:s, s:f, s:s, s:f, s:s?, s:s?, s:o, s:o, s:b, s:o}", "phase",
                          gate_phase_name(e->file.rollout_phase), "percentage", e->file.percentage,
                          "to", gate_phase_name(e->facts.to), "to_percentage", e->facts.percentage,
                          "phase_since", s->phase_us > 0 ? clock_utc(phase, s->phase_us) : NULL,
                          "step_since", s->step_us > 0 ? clock_utc(step, s->step_us) : NULL,
                          "days_in_phase", number(e->facts.days_in_phase), "days_in_step",
                          number(e->facts.days_in_step), "passed", g->passed, "gates", gates);
    schema_set(j, "gate");
    char *text = j != NULL ? json_dumps(j, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) : NULL;
    json_decref(j);
    if (text == NULL)
        return complain("no memory", "");
    puts(text);
    free(text);
    return 0;
}

int command_gate(int argc, char **argv) {
    static struct evidence e;
    struct gates g;
    struct asked a;
    if (parse(&a, argc, argv) != 0)
        return 2;
    struct state_snapshot *snapshot = calloc(1, sizeof *snapshot);
    int result = snapshot != NULL ? ask(&e, &a, snapshot) : complain("no memory", "");
    free(snapshot);
    if (result != 0)
        return result;
    gate_judge(&e.facts, &g);
    if (a.json)
        result = print_json(&e, &g);
    else {
        print_standing(&e);
        print_gates(&e, &g);
    }
    if (fflush(stdout) != 0 || ferror(stdout))
        return complain("cannot print: ", strerror(errno));
    return result != 0 ? result : !g.passed;
}
