/* What the host is and has.
 *
 * Rooms: system · compressors · configuration · the log's growth · resources */
#include "command/child.h"
#include "command/clock.h"
#include "command/preflight.h"
#include "command/program.h"
#include "operate/amount.h"
#include "operate/danger.h"
#include "operate/log_reader.h"

#include <errno.h>
#include <gif_lib.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define DAY_US INT64_C(86400000000)
#define HOUR_US INT64_C(3600000000)
#define MIB 1048576.0

/* ---- system ---- */

/* The loader says what it cannot load before the program says anything, and goes on without it. */
static void object(struct preflight *p, const char *preload) {
    const char *const argv[] = {"gifvet", "version", NULL}, *const more[] = {preload, NULL};
    char self[PATH_MAX], *said = NULL;
    char **with = child_environment(more);
    int status = 127;
    if (with != NULL && child_self(self, sizeof self))
        said = child_said(self, argv, with, &status);
    if (said != NULL && status == 0 && strncmp(said, "gifvet ", 7) == 0)
        sheet_add(&p->sheet, SHEET_OK, "system", "glibc", "%s; its loader takes %s",
                  gnu_get_libc_version(), preload + sizeof "LD_PRELOAD=" - 1);
    else
        sheet_add(&p->sheet, SHEET_FAILED, "system", "glibc", "%s: %s", gnu_get_libc_version(),
                  said != NULL ? said : strerror(errno));
    free(said);
    free(with);
}

static void libraries(struct preflight *p) {
    char path[PATH_MAX], preload[PATH_MAX + 16];
    struct error e = {0};
    if (program_object(path, sizeof path, &e) == 0) {
        text_print(preload, sizeof preload, "LD_PRELOAD=%s", path);
        object(p, preload);
    } else {
        sheet_add(&p->sheet, SHEET_FAILED, "system", "glibc", "%s", e.message);
    }
    sheet_add(&p->sheet, SHEET_OK, "system", "giflib", "%d.%d.%d, linked", GIFLIB_MAJOR,
              GIFLIB_MINOR, GIFLIB_RELEASE);
}

static void kernel(struct preflight *p) {
    struct utsname u;
    bool descriptors = access("/proc/self/fd", R_OK | X_OK) == 0;
    if (uname(&u) != 0)
        sheet_add(&p->sheet, SHEET_FAILED, "system", "kernel", "%s", strerror(errno));
    else
        sheet_add(&p->sheet, descriptors ? SHEET_OK : SHEET_FAILED, "system", "kernel",
                  "%s %s %s; /proc/self/fd can%s be read", u.sysname, u.release, u.machine,
                  descriptors ? "" : "not");
}

/* ---- compressors ---- */

static bool is_wanted(const struct preflight *p, const char *name) {
    for (size_t i = 0; i < p->wanted_used; i++)
        if (strcmp(p->wanted[i], name) == 0)
            return true;
    return p->wanted_used == 0;
}

static void compressor(struct preflight *p, const struct trial_program *program,
                       struct text *gone) {
    struct trial_candidate *c = &p->candidates[p->candidates_used];
    char part[64];
    struct error e = {0};
    text_print(part, sizeof part, "compressor %s", program->name);
    int found = program_find(program->name, c->path, sizeof c->path, &e);
    if (found == ENOENT && p->wanted_used == 0) {
        text_add(gone, "%s%s", gone->used > 0 ? ", " : "", program->name);
    } else if (found != 0 || program_hookable(c->path, &e) != 0) {
        sheet_add(&p->sheet, SHEET_FAILED, "system", part, "%s", e.message);
    } else if (!text_matches_any(p->conf.include, program->name) ||
               text_matches_any(p->conf.exclude, program->name)) {
        sheet_add(&p->sheet, SHEET_NOT_APPLICABLE, "system", part,
                  "%s is left out by programs.include or programs.exclude", c->path);
    } else {
        sheet_add(&p->sheet, SHEET_OK, "system", part, "%s can be hooked", c->path);
        c->program = program;
        p->candidates_used++;
    }
}

static void compressors(struct preflight *p) {
    char names[256];
    struct text gone = text_over(names, sizeof names);
    for (size_t i = 0; i < trial_programs_count; i++)
        if (is_wanted(p, trial_programs[i].name))
            compressor(p, &trial_programs[i], &gone);
    if (gone.used > 0)
        sheet_add(&p->sheet, SHEET_NOT_APPLICABLE, "system", "other compressors",
                  "not found in PATH: %s", gone.at);
    if (p->candidates_used == 0)
        sheet_add(&p->sheet, SHEET_FAILED, "system", "compressors",
                  "there is none that gifvet could be tried on");
}

