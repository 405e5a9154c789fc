/* No escape sequences: the bar is taken away by blanks. */
#include "audit/progress.h"

#include "command/terminal.h"
#include "operate/amount.h"
#include "sys/sys.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BAR_EVERY_US 100000
#define LINE_EVERY_US 10000000
#define BAR_MOST 30

void progress_open(struct progress *p, size_t total) {
    const char *term = getenv("TERM");
    int64_t now = sys_now_us();
    bool here = isatty(STDERR_FILENO);
    *p = (struct progress){.drawn =
                               here && term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0,
                           .covers = here && isatty(STDOUT_FILENO),
                           .total = total,
                           .began_us = now,
                           .shown_us = now - BAR_EVERY_US}; /* a bar at once */
}

static double rate_of(const struct progress *p, size_t judged) {
    double seconds = (double)(sys_now_us() - p->began_us) / 1e6;
    return seconds > 0 ? (double)judged / seconds : 0;
}

/* "432 of 10,000, 812/s, 12.0 s left, 3 failed" */
static void words(const struct progress *p, size_t done, size_t judged, size_t failed, char *text,
                  size_t size) {
    char of[2][AMOUNT_SIZE], speed[AMOUNT_SIZE], left[AMOUNT_SIZE];
    double rate = rate_of(p, judged);
    snprintf(text, size, "%s of %s, %s/s, %s left, %zu failed", amount_count(of[0], (double)done),
             amount_count(of[1], (double)p->total), amount_count(speed, rate),
             amount_time(left, rate > 0 ? (double)(p->total - done) / rate : NAN), failed);
}

static void draw(struct progress *p, size_t done, const char *text) {
    size_t columns = terminal_columns(stderr), length = strlen(text) + 10;
    size_t bar = columns > length + 6 ? columns - length - 1 : 0;
    bar = bar > BAR_MOST ? BAR_MOST : bar;
    size_t full = bar * done / p->total;
    progress_hide(p);
    fputc('\r', stderr);
    if (bar > 0)
        fputc('[', stderr);
    for (size_t i = 0; i < bar; i++)
        fputc(i < full ? '#' : '-', stderr);
    fprintf(stderr, "%s%3zu %%  %.*s", bar > 0 ? "] " : "", done * 100 / p->total,
            (int)(columns > 8 ? columns - 8 : 0), text);
    fflush(stderr);
    p->visible = true;
}

void progress_show(struct progress *p, size_t done, size_t judged, size_t failed) {
    char text[256];
    int64_t now = sys_now_us();
    if (now - p->shown_us < (p->drawn ? BAR_EVERY_US : LINE_EVERY_US))
        return;
    p->shown_us = now;
    words(p, done, judged, failed, text, sizeof text);
    if (p->drawn)
        draw(p, done, text);
    else
        fprintf(stderr, "gifvet check: %s\n", text);
}

void progress_hide(struct progress *p) {
    if (p->visible)
        fprintf(stderr, "\r%*s\r", (int)terminal_columns(stderr) - 1, "");
    p->visible = false;
}

void progress_close(struct progress *p, size_t judged, size_t recorded) {
    char count[2][AMOUNT_SIZE], took[AMOUNT_SIZE], speed[AMOUNT_SIZE];
    progress_hide(p);
    fprintf(stderr, "gifvet check: %s judged in %s, %s/s", amount_count(count[0], (double)judged),
            amount_time(took, (double)(sys_now_us() - p->began_us) / 1e6),
            amount_count(speed, rate_of(p, judged)));
    if (recorded > 0)
        fprintf(stderr, "; %s were on record", amount_count(count[1], (double)recorded));
    fputc('\n', stderr);
}
