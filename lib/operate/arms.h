/* The two arms of the sampling, test (judged) and control (left alone), side by side.
 *
 * Times are from the start of the process to the end of the close of its first output (elapsed_us:
 * judging included, where it was done). They are skewed, by orders of magnitude between programs,
 * so their ratio is what is compared: the difference of the means of their logarithms, whose Welch
 * interval is one of the ratio of geometric means. A bootstrap would need all times in memory; with
 * the dozens of runs that any answer needs it says the same of logarithms. */
#ifndef GIFVET_OPERATE_ARMS_H
#define GIFVET_OPERATE_ARMS_H

#include "operate/log_record.h"
#include "operate/statistics.h"

enum arm { ARM_TEST, ARM_CONTROL, ARMS };

#define ARMS_PROGRAMS_MAX 64
#define ARMS_STATUSES 256

struct arm_times {
    struct statistics_sample log_us; /* natural logarithms */
    struct statistics_sample us;
};

struct arm_figures {
    uint64_t processes; /* by their first output */
    uint64_t outputs;
    uint64_t passed, failed;
    uint64_t untimed; /* processes of records without a time (older ones) */
    uint64_t exits[ARMS_STATUSES];
    struct statistics_sample bytes;
    struct arm_times times;
};

struct arms_program {
    char name[64];
    struct arm_times of[ARMS];
};

struct arms {
    struct arm_figures of[ARMS];
    struct arms_program programs[ARMS_PROGRAMS_MAX];
    size_t programs_used;
};

/* A log_take with a struct arms (all zero at first) as its context. */
void arms_take(void *context, const struct log_record *r);
void arms_merge(struct arms *to, const struct arms *from);

/* test over control, 1 = the same. */
struct statistics_interval arms_ratio(const struct arm_times of[ARMS]);

/* The same, taken within each program and put together by what each can tell (inverse variance):
 * where the arms are not of the same time, as when only one program's passes are on record by now,
 * it is not the mix of programs that is compared. */
struct statistics_interval arms_ratio_within(const struct arms *a);

/* Why the arms are not to be compared, or NULL. */
const char *arms_unfit(const struct arms *a);

enum arms_answer { ARMS_CANNOT_TELL, ARMS_CHEAPER, ARMS_DEARER };

/* Does judging cost more than `share` (0.1) of the time? By the interval of the ratio. */
enum arms_answer arms_cost(struct statistics_interval ratio, double share);

#endif
