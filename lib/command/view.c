/* Rooms: looks · parts · wrapping · screen · line · JSON */
#include "command/view.h"

#include "command/clock.h"
#include "command/schema.h"
#include "command/terminal.h"
#include "operate/summary.h"
#include "record/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)
#define HOUR_US (3600 * SECOND_US)

/* ---- looks ---- */

void view_look(struct view *v) {
    v->newest = (v->newest + 1) % VIEW_LOOKS;
    if (v->used < VIEW_LOOKS)
        v->used++;
    v->looks[v->newest] = (struct view_look){v->surroundings->facts.wall_us, {0}};
    if (v->snapshot != NULL)
        v->looks[v->newest].whole = summary_whole(v->snapshot);
}

static const struct view_look *ago(const struct view *v, size_t looks) {
    if (looks >= v->used)
        looks = v->used - 1;
    return &v->looks[(v->newest + VIEW_LOOKS - looks) % VIEW_LOOKS];
}

/* The newest that is at least so old, else the oldest there is. */
static const struct view_look *aged(const struct view *v, int64_t us) {
    size_t looks = 1;
    while (looks + 1 < v->used && ago(v, 0)->wall_us - ago(v, looks)->wall_us < us)
        looks++;
    return ago(v, looks);
}

static double seconds_since(const struct view *v, const struct view_look *l) {
    return (double)(ago(v, 0)->wall_us - l->wall_us) / (double)SECOND_US;
}

/* ---- parts ---- */

static void percent(FILE *out, double share) {
    if (isnan(share))
        fprintf(out, " %7s", "-");
    else
        fprintf(out, " %5.1f %%", share * 100);
}

static void milliseconds(FILE *out, int64_t us, uint64_t of) {
    if (of == 0)
        fprintf(out, " %7s", "-");
    else
        fprintf(out, " %7.2f", (double)us / 1000);
}

/* The table is 79 columns wide; the longest time comes behind it where there is room. */
#define COLUMNS_WITH_MAX 88

/* over: seconds for a rate, 0 = none. */
static void row(FILE *out, size_t columns, const char *name, const struct state_hour *h,
                double over) {
    const struct summary_row r = summary_row(h);
    fprintf(out, "%-12s", name);
    if (over > 0)
        fprintf(out, " %6.1f", (double)r.outputs / over);
    else
        fprintf(out, " %6s", "");
    fprintf(out, " %7llu %7llu %6llu %4llu", (unsigned long long)r.outputs,
            (unsigned long long)h->results[STATE_PASSED],
            (unsigned long long)h->results[STATE_FAILED],
            (unsigned long long)(r.validations - r.verdicts));
    percent(out, r.success_rate);
    milliseconds(out, r.p50_us, r.validations);
    milliseconds(out, r.p95_us, r.validations);
    percent(out, r.slow_rate);
    if (columns >= COLUMNS_WITH_MAX)
        milliseconds(out, r.longest_us, r.validations);
    fputc('\n', out);
}

static struct state_hour this_hour(const struct view *v) {
    const struct state_snapshot *s = v->snapshot;
    struct state_hour h = {0};
    size_t n = summary_hours(s, v->surroundings->facts.wall_us, 1);
    for (size_t i = 0; i < n; i++)
        summary_add(&h, &s->hours[i]);
    return h;
}

static void head(const struct view *v, FILE *out) {
    const struct health *h = v->health;
    char now[CLOCK_SIZE];
    fprintf(out, "gifvet  %s  %s", clock_local(now, v->surroundings->facts.wall_us),
            health_status_name(h->status));
    if (v->snapshot != NULL)
        fprintf(out, "  mode %s  consecutive failures %llu", state_mode_name(v->snapshot->mode),
                (unsigned long long)v->snapshot->consecutive_failures);
    fputc('\n', out);
    for (size_t i = 0; i < h->used; i++) {
        char *message = clock_in_text(h->issues[i].message);
        fprintf(out, "! ");
        terminal_print(out, message, SIZE_MAX);
        free(message);
        fputc('\n', out);
    }
    if (h->unknown[0] != '\0') {
        fprintf(out, "? ");
        terminal_print(out, h->unknown, SIZE_MAX);
        fputc('\n', out);
    }
}

/* ---- wrapping ---- */

#define INDENT 8 /* of what a line goes on with: it is not taken for the head of a record */

/* How many bytes of the line text[0..n) fit into so many columns, to its last blank where it has
 * one. */
