/* gifvet plan: what validation takes of a host that has so much to do. */
#include "command/plan.h"

#include "command/command.h"
#include "command/settings.h"
#include "text/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#define MIB 1048576.0

static double free_for(const char *path) {
    char directory[CONF_PATH_MAX];
    struct statvfs fs;
    text_print(directory, sizeof directory, "%.*s", (int)(text_base_name(path) - path), path);
    return statvfs(directory[0] != '\0' ? directory : ".", &fs) == 0
               ? (double)fs.f_bavail * (double)fs.f_frsize
               : -1;
}

static void reckon(struct plan *p, const struct conf *c) {
    p->asked =
        (struct capacity_asked){.availability = p->availability,
                                .percentage = c->enable_wrapper_validation ? c->percentage : 0,
                                .max_cores = p->max_cores,
                                .max_latency_s = p->max_latency_ms / 1000,
                                .passes = c->log_passes,
                                .failures = c->log_validation_failures,
                                .control = c->log_control,
                                .keeps_evidence = conf_keeps_evidence(c),
                                .evidence_most = (double)c->evidence_mb * MIB};
    for (size_t i = p->used; i-- > 0;) {
        p->asked.daily = p->of[i].daily;
        p->asked.workers = p->of[i].workers;
        p->of[i].plan = capacity_plan(&p->basis, &p->asked);
    }
    const struct advice_facts facts = {.slow_s = (double)c->slow_ms / 1000,
                                       .max_file_size_mb = c->limits.max_file_size_mb,
                                       .log_free = c->log_syslog ? -1 : free_for(c->log_path)};
    advice_of(&p->advice, &p->basis, &p->asked, &p->of[0].plan, &facts);
}

int command_plan(int argc, char **argv) {
    static struct plan p;
    static struct conf c;
    int result = plan_options_parse(&p, argc, argv);
    if (result != 0)
        return result;
    (void)settings_load(&c, "plan", NULL, NULL);
    result = plan_measure(&p, &c);
    reckon(&p, &c);
    if (!p.json)
        plan_print_text(&p);
    else if (plan_print_json(&p) != 0)
        result = 2;
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "gifvet plan: cannot print: %s\n", strerror(errno));
        result = 2;
    }
    return result;
}
