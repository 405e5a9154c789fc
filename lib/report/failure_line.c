/* Rooms: reading · the clock · playing · measuring · the whole */
#include "report/failure_line.h"

#include "judge/checks.h"
#include "judge/figures.h"

#include <stdlib.h>

bool line_is_late(const struct line *l) {
    return l->budget.now_us() > l->budget.deadline_us;
}

double line_levels(const struct line_instant *i) {
    return figures_root(i->mse);
}

/* ---- reading ---- */

static void scan(struct line *l, struct line_file *f) {
    f->outcome = gif_scan(f->gif.bytes, f->gif.used, &l->budget, &l->inks, &f->scan);
    f->cut = f->scan.frames > LINE_FRAMES_MOST;
    if (f->cut)
        f->scan.frames = LINE_FRAMES_MOST;
}

/* ---- the clock ---- */

static uint64_t next_start(const struct judge_film *film, size_t shot) {
    return shot + 1 < film->used ? film->shots[shot + 1].start_cs : UINT64_MAX;
}

static uint32_t frame_of(const struct judge_film *film, size_t shot) {
    return shot < film->used ? film->shots[shot].from : LINE_NO_FRAME;
}

/* Each at its own pace: an instant begins when either changes. Within one step of the clock both
 * change together. */
static void merge(struct line *l, const struct judge_film *source,
                  const struct judge_film *output) {
    uint64_t now = 0;
    for (size_t s = 0, o = 0;;) {
        l->instants[l->used++] = (struct line_instant){
            .start_cs = now, .source = frame_of(source, s), .output = frame_of(output, o)};
        uint64_t next_s = next_start(source, s), next_o = next_start(output, o);
        uint64_t soonest = next_s < next_o ? next_s : next_o;
        if (soonest == UINT64_MAX)
            break;
        bool steps_s = next_s <= soonest + 1, steps_o = next_o <= soonest + 1;
        s += steps_s;
        o += steps_o;
        now = steps_s && steps_o && next_o > next_s ? next_o : steps_s ? next_s : next_o;
    }
    l->source.end_cs = source->total_cs;
    l->output.end_cs = output->total_cs;
}

/* The request leaves the source's times open: each of its pictures when the output shows it. */
static void pace(struct line *l, const struct judge_film *output) {
    for (size_t i = 0; i < l->plan.used; i++) {
        const struct plan_pair *p = &l->plan.pairs[i];
        l->instants[l->used++] =
            (struct line_instant){.start_cs = output->shots[p->output].start_cs,
                                  .source = p->source,
                                  .output = p->output};
    }
    l->paced = true;
    l->source.end_cs = l->output.end_cs = output->total_cs;
}

static bool is_ordered(const struct judge_film *film) {
    for (size_t i = 1; i < film->used; i++)
        if (film->shots[i].from < film->shots[i - 1].from)
            return false;
    return true;
}

static bool set_clock(struct line *l, const struct judge_context *x) {
    const struct judge_film *wanted = &x->expected;
    bool exact = wanted->kind == JUDGE_FILM_EXACT && wanted->used > 0 && is_ordered(wanted);
    l->instants = calloc(x->source.used + wanted->used + x->output.used + 1, sizeof *l->instants);
    if (l->instants == NULL)
        return false;
    if (exact && wanted->times_known)
        merge(l, wanted, &x->output);
    else if (l->uncompared == NULL && l->plan.used == x->output.used)
        pace(l, &x->output);
    else
        merge(l, exact ? wanted : &x->source, &x->output);
    l->total_cs = l->source.end_cs > l->output.end_cs ? l->source.end_cs : l->output.end_cs;
    return true;
}

/* Where the picture that the output shows is one of the source, but not the one of this time. */
static void find_elsewhen(struct line *l, const struct judge_context *x) {
    const struct gif_scan *s = &l->source.scan, *o = &l->output.scan;
    bool by_number = x->expected.used == x->output.used && x->expected.kind == JUDGE_FILM_EXACT;
    bool by_picture =
        l->plan.view == PLAN_AS_THEY_ARE && s->width == o->width && s->height == o->height;
    for (size_t i = 0; i < l->used && !line_is_late(l); i++) {
        struct line_instant *at = &l->instants[i];
        if (at->source == LINE_NO_FRAME || at->output == LINE_NO_FRAME)
            continue;
        uint64_t picture = o->frame[at->output].picture_hash;
        at->elsewhen = (by_number && x->expected.shots[at->output].from != at->source) ||
                       (by_picture && picture != s->frame[at->source].picture_hash &&
                        plan_find_picture(&x->source, picture, at->source) >= 0);
    }
}

/* ---- playing ---- */

struct playing {
    struct gif_player source, output;
    struct picture_room room;
    struct view view;
};

static bool open_player(struct line *l, struct gif_player *p, const struct line_file *f) {
    return f->scan.frames == 0 ||
           gif_player_open(p, f->gif.bytes, f->gif.used, &l->inks, l->budget.memory_bytes);
}

