/* Rooms: inih's own rules · one line · the stream */
#include "conf/ini.h"

#include <ini.h>
#include <string.h>

/* inih cuts section names beyond this, so that one could turn into another. */
#define NAME_MOST 49
#define LINE_MOST 8192

struct stream {
    const struct ini_reader *reader;
    const char *at, *end;
    int line;     /* of the line that inih has got last */
    bool passing; /* inside a section that is wrong or unknown */
};

/* ---- inih's own rules ---- */

/* inih keeps its options in variables of its own; always the same values are set. */
static void set_options(void) {
    ini_use_stack = false;
    ini_allow_realloc = false;
    ini_max_line = LINE_MOST + 2;
    ini_initial_alloc = LINE_MOST + 2;
    ini_allow_multiline = false;
    ini_allow_bom = false; /* taken off here */
    ini_allow_inline_comments = true;
    ini_allow_no_value = false;
    ini_stop_on_first_error = false;
}

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *skip_blanks(const char *p, const char *end) {
    while (p < end && is_blank(*p))
        p++;
    return p;
}

/* The first of chars in p, or NULL when the line or, with a " ;", its comment comes first. */
static const char *find_before_comment(const char *p, const char *end, const char *chars) {
    bool after_blank = false;
    for (; p < end && !(after_blank && *p == ';'); p++) {
        if (strchr(chars, *p) != NULL)
            return p;
        after_blank = is_blank(*p);
    }
    return NULL;
}

/* ---- one line ---- */

static const char *fault_of_section(const char *p, const char *end) {
    const char *stop = find_before_comment(p + 1, end, "]");
    if (stop == NULL)
        return "begins a section without a closing bracket";
    if (stop - p - 1 > NAME_MOST)
        return "has a section name of more than 49 bytes";
    p = skip_blanks(stop + 1, end);
    return p < end && *p != ';' && *p != '#' ? "has something behind the closing bracket" : NULL;
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
    if (*p == '[')
        return fault_of_section(p, end);
    /* inih takes a colon for an equals sign. */
    const char *stop = find_before_comment(p, end, "=:");
    if (stop == NULL)
        return "has no '='";
    return stop - p > NAME_MOST ? "has a key of more than 49 bytes" : NULL;
}

/* ---- the stream ---- */

/* Whether inih gets this line. After a section header that is wrong or unknown nothing is handed
 * on until the next one: its settings must not be taken for the section before. */
static bool is_wanted(struct stream *s, const char *start, const char *end, const char *reason) {
    bool header = start < end && *start == '[';
    if (reason != NULL) {
        s->reader->mistake(s->reader->context, s->line, reason);
        s->passing |= header;
        return false;
    }
    if (header) {
        char name[NAME_MOST + 1];
        size_t n = (size_t)(find_before_comment(start + 1, end, "]") - start - 1);
        memcpy(name, start + 1, n);
        name[n] = '\0';
        s->passing = !s->reader->section(s->reader->context, name, s->line);
    }
    return !s->passing;
}

/* inih's reader: the next line that is wanted. */
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
        /* Without the blanks before it, a line is never the continuation of another. */
        const char *start = skip_blanks(line, end);
        size_t n = (size_t)(end - start);
        if (!is_wanted(s, start, end, fault_of(line, end)) || n > (size_t)size - 2)
            continue;
        memcpy(to, start, n);
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

int ini_read(const char *text, size_t n, const struct ini_reader *reader) {
    struct stream s = {.reader = reader, .at = text, .end = text + n};
    set_options();
    return ini_parse_stream(next_line, &s, take_setting, &s);
}
