/* The median of numbers of any distribution. Pure. */
#ifndef GIFVET_OPERATE_MEDIAN_H
#define GIFVET_OPERATE_MEDIAN_H

#include "operate/statistics.h"

#include <stddef.h>

/* The median of n numbers with its confidence interval of 95 % or a little more: between two of
 * the numbers themselves, whose ranks follow from the binomial distribution (sign test). Sorts
 * values. known is false with fewer than six, of which no two are far enough apart; then only value
 * is filled (NAN of none). */
struct statistics_interval median_interval(double *values, size_t n);

#endif
