#include "judge/figures.h"

/* Heapsort: the C library's qsort() may allocate. */
static void sift(double *a, size_t root, size_t n) {
    for (size_t child; (child = root * 2 + 1) < n; root = child) {
        if (child + 1 < n && a[child] < a[child + 1])
            child++;
        if (a[root] >= a[child])
            return;
        double t = a[root];
        a[root] = a[child];
        a[child] = t;
    }
}

double figures_median(double *values, size_t n) {
    if (n == 0)
        return 0;
    for (size_t i = n / 2; i-- > 0;)
        sift(values, i, n);
    for (size_t i = n; i-- > 1;) {
        double t = values[0];
        values[0] = values[i];
        values[i] = t;
        sift(values, 0, i);
    }
    return values[n / 2];
}

/* The natural logarithm of 1 to 65025: halved into 1 to 2, there by the series of
 * 2 artanh((x - 1) / (x + 1)), which converges by a ninth at each term. */
static double logarithm(double x) {
    double halvings = 0, sum = 0;
    while (x > 2) {
        x /= 2;
        halvings++;
    }
    double z = (x - 1) / (x + 1), power = z;
    for (int odd = 1; odd < 30; odd += 2, power *= z * z)
        sum += power / odd;
    return 2 * sum + halvings * 0.69314718055994531;
}

double figures_psnr(double mse) {
    if (mse <= 65025e-10)
        return 100;
    if (mse >= 65025)
        return 0;
    double ratio = 65025 / mse, tens = 0;
    while (ratio > 10) {
        ratio /= 10;
        tens++;
    }
    return 10 * (tens + logarithm(ratio) / 2.30258509299404568);
}

double figures_root(double x) {
    double guess = x > 1 ? x : 1;
    if (x <= 0)
        return 0;
    /* Newton's steps; the guess is halved until it is near, then its digits double. */
    for (int i = 0; i < 60; i++)
        guess = (guess + x / guess) / 2;
    return guess;
}

double figures_composite(double ssim, double psnr, double consistency) {
    double loud = psnr > 50 ? 1 : psnr / 50;
    return 0.65 * (ssim > 0 ? ssim : 0) + 0.25 * loud + 0.10 * consistency;
}
