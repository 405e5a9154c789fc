/* Rooms: appending · the format · reading numbers · names */
#include "text/text.h"

#include "text/error.h"

#include <string.h>

/* ---- appending ---- */

struct text text_over(char *buffer, size_t size) {
    buffer[0] = '\0';
    return (struct text){.at = buffer, .size = size};
}

void text_add_bytes(struct text *t, const char *bytes, size_t n) {
    size_t room = t->size - 1 - t->used;
    if (n > room) {
        n = room;
        t->cut = true;
    }
    if (n > 0)
        memcpy(t->at + t->used, bytes, n);
    t->used += n;
    t->at[t->used] = '\0';
}

/* ---- the format ---- */

struct spec {
    bool zero, left;
    int width, precision; /* precision -1 = not given */
};

static void add_padded(struct text *t, const struct spec *s, const char *sign, const char *digits,
                       size_t n) {
    size_t signs = strlen(sign), all = signs + n;
    size_t fill = s->width > 0 && (size_t)s->width > all ? (size_t)s->width - all : 0;
    if (s->zero)
        text_add_bytes(t, sign, signs);
    if (!s->left)
        for (size_t i = 0; i < fill; i++)
            text_add_bytes(t, s->zero ? "0" : " ", 1);
    if (!s->zero)
        text_add_bytes(t, sign, signs);
    text_add_bytes(t, digits, n);
    if (s->left)
        for (size_t i = 0; i < fill; i++)
            text_add_bytes(t, " ", 1);
}

static void add_unsigned(struct text *t, const struct spec *s, uint64_t n, unsigned base,
                         const char *sign) {
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = "0123456789abcdef"[n % base];
        n /= base;
    } while (n > 0);
    add_padded(t, s, sign, digits + at, sizeof digits - at);
}

static void add_signed(struct text *t, const struct spec *s, int64_t n) {
    uint64_t magnitude = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    add_unsigned(t, s, magnitude, 10, n < 0 ? "-" : "");
}

static void add_real(struct text *t, const struct spec *s, double x) {
    if (__builtin_isnan(x)) {
        text_add_bytes(t, "nan", 3);
        return;
    }
    const char *sign = __builtin_signbit(x) ? "-" : "";
    x = __builtin_fabs(x);
    /* Beyond 10^18 the integer part does not fit; nothing measured here comes near. */
    if (x >= 1e18) {
        add_padded(t, s, sign, "inf", 3);
        return;
    }
    int places = s->precision < 0 ? 6 : s->precision > 9 ? 9 : s->precision;
    uint64_t scale = 1;
    for (int i = 0; i < places; i++)
        scale *= 10;
    uint64_t whole = (uint64_t)x;
    uint64_t part = (uint64_t)((x - (double)whole) * (double)scale + 0.5);
    if (part >= scale) {
        whole++;
        part -= scale;
    }
    if (whole == 0 && part == 0)
        sign = "";
    char digits[48];
    struct text d = text_over(digits, sizeof digits);
    text_add(&d, "%llu", (unsigned long long)whole);
    if (places > 0) {
        struct spec fraction = {.zero = true, .width = places, .precision = -1};
        text_add_bytes(&d, ".", 1);
        add_unsigned(&d, &fraction, part, 10, "");
    }
    add_padded(t, s, sign, digits, d.used);
}

static const char *read_spec(const char *f, struct spec *s, va_list *args) {
    *s = (struct spec){.precision = -1};
    for (; *f == '0' || *f == '-'; f++) {
        if (*f == '0')
            s->zero = true;
        else
            s->left = true;
    }
    if (s->left)
        s->zero = false;
    for (; *f >= '0' && *f <= '9'; f++)
        s->width = s->width * 10 + (*f - '0');
    if (*f != '.')
        return f;
    f++;
    s->precision = 0;
    if (*f == '*') {
        s->precision = va_arg(*args, int);
        return f + 1;
    }
    for (; *f >= '0' && *f <= '9'; f++)
        s->precision = s->precision * 10 + (*f - '0');
    return f;
}

/* The length modifiers, by the size that they stand for. */
static const char *read_length(const char *f, char *length) {
    *length = 'i';
    if (f[0] == 'l' && f[1] == 'l') {
        *length = 'q';
        return f + 2;
    }
    if (*f == 'l' || *f == 'z' || *f == 'j') {
        *length = 'q'; /* 64 bits on every system this is built for */
        _Static_assert(sizeof(long) == 8 && sizeof(size_t) == 8 && sizeof(intmax_t) == 8,
                       "an LP64 system");
        return f + 1;
    }
    return f;
}

static void add_string(struct text *t, const struct spec *s, const char *string) {
    if (string == NULL)
        string = "(null)";
    size_t n = s->precision >= 0 ? strnlen(string, (size_t)s->precision) : strlen(string);
    add_padded(t, s, "", string, n);
}

void text_addv(struct text *t, const char *format, va_list outer) {
    va_list args;
    va_copy(args, outer);
    for (const char *f = format; *f != '\0';) {
        size_t plain = strcspn(f, "%");
        text_add_bytes(t, f, plain);
        f += plain;
        if (*f == '\0')
            break;
        struct spec s;
        char length;
        f = read_length(read_spec(f + 1, &s, &args), &length);
        char c = *f != '\0' ? *f++ : '\0';
        bool wide = length == 'q';
        if (c == 'd' || c == 'i') {
            add_signed(t, &s, wide ? va_arg(args, int64_t) : va_arg(args, int));
        } else if (c == 'u' || c == 'x') {
            uint64_t n = wide ? va_arg(args, uint64_t) : va_arg(args, unsigned);
            add_unsigned(t, &s, n, c == 'x' ? 16 : 10, "");
        } else if (c == 'f') {
            add_real(t, &s, va_arg(args, double));
        } else if (c == 's') {
            add_string(t, &s, va_arg(args, const char *));
        } else if (c == 'c') {
            char one = (char)va_arg(args, int);
            text_add_bytes(t, &one, 1);
        } else {
            text_add_bytes(t, "%", 1);
            if (c != '\0' && c != '%')
                text_add_bytes(t, &c, 1);
        }
    }
    va_end(args);
}

