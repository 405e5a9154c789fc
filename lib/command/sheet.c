#include "command/sheet.h"
#include "command/schema.h"

#include "command/style.h"

#include "record/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *sheet_outcome_name(enum sheet_outcome o) {
    static const char *const names[SHEET_OUTCOMES] = {"ok", "failed", "not applicable"};
    return names[o];
}

/* Names of files and what programs print may hold anything. */
static void make_plain(char *s) {
    for (; *s != '\0'; s++)
        if ((unsigned char)*s < ' ' || *s == 127)
            *s = ' ';
}

static void print_item(const struct sheet_item *i) {
    static const char *const words[SHEET_OUTCOMES] = {"ok", "FAILED", "n/a"};
    static const enum style styles[SHEET_OUTCOMES] = {STYLE_GOOD, STYLE_BAD, STYLE_DOUBTFUL};
    const char *word = words[i->outcome];
    style_print(stdout, styles[i->outcome], word);
    printf("%*s  %-13s  %-28s  %s\n", (int)(6 - strlen(word)), "", i->part, i->name, i->figure);
    (void)fflush(stdout);
}

void sheet_add(struct sheet *s, enum sheet_outcome outcome, const char *part, const char *name,
               const char *format, ...) {
    va_list args;
    if (s->used == SHEET_MOST)
        return;
    struct sheet_item *i = &s->items[s->used++];
    i->outcome = outcome;
    i->part = part;
    text_print(i->name, sizeof i->name, "%s", name);
    va_start(args, format);
    vsnprintf(i->figure, sizeof i->figure, format, args);
    va_end(args);
    make_plain(i->name);
    make_plain(i->figure);
    if (s->live)
        print_item(i);
}

size_t sheet_count(const struct sheet *s, enum sheet_outcome outcome) {
    size_t n = 0;
    for (size_t i = 0; i < s->used; i++)
        n += s->items[i].outcome == outcome;
    return n;
}

void sheet_print_end(const struct sheet *s) {
    printf("%zu ok, %zu failed, %zu not applicable\n", sheet_count(s, SHEET_OK),
           sheet_count(s, SHEET_FAILED), sheet_count(s, SHEET_NOT_APPLICABLE));
}

void sheet_json(const struct sheet *s, const struct sheet_head *h, struct text *t) {
    struct json j = json_over(t);
    json_put_object(&j, NULL);
    schema_put(&j, "preflight");
    json_put_string(&j, "title", h->title);
    json_put_string(&j, "host", h->host);
    json_put_string(&j, "user", h->user);
    json_put_string(&j, "time", h->time);
    json_put_string(&j, "versions", h->versions);
    json_put_string(&j, "configuration", h->configuration);
    json_put_bool(&j, "holds", sheet_count(s, SHEET_FAILED) == 0);
    json_put_int(&j, "ok", (int64_t)sheet_count(s, SHEET_OK));
    json_put_int(&j, "failed", (int64_t)sheet_count(s, SHEET_FAILED));
    json_put_int(&j, "not_applicable", (int64_t)sheet_count(s, SHEET_NOT_APPLICABLE));
    json_put_array(&j, "items");
    for (size_t i = 0; i < s->used; i++) {
        json_put_object(&j, NULL);
        json_put_string(&j, "part", s->items[i].part);
        json_put_string(&j, "item", s->items[i].name);
        json_put_string(&j, "outcome", sheet_outcome_name(s->items[i].outcome));
        json_put_string(&j, "figure", s->items[i].figure);
        json_put_object_end(&j);
    }
    json_put_array_end(&j);
    json_put_object_end(&j);
    text_add(t, "\n");
}

/* What Markdown would read as its own, in text that comes from elsewhere. */
static void add_plain(struct text *t, const char *s) {
    for (; *s != '\0'; s++) {
        if (strchr("\\`*_[]<>|#", *s) != NULL)
            text_add(t, "\\");
        text_add_bytes(t, s, 1);
    }
}

static void add_row(struct text *t, const char *name, const char *value) {
    text_add(t, "| %s | ", name);
    add_plain(t, value);
    text_add(t, " |\n");
}

static void add_items(struct text *t, const struct sheet *s) {
    const char *part = "";
    for (size_t i = 0; i < s->used; i++) {
        const struct sheet_item *item = &s->items[i];
        if (strcmp(part, item->part) != 0)
            text_add(t, "\n## %s\n\n| | item | figure |\n|---|---|---|\n", item->part);
        part = item->part;
        text_add(t, "| %s | ",
                 item->outcome == SHEET_FAILED ? "**failed**" : sheet_outcome_name(item->outcome));
        add_plain(t, item->name);
        text_add(t, " | ");
        add_plain(t, item->figure);
        text_add(t, " |\n");
    }
}

void sheet_markdown(const struct sheet *s, const struct sheet_head *h, struct text *t) {
    size_t failed = sheet_count(s, SHEET_FAILED);
    text_add(t, "# %s\n\n| | |\n|---|---|\n", h->title);
    add_row(t, "host", h->host);
    add_row(t, "user", h->user);
    add_row(t, "time", h->time);
    add_row(t, "versions", h->versions);
    add_row(t, "configuration", h->configuration);
    text_add(t, "| result | **%s**: %zu ok, %zu failed, %zu not applicable |\n",
             failed == 0 ? "all holds" : "does not hold", sheet_count(s, SHEET_OK), failed,
             sheet_count(s, SHEET_NOT_APPLICABLE));
    add_items(t, s);
    text_add(t, "\nSigned off by the run of this command as ");
    add_plain(t, h->user);
    text_add(t, " on ");
    add_plain(t, h->host);
    text_add(t, ", %s: %s.\n", h->time, failed == 0 ? "granted" : "refused");
}
