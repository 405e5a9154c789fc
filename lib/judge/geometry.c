/* geometry: the canvas as before, or what the asked steps make of it. */
#include "judge/checks.h"
#include "text/text.h"

struct canvas {
    double width, height;
    double slack;   /* pixels: each step may round */
    bool of_frames; /* no smaller than what the frames cover */
};

static double scale_to_fit(const struct canvas *c, const struct request_step *s, bool cover) {
    double x = s->width > 0 ? (double)s->width / c->width : 0;
    double y = s->height > 0 ? (double)s->height / c->height : 0;
    if (x == 0 || y == 0)
        return x + y;
    return cover == (x > y) ? x : y;
}

static void scale(struct canvas *c, double by) {
    c->width *= by;
    c->height *= by;
}

static double cut(double whole, int64_t asked, int64_t offset) {
    double left = whole - (double)(offset > 0 ? offset : 0);
    double wanted = asked > 0 ? (double)asked : left + (double)asked;
    return wanted < left ? wanted : left;
}

static void apply(struct canvas *c, const struct request_step *s) {
    double by, width;
    switch (s->kind) {
    case REQUEST_STEP_EXACT:
        by = scale_to_fit(c, s, false);
        width = c->width;
        c->width = s->width > 0 ? (double)s->width : width * by;
        c->height = s->height > 0 ? (double)s->height : c->height * by;
        break;
    case REQUEST_STEP_SCALE:
        c->width *= s->x;
        c->height *= s->y;
        break;
    case REQUEST_STEP_FIT:
        by = scale_to_fit(c, s, false);
        scale(c, by > 0 && by < 1 ? by : 1);
        break;
    case REQUEST_STEP_WITHIN:
        by = scale_to_fit(c, s, false);
        scale(c, by > 0 ? by : 1);
        break;
    case REQUEST_STEP_COVER:
        by = scale_to_fit(c, s, true);
        scale(c, by > 0 ? by : 1);
        break;
    case REQUEST_STEP_CROP:
        c->width = cut(c->width, s->width, s->left);
        c->height = cut(c->height, s->height, s->top);
        break;
    case REQUEST_STEP_TURN:
        if (s->turns % 2 != 0) {
            width = c->width;
            c->width = c->height;
            c->height = width;
        }
        break;
    case REQUEST_STEP_SCREEN:
        /* gifsicle makes it as large as its frames where less is asked for. */
        if (!c->of_frames || c->width < (double)s->width)
            c->width = (double)s->width;
        if (!c->of_frames || c->height < (double)s->height)
            c->height = (double)s->height;
        break;
    }
    c->slack += c->slack == 0 ? 1.5 : 1; /* the first also rounds what is asked */
}

static bool is_between(uint32_t have, double a, double b, double slack) {
    return (double)have >= (a < b ? a : b) - slack && (double)have <= (a > b ? a : b) + slack;
}

/* The sources of a merge may differ: the largest gives the screen. */
static struct canvas source_canvas(const struct judge_context *x) {
    struct canvas c = {0};
    for (size_t i = 0; i < x->c->sources_used; i++) {
        if (x->source_scans[i].width > c.width)
            c.width = x->source_scans[i].width;
        if (x->source_scans[i].height > c.height)
            c.height = x->source_scans[i].height;
    }
    return c;
}

/* The screen with all frames in it. Players differ over frames that stick out, and so do tools:
 * gifsicle grows the screen to all of them, libvips and Pillow to some, ffmpeg to none. */
static struct canvas grown_canvas(const struct judge_context *x) {
    struct canvas c = source_canvas(x);
    c.of_frames = true;
    for (size_t i = 0; i < x->c->sources_used; i++)
        for (size_t k = 0; k < x->source_scans[i].frames; k++) {
            const struct gif_scan_frame *f = &x->source_scans[i].frame[k];
            if ((uint32_t)f->left + f->width > c.width)
                c.width = (uint32_t)f->left + f->width;
            if ((uint32_t)f->top + f->height > c.height)
                c.height = (uint32_t)f->top + f->height;
        }
    return c;
}

static void apply_all(struct canvas *c, const struct request_canvas *asked) {
    for (size_t i = 0; i < asked->steps_used && asked->ask == REQUEST_ASKED; i++)
        apply(c, &asked->steps[i]);
}

/* Is the output's canvas one of these two, or between them? */
static bool fits(const struct gif_scan *out, const struct canvas *a, const struct canvas *b) {
    return is_between(out->width, a->width, b->width, a->slack) &&
           is_between(out->height, a->height, b->height, a->slack);
}

void judge_geometry(const struct judge_context *x, struct judge_result *r) {
    const struct gif_scan *out = x->output_scan;
    bool asked = x->c->request->canvas.ask == REQUEST_ASKED;
    char size[64];
    if (x->c->request->canvas.ask == REQUEST_UNCLEAR) {
        judge_not_applicable(r, "the request changes the canvas in a way that is not known");
        return;
    }
    struct canvas c = source_canvas(x), grown = grown_canvas(x);
    if (c.width == 0 || c.height == 0) {
        judge_not_applicable(r, "the source has no canvas to compare with");
        return;
    }
    apply_all(&c, &x->c->request->canvas);
    apply_all(&grown, &x->c->request->canvas);
    r->expected = judge_text(text_print(size, sizeof size, "%.0fx%.0f", c.width, c.height));
    r->actual = judge_text(text_print(size, sizeof size, "%ux%u", out->width, out->height));
    if (fits(out, &c, &c))
        judge_pass(r);
    else if (fits(out, &c, &grown))
        judge_note(r, "the screen grew to frames that stick out of it");
    else
        judge_fail(r, "the canvas is %u × %u pixels, %s %.0f × %.0f", out->width, out->height,
                   asked ? "asked for were" : "the source's is", c.width, c.height);
}
