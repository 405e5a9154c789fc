/* What is not as it was recorded: settings, verdict, checks, figures. */
#ifndef GIFVET_COMMAND_DIFFERENCES_H
#define GIFVET_COMMAND_DIFFERENCES_H

#include "conf/conf.h"

#include <jansson.h>

/* A list of {"what": …, "recorded": …, "now": …}; what is "frame_count.outcome",
 * "frame_count.details.frames", "status", "request.colors". Times are left out. now is a verdict as
 * record_judged() prints it, with "request" and "operation". NULL when there is no memory. */
json_t *differences(const json_t *recorded, const json_t *now);

/* Appends one, unless they are the same. */
void differences_of_texts(json_t *list, const char *what, const char *recorded, const char *now);

/* Appends the settings by which the judge goes, where they differ. */
void differences_of_settings(json_t *list, const struct conf *recorded, const struct conf *now);

#endif
