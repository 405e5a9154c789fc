/* gifvet man: the manual pages, from the tables of commands and settings. */
#include "command/command.h"
#include "conf/conf.h"

#include <stdio.h>
#include <string.h>

/* Text in roff: a leading dot or quote would be a request, a backslash an escape, a bare hyphen is
 * printed as a dash that cannot be pasted. */
static void print_escaped(const char *s, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if ((s[i] == '.' || s[i] == '\'') && (i == 0 || s[i - 1] == '\n'))
            fputs("\\&", stdout);
        if (s[i] == '\\')
            fputs("\\e", stdout);
        else if (s[i] == '-')
            fputs("\\-", stdout);
        else
            putchar(s[i]);
    }
}

static void print(const char *s) {
    print_escaped(s, strlen(s));
}

static void print_item(const char *term, size_t n, const char *text) {
    printf(".TP\n.B ");
    print_escaped(term, n);
    putchar('\n');
    print(text);
    putchar('\n');
}

static void command_section(const struct command *c) {
    printf(".SS gifvet %s ", c->name);
    print(c->synopsis);
    putchar('\n');
    print(c->description);
    putchar('\n');
    for (size_t i = 0; c->options[i] != NULL; i++) {
        size_t n = strcspn(c->options[i], "\t");
        print_item(c->options[i], n, c->options[i] + n + 1);
    }
    printf(".PP\nExit status: ");
    print(c->exits);
    printf(".\n");
}

static void print_gifvet_1(void) {
    printf(
        ".TH GIFVET 1 \"\" \"gifvet %s\" \"User Commands\"\n"
        ".SH NAME\ngifvet \\- judge every GIF that a program writes\n"
        ".SH SYNOPSIS\n.B gifvet\n.I COMMAND\n.RI [ ARGUMENT ]...\n"
        ".SH DESCRIPTION\n"
        "gifvet compares every GIF that an unmodified compressor writes with the GIF it was made\n"
        "from, at the moment the program closes it, and records what was lost: frames, timing,\n"
        "colours, integrity. It is a shared object that is preloaded into the compressor, and\n"
        "this command.\n.SH COMMANDS\n",
        GIFVET_VERSION);
    for (size_t i = 0; i < commands_count; i++)
        command_section(&commands[i]);
    printf(".SH ENVIRONMENT\n");
    print_item("GIFLAB_VALIDATION_EMERGENCY_DISABLE", 35,
               "any non-empty value: the preload object does nothing but forward");
    for (size_t i = 0; i < conf_settings_count; i++)
        if (conf_settings[i].environment != NULL)
            print_item(conf_settings[i].environment, strlen(conf_settings[i].environment),
                       conf_settings[i].help);
    printf(".SH SEE ALSO\n.BR gifvet.ini (5)\n");
}

static void setting(const struct conf_setting *s) {
    char term[160];
    text_print(term, sizeof term, "%s = %s", s->key, s->default_text);
    printf(".TP\n.B ");
    print(term);
    putchar('\n');
    print(s->help);
    if (s->choices != NULL) {
        printf(" (");
        print(s->choices);
        printf(")");
    } else if (s->type == CONF_INT || s->type == CONF_REAL) {
        char range[80];
        text_print(range, sizeof range, s->type == CONF_INT ? " (%.0f to %.0f)" : " (%.2f to %.2f)",
                   s->min, s->max);
        print(range);
    }
    putchar('\n');
    if (s->environment != NULL) {
        printf(".br\nEnvironment: ");
        print(s->environment);
        putchar('\n');
    }
}

static void print_gifvet_ini_5(void) {
    printf(".TH GIFVET.INI 5 \"\" \"gifvet %s\" \"File Formats\"\n"
           ".SH NAME\ngifvet.ini \\- configuration of gifvet\n.SH DESCRIPTION\n"
           "Searched at $GIFLAB_VALIDATION_CONFIG, $XDG_CONFIG_HOME/gifvet/gifvet.ini\n"
           "(~/.config), /etc/gifvet/gifvet.ini. A setting that is wrong keeps its default;\n"
           ".B gifvet config check\nsays what is wrong. Sections\n.B [environment:NAME]\nand\n"
           ".B [program:NAME]\noverlay any setting, written as\n.IR section . key = value .\n",
           GIFVET_VERSION);
    for (size_t i = 0; i < conf_settings_count; i++) {
        if (i == 0 || strcmp(conf_settings[i].section, conf_settings[i - 1].section) != 0)
            printf(".SH [%s]\n", conf_settings[i].section);
        setting(&conf_settings[i]);
    }
    printf(".SH SEE ALSO\n.BR gifvet (1)\n");
}

int command_man(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "gifvet.1") == 0) {
        print_gifvet_1();
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "gifvet.ini.5") == 0) {
        print_gifvet_ini_5();
        return 0;
    }
    fprintf(stderr, "gifvet man: takes gifvet.1 or gifvet.ini.5\n");
    return 2;
}
