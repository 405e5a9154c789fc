/* What a failed verdict does in mode enforce: the rejected output goes to the quarantine, an
 * overwritten source comes back, the closing call fails, the process does not end with success. */
#ifndef GIFVET_SHIM_ENFORCE_H
#define GIFVET_SHIM_ENFORCE_H

#include "judge/judge.h"
#include "record/record.h"
#include "shim/output.h"
#include "shim/sources.h"

#include <stdbool.h>

/* Does this verdict reject the output, by mode, checks and fail_closed? */
bool enforce_rejects(const struct judge_verdict *v);

/* For visits: acts on a rejected output. overwritten: the source whose name or inode it has taken,
 * or NULL. Returns what the record says; it lives as long as the visit. */
const struct record_enforcement *enforce_act(const struct output_closed *output, const char *path,
                                             const struct source *overwritten, const char *id);

/* With what the process ends that would end with status. No system call unless something was
 * rejected. */
int enforce_status(int status);

/* Nothing was rejected: in a fork child, and when the kill switch is set. */
void enforce_forget(void);

#endif
