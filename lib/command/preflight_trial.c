/* What comes of real compressions. */
#include "command/preflight.h"
#include "operate/amount.h"

#include <stdio.h>

#define OVERHEAD 0.1

static void load(struct preflight *p, struct trial *t) {
    const struct trial_load l =
        trial_load(t, p->candidates, p->candidates_used, (size_t)p->parallel);
    bool outcomes = l.jobs > 0 && l.same == l.jobs;
    bool verdicts = l.jobs > 0 && l.verdicts == l.jobs && l.passed == l.jobs;
    char took[AMOUNT_SIZE];
    sheet_add(&p->sheet, outcomes ? SHEET_OK : SHEET_FAILED, "trial", "hosts as without gifvet",
              "%zu of %zu compressions, %lld at a time, end as without gifvet (status, bytes, "
              "messages); %s%s%s",
              l.same, l.jobs, (long long)p->parallel, amount_time(took, l.seconds),
              outcomes || l.problem[0] == '\0' ? "" : ": ", outcomes ? "" : l.problem);
    sheet_add(&p->sheet, verdicts ? SHEET_OK : SHEET_FAILED, "trial", "verdicts",
              "%zu of %zu have one verdict, %zu passed%s%s", l.verdicts, l.jobs, l.passed,
              verdicts || l.problem[0] == '\0' ? "" : ": ", verdicts ? "" : l.problem);
}

static void damage(struct preflight *p, struct trial *t) {
    char problem[200];
    bool found = trial_finds_damage(t, problem);
    sheet_add(&p->sheet, found ? SHEET_OK : SHEET_FAILED, "trial", "damage is found", "%s",
              found ? "an output that was cut short failed" : problem);
}

static void kill_switch(struct preflight *p, struct trial *t) {
    char problem[200];
    bool obeyed = trial_obeys_switch(t, &p->candidates[0], problem);
    sheet_add(&p->sheet, obeyed ? SHEET_OK : SHEET_FAILED, "trial", "kill switch obeyed", "%s",
              obeyed ? "no verdict with the file, none with the variable; one without them"
                     : problem);
}

static void overhead(struct preflight *p, struct trial *t, const struct trial_candidate *of) {
    char name[64], took[AMOUNT_SIZE];
    const struct trial_overhead o = trial_overhead(t, of, 1 + OVERHEAD);
    text_print(name, sizeof name, "overhead %s", of->program->name);
    if (o.problem[0] != '\0') {
        sheet_add(&p->sheet, SHEET_FAILED, "trial", name, "%s", o.problem);
        return;
    }
    bool unsure = o.ratio.low <= 1 + OVERHEAD && o.ratio.high > 1 + OVERHEAD;
    sheet_add(&p->sheet, o.ratio.value <= 1 + OVERHEAD ? SHEET_OK : SHEET_FAILED, "trial", name,
              "median %+.1f %% (95 %%: %+.1f to %+.1f) of %s of CPU, %zu pairs in turns; limit "
              "%g %%%s",
              100 * (o.ratio.value - 1), 100 * (o.ratio.low - 1), 100 * (o.ratio.high - 1),
              amount_time(took, o.plain_ms / 1000), o.pairs, 100 * OVERHEAD,
              unsure ? ", which is inside the interval" : "");
}

void preflight_trial(struct preflight *p) {
    static struct trial t;
    struct error e = {0};
    if (p->candidates_used == 0) {
        sheet_add(&p->sheet, SHEET_FAILED, "trial", "trial", "there is no compressor to try");
        return;
    }
    if (trial_begin(&t, p->timeout_s, &e) != 0) {
        sheet_add(&p->sheet, SHEET_FAILED, "trial", "trial", "%s", e.message);
    } else {
        load(p, &t);
        damage(p, &t);
        kill_switch(p, &t);
        for (size_t i = 0; i < p->candidates_used; i++)
            overhead(p, &t, &p->candidates[i]);
    }
    trial_end(&t);
}
