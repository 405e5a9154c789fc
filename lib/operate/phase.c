/* Rooms: words · settings of a text · what is to be · lines · blocks · changes · composing */
#include "operate/phase.h"

#include "conf/ini.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME 64

/* ---- words ---- */

/* Every text of a value, one behind the other. */
struct words {
    char *at;
    size_t used, size;
};

static const char *keep(struct words *w, const char *text) {
    const size_t n = strlen(text) + 1;
    if (n > w->size - w->used)
        return "";
    memcpy(w->at + w->used, text, n);
    w->used += n;
    return w->at + w->used - n;
}

/* ---- settings of a text ---- */

struct setting {
    char section[NAME], key[NAME];
    const char *value;
    int line;
    bool placed; /* of what is to be: stands in the new file */
};

struct settings {
    struct setting *at;
    size_t used, room;
    struct words *words;
};

static void put(struct settings *s, const char *section, const char *key, const char *value,
                int line) {
    if (s->used == s->room)
        return;
    struct setting *new = &s->at[s->used++];
    *new = (struct setting){.value = keep(s->words, value), .line = line};
    snprintf(new->section, sizeof new->section, "%s", section);
    snprintf(new->key, sizeof new->key, "%s", key);
}

static bool any_section(void *context, const char *section, int line) {
    (void)context;
    (void)section;
    (void)line;
    return true;
}

static void take(void *context, const char *section, const char *key, const char *value, int line) {
    put(context, section, key, value, line);
}

static void pass_over(void *context, int line, const char *reason) {
    (void)context;
    (void)line;
    (void)reason;
}

/* False without memory. */
static bool read_settings(struct settings *s, const char *text) {
    const struct ini_reader reader = {any_section, take, pass_over, s};
    return ini_read(text, strlen(text), &reader) != -2;
}

/* Of a setting given twice the later wins. */
static struct setting *find(const struct settings *s, const char *section, const char *key) {
    for (size_t i = s->used; i > 0; i--)
        if (strcmp(s->at[i - 1].section, section) == 0 && strcmp(s->at[i - 1].key, key) == 0)
            return &s->at[i - 1];
    return NULL;
}

static const struct setting *at_line(const struct settings *s, int line) {
    for (size_t i = 0; i < s->used; i++)
        if (s->at[i].line == line)
            return &s->at[i];
    return NULL;
}

/* ---- what is to be ---- */

struct composing {
    const struct phase_input *in;
    struct words words;
    struct settings present, old, new;
    FILE *out;
};

static void set(struct settings *s, const char *section, const char *key, const char *value) {
    struct setting *there = find(s, section, key);
    if (there != NULL)
        there->value = keep(s->words, value);
    else
        put(s, section, key, value, 0);
}

/* mode has a second name, which beats it within one file. */
static void settle_mode(struct composing *c) {
    const struct setting *mode = find(&c->new, "validation", "mode");
    if (mode != NULL && find(&c->present, "validation", "fail_on_validation_error") != NULL)
        set(&c->new, "validation", "fail_on_validation_error",
            strcmp(mode->value, "enforce") == 0 ? "true" : "false");
}

/* A line holds one setting at the most, and more than its value. */
static void make_room(struct composing *c, struct settings *s, const char *text, size_t more) {
    s->room = more + 1;
    for (const char *p = text; *p != '\0'; p++)
        s->room += *p == '\n';
    s->at = calloc(s->room, sizeof *s->at);
    s->words = &c->words;
    c->words.size += strlen(text) + 1;
}

static bool make_all_room(struct composing *c) {
    const struct phase_input *in = c->in;
    make_room(c, &c->present, in->present, 0);
    make_room(c, &c->old, in->old_preset, 0);
    make_room(c, &c->new, in->new_preset, in->extras_used + 1); /* and settle_mode()'s */
    for (size_t i = 0; i < in->extras_used; i++)
        c->words.size += strlen(in->extras[i].value) + 1;
    c->words.size += sizeof "false";
    c->words.at = malloc(c->words.size);
    return c->words.at != NULL && c->present.at != NULL && c->old.at != NULL && c->new.at != NULL;
}

static bool read_all(struct composing *c) {
    if (!make_all_room(c) || !read_settings(&c->present, c->in->present) ||
        !read_settings(&c->old, c->in->old_preset) || !read_settings(&c->new, c->in->new_preset))
        return false;
    for (size_t i = 0; i < c->in->extras_used; i++)
        set(&c->new, c->in->extras[i].section, c->in->extras[i].key, c->in->extras[i].value);
    settle_mode(c);
    return true;
}