void preflight_system(struct preflight *p) {
    libraries(p);
    kernel(p);
    compressors(p);
}

/* ---- configuration ---- */

static const char *environment(const char *name) {
    return getenv(name);
}

/* A danger may be in one program's overlay alone. */
static void look(struct preflight *p, size_t number, const struct conf *overlays) {
    struct danger d = danger_look(&p->conf, number);
    const char *of = NULL;
    for (size_t i = 0; i < p->candidates_used && !d.is; i++) {
        d = danger_look(&overlays[i], number);
        of = p->candidates[i].program->name;
    }
    if (!d.is)
        d = danger_look(&p->conf, number);
    sheet_add(&p->sheet, d.is ? SHEET_FAILED : SHEET_OK, "configuration", d.name, "%s%s%s", d.value,
              d.is && of != NULL ? ", for " : "", d.is && of != NULL ? of : "");
}

static void dangers(struct preflight *p) {
    struct conf *overlays = calloc(PREFLIGHT_PROGRAMS, sizeof *overlays);
    if (overlays == NULL) {
        sheet_add(&p->sheet, SHEET_FAILED, "configuration", "dangerous values", "no memory");
        return;
    }
    for (size_t i = 0; i < p->candidates_used; i++) {
        const struct conf_input in = {.program = p->candidates[i].program->name,
                                      .getenv = environment,
                                      .superuser = geteuid() == 0};
        (void)conf_load(&overlays[i], &in);
    }
    for (size_t i = 0; i < DANGERS; i++)
        look(p, i, overlays);
    free(overlays);
}

static void kill_switch(struct preflight *p) {
    const struct health_facts *f = &p->surroundings.facts;
    if (f->variable != NULL && f->variable[0] != '\0')
        sheet_add(&p->sheet, SHEET_FAILED, "configuration", "kill switch not set",
                  "GIFLAB_VALIDATION_EMERGENCY_DISABLE is set");
    else if (f->kill_switch == ENOENT)
        sheet_add(&p->sheet, SHEET_OK, "configuration", "kill switch not set",
                  "%s/EMERGENCY_DISABLE is not there", p->conf.state_dir);
    else
        sheet_add(&p->sheet, SHEET_FAILED, "configuration", "kill switch not set",
                  "%s/EMERGENCY_DISABLE: %s", p->conf.state_dir,
                  f->kill_switch == 0 ? "it is there" : strerror(f->kill_switch));
}

void preflight_configuration(struct preflight *p) {
    static const char *const modes[] = {"shadow", "alert", "enforce"};
    const struct conf *c = &p->conf;
    const char *file = c->file[0] != '\0' ? c->file : "built-in defaults";
    bool on = c->enable_wrapper_validation && c->percentage > 0;
    if (p->problems > 0)
        sheet_add(&p->sheet, SHEET_FAILED, "configuration", "valid",
                  "%s: %zu mistakes (gifvet config check says which)", file, p->problems);
    else
        sheet_add(&p->sheet, SHEET_OK, "configuration", "valid", "%s", file);
    sheet_add(&p->sheet, on ? SHEET_OK : SHEET_FAILED, "configuration", "validation on",
              "%s, mode %s, %g %% of the outputs", c->enable_wrapper_validation ? "on" : "off",
              modes[c->mode], c->percentage);
    dangers(p);
    kill_switch(p);
}

/* ---- the log's growth ---- */

struct growing {
    struct preflight_growth of;
    int64_t since_us, first_us, at_us;
};

static void take_time(void *context, const struct log_record *r) {
    struct growing *g = context;
    g->at_us = r->time_us;
}

static bool take_line(void *context, const char *text, size_t n) {
    struct growing *g = context;
    bool is_record = log_record_read(text, n, take_time, g) == LOG_RECORD;
    if (!is_record)
        return false;
    if (g->at_us > g->of.last_us)
        g->of.last_us = g->at_us;
    if (g->at_us < g->since_us)
        return true;
    if (g->first_us == 0 || g->at_us < g->first_us)
        g->first_us = g->at_us;
    g->of.bytes += n + 1;
    g->of.records++;
    return true;
}

