/* The fast reader of lines: a strict recogniser of JSON (RFC 8259) that gives up at whatever it
 * would have to think about, and leaves it to jansson.
 *
 * It gives up at: escapes in a key or in a text that is wanted, "\u" anywhere, numbers of more than
 * 15 digits or with an exponent where one is wanted (more than 18 digits anywhere: jansson refuses
 * integers that do not fit), a wanted key given twice, nesting deeper than DEPTH_MAX, and all that
 * is no JSON. Every loop ends at the newline behind the text, for no token may hold one. */
#include "operate/log_fields.h"

#include <endian.h>
#include <string.h>

#define DEPTH_MAX 16

struct scan {
    const char *p, *end;
    struct log_record *r;
    int depth;
};

/* ---- texts ---- */

#define EACH(byte) (0x0101010101010101u * (uint64_t)(byte))
#define HIGH EACH(0x80)

/* The high bit of the first byte that is a quote, a backslash, a control character or not ASCII is
 * set; behind it other bits may be. */
static uint64_t special(uint64_t w) {
    uint64_t quote = w ^ EACH('"'), backslash = w ^ EACH('\\');
    return (((quote - EACH(1)) & ~quote) | ((backslash - EACH(1)) & ~backslash) |
            ((w - EACH(0x20)) & ~w) | w) &
           HIGH;
}

static const char *plain_run(const char *p) {
    for (;;) {
        uint64_t w;
        memcpy(&w, p, sizeof w);
        uint64_t found = special(le64toh(w));
        if (found != 0)
            return p + __builtin_ctzll(found) / 8;
        p += 8;
    }
}

