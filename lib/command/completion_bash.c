/* The script for bash. Needs nothing of the package bash-completion, and uses it when it is there:
 * for the command line behind `gifvet run`. */
#include "command/completion.h"

#include <stdio.h>

static const char head[] = "# bash completion for gifvet, made by `gifvet completion bash`.\n"
                           "_gifvet() {\n"
                           "    local current=${COMP_WORDS[COMP_CWORD]} at=2\n"
                           "    local options=() words=() valued='' argument='' value=''\n"
                           "    COMPREPLY=()\n";

static const char tail[] =
    "    # The first word that is no option, and no option's value.\n"
    "    while ((at < COMP_CWORD)); do\n"
    "        case ${COMP_WORDS[at]} in\n"
    "            --) ((at++)); break ;;\n"
    "            -*)\n"
    "                value=''\n"
    "                [[ $valued =~ \" ${COMP_WORDS[at]}:\"([a-z]+) ]] && value=${BASH_REMATCH[1]}\n"
    "                ((at++))\n"
    "                [[ -z $value ]] && continue\n"
    "                ((at == COMP_CWORD)) && _gifvet_one \"$value\" && return\n"
    "                ((at++)) ;;\n"
    "            *) break ;;\n"
    "        esac\n"
    "    done\n"
    "    if [[ $argument == line ]] && ((at < COMP_CWORD)) && declare -F _command_offset "
    ">/dev/null; then\n"
    "        _command_offset \"$at\"\n"
    "        return\n"
    "    fi\n"
    "    if [[ $current == -* ]]; then\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"${options[*]}\" -- \"$current\")\n"
    "    elif ((${#words[@]} > 0 && at == COMP_CWORD)); then\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"${words[*]}\" -- \"$current\")\n"
    "    else\n"
    "        _gifvet_one \"$argument\"\n"
    "    fi\n"
    "}\n"
    "complete -F _gifvet gifvet\n";

/* What one value or argument can be. */
static void print_one(void) {
    printf("_gifvet_one() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]}\n"
           "    case $1 in\n"
           "        file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "
           "\"$current\") ;;\n"
           "        directory) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "
           "\"$current\") ;;\n"
           "        program | line) mapfile -t COMPREPLY < <(compgen -c -- \"$current\") ;;\n"
           "        setting)\n"
           "            compopt -o nospace\n"
           "            mapfile -t COMPREPLY < <(compgen -W '");
    completion_settings(" ");
    printf("' -- \"$current\") ;;\n"
           "    esac\n"
           "}\n");
}

static const char *const kinds[] = {
    [COMPLETION_NONE] = "",           [COMPLETION_ANY] = "any",
    [COMPLETION_FILE] = "file",       [COMPLETION_DIR] = "directory",
    [COMPLETION_SETTING] = "setting", [COMPLETION_PROGRAM] = "program",
    [COMPLETION_LINE] = "line",
};

static void print_names(const struct completion_option *o, const char *before, const char *after) {
    if (o->other != NULL)
        printf("%s%.*s%s", before, o->other_length, o->other, after);
    printf("%s%.*s%s", before, o->length, o->name, after);
}

static void print_command(const struct command *row) {
    struct completion c;
    completion_read(row, &c);
    printf("        %s)\n            options=(", row->name);
    for (size_t i = 0; i < c.options_used; i++)
        print_names(&c.options[i], "", " ");
    printf("--help)\n            words=(");
    for (size_t i = 0; i < c.words_used; i++)
        printf("%s%.*s", i > 0 ? " " : "", c.words[i].length, c.words[i].name);
    printf(")\n            valued='");
    for (size_t i = 0; i < c.options_used; i++)
        if (c.options[i].value != COMPLETION_NONE) {
            char after[16];
            snprintf(after, sizeof after, ":%s", kinds[c.options[i].value]);
            print_names(&c.options[i], " ", after);
        }
    printf(" '\n            argument='%s' ;;\n", kinds[c.argument]);
}

void completion_bash(void) {
    fputs(head, stdout);
    printf("    if ((COMP_CWORD == 1)); then\n"
           "        mapfile -t COMPREPLY < <(compgen -W '");
    for (size_t i = 0; i < commands_count; i++)
        printf("%s ", commands[i].name);
    printf("help' -- \"$current\")\n"
           "        return\n"
           "    fi\n"
           "    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; i < commands_count; i++)
        print_command(&commands[i]);
    printf("        *) return ;;\n    esac\n");
    fputs(tail, stdout);
    print_one();
}
