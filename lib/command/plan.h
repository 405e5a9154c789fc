/* gifvet plan: what is asked and what was found, and the parts that ask, look and print. */
#ifndef GIFVET_COMMAND_PLAN_H
#define GIFVET_COMMAND_PLAN_H

#include "conf/conf.h"
#include "operate/advice.h"
#include "operate/capacity.h"

#include <stdbool.h>
#include <stddef.h>

#define PLAN_SCENARIOS_MAX 8 /* besides the first */
#define PLAN_NAME_SIZE 17

struct plan_scenario {
    char name[PLAN_NAME_SIZE];
    double daily; /* operations */
    size_t workers;
    struct capacity_plan plan;
};

struct plan {
    struct plan_scenario of[1 + PLAN_SCENARIOS_MAX]; /* the first is what is asked */
    size_t used;
    double availability, max_cores, max_latency_ms; /* NAN: no budget */
    bool json;
    struct capacity_asked asked; /* of the first */
    struct capacity_basis basis;
    struct advice advice;
};

/* Fills *p with what the command line asks for: 0, or 2 after one line on stderr. */
int plan_options_parse(struct plan *p, int argc, char **argv);

/* Fills p->basis from the state and the log of the configuration c: 0, or 2 after one line on
 * stderr where one of them is there and cannot be read; p->basis is filled then as well. */
int plan_measure(struct plan *p, const struct conf *c);

/* Print to stdout; plan_print_json() returns 0, or 2 after one line on stderr. */
void plan_print_text(const struct plan *p);
int plan_print_json(const struct plan *p);

#endif
