/* Rooms: choosing · films · the script's data · elements · the whole */
#include "report/failure_player.h"

#include "report/failure_film.h"
#include "report/failure_strip.h"
#include "report/html.h"

#include <stdlib.h>
#include <string.h>

/* What the pictures of one failure should take of a page, and never more than: bytes. */
#define FILMS_BYTES ((double)2e6)
#define FILMS_MOST ((size_t)5000000)

/* An animation larger than that is left to the script. */
#define GIF_MOST ((size_t)750000)

#define FEWEST 24u

/* ---- choosing ---- */

/* What a picture more takes, by what a frame takes in its file. */
static double picture_bytes(const struct line_file *f) {
    uint32_t width = f->scan.width, height = f->scan.height;
    if (f->scan.frames == 0 || width == 0 || height == 0)
        return 0;
    film_fit(FILM_SIDE, &width, &height);
    double part = (double)width * height / ((double)f->scan.width * f->scan.height);
    return (double)f->gif.used / (double)f->scan.frames * part * 4 / 3;
}

static size_t how_many(const struct line *l) {
    double each = picture_bytes(&l->source) + picture_bytes(&l->output);
    double most = each > 0 ? FILMS_BYTES / each : FILM_MOST;
    return most > FILM_MOST ? FILM_MOST : most < FEWEST ? FEWEST : (size_t)most;
}

static bool is_open(const struct line *l, const bool *takes, bool differing, size_t i) {
    return !takes[i] && (!differing || l->instants[i].differs);
}

/* Takes `share` more of all, or of those that differ, spread over the time. */
static void spread(const struct line *l, bool *takes, bool differing, size_t share) {
    size_t all = 0, seen = 0;
    for (size_t i = 0; i < l->used; i++)
        all += is_open(l, takes, differing, i);
    for (size_t i = 0; i < l->used; i++) {
        if (!is_open(l, takes, differing, i))
            continue;
        takes[i] = share >= all || seen * share / all != (seen + 1) * share / all;
        seen++;
    }
}

size_t player_choose(const struct line *l, size_t *chosen) {
    size_t most = how_many(l), used = 0;
    bool *takes = calloc(l->used + 1, sizeof *takes);
    if (takes == NULL)
        return 0;
    if (l->used <= most) {
        memset(takes, true, l->used);
    } else {
        /* The first, the worst, and the rest by halves. */
        size_t half = (most - 2) / 2, differing = l->differ < half ? l->differ : half;
        takes[0] = true;
        if (l->worst != SIZE_MAX)
            takes[l->worst] = true;
        spread(l, takes, true, differing);
        spread(l, takes, false, most - 2 - differing);
    }
    for (size_t i = 0; i < l->used; i++)
        if (takes[i])
            chosen[used++] = i;
    free(takes);
    return used;
}

/* ---- films ---- */

struct player {
    FILE *out;
    struct line *l;
    const char *id;
    const size_t *chosen;
    size_t used, drawn;
    struct film source, output;
    size_t pictures[2][FILM_MOST];
};

static bool draw(void *context, const struct line_shown *shown) {
    struct player *p = context;
    size_t at = p->drawn++;
    return (shown->source == NULL || film_add(&p->source, shown->source, &p->pictures[0][at])) &&
           (shown->output == NULL || film_add(&p->output, shown->output, &p->pictures[1][at]));
}

static bool make_films(struct player *p) {
    const struct gif_scan *s = &p->l->source.scan, *o = &p->l->output.scan;
    bool made = (s->frames == 0 || film_begin(&p->source, s->width, s->height)) &&
                (o->frames == 0 || film_begin(&p->output, o->width, o->height)) &&
                line_play(p->l, p->chosen, p->used, draw, p);
    bool ended = (s->frames == 0 || film_end(&p->source));
    ended = (o->frames == 0 || film_end(&p->output)) && ended;
    return made && ended && p->source.sheets_used + p->output.sheets_used <= FILMS_MOST;
}

/* ---- the script's data ---- */

/* [[start, source's frame, output's frame, source's picture, output's picture, differs], …] */
static void put_instants(const struct player *p) {
    for (size_t k = 0; k < p->used; k++) {
        const struct line_instant *i = &p->l->instants[p->chosen[k]];
        fprintf(p->out, "%s[%llu,%d,%d,%zu,%zu,%d]", k == 0 ? "[" : ",",
                (unsigned long long)i->start_cs, (int)i->source, (int)i->output, p->pictures[0][k],
                p->pictures[1][k], i->differs);
    }
    fputs("]", p->out);
}

/* ---- elements ---- */

