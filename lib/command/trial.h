/* Real compressions, tried in a scratch directory with a state directory of their own: without
 * gifvet and with it, under the configuration in force with everything judged and recorded.
 *
 * Not for several threads; the calling process must have no other children. */
#ifndef GIFVET_COMMAND_TRIAL_H
#define GIFVET_COMMAND_TRIAL_H

#include "operate/statistics.h"
#include "text/error.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRIAL_PATH 512
#define TRIAL_ARGUMENTS 16

/* How a compressor makes out.gif of in.gif. */
struct trial_program {
    const char *name;
    const char *argv[TRIAL_ARGUMENTS];
};
extern const struct trial_program trial_programs[];
extern const size_t trial_programs_count;

/* One that is there and can be hooked. */
struct trial_candidate {
    const struct trial_program *program;
    char path[PATH_MAX];
};

struct trial {
    char directory[TRIAL_PATH], log[TRIAL_PATH + 32], kill_switch[TRIAL_PATH + 32];
    int64_t seconds;                   /* that one compression may take */
    const struct trial_program *hangs; /* the last that took longer, and was ended; NULL: none */
    char preload[PATH_MAX + 16], sets[4096];
    char **plain, **with, **disabled; /* environments: without gifvet, with it, with the kill
                                         switch's variable */
};

/* Makes the scratch directory (below TMPDIR, else /tmp) and the specimens in it. Returns 0, or an
 * errno value with e filled. trial_end() in either case: removes all of it. */
int trial_begin(struct trial *t, int64_t seconds, struct error *e);
void trial_end(struct trial *t);

/* All candidates over all specimens, `parallel` at a time, at least twice as many compressions as
 * that. Where one hangs, all are ended and no more are begun. */
struct trial_load {
    size_t jobs;
    size_t same;     /* exit status, bytes and messages as without gifvet */
    size_t verdicts; /* outputs with exactly one verdict */
    size_t passed;
    double seconds;    /* that all of it took with gifvet */
    char problem[320]; /* the first thing that was not as it should be, "" = none */
};
struct trial_load trial_load(struct trial *t, const struct trial_candidate *of, size_t candidates,
                             size_t parallel);

/* CPU time with over without gifvet, in interleaved pairs; as many as it takes for the interval of
 * the median to leave `limit` (1.1) on one side, within reason. */
struct trial_overhead {
    size_t pairs;
    struct statistics_interval ratio;
    double plain_ms;   /* median, without gifvet */
    char problem[200]; /* "" = none */
};
struct trial_overhead trial_overhead(struct trial *t, const struct trial_candidate *of,
                                     double limit);

/* Is a GIF that dd cuts short said to have failed? */
bool trial_finds_damage(struct trial *t, char problem[200]);

/* Is nothing judged with the file or the variable, and is it again without? */
bool trial_obeys_switch(struct trial *t, const struct trial_candidate *of, char problem[200]);

#endif
