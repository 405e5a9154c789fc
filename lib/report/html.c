#include "report/html.h"

#include "command/terminal.h"

#include <string.h>

static void put(FILE *out, char c) {
    switch (c) {
    case '&':
        fputs("&amp;", out);
        break;
    case '<':
        fputs("&lt;", out);
        break;
    case '>':
        fputs("&gt;", out);
        break;
    case '"':
        fputs("&quot;", out);
        break;
    case '\'':
        fputs("&#39;", out);
        break;
    default:
        putc(c, out);
    }
}

void html_text_n(FILE *out, const char *s, size_t n) {
    for (size_t i = 0; i < n;) {
        size_t plain = terminal_plain(s + i, n - i);
        for (size_t end = i + plain; i < end; i++)
            put(out, s[i]);
        if (i < n)
            i += terminal_escape(out, s + i, n - i);
    }
}

void html_text(FILE *out, const char *s) {
    if (s != NULL)
        html_text_n(out, s, strlen(s));
}

void html_base64(FILE *out, const uint8_t *bytes, size_t n) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        size_t have = n - i < 3 ? n - i : 3;
        uint32_t three = (uint32_t)bytes[i] << 16;
        if (have > 1)
            three |= (uint32_t)bytes[i + 1] << 8;
        if (have > 2)
            three |= bytes[i + 2];
        putc(digits[three >> 18], out);
        putc(digits[three >> 12 & 63], out);
        putc(have > 1 ? digits[three >> 6 & 63] : '=', out);
        putc(have > 2 ? digits[three & 63] : '=', out);
    }
}
