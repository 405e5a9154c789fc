/* Rooms: names · issues · each condition · the judgement */
#include "operate/health.h"

#include "operate/summary.h"
#include "text/text.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#define MIB (INT64_C(1) << 20)
#define SECOND_US INT64_C(1000000)
#define PEAK_HOURS 24

/* ---- names ---- */

static const struct {
    const char *name;
    enum health_status status; /* what a host with it is at least */
} kinds[HEALTH_KINDS] = {
    [HEALTH_DISABLED_VARIABLE] = {"disabled_variable", HEALTH_DEGRADED},
    [HEALTH_DISABLED_FILE] = {"disabled_file", HEALTH_DEGRADED},
    [HEALTH_DISABLED_CONFIGURATION] = {"disabled_configuration", HEALTH_DEGRADED},
    [HEALTH_CONFIGURATION_BROKEN] = {"configuration_broken", HEALTH_DEGRADED},
    [HEALTH_CONSECUTIVE_FAILURES] = {"consecutive_failures", HEALTH_UNHEALTHY},
    [HEALTH_MEMORY] = {"memory", HEALTH_DEGRADED},
    [HEALTH_PERFORMANCE_MODE] = {"performance_mode", HEALTH_DEGRADED},
    [HEALTH_STATE_UNWRITABLE] = {"state_unwritable", HEALTH_DEGRADED},
    [HEALTH_LOG_UNWRITABLE] = {"log_unwritable", HEALTH_DEGRADED},
    [HEALTH_DISK_LOW] = {"disk_low", HEALTH_DEGRADED},
    [HEALTH_NO_VERDICT] = {"no_verdict", HEALTH_DEGRADED},
};

const char *health_status_name(enum health_status s) {
    static const char *const names[] = {"healthy", "degraded", "unhealthy", "unknown"};
    return names[s];
}

const char *health_kind_name(enum health_kind k) {
    return kinds[k].name;
}

/* ---- issues ---- */

