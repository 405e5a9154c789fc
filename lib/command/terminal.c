#include "command/terminal.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

/* The code point at s and how many bytes it takes; 0 bytes when it is none. */
static size_t decode(const unsigned char *s, size_t n, uint32_t *code) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t bytes = s[0] < 0x80       ? 1
                   : s[0] >> 5 == 6  ? 2
                   : s[0] >> 4 == 14 ? 3
                   : s[0] >> 3 == 30 ? 4
                                     : 0;
    if (bytes == 0 || bytes > n)
        return 0;
    *code = bytes == 1 ? s[0] : s[0] & (0xFFu >> (bytes + 1));
    for (size_t i = 1; i < bytes; i++) {
        if (s[i] >> 6 != 2)
            return 0;
        *code = *code << 6 | (s[i] & 0x3F);
    }
    bool surrogate = *code >= 0xD800 && *code < 0xE000;
    return *code < least[bytes] || surrogate || *code > 0x10FFFF ? 0 : bytes;
}

static bool moves(uint32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C || code == 0x200E ||
           code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

size_t terminal_plain(const char *s, size_t n) {
    size_t i = 0;
    while (i < n) {
        uint32_t code = 0;
        size_t bytes = decode((const unsigned char *)s + i, n - i, &code);
        if (bytes == 0 || moves(code))
            break;
        i += bytes;
    }
    return i;
}

size_t terminal_escape(FILE *out, const char *s, size_t n) {
    uint32_t code = 0;
    size_t bytes = decode((const unsigned char *)s, n, &code);
    if (bytes == 0)
        fprintf(out, "\\x%02x", (unsigned char)s[0]);
    else
        fprintf(out, code < 0x100 ? "\\x%02x" : "\\u%04x", code);
    return bytes == 0 ? 1 : bytes;
}

void terminal_print_n(FILE *out, const char *s, size_t n) {
    for (size_t i = 0; i < n;) {
        size_t plain = terminal_plain(s + i, n - i);
        fwrite(s + i, 1, plain, out);
        i += plain;
        if (i < n)
            i += terminal_escape(out, s + i, n - i);
    }
}

void terminal_print(FILE *out, const char *s, size_t most) {
    size_t n = 0;
    while (s != NULL && n < most && s[n] != '\0')
        n++;
    terminal_print_n(out, s, n);
}

/* Unicode's combining marks that are in use with Latin, Greek, Cyrillic, Hebrew, Arabic, Thai,
 * kana and emoji, and what takes two columns (East_Asian_Width W and F), by blocks. */
static size_t width_of(uint32_t code) {
    static const struct {
        uint32_t first, last;
        size_t columns;
    } ranges[] = {
        {0x0300, 0x036F, 0},   {0x0483, 0x0489, 0},   {0x0591, 0x05BD, 0},   {0x0610, 0x061A, 0},
        {0x064B, 0x065F, 0},   {0x0E34, 0x0E3A, 0},   {0x0E47, 0x0E4E, 0},   {0x1100, 0x115F, 2},
        {0x1AB0, 0x1AFF, 0},   {0x1DC0, 0x1DFF, 0},   {0x200B, 0x200D, 0},   {0x20D0, 0x20F0, 0},
        {0x2E80, 0x303E, 2},   {0x3041, 0x33FF, 2},   {0x3400, 0x4DBF, 2},   {0x4E00, 0x9FFF, 2},
        {0xA000, 0xA4CF, 2},   {0xAC00, 0xD7A3, 2},   {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0},
        {0xFE20, 0xFE2F, 0},   {0xFE30, 0xFE6F, 2},   {0xFF00, 0xFF60, 2},   {0xFFE0, 0xFFE6, 2},
        {0x1F300, 0x1F64F, 2}, {0x1F680, 0x1F6FF, 2}, {0x1F900, 0x1F9FF, 2}, {0x20000, 0x3FFFD, 2}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return ranges[i].columns;
    return 1;
}

size_t terminal_character(const char *s, size_t n, size_t *bytes) {
    uint32_t code = 0;
    *bytes = decode((const unsigned char *)s, n, &code);
    if (*bytes == 0 || moves(code)) {
        size_t columns = *bytes == 0 || code < 0x100 ? strlen("\\xff") : strlen("\\uffff");
        *bytes = 0;
        return columns;
    }
    return width_of(code);
}

size_t terminal_width(const char *s, size_t most) {
    size_t n = strnlen(s, most), width = 0, bytes;
    for (size_t i = 0; i < n;) {
        width += terminal_character(s + i, n - i, &bytes);
        uint32_t code;
        if (bytes == 0 && (bytes = decode((const unsigned char *)s + i, n - i, &code)) == 0)
            bytes = 1;
        i += bytes;
    }
    return width;
}

size_t terminal_columns(FILE *out) {
    struct winsize w = {0};
    int fd = fileno(out);
    return fd >= 0 && ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col : 80;
}
