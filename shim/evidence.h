/* What a failed verdict leaves behind for whoever looks into it: everything that judging it again
 * needs, in a bundle (lib/evidence/bundle.h). Never the host's concern: what could not be kept is
 * said in the record. For visits. */
#ifndef GIFVET_SHIM_EVIDENCE_H
#define GIFVET_SHIM_EVIDENCE_H

#include "judge/judge.h"
#include "record/record.h"
#include "shim/report.h"
#include "text/text.h"

#include <stdbool.h>

struct evidence;

/* Is evidence of this verdict to be kept? */
bool evidence_wanted(const struct judge_verdict *v);

/* Writes all but the record, which is to say where the bundle will be. NULL when none is wanted, or
 * there is no memory. */
struct evidence *evidence_begin(const struct report *r, const struct report_verdict *what);

/* What the record says of it, or NULL when none is wanted. It lives as long as the visit, and
 * changes when evidence_end() returns false. */
const struct record_evidence *evidence_said(const struct evidence *e,
                                            const struct judge_verdict *v);

/* Adds the record and completes the bundle. False when that failed after the record had been told
 * otherwise: it is to be printed anew. */
bool evidence_end(struct evidence *e, const struct text *record);

#endif
