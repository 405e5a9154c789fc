/* The whole terminal for a view that is drawn again and again, given back as it was.
 *
 * One per process, one thread. Signals are taken in turn with keys, in screen_wait(), so that no
 * way to end leaves the terminal behind in another state (but SIGKILL). */
#ifndef GIFVET_COMMAND_SCREEN_H
#define GIFVET_COMMAND_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

struct screen {
    bool drawn; /* stdout is a terminal that can be drawn on; else lines are printed to it */
    bool keys;  /* stdin is a terminal */
    bool deaf;  /* and has come to its end */
    struct termios was; /* where keys */
    int signals;        /* descriptor from which signals are read */
};

/* Takes the terminal (where it is to be drawn on, there is one, TERM is not "dumb") and the
 * signals. 0 or an errno. */
int screen_take(struct screen *s, bool draw);

/* Gives all back. */
void screen_give_back(struct screen *s);

/* Rows and columns, 24 and 80 where the terminal does not say. */
void screen_size(size_t *rows, size_t *columns);

/* Shows text of so many rows at the most in the stead of what was shown before; each line is cut at
 * the right edge. Prints it as it is where nothing is drawn. */
void screen_show(const struct screen *s, const char *text);

enum screen_event { SCREEN_TIME, SCREEN_END, SCREEN_REDRAW };

/* Waits for so many microseconds: SCREEN_TIME; SCREEN_END after q, Ctrl-C, Ctrl-D or a signal that
 * ends a program; SCREEN_REDRAW when the size changed or the program was stopped and goes on. */
enum screen_event screen_wait(struct screen *s, int64_t us);

#endif
