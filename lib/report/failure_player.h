/* Both animations side by side, for a script that plays them by one clock; and as they are, for a
 * browser without one. */
#ifndef GIFVET_REPORT_FAILURE_PLAYER_H
#define GIFVET_REPORT_FAILURE_PLAYER_H

#include "report/failure_line.h"

#include <stdio.h>

/* Chooses the instants that the script can show, at most FILM_MOST of them: all, or some all over
 * the time and as many that differ as there is room for, the worst among them. Returns how many;
 * chosen[FILM_MOST] in order. Of pictures that take much room fewer are chosen. */
size_t player_choose(const struct line *l, size_t *chosen);

/* Writes the player around what strip_write() writes. id: as failure_pictures(). False when the
 * pictures could not be drawn, for lack of time or memory, and when they are too large a part of a
 * page: nothing is written then. */
bool player_write(FILE *out, struct line *l, const char *id, const size_t *chosen, size_t used);

#endif
