/* Rooms: lines · what is common · hunks */
#include "command/line_diff.h"

#include "command/terminal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CONTEXT 3
#define TABLE_MOST ((size_t)16 << 20) /* cells: lines of the one times lines of the other */

/* ---- lines ---- */

struct line {
    const char *at;
    size_t n;
};

struct lines {
    struct line *at;
    size_t used;
};

static bool split(const char *text, size_t n, struct lines *lines) {
    size_t most = 1;
    for (size_t i = 0; i < n; i++)
        most += text[i] == '\n';
    lines->at = calloc(most, sizeof *lines->at);
    lines->used = 0;
    for (size_t i = 0; lines->at != NULL && i < n;) {
        const char *end = memchr(text + i, '\n', n - i);
        size_t length = end != NULL ? (size_t)(end - text) - i : n - i;
        lines->at[lines->used++] = (struct line){text + i, length};
        i += length + 1;
    }
    return lines->at != NULL;
}

static bool is_same(const struct line *a, const struct line *b) {
    return a->n == b->n && memcmp(a->at, b->at, a->n) == 0;
}

/* ---- what is common ---- */

/* One step of the way from the one text to the other: ' ' both, '-' only from, '+' only to. */
struct script {
    char *steps;
    size_t used;
};

static void repeat(struct script *s, char step, size_t times) {
    memset(s->steps + s->used, step, times);
    s->used += times;
}

/* The longest common subsequence of what stands between (Wagner and Fischer). length[i * (m + 1)
 * + j]: of what is left from line i of the one and line j of the other. */
static void walk(struct script *s, const struct line *a, size_t n, const struct line *b, size_t m) {
    uint16_t *length = NULL;
    const size_t row = m + 1;
    if (n < UINT16_MAX && m < UINT16_MAX && (n + 1) * row <= TABLE_MOST)
        length = calloc((n + 1) * row, sizeof *length);
    if (length == NULL) {
        repeat(s, '-', n);
        repeat(s, '+', m);
        return;
    }
    for (size_t i = n; i-- > 0;)
        for (size_t j = m; j-- > 0;) {
            uint16_t down = length[(i + 1) * row + j], right = length[i * row + j + 1];
            length[i * row + j] = is_same(&a[i], &b[j])
                                      ? (uint16_t)(length[(i + 1) * row + j + 1] + 1)
                                  : down > right ? down
                                                 : right;
        }
    size_t i = 0, j = 0;
    while (i < n || j < m) {
        bool same = i < n && j < m && is_same(&a[i], &b[j]);
        bool down = j == m || (i < n && length[(i + 1) * row + j] >= length[i * row + j + 1]);
        repeat(s, same ? ' ' : down ? '-' : '+', 1);
        i += same || down;
        j += same || !down;
    }
    free(length);
}

static void compare(struct script *s, const struct lines *a, const struct lines *b) {
    size_t least = a->used < b->used ? a->used : b->used, head = 0, tail = 0;
    while (head < least && is_same(&a->at[head], &b->at[head]))
        head++;
    while (tail < least - head && is_same(&a->at[a->used - 1 - tail], &b->at[b->used - 1 - tail]))
        tail++;
    repeat(s, ' ', head);
    walk(s, a->at + head, a->used - head - tail, b->at + head, b->used - head - tail);
    repeat(s, ' ', tail);
}

/* ---- hunks ---- */

/* Where the hunk ends that begins at `from`: before more than twice CONTEXT same lines. */
static size_t end_of_hunk(const struct script *s, size_t from) {
    size_t end = from, same = 0;
    for (size_t i = from; i < s->used && same <= 2 * CONTEXT; i++) {
        same = s->steps[i] == ' ' ? same + 1 : 0;
        if (same == 0)
            end = i + 1;
    }
    return end + CONTEXT < s->used ? end + CONTEXT : s->used;
}

static void print_hunk(FILE *out, const struct script *s, size_t from, size_t to,
                       const struct lines *a, size_t i, const struct lines *b, size_t j) {
    size_t removed = 0, added = 0;
    for (size_t k = from; k < to; k++) {
        removed += s->steps[k] != '+';
        added += s->steps[k] != '-';
    }
    fprintf(out, "@@ -%zu,%zu +%zu,%zu @@\n", removed > 0 ? i + 1 : i, removed,
            added > 0 ? j + 1 : j, added);
    for (size_t k = from; k < to; k++) {
        const struct line *line = s->steps[k] == '+' ? &b->at[j] : &a->at[i];
        fputc(s->steps[k], out);
        terminal_print_n(out, line->at, line->n);
        fputc('\n', out);
        i += s->steps[k] != '+';
        j += s->steps[k] != '-';
    }
}

static void print_name(FILE *out, const char *mark, const char *name) {
    fprintf(out, "%s ", mark);
    terminal_print(out, name, SIZE_MAX);
    fputc('\n', out);
}

static void print(FILE *out, const struct script *s, const struct lines *a, const struct lines *b) {
    size_t i = 0, j = 0, at = 0;
    while (at < s->used) {
        size_t next = at;
        while (next < s->used && s->steps[next] == ' ')
            next++;
        if (next == s->used)
            return;
        size_t from = next - at > CONTEXT ? next - CONTEXT : at, to = end_of_hunk(s, next);
        i += from - at;
        j += from - at;
        print_hunk(out, s, from, to, a, i, b, j);
        for (size_t k = from; k < to; k++) {
            i += s->steps[k] != '+';
            j += s->steps[k] != '-';
        }
        at = to;
    }
}

static bool ends_open(const struct line_diff_side *s) {
    return s->n > 0 && s->text[s->n - 1] != '\n';
}

int line_diff_print(FILE *out, const struct line_diff_side *from, const struct line_diff_side *to) {
    struct lines a = {0}, b = {0};
    struct script s = {0};
    int result = -1;
    if (from->n == to->n && memcmp(from->text, to->text, from->n) == 0)
        return 0;
    if (split(from->text, from->n, &a) && split(to->text, to->n, &b) &&
        (s.steps = malloc(a.used + b.used + 1)) != NULL) {
        compare(&s, &a, &b);
        print_name(out, "---", from->name);
        print_name(out, "+++", to->name);
        print(out, &s, &a, &b);
        if (ends_open(from) != ends_open(to))
            fprintf(out, "\\ no newline at the end of the %s\n",
                    ends_open(from) ? "former" : "latter");
        result = 1;
    }
    free(s.steps);
    free(a.at);
    free(b.at);
    return result;
}
