/* What every check looks at: the films, and what is known of a damaged source. */
#include "judge/checks.h"

static void note_damage(struct judge_context *x) {
    for (size_t i = 0; i < x->c->sources_used; i++) {
        const struct gif_scan *s = &x->source_scans[i];
        bool whole = !x->source_damaged;
        for (size_t k = 0; k < s->frames; k++) {
            whole = whole && !s->frame[k].damaged;
            x->source_whole += whole;
        }
        x->source_damaged |= s->faults > 0;
        x->source_broken |= !s->trailer;
    }
}

bool judge_context_open(struct judge_context *x, const struct judge_case *c,
                        const struct gif_scan *output, const struct gif_scan *sources) {
    *x = (struct judge_context){.c = c, .output_scan = output, .source_scans = sources};
    struct judge_film stored = {0};
    bool made = judge_film_of_scans(output, 1, false, &x->output) &&
                judge_film_of_scans(output, 1, true, &x->stored_output) &&
                judge_film_of_scans(sources, c->sources_used, false, &x->source) &&
                judge_film_of_scans(sources, c->sources_used, true, &stored) &&
                judge_film_expected(&x->source, c->request, &x->expected) &&
                judge_film_expected(&stored, c->request, &x->stored_expected);
    judge_film_free(&stored);
    note_damage(x);
    return made;
}

bool judge_is_late(const struct judge_context *x) {
    return x->deadline_us != 0 && x->c->now_us() > x->deadline_us;
}

void judge_context_close(struct judge_context *x) {
    judge_film_free(&x->output);
    judge_film_free(&x->source);
    judge_film_free(&x->expected);
    judge_film_free(&x->stored_output);
    judge_film_free(&x->stored_expected);
}
