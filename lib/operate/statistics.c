/* Rooms: two by two tables · means */
#include "operate/statistics.h"

#include <math.h>

/* lgamma() is a thread's own with its sign; the plain one writes a global. */
static double log_factorial(double n) {
    int sign;
    return lgamma_r(n + 1, &sign);
}

/* ---- two by two tables ---- */

static double log_choose(double n, double k) {
    return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

/* The hypergeometric distribution: k hits among the n of the group, of `hits` among `all`. */
static double log_chance(double k, double n, double hits, double all) {
    return log_choose(hits, k) + log_choose(all - hits, n - k) - log_choose(all, n);
}

static double larger(double a, double b) {
    return a > b ? a : b;
}

static double smaller(double a, double b) {
    return a < b ? a : b;
}

/* All tables from one end to the other, each chance from its neighbour's. There are few of them:
 * where the test is used (a cell of fewer than 10 to be expected) no more than the root of 10 times
 * `all`. Tables as likely as this one count whatever rounding says. */
static double log_fisher(double k, double n, double hits, double all) {
    double least = larger(0, n + hits - all), last = smaller(n, hits);
    double seen = log_chance(k, n, hits, all), one = log_chance(least, n, hits, all), sum = 0;
    for (int64_t step = 0; step <= (int64_t)(last - least); step++) {
        double i = least + (double)step;
        if (one <= seen + 1e-7)
            sum += exp(one - seen);
        if (i < last)
            one += log((hits - i) * (n - i) / ((i + 1) * (all - hits - n + i + 1)));
    }
    /* This table itself at the least. */
    return smaller(0, seen + log(larger(sum, 1)));
}

/* log erfc(x) where erfc() itself would be 0: the first terms of its asymptotic series (Abramowitz
 * and Stegun 7.1.23). */
static double log_erfc(double x) {
    if (x < 25)
        return log(erfc(x));
    double y = 1 / (2 * x * x);
    return -x * x - log(x * sqrt(M_PI)) + log1p(-y + 3 * y * y);
}

double statistics_log_p(const struct statistics_table *t, bool *exact) {
    double a = (double)t->in_hit, n = (double)t->in_all, c = (double)t->out_hit;
    double m = (double)t->out_all, hits = a + c, all = n + m;
    double expected = all > 0 ? smaller(n, m) * smaller(hits, all - hits) / all : 0;
    *exact = expected < 10;
    if (n == 0 || m == 0 || hits == 0 || hits == all)
        return 0;
    if (*exact)
        return log_fisher(a, n, hits, all);
    double off = a * (m - c) - (n - a) * c;
    double square = off / n * off / m / hits / (all - hits) * all;
    return log_erfc(sqrt(square / 2));
}

double statistics_log_p_least(uint64_t n, uint64_t hits, uint64_t all) {
    double most = (double)(hits < n ? hits : n);
    return n == 0 || n == all ? 0 : log_chance(most, (double)n, (double)hits, (double)all);
}

static double part(double seen, double expected) {
    return seen > 0 ? seen * log(seen / expected) : 0;
}

double statistics_g(const struct statistics_table *t) {
    double a = (double)t->in_hit, n = (double)t->in_all, c = (double)t->out_hit;
    double m = (double)t->out_all, hits = a + c, all = n + m;
    if (n == 0 || m == 0 || hits == 0 || hits == all)
        return 0;
    double rate = hits / all;
    return 2 * (part(a, n * rate) + part(n - a, n * (1 - rate)) + part(c, m * rate) +
                part(m - c, m * (1 - rate)));
}

/* ---- means ---- */

void statistics_add(struct statistics_sample *s, double x) {
    double off = x - s->mean;
    s->n++;
    s->mean += off / (double)s->n;
    s->squares += off * (x - s->mean);
}

void statistics_merge(struct statistics_sample *s, const struct statistics_sample *more) {
    if (more->n == 0)
        return;
    double n = (double)s->n, m = (double)more->n, off = more->mean - s->mean;
    s->mean += off * m / (n + m);
    s->squares += more->squares + off * off * n * m / (n + m);
    s->n += more->n;
}

double statistics_variance(const struct statistics_sample *s) {
    return s->n < 2 ? 0 : s->squares / (double)(s->n - 1);
}

/* The regularised incomplete beta function by its continued fraction (Numerical Recipes 6.4, after
 * Lentz): converges quickly for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x) {
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double h = d;
    for (int m = 1; m < 10000; m++) {
        for (int odd = 0; odd < 2; odd++) {
            double k = odd ? -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
                           : m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 + k * d;
            d = 1 / (fabs(d) < tiny ? tiny : d);
            c = 1 + k / c;
            c = fabs(c) < tiny ? tiny : c;
            h *= d * c;
        }
        if (fabs(d * c - 1) < 1e-15)
            break;
    }
    return h;
}

static double beta(double a, double b, double x) {
    double front = exp(log_factorial(a + b - 1) - log_factorial(a - 1) - log_factorial(b - 1) +
                       a * log(x) + b * log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
                                     : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

/* By halving: P(|T| > t) = I_x(v/2, 1/2), x = v / (v + t²), falls as t grows. */
double statistics_t(double degrees) {
    double low = 1.95, high = 13;
    if (degrees > 1e7)
        return 1.959963984540054;
    for (int i = 0; i < 60; i++) {
        double t = (low + high) / 2;
        if (beta(degrees / 2, 0.5, degrees / (degrees + t * t)) > 0.05)
            low = t;
        else
            high = t;
    }
    return (low + high) / 2;
}

struct statistics_interval statistics_welch(const struct statistics_sample *a,
                                            const struct statistics_sample *b) {
    struct statistics_interval i = {.value = a->mean - b->mean};
    if (a->n < 2 || b->n < 2)
        return i;
    double u = statistics_variance(a) / (double)a->n, v = statistics_variance(b) / (double)b->n;
    double half = 0;
    if (u + v > 0) {
        double degrees =
            (u + v) * (u + v) / (u * u / (double)(a->n - 1) + v * v / (double)(b->n - 1));
        half = statistics_t(degrees) * sqrt(u + v);
    }
    i.known = true;
    i.low = i.value - half;
    i.high = i.value + half;
    return i;
}

static void wilson(double k, double n, double *low, double *high) {
    const double z = 1.959963984540054;
    double middle = k + z * z / 2, half = z * sqrt(k * (n - k) / n + z * z / 4);
    *low = (middle - half) / (n + z * z);
    *high = (middle + half) / (n + z * z);
}

struct statistics_interval statistics_shares(uint64_t a, uint64_t n, uint64_t b, uint64_t m) {
    struct statistics_interval i = {0};
    double low_a, high_a, low_b, high_b;
    if (n == 0 || m == 0)
        return i;
    double p = (double)a / (double)n, q = (double)b / (double)m;
    wilson((double)a, (double)n, &low_a, &high_a);
    wilson((double)b, (double)m, &low_b, &high_b);
    i.known = true;
    i.value = p - q;
    i.low = i.value - sqrt((p - low_a) * (p - low_a) + (high_b - q) * (high_b - q));
    i.high = i.value + sqrt((high_a - p) * (high_a - p) + (q - low_b) * (q - low_b));
    return i;
}
