#include "operate/danger.h"

#include <stdio.h>

/* One row a setting; quarantine stands for itself. */
static const struct {
    const char *key;
    double most;
    const char *why;
} rows[DANGERS - 1] = {
    {"frame_ratio_tolerance", 0.5, "half of the frames may be lost"},
    {"fps_tolerance", 0.5, "an animation may run at half its speed"},
    {"color_count_tolerance", 50, "a palette may be far larger than asked for"},
    {"max_file_size_mb", 100, "judging such files takes seconds and hundreds of megabytes"},
    {"min_file_size_bytes", 10000, "healthy small files fail"},
};

static double value_of(const struct conf *c, size_t number) {
    switch (number) {
    case 0:
        return c->limits.frame_ratio_tolerance;
    case 1:
        return c->limits.fps_tolerance;
    case 2:
        return (double)c->limits.color_count_tolerance;
    case 3:
        return c->limits.max_file_size_mb;
    default:
        return (double)c->limits.min_file_size_bytes;
    }
}

static struct danger look_for_quarantine(const struct conf *c) {
    struct danger d = {.name = "enforce with a quarantine"};
    d.is = c->mode == CONF_ENFORCE && c->quarantine[0] == '\0';
    if (c->mode != CONF_ENFORCE)
        snprintf(d.value, sizeof d.value, "nothing is rejected in this mode");
    else if (d.is)
        snprintf(d.value, sizeof d.value,
                 "enforce.quarantine is empty: rejected outputs stay under their names");
    else
        snprintf(d.value, sizeof d.value, "%.120s", c->quarantine);
    return d;
}

struct danger danger_look(const struct conf *c, size_t number) {
    if (number >= DANGERS - 1)
        return look_for_quarantine(c);
    struct danger d = {.name = rows[number].key};
    double value = value_of(c, number);
    d.is = value > rows[number].most;
    snprintf(d.value, sizeof d.value, "%g, %s %g%s%s", value, d.is ? "over" : "at most",
             rows[number].most, d.is ? ": " : "", d.is ? rows[number].why : "");
    return d;
}
