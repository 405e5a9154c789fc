#include "command/investigate.h"

#include "text/text.h"

#include <math.h>
#include <string.h>

/* The least distance within which `share` of n lie; -1 when fewer have a distance that is known. */
static int within(const uint64_t *distances, uint64_t n, double part) {
    uint64_t sum = 0;
    for (int i = 0; i < GROUPS_DISTANCES - 1; i++) {
        sum += distances[i];
        if ((double)sum >= part * (double)n - 1e-9)
            return i;
    }
    return -1;
}

static uint64_t sum_of(const uint64_t *distances) {
    uint64_t sum = 0;
    for (size_t i = 0; i < GROUPS_DISTANCES; i++)
        sum += distances[i];
    return sum;
}

static void advise_frames(const struct groups *g, uint64_t failed, struct investigate_advice *a) {
    int all = within(g->ratio_off, failed, 0.95);
    uint64_t ratios = sum_of(g->ratio_off);
    int some = ratios > 0 ? within(g->ratio_off, ratios, 0.95) : -1;
    a->tolerance = all >= 0 ? ceil(all / 10.0) / 100 : NAN;
    if (all < 0)
        a->level = "note";
    if (all >= 0)
        text_print(a->text, sizeof a->text,
                   "frame_ratio_tolerance = %.2f would have passed 95 %% of these failures",
                   a->tolerance);
    else if (some >= 0)
        text_print(
            a->text, sizeof a->text,
            "frame_ratio_tolerance cannot pass 95 %%: %llu of %llu failures were of requests "
            "for no ratio, or far off; %.2f would have passed 95 %% of the %llu others",
            (unsigned long long)(failed - ratios), (unsigned long long)failed,
            ceil(some / 10.0) / 100, (unsigned long long)ratios);
    else
        text_print(a->text, sizeof a->text,
                   "frame_ratio_tolerance does not help: no ratio of frames was asked for in these "
                   "failures");
}

static void advise_colors(const struct groups *g, uint64_t failed, struct investigate_advice *a) {
    int all = within(g->colors_off, failed, 0.95);
    a->tolerance = all >= 0 ? all : NAN;
    if (all < 0)
        a->level = "note";
    if (all >= 0)
        text_print(a->text, sizeof a->text,
                   "color_count_tolerance = %d would have passed 95 %% of these failures", all);
    else
        text_print(
            a->text, sizeof a->text,
            "color_count_tolerance cannot be derived: the records do not say how many colours "
            "were too many");
}

struct investigate_advice investigate_advice(const struct groups *g, const struct groups_check *c) {
    struct investigate_advice a = {.level = "consider", .tolerance = NAN};
    if (strcmp(c->name, "frame_count") == 0 && c->failed > 10) {
        a.is = true;
        advise_frames(g, c->failed, &a);
    } else if (strcmp(c->name, "color_count") == 0 && c->failed > 10) {
        a.is = true;
        advise_colors(g, c->failed, &a);
    } else if (strcmp(c->name, "quality_degradation") == 0 && c->failed > 5) {
        a.is = true;
        text_print(a.text, sizeof a.text, "look at the compression: pictures are damaged");
    } else if (strcmp(c->name, "file_integrity") == 0 && c->failed > 3) {
        a.is = true;
        a.level = "URGENT";
        text_print(a.text, sizeof a.text,
                   "files may be corrupt: look at the outputs, the disk and its free space");
    }
    return a;
}
