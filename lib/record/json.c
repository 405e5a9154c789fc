#include "record/json.h"

#include <string.h>

struct json json_over(struct text *out) {
    return (struct json){.out = out};
}

static void begin(struct json *j, const char *key) {
    if (j->comma)
        text_add_bytes(j->out, ",", 1);
    if (key != NULL)
        text_add(j->out, "\"%s\":", key);
    j->comma = true;
}

static void open_with(struct json *j, const char *key, const char *bracket) {
    begin(j, key);
    text_add_bytes(j->out, bracket, 1);
    j->comma = false;
}

static void close_with(struct json *j, const char *bracket) {
    text_add_bytes(j->out, bracket, 1);
    j->comma = true;
}

void json_put_object(struct json *j, const char *key) {
    open_with(j, key, "{");
}

void json_put_object_end(struct json *j) {
    close_with(j, "}");
}

void json_put_array(struct json *j, const char *key) {
    open_with(j, key, "[");
}

void json_put_array_end(struct json *j) {
    close_with(j, "]");
}

/* The length of the well-formed UTF-8 sequence at s (Unicode 15, table 3-7), 0 when there is none.
 * C1 controls (U+0080–009F), line and paragraph separators and bidirectional marks count as not
 * well formed: shown on a terminal they could rewrite what stands around them. */
static size_t utf8_length(const unsigned char *s, size_t n) {
    static const struct {
        unsigned char first_low, first_high, second_low, second_high;
        size_t length;
    } rows[] = {
        {0xC2, 0xC2, 0xA0, 0xBF, 2}, {0xC3, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        if (s[0] < rows[r].first_low || s[0] > rows[r].first_high)
            continue;
        if (n < rows[r].length || s[1] < rows[r].second_low || s[1] > rows[r].second_high)
            return 0;
        for (size_t i = 2; i < rows[r].length; i++)
            if ((s[i] & 0xC0) != 0x80)
                return 0;
        if (rows[r].length == 3) {
            unsigned point = (s[0] & 15u) << 12 | (s[1] & 63u) << 6 | (s[2] & 63u);
            if ((point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) ||
                point == 0x200E || point == 0x200F)
                return 0;
        }
        if (rows[r].length == 2 && s[0] == 0xD8 && s[1] == 0x9C) /* U+061C */
            return 0;
        return rows[r].length;
    }
    return 0;
}

static void add_escaped(struct text *out, unsigned char c) {
    static const char shorts[][2] = {{'"', '"'},  {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'},
                                     {'\n', 'n'}, {'\r', 'r'},  {'\t', 't'}};
    for (size_t i = 0; i < sizeof shorts / sizeof *shorts; i++)
        if ((unsigned char)shorts[i][0] == c) {
            text_add(out, "\\%c", shorts[i][1]);
            return;
        }
    text_add(out, "\\u%04x", (unsigned)c);
}

void json_put_string_n(struct json *j, const char *key, const char *value, size_t n) {
    const unsigned char *s = (const unsigned char *)value;
    begin(j, key);
    text_add_bytes(j->out, "\"", 1);
    size_t start = 0, i = 0;
    while (i < n) {
        bool plain = s[i] >= 0x20 && s[i] < 0x7F && s[i] != '"' && s[i] != '\\';
        size_t sequence = plain ? 1 : s[i] >= 0x80 ? utf8_length(s + i, n - i) : 0;
        if (sequence > 0) {
            i += sequence;
            continue;
        }
        text_add_bytes(j->out, value + start, i - start);
        if (s[i] >= 0x80)
            text_add_bytes(j->out, "\xEF\xBF\xBD", 3);
        else
            add_escaped(j->out, s[i]);
        start = ++i;
    }
    text_add_bytes(j->out, value + start, n - start);
    text_add_bytes(j->out, "\"", 1);
}

void json_put_string(struct json *j, const char *key, const char *value) {
    if (value == NULL)
        json_put_null(j, key);
    else
        json_put_string_n(j, key, value, strlen(value));
}

void json_put_int(struct json *j, const char *key, int64_t value) {
    begin(j, key);
    text_add(j->out, "%jd", (intmax_t)value);
}

void json_put_real(struct json *j, const char *key, double value, int decimals) {
    if (!__builtin_isfinite(value)) {
        json_put_null(j, key);
        return;
    }
    char digits[64], form[] = "%.0f";
    form[2] = (char)('0' + (decimals < 0 ? 0 : decimals > 9 ? 9 : decimals));
    struct text t = text_over(digits, sizeof digits);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    text_add(&t, form, value);
#pragma GCC diagnostic pop
    begin(j, key);
    /* Beyond what the writer can print, text_add says inf, which is no JSON. */
    if (digits[0] == 'i' || digits[1] == 'i')
        text_add_bytes(j->out, "null", 4);
    else
        text_add_bytes(j->out, digits, t.used);
}

void json_put_bool(struct json *j, const char *key, bool value) {
    begin(j, key);
    text_add(j->out, "%s", value ? "true" : "false");
}

void json_put_null(struct json *j, const char *key) {
    begin(j, key);
    text_add_bytes(j->out, "null", 4);
}
