/* Arithmetic of figures, without the mathematics library: the preload object needs libc alone. */
#ifndef GIFVET_JUDGE_FIGURES_H
#define GIFVET_JUDGE_FIGURES_H

#include <stddef.h>

/* The value that half of n values reach or stay under (the upper of two); 0 for none. Sorts them.
 */
double figures_median(double *values, size_t n);

/* Peak signal to noise ratio of a mean squared error of 8-bit levels, 10 log10(255² / mse), in
 * decibels, at most 100 (equal pictures). */
double figures_psnr(double mse);

/* The square root of a figure from 0 to 1e12, to 1e-9 of it. */
double figures_root(double x);

/* GifLab's composite of SSIM (0 to 1; for its two, which weigh 0.30 and 0.35), PSNR (decibels, 50
 * and more count as 50) and temporal consistency (0 to 1): 0.65, 0.25 and 0.10. */
double figures_composite(double ssim, double psnr, double consistency);

#endif