struct preflight_growth preflight_growth(const struct preflight *p) {
    struct growing g = {.since_us = p->wall_us - DAY_US};
    void *contexts[] = {&g};
    const char *path = p->conf.log_path;
    struct stat st;
    struct log_read_counts counts;
    const struct log_reading reading = {.paths = &path,
                                        .paths_used = 1,
                                        .since_us = INT64_MIN,
                                        .workers = 1,
                                        .line = take_line,
                                        .contexts = contexts};
    if (p->conf.log_syslog || stat(path, &st) != 0 || st.st_size == 0)
        return g.of;
    (void)log_read("preflight", &reading, &counts);
    int64_t span = p->wall_us - g.first_us;
    if (g.of.records > 0)
        g.of.bytes_day =
            (double)g.of.bytes * (double)DAY_US / (double)(span > HOUR_US ? span : HOUR_US);
    return g.of;
}

/* ---- resources ---- */

static void writable(struct preflight *p, const char *name, const struct health_place *place) {
    sheet_add(&p->sheet, place->error == 0 ? SHEET_OK : SHEET_FAILED, "resources", name,
              "%s can%s be written%s%s", place->path, place->error == 0 ? "" : "not",
              place->error != 0 ? ": " : "", place->error != 0 ? strerror(place->error) : "");
}

static void disk(struct preflight *p) {
    const struct conf *c = &p->conf;
    const struct preflight_growth g = preflight_growth(p);
    const struct health_facts *f = &p->surroundings.facts;
    double log_needs = g.bytes_day * (double)p->days;
    double kept =
        ((conf_keeps_evidence(c) ? (double)c->evidence_mb : 0) +
         (c->mode == CONF_ENFORCE && c->quarantine[0] != '\0' ? (double)c->quarantine_mb : 0)) *
        MIB;
    double needs = log_needs + kept + (double)c->health_min_free_mb * MIB;
    int64_t least = f->state_file.free_bytes;
    if (f->log.free_bytes >= 0 && (least < 0 || f->log.free_bytes < least))
        least = f->log.free_bytes;
    char free_text[AMOUNT_SIZE], rate[AMOUNT_SIZE], needed[AMOUNT_SIZE], others[AMOUNT_SIZE];
    if (least < 0) {
        sheet_add(&p->sheet, SHEET_FAILED, "resources", "free disk", "it cannot be told");
        return;
    }
    sheet_add(&p->sheet, (double)least >= needs ? SHEET_OK : SHEET_FAILED, "resources", "free disk",
              "%s free; %s for %lld days of log at %s a day, and %s that stays free or "
              "is for evidence",
              amount_bytes(free_text, (double)least), amount_bytes(needed, log_needs),
              (long long)p->days, amount_bytes(rate, g.bytes_day),
              amount_bytes(others, needs - log_needs));
}

/* KiB of /proc/meminfo's line of that name, or -1. */
static double memory_kib(const char *name) {
    char line[128];
    double kib = -1;
    FILE *in = fopen("/proc/meminfo", "re");
    while (in != NULL && fgets(line, sizeof line, in) != NULL) {
        char *end, *colon = strchr(line, ':');
        if (colon == NULL || strncmp(line, name, (size_t)(colon - line)) != 0 ||
            strlen(name) != (size_t)(colon - line))
            continue;
        kib = strtod(colon + 1, &end);
    }
    if (in != NULL)
        (void)fclose(in);
    return kib;
}

static void memory(struct preflight *p) {
    char there[AMOUNT_SIZE], needed[AMOUNT_SIZE];
    double available = memory_kib("MemAvailable") * 1024;
    double needs = (double)p->conf.memory_mb * MIB * (double)p->parallel;
    if (available < 0)
        sheet_add(&p->sheet, SHEET_FAILED, "resources", "memory", "/proc/meminfo does not say");
    else
        sheet_add(&p->sheet, available >= needs ? SHEET_OK : SHEET_FAILED, "resources", "memory",
                  "%s available; %s if %lld processes reach limits.memory_mb at once",
                  amount_bytes(there, available), amount_bytes(needed, needs),
                  (long long)p->parallel);
}

void preflight_resources(struct preflight *p) {
    writable(p, "state", &p->surroundings.facts.state_file);
    writable(p, "log", &p->surroundings.facts.log);
    disk(p);
    memory(p);
}
