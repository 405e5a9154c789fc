/* What was found, in order and in words. */
#include "command/investigate.h"

#include "operate/phrase.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t investigate_order(const struct groups *g, size_t checks[GROUPS_CHECKS_MAX]) {
    size_t used = 0;
    for (size_t k = 0; k < g->checks_used; k++) {
        size_t at = used;
        if (g->checks[k].failed == 0)
            continue;
        for (; at > 0; at--) {
            const struct groups_check *a = &g->checks[checks[at - 1]], *b = &g->checks[k];
            if (a->failed > b->failed || (a->failed == b->failed && strcmp(a->name, b->name) < 0))
                break;
            checks[at] = checks[at - 1];
        }
        checks[at] = k;
        used++;
    }
    return used;
}

struct investigate_words investigate_name(const struct groups *g,
                                          const struct finding_of_check *f) {
    struct investigate_words s = {NULL, 0};
    FILE *out = open_memstream(&s.at, &s.n);
    if (out == NULL)
        return s;
    const struct traits *t = &g->traits;
    for (size_t i = 0; i < f->also_used; i++)
        if (t->features[t->at[f->also[i]].feature].kind == FEATURE_PROGRAM) {
            phrase_trait(out, g, f->also[i]);
            fprintf(out, ", ");
        }
    phrase_conditions(out, g, f->conditions, f->conditions_used);
    if (fclose(out) != 0) {
        free(s.at);
        s.at = NULL;
    }
    return s;
}

struct investigate_words investigate_also(const struct groups *g,
                                          const struct finding_of_check *f) {
    struct investigate_words s = {NULL, 0};
    FILE *out = open_memstream(&s.at, &s.n);
    const struct traits *t = &g->traits;
    const char *separator = "";
    for (size_t i = 0; out != NULL && i < f->also_used; i++)
        if (t->features[t->at[f->also[i]].feature].kind != FEATURE_PROGRAM) {
            fprintf(out, "%s", separator);
            phrase_trait(out, g, f->also[i]);
            separator = ", ";
        }
    if (out != NULL && fclose(out) != 0) {
        free(s.at);
        s.at = NULL;
    }
    return s;
}

double investigate_share(uint64_t hit, uint64_t all) {
    return all > 0 ? (double)hit / (double)all : 0;
}

char *investigate_p(char buffer[INVESTIGATE_P_SIZE], double log_p, bool exact) {
    double power = floor(log_p / M_LN10);
    const char *test = exact ? "Fisher" : "chi-squared";
    if (log_p < -690)
        snprintf(buffer, INVESTIGATE_P_SIZE, "p < 1e-299 (%s)", test);
    else if (log_p > log(0.0001))
        snprintf(buffer, INVESTIGATE_P_SIZE, "p = %.4f (%s)", exp(log_p), test);
    else
        snprintf(buffer, INVESTIGATE_P_SIZE, "p = %.0fe%.0f (%s)",
                 floor(exp(log_p - power * M_LN10) + 0.5), power, test);
    return buffer;
}
