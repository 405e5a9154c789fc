/* gifvet config checkpoint, list, diff, rollback and install. Each takes what stands behind its
 * name, prints what it did, and returns the exit status. */
#ifndef GIFVET_COMMAND_CHECKPOINTS_H
#define GIFVET_COMMAND_CHECKPOINTS_H

int checkpoints_make(int argc, char **argv);     /* "why" */
int checkpoints_list(int argc, char **argv);     /* [--json] */
int checkpoints_diff(int argc, char **argv);     /* [N] [M]; 0 the same, 1 not, 2 cannot tell */
int checkpoints_rollback(int argc, char **argv); /* [N] [--reason R] */
int checkpoints_install(int argc, char **argv);  /* FILE "why" */

#endif