void text_add(struct text *t, const char *format, ...) {
    va_list args;
    va_start(args, format);
    text_addv(t, format, args);
    va_end(args);
}

char *text_print(char *buffer, size_t size, const char *format, ...) {
    struct text t = text_over(buffer, size);
    va_list args;
    va_start(args, format);
    text_addv(&t, format, args);
    va_end(args);
    return buffer;
}

int error_set(struct error *e, int code, const char *format, ...) {
    if (e == NULL)
        return code;
    struct text t = text_over(e->message, sizeof e->message);
    va_list args;
    va_start(args, format);
    text_addv(&t, format, args);
    va_end(args);
    e->code = code;
    return code;
}

/* ---- reading numbers ---- */

bool text_to_double(const char *s, double *value) {
    bool negative = *s == '-';
    if (*s == '-' || *s == '+')
        s++;
    double x = 0, scale = 1;
    bool digits = false, point = false;
    for (; *s != '\0'; s++) {
        if (*s == '.' && !point) {
            point = true;
        } else if (*s >= '0' && *s <= '9') {
            digits = true;
            x = x * 10 + (*s - '0');
            if (point)
                scale *= 10;
        } else {
            return false;
        }
        if (x > 1e200 || scale > 1e200)
            return false;
    }
    if (!digits)
        return false;
    *value = negative ? -(x / scale) : x / scale;
    return true;
}

static int digit_of(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

bool text_to_int(const char *s, bool any_base, int64_t *value) {
    bool negative = *s == '-';
    if (*s == '-' || *s == '+')
        s++;
    int base = 10;
    if (any_base && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
        base = 16;
        s += 2;
    } else if (any_base && s[0] == '0' && s[1] != '\0') {
        base = 8;
        s++;
    }
    if (*s == '\0')
        return false;
    int64_t n = 0;
    for (; *s != '\0'; s++) {
        int d = digit_of(*s);
        if (d >= base || __builtin_mul_overflow(n, base, &n) || __builtin_sub_overflow(n, d, &n))
            return false;
    }
    if (!negative && __builtin_sub_overflow(0, n, &n))
        return false;
    *value = n;
    return true;
}

static bool equal_any_case(const char *a, const char *b) {
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        char c = *a >= 'A' && *a <= 'Z' ? (char)(*a - 'A' + 'a') : *a;
        if (c != *b)
            return false;
    }
    return *a == *b;
}

bool text_to_bool(const char *s, bool *value) {
    static const char *const words[2][4] = {{"false", "no", "off", "0"},
                                            {"true", "yes", "on", "1"}};
    for (int truth = 0; truth < 2; truth++)
        for (int i = 0; i < 4; i++)
            if (equal_any_case(s, words[truth][i])) {
                *value = truth == 1;
                return true;
            }
    return false;
}

/* ---- names ---- */

const char *text_base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

bool text_directory(const char *path, char *directory, size_t size, const char **name) {
    *name = text_base_name(path);
    size_t n = (size_t)(*name - path);
    if (n == 0 || n >= size || (*name)[0] == '\0')
        return false;
    memcpy(directory, path, n);
    directory[n > 1 ? n - 1 : n] = '\0';
    return true;
}

/* One […] class at p (which stands behind the bracket); *end is set behind the closing one, or to
 * NULL when there is none and the bracket stands for itself. */
static bool in_class(const char *p, const char *stop, char c, const char **end) {
    bool negated = p < stop && (*p == '!' || *p == '^');
    if (negated)
        p++;
    bool found = false;
    for (const char *first = p; p < stop && (*p != ']' || p == first); p++) {
        if (p + 2 < stop && p[1] == '-' && p[2] != ']') {
            found |= *p <= c && c <= p[2];
            p += 2;
        } else {
            found |= *p == c;
        }
    }
    *end = p < stop ? p + 1 : NULL;
    return found != negated;
}

/* Iterative with one point of return (the last star), so that no pattern costs more than
 * length × length. fnmatch() of the C library uses the locale and may allocate. */
static bool glob_matches(const char *p, const char *stop, const char *name) {
    const char *star = NULL, *star_name = NULL;
    for (;;) {
        if (p < stop && *p == '*') {
            star = ++p;
            star_name = name;
            continue;
        }
        if (*name == '\0' && p == stop)
            return true;
        const char *end = NULL;
        if (*name != '\0' && p < stop) {
            if (*p == '[' && in_class(p + 1, stop, *name, &end) && end != NULL) {
                p = end;
                name++;
                continue;
            }
            if (*p == '?' || (*p == *name && (*p != '[' || end == NULL))) {
                p++;
                name++;
                continue;
            }
        }
        if (star == NULL || *star_name == '\0')
            return false;
        p = star;
        name = ++star_name;
    }
}

bool text_matches_any(const char *list, const char *name) {
    for (;;) {
        list += strspn(list, " \t,");
        if (*list == '\0')
            return false;
        size_t n = strcspn(list, " \t,");
        if (glob_matches(list, list + n, name))
            return true;
        list += n;
    }
}
