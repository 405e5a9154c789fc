/* Rooms: from scans · from a request: selections, numbers, times */
#include "judge/film.h"

#include <stdlib.h>

void judge_film_free(struct judge_film *film) {
    free(film->shots);
    film->shots = NULL;
}

static bool make_room(struct judge_film *film, size_t shots) {
    film->shots = calloc(shots + 1, sizeof *film->shots);
    return film->shots != NULL;
}

/* Fills in what follows from the list: starts, the total, the number of changes. */
static void finish(struct judge_film *film) {
    uint64_t now = 0;
    film->changes = 0;
    for (size_t i = 0; i < film->used; i++) {
        struct judge_shot *s = &film->shots[i];
        s->start_cs = now;
        now += s->delay_cs;
        s->changed = i == 0 || s->picture != film->shots[i - 1].picture;
        film->changes += s->changed;
    }
    film->total_cs = now;
    film->total_known = true;
    film->most = film->used;
    film->least = film->changes;
    film->times_known = true;
}

/* A delay as this film counts it. */
static uint32_t delay_in(const struct judge_film *film, uint32_t delay_cs) {
    return film->stored ? delay_cs : gif_effective_delay_cs(delay_cs);
}

/* ---- from scans ---- */

bool judge_film_of_scans(const struct gif_scan *scans, size_t used, bool stored,
                         struct judge_film *film) {
    size_t frames = 0;
    *film = (struct judge_film){.stored = stored};
    for (size_t i = 0; i < used; i++)
        frames += scans[i].frames;
    if (!make_room(film, frames))
        return false;
    for (size_t i = 0; i < used; i++)
        for (size_t k = 0; k < scans[i].frames; k++) {
            const struct gif_scan_frame *f = &scans[i].frame[k];
            film->shots[film->used] = (struct judge_shot){.delay_cs = delay_in(film, f->delay_cs),
                                                          .from = (uint32_t)film->used,
                                                          .picture = f->picture_hash};
            film->used++;
        }
    finish(film);
    film->least = film->most;
    return true;
}

/* ---- from a request: selections ---- */

/* Negative numbers count from the end; what lies outside is not there. */
static int64_t resolve(int64_t number, size_t frames) {
    return number < 0 ? number + (int64_t)frames : number;
}

static void add_shot(struct judge_film *film, const struct judge_film *source, int64_t frame,
                     int64_t delay_cs) {
    if (frame < 0 || frame >= (int64_t)source->used)
        return;
    struct judge_shot s = source->shots[frame];
    if (delay_cs >= 0)
        s.delay_cs = delay_in(film, (uint32_t)delay_cs);
    film->shots[film->used++] = s;
}

static bool is_in_spans(const struct request_frames *f, size_t frames, int64_t frame) {
    for (size_t i = 0; i < f->spans_used; i++) {
        int64_t first = resolve(f->spans[i].first, frames),
                last = resolve(f->spans[i].last, frames);
        if ((frame >= first && frame <= last) || (frame >= last && frame <= first))
            return true;
    }
    return false;
}

static size_t span_length(const struct request_span *s, size_t frames) {
    int64_t first = resolve(s->first, frames), last = resolve(s->last, frames);
    int64_t n = first <= last ? last - first : first - last;
    return n < (int64_t)frames ? (size_t)n + 1 : frames;
}

static bool select_spans(const struct judge_film *source, const struct request_frames *f,
                         struct judge_film *film) {
    size_t room = 0;
    for (size_t i = 0; i < f->spans_used; i++)
        room += span_length(&f->spans[i], source->used);
    if (!make_room(film, room))
        return false;
    for (size_t i = 0; i < f->spans_used; i++) {
        const struct request_span *s = &f->spans[i];
        int64_t first = resolve(s->first, source->used), last = resolve(s->last, source->used);
        int64_t step = first <= last ? 1 : -1;
        size_t length = span_length(s, source->used);
        for (size_t k = 0; k < length; k++)
            add_shot(film, source, first + step * (int64_t)k, s->delay_cs);
    }
    return true;
}

/* The kinds that name their frames. */
static bool select_frames(const struct judge_film *source, const struct request_frames *f,
                          struct judge_film *film) {
    if (f->kind == REQUEST_FRAMES_SELECTION)
        return select_spans(source, f, film);
    if (!make_room(film, source->used))
        return false;
    for (size_t i = 0; i < source->used; i++) {
        bool takes = true;
        if (f->kind == REQUEST_FRAMES_DELETION)
            takes = !is_in_spans(f, source->used, (int64_t)i);
        else if (f->kind == REQUEST_FRAMES_EVERY)
            takes = f->every > 0 && i % (size_t)f->every == 0;
        else if (f->kind == REQUEST_FRAMES_FIRST)
            takes = (int64_t)i < f->every;
        if (takes)
            add_shot(film, source, (int64_t)i, -1);
    }
    return true;
}

