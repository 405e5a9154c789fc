/* The judge's thresholds: what the [validation] and [limits] settings come to.
 *
 * The names are the settings' names; units are part of them. lib/conf fills this from the
 * configuration, judge_limits_default() from the built-in defaults (the same values). */
#ifndef GIFVET_JUDGE_LIMITS_H
#define GIFVET_JUDGE_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

struct judge_limits {
    double frame_ratio_tolerance;         /* of the asked ratio, absolute: 0.05 */
    int64_t min_frames_required;          /* frames: 1 */
    int64_t color_count_tolerance;        /* colours: 2 */
    double min_color_reduction_percent;   /* share of the source's colours, 0 to 1: 0.05 */
    double fps_tolerance;                 /* share of the source's rate: 0.1 */
    double min_fps;                       /* frames a second: 0.1 */
    double max_fps;                       /* frames a second: 60 */
    int64_t timing_grid_ms;               /* milliseconds: 10 */
    int64_t timing_max_drift_ms;          /* milliseconds: 100 */
    int64_t timing_duration_diff_ms;      /* milliseconds: 50 */
    double timing_alignment_accuracy_min; /* share of the source's changes, 0 to 1: 0.9 */
    int64_t min_file_size_bytes;          /* bytes: 100 */
    double max_file_size_mb;              /* MiB (1,048,576 bytes): 50 */
    bool quality_enabled;                 /* compare the pictures: true */
    int64_t quality_max_instants;         /* pictures measured, 0 = all that differ: 0 */
    int64_t validation_timeout_ms;        /* milliseconds, 0 = none: 5000 */
};

#endif
