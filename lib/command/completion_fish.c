/* The script for fish: one `complete` a fact. */
#include "command/completion.h"

#include <stdio.h>
#include <string.h>

static const char head[] = "# fish completion for gifvet, made by `gifvet completion fish`.\n"
                           "function __gifvet_of\n"
                           "    set -l words (commandline -opc)\n"
                           "    test (count $words) -gt 1; and test $words[2] = $argv[1]\n"
                           "end\n"
                           "function __gifvet_first\n"
                           "    test (count (commandline -opc)) -eq 2; and __gifvet_of $argv[1]\n"
                           "end\n"
                           "complete -c gifvet -f\n";

static void print_text(const char *option, const char *text) {
    printf(" %s '", option);
    completion_quoted(text, "\\", "\\", "\\'");
    printf("'\n");
}

/* -s of "-c", -l of "--config". */
static void print_name(const char *name, int length) {
    bool is_long = name[1] == '-';
    printf(" -%c %.*s", is_long ? 'l' : 's', length - 1 - is_long, name + 1 + is_long);
}

static void print_kind(enum completion_kind kind) {
    static const char *const actions[] = {
        [COMPLETION_NONE] = "",
        [COMPLETION_ANY] = " -x",
        [COMPLETION_FILE] = " -r -F",
        [COMPLETION_DIR] = " -x -a '(__fish_complete_directories)'",
        [COMPLETION_PROGRAM] = " -x -a '(__fish_complete_command)'",
        [COMPLETION_LINE] = " -x -a '(__fish_complete_subcommand --fcs-skip=2)'",
    };
    if (kind == COMPLETION_SETTING) {
        printf(" -x -a '");
        completion_settings(" ");
        putchar('\'');
    } else {
        fputs(actions[kind], stdout);
    }
}

static void print_command(const struct command *row) {
    struct completion c;
    completion_read(row, &c);
    for (size_t i = 0; i < c.options_used; i++) {
        const struct completion_option *o = &c.options[i];
        printf("complete -c gifvet -n '__gifvet_of %s'", row->name);
        if (o->other != NULL)
            print_name(o->other, o->other_length);
        print_name(o->name, o->length);
        print_kind(o->value);
        print_text("-d", o->help);
    }
    for (size_t i = 0; i < c.words_used; i++)
        printf("complete -c gifvet -n '__gifvet_first %s' -a %.*s\n", row->name, c.words[i].length,
               c.words[i].name);
    if (c.argument != COMPLETION_NONE) {
        printf("complete -c gifvet -n '__gifvet_of %s'", row->name);
        print_kind(c.argument);
        putchar('\n');
    }
}

void completion_fish(void) {
    fputs(head, stdout);
    for (size_t i = 0; i < commands_count; i++) {
        printf("complete -c gifvet -n __fish_use_subcommand -a %s", commands[i].name);
        print_text("-d", commands[i].summary);
    }
    for (size_t i = 0; i < commands_count; i++)
        print_command(&commands[i]);
}