static size_t fitting(const char *text, size_t n, size_t columns) {
    size_t at = 0, used = 0, blank = 0, bytes;
    for (; at < n; at += bytes) {
        used += terminal_character(text + at, n - at, &bytes);
        if (bytes == 0)
            bytes = 1;
        if (used > columns)
            break;
        if (text[at] == ' ' && at > 0 && text[at - 1] != ' ')
            blank = at;
    }
    return at == n ? n : text[at] == ' ' ? at : blank > 0 ? blank : at;
}

static void wrap_line(FILE *out, const char *text, size_t n, size_t columns) {
    size_t margin = strspn(text, " ");
    size_t indent = 0, used = margin < n ? margin : n;
    fprintf(out, "%*s", (int)used, "");
    for (indent = used; used < n; indent = INDENT) {
        size_t room = columns > indent + INDENT ? columns - indent : INDENT;
        size_t part = fitting(text + used, n - used, room);
        fprintf(out, "%.*s", (int)part, text + used);
        for (used += part; used < n && text[used] == ' ';)
            used++;
        if (used < n)
            fprintf(out, "\n%*s", INDENT, "");
    }
    fputc('\n', out);
}

/* The text with what is too long broken into several lines, to be freed; NULL: no memory. */
static char *wrap(const char *text, size_t columns) {
    char *wrapped = NULL;
    size_t size;
    FILE *out = open_memstream(&wrapped, &size);
    if (out == NULL)
        return NULL;
    while (text[0] != '\0') {
        size_t n = strcspn(text, "\n");
        wrap_line(out, text, n, columns);
        text += n + (text[n] == '\n');
    }
    fclose(out);
    return wrapped;
}

/* ---- screen ---- */

static void rates(const struct view *v, FILE *out, size_t columns) {
    const struct view_look *last = ago(v, 1), *minute = aged(v, 60 * SECOND_US);
    const struct state_hour *now = &ago(v, 0)->whole;
    const struct state_hour second = summary_between(&last->whole, now),
                            sixty = summary_between(&minute->whole, now), hour = this_hour(v);
    char name[32];
    fprintf(out, "\n%-12s %6s %7s %7s %6s %4s %7s %7s %7s %7s%s\n", "(q ends)", "per s", "outputs",
            "passed", "failed", "null", "success", "p50 ms", "p95 ms", "slow",
            columns >= COLUMNS_WITH_MAX ? "  max ms" : "");
    snprintf(name, sizeof name, "last %.1f s", seconds_since(v, last));
    row(out, columns, name, &second, seconds_since(v, last));
    snprintf(name, sizeof name, "last %.1f s", seconds_since(v, minute));
    row(out, columns, name, &sixty, seconds_since(v, minute));
    row(out, columns, "this hour", &hour, 0);
    row(out, columns, "in all", now, 0);
}

static void changes(const struct state_snapshot *s, FILE *out) {
    char when[CLOCK_SIZE];
    if (s->changes_used == 0)
        return;
    fprintf(out, "\nperformance mode:");
    for (size_t i = 0; i < s->changes_used && i < 3; i++) {
        const struct state_change *c = &s->changes[i];
        fprintf(out, "%s %s %s to %s", i > 0 ? "," : "", clock_time(when, c->wall_us),
                state_mode_name(c->from), state_mode_name(c->to));
        if (c->mean_ms > 0)
            fprintf(out, " at %.0f ms", c->mean_ms);
        else
            fprintf(out, " by gifvet reset");
    }
    fputc('\n', out);
}

/* Failures of the ring, for when the log has none. */
static void ring(const struct state_snapshot *s, FILE *out) {
    char when[CLOCK_SIZE];
    size_t shown = 0;
    for (size_t i = 0; i < s->recent_used && shown < 20; i++) {
        const struct state_recent *r = &s->recent[i];
        if (r->result != STATE_FAILED)
            continue;
        fprintf(out, "%s  %llu bytes from %llu, %.2f ms\n", clock_time(when, r->wall_us),
                (unsigned long long)r->bytes_out, (unsigned long long)r->bytes_in,
                (double)r->time_us / 1000);
        shown++;
    }
    if (shown == 0)
        fprintf(out, "none among the last %zu validations\n", s->recent_used);
}

static size_t lines_of(const char *text) {
    size_t n = 0;
    for (; (text = strchr(text, '\n')) != NULL; text++)
        n++;
    return n;
}

