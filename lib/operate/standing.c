/* Rooms: counts · the file · evidence */
#include "operate/standing.h"

#include "operate/summary.h"
#include "operate/textfile.h"
#include "sys/place.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MOST 1024
#define HEAD "gifvet rollout 1\n"
#define HOUR_US INT64_C(3600000000)

/* ---- counts ---- */

static struct gate_counts counts_of(const struct state_hour *h) {
    const struct summary_row row = summary_row(h);
    return (struct gate_counts){.passed = h->results[STATE_PASSED],
                                .failed = h->results[STATE_FAILED],
                                .validations = row.validations,
                                .slow = h->slow,
                                .faults = h->results[STATE_FAULT]};
}

struct standing_since standing_now(const struct state_snapshot *snapshot, int64_t wall_us) {
    struct standing_since s = {.wall_us = wall_us};
    if (snapshot == NULL)
        return s;
    const struct state_hour whole = summary_whole(snapshot);
    s.began_us = snapshot->began_us;
    s.counts = counts_of(&whole);
    return s;
}

/* ---- the file ---- */

static int print_since(char *to, size_t size, const char *name, const struct standing_since *s) {
    return snprintf(to, size,
                    "%s %" PRId64 " %" PRId64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
                    " %" PRIu64 "\n",
                    name, s->wall_us, s->began_us, s->counts.passed, s->counts.failed,
                    s->counts.validations, s->counts.slow, s->counts.faults);
}

int standing_write(const char *state_dir, const struct standing *s, struct error *e) {
    char text[FILE_MOST];
    int n = snprintf(text, sizeof text, HEAD "phase %s\npercentage %.17g\n",
                     gate_phase_name(s->phase), s->percentage);
    n += print_since(text + n, sizeof text - (size_t)n, "in_phase", &s->in_phase);
    n += print_since(text + n, sizeof text - (size_t)n, "in_step", &s->in_step);
    int fd = place_directory(state_dir, true);
    if (fd < 0)
        return error_set(e, -fd, "%s: %s", state_dir, strerror(-fd));
    close(fd);
    return textfile_replace(state_dir, STANDING_NAME, text, (size_t)n, e);
}

static bool scan_since(const char *line, const char *name, struct standing_since *s) {
    char key[16];
    return sscanf(line,
                  "%15s %" SCNd64 " %" SCNd64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
                  " %" SCNu64,
                  key, &s->wall_us, &s->began_us, &s->counts.passed, &s->counts.failed,
                  &s->counts.validations, &s->counts.slow, &s->counts.faults) == 8 &&
           strcmp(key, name) == 0;
}

static bool scan(char *text, struct standing *s) {
    char phase[16], *line[5];
    for (size_t i = 0; i < 5; i++) {
        line[i] = text;
        text = strchr(text, '\n');
        if (text == NULL)
            return false;
        *text++ = '\0';
    }
    return *text == '\0' && strcmp(line[0], "gifvet rollout 1") == 0 &&
           sscanf(line[1], "phase %15s", phase) == 1 && gate_phase(phase, &s->phase) &&
           sscanf(line[2], "percentage %lf", &s->percentage) == 1 &&
           scan_since(line[3], "in_phase", &s->in_phase) &&
           scan_since(line[4], "in_step", &s->in_step);
}

static int read_text(const char *state_dir, char text[FILE_MOST]) {
    struct stat st;
    int directory = place_directory(state_dir, false);
    if (directory < 0)
        return -directory;
    int fd = place_file(directory, STANDING_NAME, O_RDONLY, &st);
    close(directory);
    if (fd < 0)
        return -fd;
    ssize_t n = read(fd, text, FILE_MOST - 1);
    int result = n < 0 ? errno : 0;
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    return result;
}

int standing_read(const char *state_dir, struct standing *s, struct error *e) {
    char text[FILE_MOST];
    int result = read_text(state_dir, text);
    if (result == ENOENT)
        return ENOENT;
    if (result != 0)
        return error_set(e, result, "%s/%s: %s", state_dir, STANDING_NAME, strerror(result));
    if (!scan(text, s))
        return error_set(e, EINVAL, "%s/%s is damaged", state_dir, STANDING_NAME);
    return 0;
}

/* ---- evidence ---- */

static bool has_less(const struct gate_counts *now, const struct gate_counts *then) {
    return now->passed < then->passed || now->failed < then->failed ||
           now->validations < then->validations || now->slow < then->slow ||
           now->faults < then->faults;
}

/* All of now where the state was begun anew. */
static struct gate_counts counted_since(const struct standing_since *then,
                                        const struct standing_since *now) {
    struct gate_counts c = now->counts;
    if ((then->began_us != 0 && then->began_us != now->began_us) ||
        has_less(&now->counts, &then->counts))
        return c;
    c.passed -= then->counts.passed;
    c.failed -= then->counts.failed;
    c.validations -= then->counts.validations;
    c.slow -= then->counts.slow;
    c.faults -= then->counts.faults;
    return c;
}

static struct gate_counts counted_by_hours(const struct state_snapshot *s, int64_t since_us) {
    struct state_hour sum = {0};
    for (size_t i = 0; s != NULL && i < s->hours_used; i++)
        if (s->hours[i].hour >= since_us / HOUR_US + (since_us % HOUR_US != 0))
            summary_add(&sum, &s->hours[i]);
    return counts_of(&sum);
}

struct standing_evidence standing_evidence(const struct conf *c, const struct standing *recorded,
                                           int64_t written_us,
                                           const struct state_snapshot *snapshot, int64_t wall_us) {
    const struct standing_since now = standing_now(snapshot, wall_us);
    struct standing_evidence e = {.phase_us = written_us, .step_us = written_us};
    const bool same_phase = recorded != NULL && recorded->phase == c->rollout_phase;
    const bool same_step = same_phase && recorded->percentage == c->percentage;
    if (same_phase)
        e.phase_us = recorded->in_phase.wall_us;
    if (same_step)
        e.step_us = recorded->in_step.wall_us;
    e.in_phase = same_phase ? counted_since(&recorded->in_phase, &now)
                            : counted_by_hours(snapshot, written_us);
    e.in_step = same_step ? counted_since(&recorded->in_step, &now)
                          : counted_by_hours(snapshot, written_us);
    return e;
}