/* ---- numbers ---- */

/* What somebody asks for may be any number: no rate or speed is so high that more would mean
 * anything. */
static uint64_t whole(double x) {
    return x <= 0 ? 0 : x < 0x1p62 ? (uint64_t)x : UINT64_C(1) << 62;
}

static uint64_t rounded(double x) {
    return whole(x + 0.5);
}

/* How many steps of a rate have a change of picture in them, by the milder of two roundings. */
static uint64_t occupied_steps(const struct judge_film *source, double fps) {
    uint64_t least = UINT64_MAX;
    for (int half = 0; half < 2; half++) {
        uint64_t steps = 0, last = UINT64_MAX;
        for (size_t i = 0; i < source->used; i++) {
            if (!source->shots[i].changed)
                continue;
            uint64_t step = whole((double)source->shots[i].start_cs / 100 * fps + half * 0.5);
            steps += step != last;
            last = step;
        }
        least = steps < least ? steps : least;
    }
    return least;
}

static void number_of(const struct judge_film *source, const struct request_frames *f,
                      struct judge_film *film) {
    film->kind = JUDGE_FILM_NUMBER;
    film->total_cs = source->total_cs;
    film->total_known = true;
    if (f->kind == REQUEST_FRAMES_ONE) {
        film->least = film->most = 1;
        film->total_known = false;
    } else if (f->kind == REQUEST_FRAMES_RATIO) {
        film->least = film->most = rounded((double)source->used * f->ratio);
        film->other_total_cs = rounded((double)source->total_cs * f->ratio);
    } else {
        film->most = rounded((double)source->total_cs / 100 * f->fps);
        /* Pictures that repeat need no frames of their own, and of those that fall into one step of
         * the rate one is left. */
        film->least = occupied_steps(source, f->fps);
        if (film->least > film->most)
            film->least = film->most;
    }
    if (film->most == 0)
        film->most = 1;
    if (film->least == 0)
        film->least = 1;
}

/* ---- times ---- */

static void apply_timing(struct judge_film *film, const struct request_timing *t) {
    if (t->ask == REQUEST_NOT_ASKED || t->kind == REQUEST_TIMING_SPANS)
        return;
    if (t->ask == REQUEST_UNCLEAR) {
        film->total_known = film->times_known = false;
        return;
    }
    uint64_t now = 0;
    for (size_t i = 0; i < film->used; i++) {
        struct judge_shot *s = &film->shots[i];
        double delay =
            t->kind == REQUEST_TIMING_DELAY ? (double)t->delay_cs : (double)s->delay_cs * t->factor;
        s->delay_cs = delay_in(film, (uint32_t)rounded(delay));
        s->start_cs = now;
        now += s->delay_cs;
    }
    /* A factor leaves fractions that each tool rounds in its own way. */
    if (t->kind == REQUEST_TIMING_SPEED)
        film->times_known = false;
    if (film->kind == JUDGE_FILM_EXACT)
        film->total_cs = now;
    else if (t->kind == REQUEST_TIMING_SPEED)
        film->total_cs = rounded((double)film->total_cs * t->factor);
    else
        film->total_known = false;
}

bool judge_film_expected(const struct judge_film *source, const struct request *request,
                         struct judge_film *film) {
    const struct request_frames *f = &request->frames;
    *film = (struct judge_film){.stored = source->stored};
    if (f->ask == REQUEST_UNCLEAR) {
        film->kind = JUDGE_FILM_UNCLEAR;
        return true;
    }
    bool numbered = f->ask == REQUEST_ASKED &&
                    (f->kind == REQUEST_FRAMES_RATIO || f->kind == REQUEST_FRAMES_RATE ||
                     f->kind == REQUEST_FRAMES_ONE);
    if (numbered) {
        number_of(source, f, film);
    } else {
        struct request_frames all = {.kind = REQUEST_FRAMES_DELETION};
        if (!select_frames(source, f->ask == REQUEST_ASKED ? f : &all, film))
            return false;
        finish(film);
        /* Kept frames whose delays the request does not fix: either all time stays, or only theirs.
         */
        if (f->ask == REQUEST_ASKED && !f->keeps_delays &&
            request->timing.ask == REQUEST_NOT_ASKED) {
            film->other_total_cs = film->total_cs;
            film->total_cs = source->total_cs;
            film->times_known = false;
        }
    }
    apply_timing(film, &request->timing);
    return true;
}
