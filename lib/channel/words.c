#include "channel/words.h"

#include "text/text.h"

#include <math.h>
#include <string.h>
#include <time.h>

/* How many bytes of s are one character of UTF-8; 0: none. */
static size_t character(const unsigned char *s) {
    static const struct {
        unsigned char mask, lead;
        unsigned long least;
    } forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    for (size_t n = 0; n < 4; n++) {
        unsigned long code = s[0] & (unsigned char)~forms[n].mask;
        if ((s[0] & forms[n].mask) != forms[n].lead)
            continue;
        for (size_t i = 1; i <= n; i++) {
            if ((s[i] & 0xc0) != 0x80)
                return 0;
            code = code << 6 | (s[i] & 0x3f);
        }
        return code < forms[n].least || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)
                   ? 0
                   : n + 1;
    }
    return 0;
}

/* Marks that turn the direction of writing, with which a name can look like another one. */
static bool is_direction(const unsigned char *s) {
    return s[0] == 0xe2 &&
           ((s[1] == 0x80 && (s[2] == 0x8e || s[2] == 0x8f || (s[2] >= 0xaa && s[2] <= 0xae))) ||
            (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9));
}

/* C0, DEL and C1, and those. n: bytes of the character. */
static bool is_control(const unsigned char *s, size_t n) {
    return (n == 1 && (s[0] < 0x20 || s[0] == 0x7f)) || (n == 2 && s[0] == 0xc2 && s[1] < 0xa0) ||
           (n == 3 && is_direction(s));
}

/* Control characters and bytes that are no text become ?; lines may stay lines. */
static void add_clean(struct text *t, const char *s, bool lines) {
    while (*s != '\0') {
        const unsigned char *c = (const unsigned char *)s;
        size_t n = character(c);
        if (n == 0 || (is_control(c, n) && !(lines && *s == '\n')))
            text_add(t, "?");
        else
            text_add_bytes(t, s, n);
        s += n == 0 ? 1 : n;
    }
}

/* What was cut inside a character loses its rest. */
static void end_clean(struct text *t) {
    size_t n = t->used;
    while (t->cut && n > 0 && ((unsigned char)t->at[n - 1] & 0xc0) == 0x80)
        n--;
    if (t->cut && n > 0 && (unsigned char)t->at[n - 1] >= 0xc0 &&
        character((const unsigned char *)&t->at[n - 1]) == 0)
        t->at[t->used = n - 1] = '\0';
}

char *words_title(char buffer[WORDS_TITLE_SIZE], const struct alert_message *m) {
    struct text t = text_over(buffer, WORDS_TITLE_SIZE);
    text_add(&t, "[%s] ", alert_severity_name(m->severity));
    add_clean(&t, m->host, false);
    text_add(&t, ": ");
    add_clean(&t, m->title, false);
    end_clean(&t);
    return buffer;
}

char *words_body(char buffer[WORDS_BODY_SIZE], const struct alert_message *m, const char *late) {
    struct text t = text_over(buffer, WORDS_BODY_SIZE);
    add_clean(&t, m->text, true);
    if (late[0] != '\0') {
        text_add(&t, "\n");
        add_clean(&t, late, false);
    }
    end_clean(&t);
    return buffer;
}

const char *words_field_name(enum words_field f) {
    static const char *const names[WORDS_FIELDS] = {"Timestamp", "Success rate", "Average time"};
    return names[f];
}

char *words_field(char buffer[WORDS_FIELD_SIZE], enum words_field f,
                  const struct alert_message *m) {
    struct text t = text_over(buffer, WORDS_FIELD_SIZE);
    struct tm tm;
    const time_t seconds = (time_t)(m->wall_us / 1000000);
    const double value = f == WORDS_SUCCESS ? m->success_rate * 100 : m->mean_ms;
    if (f == WORDS_TIME) {
        if (gmtime_r(&seconds, &tm) == NULL ||
            strftime(buffer, WORDS_FIELD_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
            buffer[0] = '\0';
        return buffer;
    }
    if (!isfinite(value))
        text_add(&t, "not known");
    else
        text_add(&t, f == WORDS_SUCCESS ? "%.2f %% " : "%.2f ms ", value);
    if (isfinite(value))
        add_clean(&t, m->window, false);
    return buffer;
}

const char *words_colour(enum alert_severity s) {
    static const char *const colours[ALERT_SEVERITIES] = {"#FFFF00", "#FFA500", "#FF0000",
                                                          "#FF0000"};
    return colours[s];
}
