#include "conf/ini.h"

#include <ini.h>
#include <stdbool.h>
#include <string.h>

/* inih cuts names beyond this, so that one could turn into another. */
#define NAME_MOST 49
#define LINE_MOST 8192

struct stream {
    const struct ini_reader *reader;
    const char *at, *end;
    int line; /* of the line that inih has got last */
};

static const char *skip_blanks(const char *p, const char *end) {
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
        p++;
    return p;
}

static void mistake(const struct stream *s, const char *reason) {
    s->reader->mistake(s->reader->context, s->line, reason);
}

/* What is wrong with a line as such; NULL = nothing. */
static const char *fault_of(const char *line, const char *end) {
    const char *p = skip_blanks(line, end);
    if (memchr(line, '\0', (size_t)(end - line)) != NULL)
        return "holds NUL bytes";
    if (end - line > LINE_MOST)
        return "is longer than 8192 bytes";
    if (p == end || *p == '#' || *p == ';')
        return NULL;
    const char *stop = memchr(p, *p == '[' ? ']' : '=', (size_t)(end - p));
    if (*p == '[') {
        if (stop == NULL)
            return "begins a section without a closing bracket";
        return stop - p - 1 > NAME_MOST ? "has a section name of more than 49 bytes" : NULL;
    }
    /* inih takes a colon for an equals sign. */
    if (stop == NULL)
        stop = memchr(p, ':', (size_t)(end - p));
    if (stop == NULL)
        return "has no '='";
    return stop - p > NAME_MOST ? "has a key of more than 49 bytes" : NULL;
}

/* inih's reader: the next line, without the ones that are wrong. A wrong section header is handed
 * on as a section that nobody knows, so that what follows is not taken for the section before. */
static char *next_line(char *to, int size, void *context) {
    struct stream *s = context;
    while (s->at < s->end) {
        const char *line = s->at;
        const char *end = memchr(line, '\n', (size_t)(s->end - line));
        if (end == NULL)
            end = s->end;
        s->at = end < s->end ? end + 1 : end;
        s->line++;
        if (s->line == 1 && end - line >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0)
            line += 3;
        const char *reason = fault_of(line, end), *start = skip_blanks(line, end);
        if (reason != NULL)
            mistake(s, reason);
        if (reason != NULL && (start == end || *start != '[' || size < 8))
            continue;
        /* Without the blanks before it, a line is never the continuation of another. */
        size_t n = reason != NULL ? 4 : (size_t)(end - start);
        if (n > (size_t)size - 2)
            continue;
        memcpy(to, reason != NULL ? "[?]\n" : start, n);
        to[n] = '\n';
        to[n + 1] = '\0';
        return to;
    }
    return NULL;
}

static int take_setting(void *context, const char *section, const char *name, const char *value) {
    const struct stream *s = context;
    s->reader->setting(s->reader->context, section, name, value, s->line);
    return 1;
}

void ini_read(const char *text, size_t n, const struct ini_reader *reader) {
    struct stream s = {.reader = reader, .at = text, .end = text + n};
    /* inih keeps its options in variables of its own; always the same values are set. */
    ini_use_stack = false;
    ini_max_line = LINE_MOST + 2;
    ini_initial_alloc = LINE_MOST + 2;
    ini_allow_multiline = false;
    ini_stop_on_first_error = false;
    (void)ini_parse_stream(next_line, &s, take_setting, &s);
}