static bool is_yours(const struct composing *c, const struct setting *present) {
    for (size_t i = 0; i < c->in->extras_used; i++) /* what is asked for now is yours as well */
        if (strcmp(c->in->extras[i].section, present->section) == 0 &&
            strcmp(c->in->extras[i].key, present->key) == 0)
            return false;
    const struct setting *old = find(&c->old, present->section, present->key);
    return old == NULL || strcmp(old->value, present->value) != 0;
}

/* ---- lines ---- */

struct span {
    const char *at;
    size_t n; /* without the newline */
};

static struct span next_line(const char **p) {
    const char *end = strchrnul(*p, '\n');
    struct span line = {*p, (size_t)(end - *p)};
    *p = *end != '\0' ? end + 1 : end;
    return line;
}

static char first_of(struct span line) {
    for (size_t i = 0; i < line.n; i++)
        if (strchr(" \t\r\v\f", line.at[i]) == NULL)
            return line.at[i];
    return '\0';
}

static bool is_comment(struct span line) {
    return first_of(line) == '#' || first_of(line) == ';';
}

static bool has_line(const char *text, struct span line) {
    while (*text != '\0') {
        struct span other = next_line(&text);
        if (other.n == line.n && memcmp(other.at, line.at, line.n) == 0)
            return true;
    }
    return false;
}

static void print_line(FILE *out, struct span line) {
    fwrite(line.at, 1, line.n, out);
    fputc('\n', out);
}

/* A line of the present file that is neither setting nor header. What only the old preset says of
 * itself goes. */
static bool stays(const struct composing *c, struct span line) {
    return !is_comment(line) || !has_line(c->in->old_preset, line) ||
           has_line(c->in->new_preset, line);
}

/* ---- blocks ---- */

/* From one header of the present file to the next. Comments and empty lines wait in a tail until a
 * setting follows: those at the end belong to what comes next, and new settings go before them. */
struct block {
    struct span header;
    char section[NAME];
    FILE *body, *tail;
    char *body_text, *tail_text;
    size_t body_n, tail_n;
    size_t settings, lost; /* that stand in it now; that stood in it */
};

static void free_block(struct block *b) {
    if (b->body != NULL)
        (void)fclose(b->body);
    if (b->tail != NULL)
        (void)fclose(b->tail);
    free(b->body_text);
    free(b->tail_text);
}

static bool block_begin(struct block *b, struct span header) {
    *b = (struct block){.header = header};
    b->body = open_memstream(&b->body_text, &b->body_n);
    b->tail = open_memstream(&b->tail_text, &b->tail_n);
    const char *open = memchr(header.at, '[', header.n);
    const char *close =
        open != NULL ? memchr(open, ']', header.n - (size_t)(open - header.at)) : NULL;
    if (close != NULL)
        snprintf(b->section, sizeof b->section, "%.*s", (int)(close - open - 1), open + 1);
    if (b->body != NULL && b->tail != NULL)
        return true;
    free_block(b);
    return false;
}

static void block_flush(struct block *b) {
    fflush(b->tail);
    fwrite(b->tail_text, 1, b->tail_n, b->body);
    rewind(b->tail);
}

static void put_setting(const struct composing *c, struct block *b, const struct setting *present,
                        struct span line) {
    struct setting *new = find(&c->new, present->section, present->key);
    if (new == NULL ? !is_yours(c, present) : new->placed) {
        b->lost++;
        return;
    }
    block_flush(b);
    b->settings++;
    if (new == NULL || strcmp(new->value, present->value) == 0)
        print_line(b->body, line);
    else
        fprintf(b->body, "%s = %s\n", new->key, new->value);
    if (new != NULL)
        new->placed = true;
}

/* What is new in this section, and stands nowhere in the present file. */
static void put_new(struct composing *c, struct block *b) {
    for (size_t i = 0; i < c->new.used; i++) {
        struct setting *s = &c->new.at[i];
        if (s->placed || strcmp(s->section, b->section) != 0 ||
            find(&c->present, s->section, s->key) != NULL)
            continue;
        fprintf(b->body, "%s = %s\n", s->key, s->value);
        s->placed = true;
        b->settings++;
    }
}

