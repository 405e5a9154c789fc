/* The figures of a finding, among all verdicts in which the check was judged, and what else they
 * share. */
#ifndef GIFVET_OPERATE_SEARCH_FIGURES_H
#define GIFVET_OPERATE_SEARCH_FIGURES_H

#include "operate/search_rules.h"

/* Fills *to but for log_p, which is for the caller to say. What s->counts holds is overwritten. */
void search_figures(struct searching *s, const struct search_rule *rule,
                    struct finding_of_check *to);

#endif