/* The last lines of text, as many as there is room for, but no end of a record whose head is cut
 * off, unless it is all that there is. */
static const char *last_lines(const char *text, size_t room) {
    for (size_t n = lines_of(text); n > room; n--)
        text = strchr(text, '\n') + 1;
    const char *head = text;
    while (head[0] == ' ') {
        head += strcspn(head, "\n");
        head += head[0] == '\n';
    }
    return head[0] != '\0' ? head : text;
}

/* All but the failures. */
static void top(const struct view *v, FILE *out, size_t columns) {
    head(v, out);
    if (v->snapshot == NULL)
        return;
    rates(v, out, columns);
    changes(v->snapshot, out);
    fprintf(out, "\nlast failures\n");
}

void view_screen(const struct view *v, FILE *out, size_t rows, size_t columns,
                 const char *failures) {
    char *above = NULL;
    size_t n;
    FILE *f = open_memstream(&above, &n);
    if (f == NULL)
        return;
    top(v, f, columns);
    fclose(f);
    char *fitted = above != NULL ? wrap(above, columns) : NULL;
    char *below = wrap(failures, columns);
    if (fitted != NULL)
        fputs(fitted, out);
    if (fitted != NULL && v->snapshot != NULL && below != NULL && below[0] != '\0') {
        size_t used = lines_of(fitted);
        fputs(last_lines(below, rows > used ? rows - used : 0), out);
    } else if (v->snapshot != NULL) {
        ring(v->snapshot, out);
    }
    free(above);
    free(fitted);
    free(below);
}

/* ---- line ---- */

void view_line(const struct view *v, FILE *out) {
    char now[CLOCK_SIZE];
    fprintf(out, "%s %s", clock_local(now, v->surroundings->facts.wall_us),
            health_status_name(v->health->status));
    if (v->snapshot == NULL) {
        fprintf(out, ": ");
        terminal_print(out, v->health->unknown, SIZE_MAX);
        fputc('\n', out);
        return;
    }
    const struct view_look *last = ago(v, 1);
    const struct state_hour h = summary_between(&last->whole, &ago(v, 0)->whole);
    const struct summary_row r = summary_row(&h);
    double over = seconds_since(v, last);
    fprintf(out,
            " %s %.1f/s outputs %llu passed %llu failed %llu null %llu control %llu"
            " mean %.2f ms p95 %.2f ms slow %llu consecutive_failures %llu\n",
            state_mode_name(v->snapshot->mode), over > 0 ? (double)r.outputs / over : 0,
            (unsigned long long)r.outputs, (unsigned long long)h.results[STATE_PASSED],
            (unsigned long long)h.results[STATE_FAILED],
            (unsigned long long)(r.validations - r.verdicts),
            (unsigned long long)h.results[STATE_CONTROL], (double)r.mean_us / 1000,
            (double)r.p95_us / 1000, (unsigned long long)h.slow,
            (unsigned long long)v->snapshot->consecutive_failures);
}

/* ---- JSON ---- */

void view_json(const struct view *v, FILE *out) {
    char now[CLOCK_SIZE], line[4096];
    struct text t = text_over(line, sizeof line);
    struct json j = json_over(&t);
    json_put_object(&j, NULL);
    schema_put(&j, "watch");
    json_put_string(&j, "time", clock_utc(now, v->surroundings->facts.wall_us));
    json_put_string(&j, "status", health_status_name(v->health->status));
    json_put_string(&j, "unknown", v->health->unknown[0] != '\0' ? v->health->unknown : NULL);
    if (v->snapshot != NULL) {
        const struct view_look *last = ago(v, 1);
        const struct state_hour h = summary_between(&last->whole, &ago(v, 0)->whole);
        const struct summary_row r = summary_row(&h);
        json_put_string(&j, "performance_mode", state_mode_name(v->snapshot->mode));
        json_put_real(&j, "seconds", seconds_since(v, last), 3);
        json_put_int(&j, "outputs", (int64_t)r.outputs);
        for (enum state_result k = 0; k < STATE_RESULTS; k++)
            json_put_int(&j, state_result_name(k), (int64_t)h.results[k]);
        json_put_int(&j, "slow", (int64_t)h.slow);
        json_put_int(&j, "mean_us", r.mean_us);
        json_put_int(&j, "p95_us", r.p95_us);
        json_put_int(&j, "consecutive_failures", (int64_t)v->snapshot->consecutive_failures);
    }
    json_put_object_end(&j);
    fprintf(out, "%s\n", line);
}