/* A header whose settings have all gone goes too. */
static bool block_end(struct composing *c, struct block *b) {
    if (b->section[0] != '\0')
        put_new(c, b);
    bool fine = fflush(b->body) == 0 && fflush(b->tail) == 0;
    if (b->header.n > 0 && (b->settings > 0 || b->lost == 0))
        print_line(c->out, b->header);
    if (fine)
        fwrite(b->body_text, 1, b->body_n, c->out);
    if (fine)
        fwrite(b->tail_text, 1, b->tail_n, c->out);
    free_block(b);
    return fine;
}

/* The lines that begin the new preset and say what the phase is. */
static void put_head(const struct composing *c) {
    const char *p = c->in->new_preset;
    while (*p == '#') {
        struct span line = next_line(&p);
        if (!has_line(c->in->present, line))
            print_line(c->out, line);
    }
}

static bool put_present(struct composing *c) {
    const char *p = c->in->present;
    struct block b;
    bool fine = block_begin(&b, (struct span){p, 0});
    for (int number = 1; *p != '\0' && fine; number++) {
        struct span line = next_line(&p);
        const struct setting *s = at_line(&c->present, number);
        if (s != NULL)
            put_setting(c, &b, s, line);
        else if (first_of(line) == '[')
            fine = block_end(c, &b) && block_begin(&b, line);
        else if (stays(c, line))
            print_line(b.tail, line);
    }
    return fine && block_end(c, &b);
}

static void put_rest(struct composing *c) {
    const char *section = "";
    for (size_t i = 0; i < c->new.used; i++) {
        struct setting *s = &c->new.at[i];
        if (s->placed)
            continue;
        if (strcmp(section, s->section) != 0)
            fprintf(c->out, "\n[%s]\n", s->section);
        section = s->section;
        fprintf(c->out, "%s = %s\n", s->key, s->value);
        s->placed = true;
        for (size_t j = i + 1; j < c->new.used; j++) {
            struct setting *more = &c->new.at[j];
            if (more->placed || strcmp(more->section, section) != 0)
                continue;
            fprintf(c->out, "%s = %s\n", more->key, more->value);
            more->placed = true;
        }
    }
}

/* ---- changes ---- */

static void add_change(struct phase *p, const struct setting *of, const char *before,
                       const char *after, bool yours) {
    struct phase_change *c = &p->changes[p->used++];
    *c = (struct phase_change){.before = before, .after = after, .yours = yours};
    snprintf(c->section, sizeof c->section, "%s", of->section);
    snprintf(c->key, sizeof c->key, "%s", of->key);
}

static bool note_changes(const struct composing *c, struct phase *p) {
    p->changes = calloc(c->present.used + c->new.used + 1, sizeof *p->changes);
    if (p->changes == NULL)
        return false;
    for (size_t i = 0; i < c->present.used; i++) {
        const struct setting *s = &c->present.at[i];
        const struct setting *new = find(&c->new, s->section, s->key);
        const bool yours = is_yours(c, s);
        if (find(&c->present, s->section, s->key) == s) /* not one that a later one covers */
            add_change(p, s, s->value, new != NULL ? new->value : (yours ? s->value : NULL), yours);
    }
    for (size_t i = 0; i < c->new.used; i++) {
        const struct setting *s = &c->new.at[i];
        if (find(&c->present, s->section, s->key) == NULL)
            add_change(p, s, NULL, s->value, false);
    }
    return true;
}

/* ---- composing ---- */

static bool compose(struct composing *c, struct phase *out) {
    size_t n;
    if (!read_all(c) || !note_changes(c, out))
        return false;
    c->out = open_memstream(&out->text, &n);
    if (c->out == NULL)
        return false;
    put_head(c);
    bool fine = put_present(c);
    put_rest(c);
    return (fclose(c->out) == 0) & fine;
}

int phase_compose(const struct phase_input *in, struct phase *out, struct error *e) {
    struct composing c = {.in = in};
    *out = (struct phase){0};
    bool fine = compose(&c, out);
    out->words = c.words.at;
    free(c.present.at);
    free(c.old.at);
    free(c.new.at);
    if (fine)
        return 0;
    phase_free(out);
    return error_set(e, ENOMEM, "no memory");
}

void phase_free(struct phase *p) {
    free(p->words);
    free(p->changes);
    free(p->text);
    *p = (struct phase){0};
}
