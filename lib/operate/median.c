#include "operate/median.h"

#include <math.h>
#include <stdlib.h>

#define OUTSIDE 0.025 /* on either side */

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* How many numbers may be left out at either end: the most for which the median is beyond them with
 * a probability of OUTSIDE at most. -1: none may. */
static long left_out(size_t n) {
    double log_term = -(double)n * log(2), sum = 0;
    for (size_t k = 0; k < n; k++) {
        sum += exp(log_term);
        if (sum > OUTSIDE)
            return (long)k - 1;
        log_term += log((double)(n - k) / (double)(k + 1));
    }
    return -1;
}

struct statistics_interval median_interval(double *values, size_t n) {
    struct statistics_interval i = {.value = NAN};
    if (n == 0)
        return i;
    qsort(values, n, sizeof *values, by_value);
    i.value = (values[(n - 1) / 2] + values[n / 2]) / 2;
    long k = left_out(n);
    if (k < 0)
        return i;
    i.known = true;
    i.low = values[k];
    i.high = values[n - 1 - (size_t)k];
    return i;
}