static bool open_playing(struct line *l, struct playing *p) {
    const struct gif_canvas *s = &p->source.canvas, *o = &p->output.canvas;
    if (!open_player(l, &p->source, &l->source) || !open_player(l, &p->output, &l->output))
        return false;
    return l->uncompared != NULL ||
           (picture_room_open(&p->room, s->width > o->width ? s->width : o->width) &&
            view_open(&p->view, &l->plan, &l->inks, &p->room, s, o));
}

/* False also where a frame cannot be drawn this time: for lack of memory. */
static bool show(struct gif_player *p, uint32_t frame, const struct gif_player **shown) {
    *shown = frame == LINE_NO_FRAME ? NULL : p;
    return frame == LINE_NO_FRAME || gif_player_seek(p, frame);
}

static bool play(struct line *l, struct playing *p, size_t number, line_look *look, void *context) {
    const struct line_instant *i = &l->instants[number];
    struct line_shown shown = {.instant = number, .view = &p->view};
    if (line_is_late(l) || !show(&p->source, i->source, &shown.source) ||
        !show(&p->output, i->output, &shown.output))
        return false;
    return look(context, &shown);
}

/* What stands for bare pixels is told by the first instant, whether it is looked at or not. */
static bool learn(void *context, const struct line_shown *shown) {
    const struct line *l = context;
    view_learn_cleared(shown->view, &shown->source->canvas, &shown->output->canvas,
                       l->source.gif.bytes, l->source.scan.frame[0].transparent >= 0);
    return true;
}

bool line_play(struct line *l, const size_t *chosen, size_t used, line_look *look, void *context) {
    struct playing p = {0};
    bool going = open_playing(l, &p);
    if (going && l->uncompared == NULL)
        going = play(l, &p, 0, learn, l);
    for (size_t i = 0; going && i < used; i++)
        going = play(l, &p, chosen != NULL ? chosen[i] : i, look, context);
    view_close(&p.view);
    picture_room_close(&p.room);
    gif_player_close(&p.source);
    gif_player_close(&p.output);
    return going;
}

/* ---- measuring ---- */

static bool are_equal(const struct line *l, const struct line_instant *i) {
    const struct gif_scan *s = &l->source.scan, *o = &l->output.scan;
    return l->plan.view == PLAN_AS_THEY_ARE && s->width == o->width && s->height == o->height &&
           s->frame[i->source].picture_hash == o->frame[i->output].picture_hash;
}

static bool measure(void *context, const struct line_shown *shown) {
    struct line *l = context;
    struct line_instant *i = &l->instants[shown->instant];
    i->measured = true;
    if (are_equal(l, i))
        return true;
    struct picture_pair pair =
        view_pair(shown->view, &shown->source->canvas, &shown->output->canvas);
    struct picture_measure m = picture_compare(&pair, shown->view->room, 0, 1);
    i->pixels = m.pixels;
    i->different = m.differs;
    i->differs = m.differs > 0;
    i->mse = m.mse;
    return true;
}

static bool is_worse(const struct line_instant *a, const struct line_instant *b) {
    return a->elsewhen != b->elsewhen ? b->elsewhen : a->mse > b->mse;
}

static void sum_up(struct line *l) {
    l->worst = SIZE_MAX;
    for (size_t k = 0; k < l->used; k++) {
        const struct line_instant *i = &l->instants[k];
        l->unmeasured += !i->measured;
        l->differ += i->differs;
        if (i->differs && (l->worst == SIZE_MAX || is_worse(i, &l->instants[l->worst])))
            l->worst = k;
    }
}

/* ---- the whole ---- */

static const char *why_not(const struct line *l, const struct judge_case *c) {
    if (c->sources_used == 0)
        return "there is no source";
    if (c->sources_used > 1)
        return "pictures of merged sources are not compared";
    return l->source.scan.frames == 0 ? "no frame of the source can be read" : NULL;
}

static bool lay_out(struct line *l, const struct judge_case *c, struct judge_context *x) {
    struct judge_case shown = *c;
    shown.sources_used = 1;
    if (!judge_context_open(x, &shown, &l->output.scan, &l->source.scan) || !plan_make(x, &l->plan))
        return false;
    l->uncompared = why_not(l, c);
    if (l->uncompared == NULL)
        l->uncompared = l->plan.none;
    if (!set_clock(l, x))
        return false;
    if (l->uncompared == NULL)
        find_elsewhen(l, x);
    return true;
}

bool line_open(struct line *l, const struct judge_case *c, const struct gif_budget *budget) {
    *l = (struct line){.budget = *budget, .worst = SIZE_MAX};
    l->output.gif = c->output;
    if (c->sources_used > 0)
        l->source.gif = c->sources[0];
    if (!gif_inks_open(&l->inks))
        return false;
    scan(l, &l->output);
    scan(l, &l->source);
    struct judge_context x = {0};
    bool laid_out = lay_out(l, c, &x);
    judge_context_close(&x);
    if (laid_out && l->uncompared == NULL) {
        (void)line_play(l, NULL, l->used, measure, l);
        sum_up(l);
    }
    return laid_out;
}

void line_close(struct line *l) {
    free(l->instants);
    plan_free(&l->plan);
    gif_scan_free(&l->source.scan);
    gif_scan_free(&l->output.scan);
    gif_inks_close(&l->inks);
}
