#include "command/style.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool style_colored(FILE *out) {
    const char *term = getenv("TERM"), *no = getenv("NO_COLOR");
    int fd = fileno(out); /* none: text that is put together in memory */
    return fd >= 0 && isatty(fd) && term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0 &&
           (no == NULL || no[0] == '\0');
}

void style_print(FILE *out, enum style s, const char *word) {
    static const char *const colors[] = {"\033[32m", "\033[31m", "\033[33m"};
    if (style_colored(out))
        fprintf(out, "%s%s\033[0m", colors[s], word);
    else
        fputs(word, out);
}
