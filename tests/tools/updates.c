/* Counts validations into a state directory as the preload object does, as many and of what kind as
 * told:
 *
 *     updates DIRECTORY RESULT COUNT [KEY=VALUE]...
 *
 * RESULT: passed, failed, skipped, timed_out, fault, control; or closed: outputs that are closed
 * and get no verdict. KEY: check (that failed), program, time_us, bytes_in, bytes_out, arena, slow
 * (0 or 1), ago_s (so long before now), performance (1: look at the mode after each, with 10 ms and
 * 20 ms and a dwell of 0). */
#include "judge/judge.h"
#include "state/state.h"
#include "sys/sys.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    struct state_validation v;
    int64_t ago_s, performance;
};

static int usage(const char *what) {
    fprintf(stderr, "updates: %s (DIRECTORY RESULT COUNT [KEY=VALUE]...)\n", what);
    return 2;
}

static bool set_check(struct options *o, const char *name) {
    for (size_t c = 0; c < JUDGE_CHECKS; c++)
        if (strcmp(judge_check_name((enum judge_check)c), name) == 0) {
            o->v.outcomes[c] = JUDGE_FAIL;
            return true;
        }
    return false;
}

static bool set(struct options *o, const char *option) {
    int64_t n = 0;
    const char *value = strchr(option, '=');
    if (value == NULL)
        return false;
    size_t key = (size_t)(value++ - option);
    if (strncmp(option, "check=", key + 1) == 0)
        return set_check(o, value);
    if (strncmp(option, "program=", key + 1) == 0) {
        o->v.program = value;
        return true;
    }
    if (!text_to_int(value, false, &n))
        return false;
    if (strncmp(option, "time_us=", key + 1) == 0)
        o->v.time_us = n;
    else if (strncmp(option, "bytes_in=", key + 1) == 0)
        o->v.bytes_in = (uint64_t)n;
    else if (strncmp(option, "bytes_out=", key + 1) == 0)
        o->v.bytes_out = (uint64_t)n;
    else if (strncmp(option, "arena=", key + 1) == 0)
        o->v.arena_bytes = (uint64_t)n;
    else if (strncmp(option, "slow=", key + 1) == 0)
        o->v.slow = n != 0;
    else if (strncmp(option, "ago_s=", key + 1) == 0)
        o->ago_s = n;
    else if (strncmp(option, "performance=", key + 1) == 0)
        o->performance = n;
    else
        return false;
    return true;
}

static bool set_result(struct options *o, const char *name) {
    for (enum state_result r = 0; r < STATE_RESULTS; r++)
        if (strcmp(state_result_name(r), name) == 0) {
            o->v.result = r;
            return true;
        }
    return strcmp(name, "closed") == 0;
}

static int count(struct state *s, struct options *o, bool only_closed) {
    const struct state_performance_limits limits = {10, 20, 10, 0};
    struct state_change change;
    o->v.wall_us = sys_wall_us() - o->ago_s * 1000000;
    int result = state_closed(s, o->v.wall_us);
    if (only_closed || result != 0)
        return result;
    result = state_update(s, &o->v);
    if (o->performance != 0)
        (void)state_performance(s, &limits, o->v.wall_us, &change);
    return result;
}

int main(int argc, char **argv) {
    static struct state s;
    struct options o = {.v = {.outcomes_used = JUDGE_CHECKS, .program = "updates"}};
    int64_t times;
    if (argc < 4 || !text_to_int(argv[3], false, &times))
        return usage("wrong call");
    if (!set_result(&o, argv[2]))
        return usage("no such result");
    for (int i = 4; i < argc; i++)
        if (!set(&o, argv[i]))
            return usage(argv[i]);
    int result = state_open(&s, argv[1]);
    for (int64_t i = 0; i < times && result == 0; i++)
        result = count(&s, &o, strcmp(argv[2], "closed") == 0);
    if (result != 0)
        fprintf(stderr, "updates: %s\n", strerror(-result));
    return result != 0;
}
