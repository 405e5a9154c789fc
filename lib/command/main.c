/* gifvet: finds the subcommand in the table and calls it. */
#include "command/command.h"
#include "command/terminal.h"
#include "text/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOST_COLUMNS 100

static const struct command *find(const char *name) {
    for (size_t i = 0; i < commands_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static void print_all(FILE *to) {
    fprintf(to, "Usage: gifvet COMMAND [ARGUMENT]...\n\n");
    for (size_t i = 0; i < commands_count; i++)
        fprintf(to, "  %-11s %s\n", commands[i].name, commands[i].summary);
    fprintf(to, "\ngifvet COMMAND --help says more.\n");
}

/* A terminal may be narrower. */
static int columns(void) {
    size_t n = isatty(STDOUT_FILENO) ? terminal_columns(stdout) : MOST_COLUMNS;
    return n < MOST_COLUMNS ? (int)n : MOST_COLUMNS;
}

/* Goes on at this column, and in the next line, where a word would not end before the edge, at
 * indent. A newline in the text is one. */
static void print_wrapped(const char *text, int column, int indent) {
    bool begun = false; /* a word stands in this line */
    while (*text != '\0') {
        int n = (int)strcspn(text, " \n");
        if (begun && column + 1 + n > columns()) {
            printf("\n%*s", indent, "");
            column = indent;
        } else if (begun) {
            putchar(' ');
            column++;
        }
        printf("%.*s", n, text);
        column += n;
        text += n;
        begun = *text != '\n';
        if (*text == '\n') {
            putchar('\n');
            column = 0;
        }
        text += *text != '\0';
    }
    putchar('\n');
}

/* On a narrow terminal the text stands under the option. */
static void print_option(const char *option) {
    size_t n = strcspn(option, "\t");
    int indent = columns() < 72 ? 8 : 31, column = indent;
    if (indent == 8)
        printf("  %.*s\n%*s", (int)n, option, indent, "");
    else
        column = printf("  %-28.*s ", (int)n, option);
    print_wrapped(option + n + 1, column, indent);
}

static void print_one(const struct command *c) {
    print_wrapped(c->synopsis, printf("Usage: gifvet %s ", c->name), 4);
    putchar('\n');
    print_wrapped(c->description, 0, 0);
    if (c->options[0] != NULL)
        printf("\n");
    for (size_t i = 0; c->options[i] != NULL; i++) {
        print_option(c->options[i]);
    }
    char exits[256];
    struct text t = text_over(exits, sizeof exits);
    text_add(&t, "%s.", c->exits);
    print_wrapped(exits, printf("\nExit status: ") - 1, 4);
}

/* --help counts up to the first word that is no option: what stands behind it is another program's
 * command line. */
static int asks_for_help(int argc, char **argv) {
    for (int i = 1; i < argc && argv[i][0] == '-' && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return 1;
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        print_all(stderr);
        return 2;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_all(stdout);
        return 0;
    }
    const struct command *c = find(strcmp(argv[1], "--version") == 0 ? "version" : argv[1]);
    if (c == NULL) {
        fprintf(stderr, "gifvet: no such command: %s (gifvet --help lists them)\n", argv[1]);
        return 2;
    }
    if (asks_for_help(argc - 1, argv + 1)) {
        print_one(c);
        return 0;
    }
    int status = c->run(argc - 1, argv + 1);
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == 0) {
        fprintf(stderr, "gifvet %s: standard output could not be written\n", c->name);
        status = 2;
    }
    return status;
}
