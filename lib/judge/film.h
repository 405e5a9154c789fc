/* An animation as a list of shown pictures: when each begins, and whether it differs from the one
 * before. Times are in 1/100 s, on effective delays unless the film says "stored". */
#ifndef GIFVET_JUDGE_FILM_H
#define GIFVET_JUDGE_FILM_H

#include "gif/scan.h"
#include "request/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct judge_shot {
    uint64_t start_cs;
    uint32_t delay_cs;
    uint32_t from;    /* number of the frame in the source film; in a source film: its own */
    uint64_t picture; /* hash */
    bool changed;     /* differs from the shot before; true for the first */
};

/* What is known about the number and the times of the shots. */
enum judge_film_kind {
    JUDGE_FILM_EXACT,  /* these shots, with these times */
    JUDGE_FILM_NUMBER, /* this many shots (`least` to `most`), total_cs known, times not */
    JUDGE_FILM_UNCLEAR /* the request does not say */
};

struct judge_film {
    enum judge_film_kind kind;
    struct judge_shot *shots; /* owned; used of them (JUDGE_FILM_EXACT) */
    size_t used;
    uint64_t least, most; /* how many shots are as asked */
    uint64_t total_cs;
    bool total_known;
    uint64_t other_total_cs; /* a second total that is as good, 0 = none */
    size_t changes;          /* shots that differ from the one before, the first included */
    bool times_known;        /* each shot's time is expected as given */
    bool stored;             /* delays as stored, not as shown */
};

/* The film of one scan, or of several one behind the other; false without memory. */
bool judge_film_of_scans(const struct gif_scan *scans, size_t used, bool stored,
                         struct judge_film *film);

/* What the request makes of the source; false without memory. */
bool judge_film_expected(const struct judge_film *source, const struct request *request,
                         struct judge_film *expected);

void judge_film_free(struct judge_film *film);

#endif