static bool is_tail(char c) {
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* The bytes of the UTF-8 sequence at p, 0 when it is none (RFC 3629). A newline ends every test. */
static size_t utf8_length(const char *p) {
    unsigned char a = (unsigned char)p[0], b = (unsigned char)p[1];
    if (a < 0xC2 || a > 0xF4 || !is_tail(p[1]))
        return 0;
    if (a < 0xE0)
        return 2;
    if (!is_tail(p[2]) || (a == 0xE0 && b < 0xA0) || (a == 0xED && b > 0x9F))
        return 0;
    if (a < 0xF0)
        return 3;
    return is_tail(p[3]) && (a != 0xF0 || b >= 0x90) && (a != 0xF4 || b <= 0x8F) ? 4 : 0;
}

/* A text behind its opening quote; p goes behind the closing one. */
static bool text(struct scan *s, bool wanted, struct log_text *t) {
    const char *from = s->p, *p = s->p;
    for (;;) {
        p = plain_run(p);
        if (*p == '"')
            break;
        if (*p == '\\') {
            if (wanted || p[1] == '\0' || strchr("\"\\/bfnrt", p[1]) == NULL)
                return false;
            p += 2;
        } else {
            size_t n = utf8_length(p);
            if (n == 0)
                return false;
            p += n;
        }
    }
    *t = (struct log_text){from, (size_t)(p - from)};
    s->p = p + 1;
    return true;
}

/* ---- numbers ---- */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* What is at most 2^53 divided by a power of ten that a double holds exactly is rounded once, as
 * strtod() does it. */
static bool number(struct scan *s, bool wanted, double *value) {
    static const double powers[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const char *p = s->p;
    bool negative = *p == '-';
    int64_t digits = 0;
    size_t n = 0, behind = 0;
    p += negative;
    if (!is_digit(*p) || (*p == '0' && is_digit(p[1])))
        return false;
    for (; is_digit(*p) && n < 19; p++, n++)
        digits = (int64_t)((uint64_t)digits * 10 + (uint64_t)(*p - '0'));
    if (*p == '.') {
        if (!is_digit(*++p))
            return false;
        for (; is_digit(*p) && n < 19; p++, n++, behind++)
            digits = (int64_t)((uint64_t)digits * 10 + (uint64_t)(*p - '0'));
    }
    if (n > 18 || *p == 'e' || *p == 'E' || (wanted && n > 15))
        return false;
    if (wanted)
        *value = (negative ? -(double)digits : (double)digits) / powers[behind];
    s->p = p;
    return true;
}

/* ---- values ---- */

static void skip_space(struct scan *s) {
    while (*s->p == ' ' || *s->p == '\t' || *s->p == '\r')
        s->p++;
}

static bool take(struct scan *s, char c) {
    skip_space(s);
    if (*s->p != c)
        return false;
    s->p++;
    return true;
}

static bool word(struct scan *s, const char *w, size_t n) {
    if (strncmp(s->p, w, n) != 0)
        return false;
    s->p += n;
    return true;
}

/* f is where the value goes, in node; NULL when it is not wanted. */
static bool value(struct scan *s, enum log_node node, const struct log_field *f);

static bool member(struct scan *s, enum log_node node, uint32_t *seen, size_t *hint) {
    struct log_text key;
    const struct log_field *f = NULL;
    if (!take(s, '"') || !text(s, true, &key) || !take(s, ':'))
        return false;
    if (node != LOG_NODE_NONE)
        f = log_field_find(node, key.at, key.n, hint);
    if (f != NULL) {
        uint32_t bit = 1u << (f - log_fields[node].at);
        if (*seen & bit)
            return false;
        *seen |= bit;
    }
    return value(s, node, f);
}

static bool object(struct scan *s, enum log_node node) {
    uint32_t seen = 0;
    size_t hint = 0;
    if (node != LOG_NODE_NONE && !log_record_enter(s->r, node))
        node = LOG_NODE_NONE;
    if (take(s, '}'))
        return true;
    do {
        if (!member(s, node, &seen, &hint))
            return false;
    } while (take(s, ','));
    return take(s, '}');
}

static bool argument(struct scan *s) {
    struct log_text t;
    skip_space(s);
    if (*s->p != '"')
        return value(s, LOG_NODE_NONE, NULL);
    s->p++;
    if (!text(s, true, &t))
        return false;
    log_record_argument(s->r, t);
    return true;
}

static bool element(struct scan *s, enum log_node node) {
    if (node == LOG_NODE_ARGUMENTS)
        return argument(s);
    skip_space(s);
    if (*s->p != '{')
        return value(s, LOG_NODE_NONE, NULL);
    s->p++;
    return object(s, log_fields[node].element);
}

static bool array(struct scan *s, enum log_node node) {
    if (take(s, ']'))
        return true;
    do {
        if (!element(s, node))
            return false;
    } while (take(s, ','));
    return take(s, ']');
}

static bool is_array(enum log_node node) {
    return node == LOG_NODE_ARGUMENTS || log_fields[node].element != LOG_NODE_NONE;
}

static bool nested(struct scan *s, const struct log_field *f, char open) {
    enum log_node node = f != NULL ? f->node : LOG_NODE_NONE;
    if (is_array(node) != (open == '['))
        node = LOG_NODE_NONE;
    if (++s->depth > DEPTH_MAX)
        return false;
    bool done = open == '{' ? object(s, node) : array(s, node);
    s->depth--;
    return done;
}

static bool text_value(struct scan *s, enum log_node node, const struct log_field *f) {
    struct log_text t;
    bool wanted = f != NULL && f->kind == LOG_VALUE_TEXT;
    if (!text(s, wanted, &t))
        return false;
    if (wanted)
        log_record_text(s->r, node, f, t);
    return true;
}

static bool flag_value(struct scan *s, enum log_node node, const struct log_field *f) {
    bool yes = *s->p == 't';
    if (!(yes ? word(s, "true", 4) : word(s, "false", 5)))
        return false;
    if (f != NULL && f->kind == LOG_VALUE_FLAG)
        log_record_flag(s->r, node, f, yes);
    return true;
}

static bool number_value(struct scan *s, enum log_node node, const struct log_field *f) {
    double d = 0;
    bool wanted = f != NULL && f->kind == LOG_VALUE_NUMBER;
    if (!number(s, wanted, &d))
        return false;
    if (wanted)
        log_record_number(s->r, node, f, d);
    return true;
}

static bool value(struct scan *s, enum log_node node, const struct log_field *f) {
    skip_space(s);
    switch (*s->p) {
    case '{':
    case '[':
        return nested(s, f, *s->p++);
    case '"':
        s->p++;
        return text_value(s, node, f);
    case 't':
    case 'f':
        return flag_value(s, node, f);
    case 'n':
        return word(s, "null", 4);
    default:
        return number_value(s, node, f);
    }
}

bool log_scan(struct log_record *r, const char *line, size_t n) {
    // cppcheck-suppress ctuuninitvar // it is cleared next
    struct scan s = {line, line + n, r, 0};
    log_record_clear(r);
    if (!take(&s, '{') || !object(&s, LOG_NODE_ROOT))
        return false;
    skip_space(&s);
    return s.p == s.end;
}
