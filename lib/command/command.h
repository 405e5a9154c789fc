/* The gifvet command: one function per subcommand, each in the file of its name.
 *
 * argv[0] is the subcommand's name, options start at argv[1]. Each prints its results to stdout and
 * one-line errors to stderr, and returns the exit status. `--help` is answered by main.c from the
 * table of commands, before the function is called. */
#ifndef GIFVET_COMMAND_COMMAND_H
#define GIFVET_COMMAND_COMMAND_H

#include <stddef.h>

int command_ab(int argc, char **argv);
int command_alert(int argc, char **argv);
int command_run(int argc, char **argv);
int command_check(int argc, char **argv);
int command_completion(int argc, char **argv);
int command_config(int argc, char **argv);
int command_disable(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_enable(int argc, char **argv);
int command_investigate(int argc, char **argv);
int command_log(int argc, char **argv);
int command_preflight(int argc, char **argv);
int command_plan(int argc, char **argv);
int command_gate(int argc, char **argv);
int command_phase(int argc, char **argv);
int command_replay(int argc, char **argv);
int command_report(int argc, char **argv);
int command_rescue(int argc, char **argv);
int command_reset(int argc, char **argv);
int command_status(int argc, char **argv);
int command_summary(int argc, char **argv);
int command_metrics(int argc, char **argv);
int command_health(int argc, char **argv);
int command_watch(int argc, char **argv);
int command_version(int argc, char **argv);
int command_man(int argc, char **argv);

/* One row per subcommand: help, the manual page and shells' completions come from it. options is a
 * list of
 * "--name VALUE\tone line of help" strings, ended by NULL. */
struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *synopsis;    /* "[-c FILE] [--set KEY=VALUE]… -- PROGRAM [ARGUMENT]…" */
    const char *summary;     /* one line */
    const char *description; /* paragraphs, separated by an empty line */
    const char *const *options;
    const char *exits; /* "0 passed, 1 failed, 2 could not be judged" */
};

extern const struct command commands[];
extern const size_t commands_count;

#endif
