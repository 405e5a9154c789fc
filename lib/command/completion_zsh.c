/* The script for zsh: a function for `_gifvet` on the fpath. */
#include "command/completion.h"

#include <stdio.h>
#include <string.h>

static void quoted(const char *text) {
    completion_quoted(text, "[]\\", "\\", "'\\''");
}

/* What stands behind "[help]": the kind's name and what completes it. */
static void print_kind(enum completion_kind kind) {
    static const char *const actions[] = {
        [COMPLETION_ANY] = ":value: ",
        [COMPLETION_FILE] = ":file:_files",
        [COMPLETION_DIR] = ":directory:_files -/",
        [COMPLETION_SETTING] = ":setting:($settings)",
        [COMPLETION_PROGRAM] = ":program:_command_names -e",
        [COMPLETION_LINE] = ":program: _normal",
    };
    if (kind != COMPLETION_NONE)
        fputs(actions[kind], stdout);
}

/* '(-c --config)'{-c,--config}'[help]:file:_files' */
static void print_option(const struct completion_option *o) {
    const char *again = strstr(o->help, "may be repeated") != NULL ? "*" : "";
    printf(" \\\n                ");
    if (o->other != NULL)
        printf("'(%.*s %.*s)'{%.*s,%.*s}'[", o->other_length, o->other, o->length, o->name,
               o->other_length, o->other, o->length, o->name);
    else
        printf("'%s%.*s[", again, o->length, o->name);
    quoted(o->help);
    putchar(']');
    print_kind(o->value);
    putchar('\'');
}

static void print_command(const struct command *row) {
    struct completion c;
    completion_read(row, &c);
    printf("        %s)\n            _arguments%s", row->name,
           c.argument == COMPLETION_LINE ? " -S" : "");
    for (size_t i = 0; i < c.options_used; i++)
        print_option(&c.options[i]);
    printf(" \\\n                '(- *)--help[say more]'");
    if (c.words_used > 0) {
        printf(" \\\n                '1:what:(");
        for (size_t i = 0; i < c.words_used; i++)
            printf("%s%.*s", i > 0 ? " " : "", c.words[i].length, c.words[i].name);
        printf(")'");
    }
    if (c.argument != COMPLETION_NONE) {
        printf(" \\\n                '%s", c.argument == COMPLETION_LINE ? "*:" : "*");
        print_kind(c.argument);
        putchar('\'');
    }
    printf(" ;;\n");
}

void completion_zsh(void) {
    printf("#compdef gifvet\n"
           "# zsh completion for gifvet, made by `gifvet completion zsh`.\n"
           "_gifvet() {\n"
           "    local -a commands settings\n"
           "    commands=(\n");
    for (size_t i = 0; i < commands_count; i++) {
        printf("        '%s:", commands[i].name);
        completion_quoted(commands[i].summary, "\\", "\\", "'\\''");
        printf("'\n");
    }
    printf("    )\n    settings=(");
    completion_settings(" ");
    printf(")\n"
           "    if ((CURRENT == 2)); then\n"
           "        _describe -t commands command commands\n"
           "        return\n"
           "    fi\n"
           "    shift words\n"
           "    ((CURRENT--))\n"
           "    case $words[1] in\n");
    for (size_t i = 0; i < commands_count; i++)
        print_command(&commands[i]);
    printf("    esac\n}\n_gifvet \"$@\"\n");
}
