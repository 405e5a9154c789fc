/* What the failures of a check have in common: groups of verdicts, named by one to three conditions
 * ("gifsicle, --lossy over 100, since ..."), in which the check fails more often than elsewhere.
 *
 * The best single condition is looked for among all traits, then conditions that narrow it down,
 * each of which must be significant inside the group that it narrows; the failures that a group
 * explains are put aside and the rest is looked at again. A condition counts only when the chance
 * of so uneven a table, multiplied by the number of conditions that were tried and could have come
 * out significant (Bonferroni after Tarone), stays below SEARCH_LEVEL over all that one call says.
 */
#ifndef GIFVET_OPERATE_SEARCH_H
#define GIFVET_OPERATE_SEARCH_H

#include "operate/groups.h"
#include "operate/statistics.h"

#define SEARCH_LEVEL 0.01
#define SEARCH_CONDITIONS_MAX 3
#define SEARCH_FINDINGS_MAX 5
#define SEARCH_ALSO_MAX 3

enum condition_kind {
    CONDITION_IS,   /* has the trait */
    CONDITION_OVER, /* has a number over `from`; the next one that occurs is `next` */
    CONDITION_UP_TO /* has a number up to `from` */
};

struct condition {
    enum condition_kind kind;
    uint32_t feature;
    uint32_t trait; /* CONDITION_IS; UINT32_MAX when it is a source */
    uint64_t source;
    double from, next;
};

struct finding_of_check {
    struct condition conditions[SEARCH_CONDITIONS_MAX];
    size_t conditions_used;
    /* Among all verdicts in which the check was judged; estimates (rounded) when rows were
     * thinned. */
    struct statistics_table table;
    double log_p; /* natural logarithm, corrected; 0 at the most */
    bool exact;   /* Fisher's test, else chi-squared; of the last step */
    /* Traits that all verdicts of the group have too, and few others. */
    uint32_t also[SEARCH_ALSO_MAX];
    size_t also_used;
};

struct search {
    struct finding_of_check at[SEARCH_FINDINGS_MAX];
    size_t used;
    uint64_t tried; /* conditions that were counted for the correction */
    bool no_memory;
};

/* Looks at one check (an index of g->checks); checks: how many are looked at in all, for the
 * correction. */
void search_check(const struct groups *g, size_t check, size_t checks, struct search *found);

/* Who closed the files: the caller that failures of this check have more often than other failures.
 * False when there is none. */
bool search_caller(const struct groups *g, size_t check, size_t checks,
                   struct finding_of_check *found);

#endif
