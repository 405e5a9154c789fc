#include "request/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One word from *at into to; false for an unclosed quote. */
static bool take_word(const char **at, char **to) {
    char quote = '\0';
    const char *s = *at;
    for (; *s != '\0' && (quote != '\0' || strchr(" \t\r\n", *s) == NULL); s++) {
        if (quote == '\0' && (*s == '\'' || *s == '"'))
            quote = *s;
        else if (quote != '\0' && *s == quote)
            quote = '\0';
        else if (*s == '\\' && quote != '\'' && s[1] != '\0')
            *(*to)++ = *++s;
        else
            *(*to)++ = *s;
    }
    *(*to)++ = '\0';
    *at = s;
    return quote == '\0';
}

char **request_split(const char *line, size_t *argc, struct error *e) {
    size_t n = strlen(line), most = n / 2 + 2;
    char **words = malloc(most * sizeof *words + n + most);
    *argc = 0;
    if (words == NULL) {
        error_set(e, ENOMEM, "no memory");
        return NULL;
    }
    char *to = (char *)(words + most);
    for (;;) {
        line += strspn(line, " \t\r\n");
        if (*line == '\0')
            break;
        words[(*argc)++] = to;
        if (!take_word(&line, &to)) {
            error_set(e, EINVAL, "a quote is not closed");
            free(words);
            return NULL;
        }
    }
    words[*argc] = NULL;
    return words;
}
