/* The kill switch: the file EMERGENCY_DISABLE in the state directory. That there is anything of
 * that name switches validation off (shim/session.c asks at every output); what it holds says who,
 * when and why, for people:
 *
 *   time: 2026-11-27T02:40:00Z
 *   user: root (0), by sudo from alice
 *   reason: the new sources are judged wrongly
 *
 * An empty file does as well: scripts/emergency-disable writes no more where the disk is full. */
#ifndef GIFVET_OPERATE_EMERGENCY_H
#define GIFVET_OPERATE_EMERGENCY_H

#include "text/error.h"

#include <stdbool.h>
#include <stddef.h>

#define EMERGENCY_NAME "EMERGENCY_DISABLE"
#define EMERGENCY_VARIABLE "GIFLAB_VALIDATION_EMERGENCY_DISABLE"
#define EMERGENCY_TEXT_MAX 4096 /* bytes of the file that are read or written */

/* What the file says; "" where it says nothing. Any bytes but NUL and line feeds. */
struct emergency {
    char time[64], user[256], reason[EMERGENCY_TEXT_MAX];
};

/* Is it set below state_dir? 0: it is, and *found filled with what can be read of it; ENOENT: it is
 * not; else an errno: it cannot be told, and the preload object takes it for set. */
int emergency_look(const char *state_dir, struct emergency *found);

/* ", since T, by U: reason" of what there is of these; "" of nothing. Returns buffer. */
char *emergency_words(const struct emergency *found, char *buffer, size_t size);

/* Sets it: the name appears at once with all of `text`, or empty where the disk takes no more (then
 * *is_empty). The directory is made where it is missing. 0; EEXIST: it was set before, and stays
 * what it was; or another errno. e is filled for all but 0. */
int emergency_set(const char *state_dir, const char *text, bool *is_empty, struct error *e);

/* Takes it away. 0; ENOENT: it was not set; or another errno. e is filled for all but 0. */
int emergency_clear(const char *state_dir, struct error *e);

#endif
