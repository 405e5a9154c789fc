/* gifvet investigate: what failures have in common. */
#include "command/investigate.h"

#include "command/command.h"
#include "command/log_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WORKERS_MAX 8

static const char *environment(const char *name) {
    return getenv(name);
}

const struct configurations *investigate_configurations(void) {
    static struct configurations found;
    static struct checkpoints kept;
    static struct conf c;
    const struct conf_input in = {.getenv = environment, .superuser = geteuid() == 0};
    (void)conf_load(&c, &in);
    if (checkpoints_open(&kept, c.state_dir, false, NULL, &(struct error){0}) == 0) {
        found = configurations_of(&kept);
        checkpoints_close(&kept);
    }
    return &found;
}

static int read_logs(struct investigation *v, const struct log_options *o) {
    static struct groups each[WORKERS_MAX];
    const struct configurations *configurations = investigate_configurations();
    static struct groups_budget budget = {.most = GROUPS_BYTES};
    void *contexts[WORKERS_MAX];
    size_t workers = log_workers();
    for (size_t i = 0; i < workers; i++) {
        contexts[i] = &each[i];
        if (groups_begin(&each[i], &budget) != 0) {
            fprintf(stderr, "gifvet investigate: no memory\n");
            return 2;
        }
        each[i].configurations = configurations;
    }
    const struct log_reading reading = {.paths = o->paths,
                                        .paths_used = o->paths_used,
                                        .since_us = o->since_us,
                                        .workers = workers,
                                        .take = groups_take,
                                        .contexts = contexts};
    int result = log_read("investigate", &reading, &v->counts);
    for (size_t i = 1; i < workers; i++)
        groups_merge(&each[0], &each[i]);
    v->groups = each[0];
    if (v->groups.no_memory) {
        fprintf(stderr, "gifvet investigate: no memory for all records\n");
        result = 2;
    }
    return result;
}

void investigate_search(const char *name, struct investigation *v) {
    const struct groups *g = &v->groups;
    size_t failing = 0;
    for (size_t k = 0; k < g->checks_used; k++)
        failing += g->checks[k].failed > 0;
    for (size_t k = 0; k < g->checks_used; k++) {
        if (g->checks[k].failed == 0)
            continue;
        search_check(g, k, failing, &v->search[k]);
        v->has_caller[k] = search_caller(g, k, failing, &v->caller[k]);
        if (v->search[k].no_memory)
            fprintf(stderr, "gifvet %s: no memory to look at all failures\n", name);
    }
}

int command_investigate(int argc, char **argv) {
    static struct investigation v;
    struct log_options o;
    if (log_options_parse(&o, argc, argv) != 0)
        return 2;
    int result = read_logs(&v, &o);
    free(o.paths);
    if (v.counts.files == 0)
        return 2;
    investigate_search("investigate", &v);
    if (o.json) {
        int printed = investigate_print_json(&v);
        result = printed != 0 ? printed : result;
    } else {
        investigate_print_text(&v);
    }
    groups_free(&v.groups);
    return result;
}
