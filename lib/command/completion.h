/* What a shell can complete of a command line of ours, as rows of the table of commands say it; and
 * the scripts that tell three shells. All is of one thread, and what is printed goes to stdout. */
#ifndef GIFVET_COMMAND_COMPLETION_H
#define GIFVET_COMMAND_COMPLETION_H

#include "command/command.h"

#include <stdbool.h>
#include <stddef.h>

/* What stands behind an option, or as an argument. */
enum completion_kind {
    COMPLETION_NONE,    /* nothing */
    COMPLETION_ANY,     /* something that no shell can know */
    COMPLETION_FILE,    /* FILE, LOG ... */
    COMPLETION_DIR,     /* a directory */
    COMPLETION_SETTING, /* SECTION.KEY=VALUE */
    COMPLETION_PROGRAM, /* a program's name */
    COMPLETION_LINE,    /* a program and its arguments */
};

struct completion_option {
    const char *name; /* "--config" or "-c", not NUL-terminated */
    int length;
    const char *other; /* the name that stands before it in its row ("-c"), or NULL */
    int other_length;
    enum completion_kind value;
    const char *help; /* to the end of the string */
};

struct completion_word {
    const char *name; /* not NUL-terminated */
    int length;
};

#define COMPLETION_MOST 32

/* One command. All pointers are into the table. */
struct completion {
    const struct command *command;
    struct completion_option options[COMPLETION_MOST];
    size_t options_used;
    struct completion_word words[COMPLETION_MOST]; /* its first argument can be one of these */
    size_t words_used;
    enum completion_kind argument;
};

/* Reads a command's row. What goes beyond COMPLETION_MOST is left out. */
void completion_read(const struct command *row, struct completion *c);

/* The scripts, made of the whole table. */
void completion_bash(void);
void completion_zsh(void);
void completion_fish(void);

/* Prints text for a place between single quotes. Each byte of `marks` in it gets `before` before
 * it, and a single quote becomes `quote`. */
void completion_quoted(const char *text, const char *marks, const char *before, const char *quote);

/* Prints "section.key=" for every setting, `between` between them. */
void completion_settings(const char *between);

#endif
