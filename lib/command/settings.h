/* The configuration as a command needs it: loaded as the preload object would, but strictly. */
#ifndef GIFVET_COMMAND_SETTINGS_H
#define GIFVET_COMMAND_SETTINGS_H

#include "conf/conf.h"

#include <stddef.h>

/* Loads for program (NULL = no overlay) from file (NULL = the search) and the environment. Prints
 * every problem as one line to stderr, behind "gifvet NAME: "; returns how many there were. */
size_t settings_load(struct conf *c, const char *name, const char *file, const char *program);

/* The same; lines[] has a place for each of conf_settings and gets the line of the file that the
 * setting comes from, 0 where it does not. */
size_t settings_load_lines(struct conf *c, const char *name, const char *file, const char *program,
                           int *lines);

#endif