static void issue(struct health *h, enum health_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void issue(struct health *h, enum health_kind kind, const char *format, ...) {
    va_list args;
    struct health_issue *i = &h->issues[h->used++];
    i->kind = kind;
    struct text t = text_over(i->message, sizeof i->message);
    va_start(args, format);
    text_addv(&t, format, args);
    va_end(args);
    if (kinds[kind].status > h->status)
        h->status = kinds[kind].status;
}

bool health_has(const struct health *h, enum health_kind kind) {
    for (size_t i = 0; i < h->used; i++)
        if (h->issues[i].kind == kind)
            return true;
    return false;
}

bool health_disabled(const struct health *h) {
    return health_has(h, HEALTH_DISABLED_VARIABLE) || health_has(h, HEALTH_DISABLED_FILE) ||
           health_has(h, HEALTH_DISABLED_CONFIGURATION);
}

/* ---- each condition ---- */

static void disabled(const struct health_facts *f, struct health *h) {
    const struct conf *c = f->conf;
    if (f->variable != NULL && f->variable[0] != '\0')
        issue(h, HEALTH_DISABLED_VARIABLE,
              "validation is off: GIFLAB_VALIDATION_EMERGENCY_DISABLE is set");
    if (f->kill_switch == 0)
        issue(h, HEALTH_DISABLED_FILE, "validation is off: %s/EMERGENCY_DISABLE exists%s",
              c->state_dir, f->kill_switch_says != NULL ? f->kill_switch_says : "");
    if (!c->enable_wrapper_validation)
        issue(h, HEALTH_DISABLED_CONFIGURATION,
              "validation is off: enable_wrapper_validation = false");
    else if (!(c->percentage > 0))
        issue(h, HEALTH_DISABLED_CONFIGURATION, "validation is off: [sampling] percentage = 0");
    if (f->configuration_problems > 0)
        issue(h, HEALTH_CONFIGURATION_BROKEN,
              "%zu mistakes in the configuration: defaults are in force in their stead (gifvet "
              "config check)",
              f->configuration_problems);
}

static void failures(const struct health_facts *f, struct health *h) {
    const uint64_t most = (uint64_t)f->conf->health_max_consecutive_failures;
    if (f->state->consecutive_failures > most)
        issue(h, HEALTH_CONSECUTIVE_FAILURES,
              "the last %llu verdicts failed (more than %llu; gifvet log --failed)",
              (unsigned long long)f->state->consecutive_failures, (unsigned long long)most);
}

static uint64_t peak(const struct health_facts *f) {
    uint64_t most = 0;
    size_t n = summary_hours(f->state, f->wall_us, PEAK_HOURS);
    for (size_t i = 0; i < n; i++)
        if (f->state->hours[i].arena_bytes > most)
            most = f->state->hours[i].arena_bytes;
    return most;
}

static void memory(const struct health_facts *f, struct health *h) {
    const uint64_t most = (uint64_t)(f->conf->health_max_memory_mb * MIB);
    if (h->arena_bytes > most)
        issue(h, HEALTH_MEMORY, "a validation of the last %d hours took %.1f MiB (more than %llu)",
              PEAK_HOURS, (double)h->arena_bytes / (double)MIB,
              (unsigned long long)f->conf->health_max_memory_mb);
}

static void mode(const struct health_facts *f, struct health *h) {
    const struct state_snapshot *s = f->state;
    if (s->mode == STATE_NORMAL)
        return;
    if (s->mode_since_us > 0 && s->mode_since_us <= f->wall_us)
        issue(h, HEALTH_PERFORMANCE_MODE, "performance mode is %s for %lld s",
              state_mode_name(s->mode), (long long)((f->wall_us - s->mode_since_us) / SECOND_US));
    else
        issue(h, HEALTH_PERFORMANCE_MODE, "performance mode is %s", state_mode_name(s->mode));
}

/* Outputs of the control arm get no verdict, and are not waited for. */
static void stale(const struct health_facts *f, struct health *h) {
    const struct state_snapshot *s = f->state;
    const int64_t most = f->conf->health_stale_after * SECOND_US;
    const int64_t since = s->last_verdict_us > 0 ? s->last_verdict_us : s->began_us;
    uint64_t told = 0;
    for (size_t i = 0; i < STATE_RESULTS; i++)
        told += s->results[i];
    if (most == 0 || s->outputs <= told || s->last_output_us <= s->last_verdict_us ||
        f->wall_us - since < most)
        return;
    issue(h, HEALTH_NO_VERDICT,
          "no verdict for %lld s (%lld wanted at the most), though outputs were closed since: %llu "
          "are without one",
          (long long)((f->wall_us - since) / SECOND_US), (long long)f->conf->health_stale_after,
          (unsigned long long)(s->outputs - told));
}

static void writable(struct health *h, enum health_kind kind, const char *what,
                     const struct health_place *p) {
    if (p->error != 0)
        issue(h, kind, "the %s %s cannot be written: %s", what, p->path,
              p->error == EPERM ? "refused, another user could replace it (gifvet doctor)"
                                : strerror(p->error));
}

static void disk(const struct health_facts *f, struct health *h) {
    const struct health_place *places[] = {&f->state_file, &f->log};
    for (size_t i = 0; i < 2; i++) {
        const struct health_place *p = places[i];
        if (p->free_bytes < 0 || p->free_bytes >= f->conf->health_min_free_mb * MIB)
            continue;
        issue(h, HEALTH_DISK_LOW, "%lld MiB free for %s, %lld wanted",
              (long long)(p->free_bytes / MIB), p->path, (long long)f->conf->health_min_free_mb);
        return;
    }
}

/* ---- the judgement ---- */

static void unknown(const struct health_facts *f, struct health *h) {
    struct text t = text_over(h->unknown, sizeof h->unknown);
    if (f->state == NULL)
        text_add(&t, "%s", f->state_problem);
    if (f->kill_switch != 0 && f->kill_switch != ENOENT)
        text_add(&t, "%s%s/EMERGENCY_DISABLE: %s", t.used > 0 ? "; " : "", f->conf->state_dir,
                 strerror(f->kill_switch));
}

void health_judge(const struct health_facts *f, struct health *h) {
    *h = (struct health){.status = HEALTH_HEALTHY};
    disabled(f, h);
    if (f->state != NULL) {
        h->arena_bytes = peak(f);
        failures(f, h);
        memory(f, h);
        mode(f, h);
    }
    writable(h, HEALTH_STATE_UNWRITABLE, "state", &f->state_file);
    writable(h, HEALTH_LOG_UNWRITABLE, "log", &f->log);
    disk(f, h);
    if (f->state != NULL)
        stale(f, h);
    unknown(f, h);
    if (h->status == HEALTH_HEALTHY && h->unknown[0] != '\0')
        h->status = HEALTH_UNKNOWN;
    h->fresh = h->status == HEALTH_UNKNOWN && f->no_state_yet &&
               (f->kill_switch == 0 || f->kill_switch == ENOENT);
}
