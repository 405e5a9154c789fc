/* The rows that one search looks at: of one check's verdicts, as many as it has time for. And
 * whether conditions hold for a row. */
#ifndef GIFVET_OPERATE_SEARCH_ROWS_H
#define GIFVET_OPERATE_SEARCH_ROWS_H

#include "operate/search.h"

struct search_rows {
    const struct groups *g;
    uint16_t bit; /* of the check */
    const struct row **at;
    size_t used;
};

/* Drawn apart from what failed and what did not: the tests hold for any such shares (a case-control
 * study). False without memory; search_rows_free() in either case. The rows stay those of g. */
bool search_rows_draw(struct search_rows *rows, const struct groups *g, size_t check);
void search_rows_free(struct search_rows *rows);

/* Did the check fail? */
bool search_rows_failed(const struct search_rows *rows, const struct row *r);

/* Do all n conditions hold for r? Those of no condition do. */
bool search_rows_hold(const struct search_rows *rows, const struct condition *c, size_t n,
                      const struct row *r);

/* Puts aside what is explained: the rows for which all conditions hold. */
void search_rows_put_aside(struct search_rows *rows, const struct condition *c, size_t n);

/* Puts aside every row in which no check failed. */
void search_rows_keep_failures(struct search_rows *rows);

#endif
