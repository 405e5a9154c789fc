/* gifvet investigate: what was found, and the parts that put it into words and print it. */
#ifndef GIFVET_COMMAND_INVESTIGATE_H
#define GIFVET_COMMAND_INVESTIGATE_H

#include "operate/log_reader.h"
#include "operate/search.h"

#include <stdbool.h>
#include <stddef.h>

struct investigation {
    struct groups groups;
    struct log_read_counts counts;
    /* Of each check of groups: */
    struct search search[GROUPS_CHECKS_MAX];
    struct finding_of_check caller[GROUPS_CHECKS_MAX];
    bool has_caller[GROUPS_CHECKS_MAX];
};

/* The checkpoints that are kept here; none, where there are none or they may not be looked at: then
 * records have no numbers. Not for two threads at once. */
const struct configurations *investigate_configurations(void);

/* Looks for what the failures of v->groups have in common. Says on stderr, behind "gifvet NAME: ",
 * where there was no memory to look at all of them. */
void investigate_search(const char *name, struct investigation *v);

/* The checks that failed, the most frequent failures first, equal ones by name. Returns how many.
 */
size_t investigate_order(const struct groups *g, size_t checks[GROUPS_CHECKS_MAX]);

/* Text of n bytes and a NUL, not for a terminal as it is; free(at). at is NULL without memory. */
struct investigate_words {
    char *at;
    size_t n;
};

/* The group's name: its conditions, behind the program where all are one program's. */
struct investigate_words investigate_name(const struct groups *g, const struct finding_of_check *f);

/* What else all of that group have, and few others; n is 0 when it is nothing. */
struct investigate_words investigate_also(const struct groups *g, const struct finding_of_check *f);

/* A share of failures; 0 when nothing was judged. */
double investigate_share(uint64_t hit, uint64_t all);

/* What is recommended where a check fails so often. */
struct investigate_advice {
    bool is;
    const char *level; /* "URGENT", "consider", "note" */
    char text[320];
    double tolerance; /* NAN: none */
};
struct investigate_advice investigate_advice(const struct groups *g, const struct groups_check *c);

/* "p = 3e-12 (Fisher)" of a logarithm; returns buffer. */
#define INVESTIGATE_P_SIZE 48
char *investigate_p(char buffer[INVESTIGATE_P_SIZE], double log_p, bool exact);

/* Print to stdout; investigate_print_json() returns 0, or 2 after one line on stderr. */
void investigate_print_text(const struct investigation *v);
int investigate_print_json(const struct investigation *v);

#endif
