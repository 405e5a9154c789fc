/* What a report shows of one failure's evidence: source and output as they play, in step; where on
 * the time line they differ and by how much; the worst instant; the frames of both.
 *
 * HTML for a page whose Content-Security-Policy allows images from data: and no style or script but
 * its own: the page has failure_css among its styles and failure_js among its scripts. Without the
 * script everything can be read, and the two files themselves play. Bundles are hostile: a bound of
 * time (two seconds) and memory (some 100 MB) holds for each. */
#ifndef GIFVET_REPORT_FAILURE_H
#define GIFVET_REPORT_FAILURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct failure_pictures_budget {
    uint64_t left_bytes; /* of the page, for pictures and what stands around them */
    uint64_t dropped;    /* failures whose evidence is there, and not shown for want of them */
};

/* Writes the part of one failure that comes from its evidence bundle at directory
 * (evidence/bundle.h). id: letters, digits and "-", of no other element; it begins the ids of all
 * elements of the part, and is that of the first.
 *
 * Returns false when nothing was written: there is no bundle, it cannot be read, or there is no
 * room for it. In the last case it is counted as dropped, and from then on, until somebody gives
 * the budget more, every failure is: of failures that come newest first the oldest are dropped.
 * What was written has been taken from left_bytes. Where there is room for the still pictures
 * alone, the part says so and has no animations. */
bool failure_pictures(FILE *out, const char *directory, const char *id,
                      struct failure_pictures_budget *budget);

/* The style and the script of all such parts. */
extern const char failure_css[], failure_js[];

#endif