static void put_side(const struct player *p, const struct line_file *f, const struct film *film,
                     const char *name) {
    if (film->width == 0) {
        fprintf(p->out,
                "<figure class=\"fp-side\"><p class=\"fp-nothing\">no picture</p>"
                "<figcaption>%s</figcaption></figure>\n",
                name);
        return;
    }
    fprintf(p->out,
            "<figure class=\"fp-side\" data-width=\"%u\" data-height=\"%u\" data-whole=\"%s\" "
            "data-end=\"%llu\" data-frames=\"%zu\" data-name=\"%s\"><template>%s</template>"
            "<figcaption>%s <span class=\"fp-state\"></span></figcaption></figure>\n",
            film->width, film->height, film->whole, (unsigned long long)f->end_cs, f->scan.frames,
            name, film->sheets, name);
}

static void put_gif(FILE *out, const struct line_file *f, const char *name) {
    fputs("<figure class=\"fp-side\">", out);
    if (f->scan.frames == 0) {
        fputs("<p class=\"fp-nothing\">no picture</p>", out);
    } else if (f->gif.used > GIF_MOST) {
        fprintf(out,
                "<p class=\"fp-nothing\">%.1f MB: too large for this page, see the evidence</p>",
                (double)f->gif.used / 1e6);
    } else {
        fprintf(out,
                "<img class=\"fp-gif\" width=\"%u\" height=\"%u\" alt=\"%s, as it plays\" "
                "src=\"data:image/gif;base64,",
                f->scan.width, f->scan.height, name);
        html_base64(out, f->gif.bytes, f->gif.used);
        fputs("\">", out);
    }
    fprintf(out, "<figcaption>%s</figcaption></figure>\n", name);
}

/* Closed, so that nothing moves before a reader wants it. The script takes it away. */
static void put_gifs(const struct player *p) {
    fputs("<details class=\"fp-gifs\"><summary>Play both animations</summary>"
          "<div class=\"fp-stage\">\n",
          p->out);
    if (p->l->source.gif.used > 0)
        put_gif(p->out, &p->l->source, "Source");
    put_gif(p->out, &p->l->output, "Output");
    fputs("</div></details>\n", p->out);
}

static void put_controls(const struct player *p) {
    fputs("<div class=\"fp-controls\" hidden>"
          "<button type=\"button\" class=\"fp-play\">Play</button> ",
          p->out);
    if (p->l->differ > 0)
        fputs("<button type=\"button\" class=\"fp-back\">Previous difference</button> "
              "<button type=\"button\" class=\"fp-next\">Next difference</button> ",
              p->out);
    fprintf(
        p->out,
        "<output class=\"fp-time\"></output></div>\n"
        "<div class=\"fp-scrub\" hidden><input type=\"range\" min=\"0\" max=\"%llu\" value=\"0\" "
        "aria-label=\"Time\"></div>\n",
        (unsigned long long)p->l->total_cs);
}

static void put_left_out(const struct player *p) {
    const struct gif_scan *s = &p->l->source.scan, *o = &p->l->output.scan;
    uint32_t width = s->width > o->width ? s->width : o->width;
    uint32_t height = s->height > o->height ? s->height : o->height;
    if (width > FILM_SIDE || height > FILM_SIDE)
        fprintf(p->out, "<p class=\"fp-note\">Played at %u × %u pixels at most.</p>\n", FILM_SIDE,
                FILM_SIDE);
    if (p->used < p->l->used)
        fprintf(p->out, "<p class=\"fp-note\">Of %zu instants %zu can be shown here.</p>\n",
                p->l->used, p->used);
}

static void put_all(const struct player *p) {
    fprintf(p->out, "<div class=\"fp-player\" data-total=\"%llu\" data-instants=\"",
            (unsigned long long)p->l->total_cs);
    put_instants(p);
    fputs("\">\n<div class=\"fp-stage fp-films\" hidden>\n", p->out);
    if (p->l->source.gif.used > 0)
        put_side(p, &p->l->source, &p->source, "Source");
    put_side(p, &p->l->output, &p->output, "Output");
    fputs("</div>\n", p->out);
    put_gifs(p);
    put_controls(p);
    strip_write(p->out, p->l, p->id, p->chosen, p->used);
    fputs("</div>\n", p->out);
    put_left_out(p);
}

/* ---- the whole ---- */

bool player_write(FILE *out, struct line *l, const char *id, const size_t *chosen, size_t used) {
    struct player p = {.out = out, .l = l, .id = id, .chosen = chosen, .used = used};
    bool made = make_films(&p);
    if (made)
        put_all(&p);
    film_free(&p.source);
    film_free(&p.output);
    return made;
}
