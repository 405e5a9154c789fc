/* What gifvet watch shows: one look as a screen, or as a line. */
#ifndef GIFVET_COMMAND_VIEW_H
#define GIFVET_COMMAND_VIEW_H

#include "operate/surroundings.h"
#include "state/state.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define VIEW_LOOKS 64 /* looks back that are remembered */

/* The whole at one look. */
struct view_look {
    int64_t wall_us;
    struct state_hour whole;
};

struct view {
    const struct surroundings *surroundings;
    const struct health *health;
    const struct state_snapshot *snapshot; /* NULL: could not be read */
    struct view_look looks[VIEW_LOOKS];    /* a ring; the newest is looks[newest] */
    size_t newest, used;
};

/* Remembers the snapshot as the newest look. */
void view_look(struct view *v);

/* As a screen of so many rows and columns. failures: what stands under it, lines as gifvet log
 * prints them, the oldest first; "" for none. */
void view_screen(const struct view *v, FILE *out, size_t rows, size_t columns,
                 const char *failures);

/* As one line, about the time since the look before. */
void view_line(const struct view *v, FILE *out);

/* The same as one JSON object on a line. */
void view_json(const struct view *v, FILE *out);

#endif
