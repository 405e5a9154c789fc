/* gifvet completion: what shells complete, from the table of commands.
 *
 * Rooms: words of a row · a row · the command */
#include "command/completion.h"

#include "conf/conf.h"

#include <stdio.h>
#include <string.h>

/* ---- words of a row ---- */

/* A word of a synopsis or an option's row, without what stands around it: "[--reason" and "R]". */
struct word {
    const char *at;
    size_t n;
    bool ends; /* with a bracket or a quote: what follows is something else */
};

static bool next_word(const char **s, struct word *w) {
    *s += strspn(*s, " |[\"'");
    w->at = *s;
    size_t whole = strcspn(*s, " |\t");
    w->n = strcspn(*s, " |\t,[]\"'");
    w->ends = w->n < whole && w->at[w->n] != ',';
    *s += whole;
    return whole > 0;
}

static bool is_option(const struct word *w) {
    return w->n > 1 && w->at[0] == '-' && strncmp(w->at, "--", w->n) != 0;
}

static bool is_lower(const struct word *w) {
    return w->n > 0 && w->at[0] >= 'a' && w->at[0] <= 'z';
}

static bool begins(const struct word *w, const char *with) {
    size_t n = strlen(with);
    return w->n >= n && memcmp(w->at, with, n) == 0;
}

static enum completion_kind kind_of(const struct word *w) {
    static const struct {
        const char *begins;
        enum completion_kind kind;
    } kinds[] = {
        {"FILE", COMPLETION_FILE},
        {"LOG", COMPLETION_FILE},
        {"SOURCE", COMPLETION_FILE},
        {"OUTPUT", COMPLETION_FILE},
        {"BUNDLE", COMPLETION_FILE},
        {"DIR", COMPLETION_DIR},
        {"SECTION.KEY=", COMPLETION_SETTING},
        {"PROGRAM", COMPLETION_PROGRAM},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (begins(w, kinds[i].begins))
            return kinds[i].kind;
    return COMPLETION_ANY;
}

/* ---- a row ---- */

/* "-c, --config FILE": the short name goes with the long one. */
static void add_option(struct completion *c, const struct word *w, const struct word *before,
                       const char *help) {
    if (c->options_used == COMPLETION_MOST)
        return;
    struct completion_option *o = &c->options[c->options_used++];
    *o = (struct completion_option){.name = w->at, .length = (int)w->n, .help = help};
    if (before->n > 0) {
        o->other = before->at;
        o->other_length = (int)before->n;
    }
}

static void read_options(struct completion *c, const char *row) {
    const char *help = row + strcspn(row, "\t");
    struct word w, before = {0};
    bool awaits = false; /* the option read last may have a value */
    help += *help != '\0';
    while (next_word(&row, &w)) {
        if (is_option(&w) && w.at[w.n] == ',') {
            before = w;
            continue;
        }
        if (is_option(&w)) {
            add_option(c, &w, &before, help);
            awaits = !w.ends;
            before.n = 0;
        } else {
            if (awaits)
                c->options[c->options_used - 1].value = kind_of(&w);
            awaits = false;
        }
    }
}

/* "check FILE | show [--program NAME]": the arguments, and which words the first can be. */
static void read_synopsis(struct completion *c, const char *synopsis) {
    struct word w;
    bool is_value = false;
    while (next_word(&synopsis, &w)) {
        if (is_lower(&w) && !is_value && c->words_used < COMPLETION_MOST)
            c->words[c->words_used++] = (struct completion_word){w.at, (int)w.n};
        else if (begins(&w, "ARGUMENT") && c->argument == COMPLETION_PROGRAM)
            c->argument = COMPLETION_LINE;
        else if (!is_option(&w) && !is_value && kind_of(&w) > COMPLETION_ANY)
            c->argument = kind_of(&w);
        is_value = is_option(&w) && !w.ends;
    }
}

void completion_read(const struct command *row, struct completion *c) {
    *c = (struct completion){.command = row};
    read_synopsis(c, row->synopsis);
    for (size_t i = 0; row->options[i] != NULL; i++)
        read_options(c, row->options[i]);
}

void completion_quoted(const char *text, const char *marks, const char *before, const char *quote) {
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            fputs(quote, stdout);
            continue;
        }
        if (strchr(marks, *text) != NULL)
            fputs(before, stdout);
        putchar(*text);
    }
}

void completion_settings(const char *between) {
    for (size_t i = 0; i < conf_settings_count; i++)
        printf("%s%s.%s=", i > 0 ? between : "", conf_settings[i].section, conf_settings[i].key);
}

/* ---- the command ---- */

int command_completion(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = {{"bash", completion_bash}, {"zsh", completion_zsh}, {"fish", completion_fish}};
    for (size_t i = 0; argc == 2 && i < sizeof shells / sizeof *shells; i++)
        if (strcmp(argv[1], shells[i].name) == 0) {
            shells[i].print();
            return 0;
        }
    fprintf(stderr, "gifvet completion: takes bash, zsh or fish\n");
    return 2;
}
