/* Tests and intervals. Pure, for any thread; allocates nothing. */
#ifndef GIFVET_OPERATE_STATISTICS_H
#define GIFVET_OPERATE_STATISTICS_H

#include <stdbool.h>
#include <stdint.h>

/* How often something happened inside a group and outside of it. */
struct statistics_table {
    uint64_t in_hit, in_all, out_hit, out_all;
};

/* Natural logarithm of the probability of a table at least this uneven, in either direction, if the
 * group made no difference. Fisher's exact test (all tables with these margins that are no likelier
 * than this one) where a cell of fewer than 10 is to be expected, else Pearson's chi-squared with
 * one degree of freedom. 0 when a margin is empty. */
double statistics_log_p(const struct statistics_table *t, bool *exact);

/* The least that the above can come to for n of `all` in the group and `hits` hits in all, when the
 * group is where the hits are. */
double statistics_log_p_least(uint64_t n, uint64_t hits, uint64_t all);

/* Twice the logarithm of the likelihood ratio (the G statistic): for ranking. */
double statistics_g(const struct statistics_table *t);

/* Mean and spread of numbers that come one by one (Welford; merging: Chan et al.). */
struct statistics_sample {
    uint64_t n;
    double mean, squares; /* squares: sum of squared deviations from the mean */
};
void statistics_add(struct statistics_sample *s, double x);
void statistics_merge(struct statistics_sample *s, const struct statistics_sample *more);
double
statistics_variance(const struct statistics_sample *s); /* of the sample, n - 1; 0 below two */

/* Difference of two means, a - b, with its 95 % confidence interval (Welch, degrees of freedom by
 * Welch and Satterthwaite). known is false with fewer than two numbers on a side. */
struct statistics_interval {
    bool known;
    double value, low, high;
};
struct statistics_interval statistics_welch(const struct statistics_sample *a,
                                            const struct statistics_sample *b);

/* The same for two shares, a of n and b of m (Newcombe's hybrid of Wilson's intervals). */
struct statistics_interval statistics_shares(uint64_t a, uint64_t n, uint64_t b, uint64_t m);

/* The 97.5 % point of Student's t. */
double statistics_t(double degrees);

#endif
