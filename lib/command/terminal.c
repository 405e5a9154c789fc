#include "command/terminal.h"

#include <stdbool.h>
#include <stdint.h>
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

size_t terminal_columns(FILE *out) {
    struct winsize w = {0};
    int fd = fileno(out);
    return fd >= 0 && ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col : 80;
}
