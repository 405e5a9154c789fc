/* Rooms: quoted-printable · plain text · HTML · the whole */
#include "channel/mail.h"

#include "channel/words.h"

#include <string.h>
#include <time.h>

#define PART_SIZE ((size_t)24 << 10)

bool mail_address(const char *s, size_t n) {
    size_t ats = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] <= ' ' || s[i] > '~' || strchr("<>()[],;:\\\"", s[i]) != NULL)
            return false;
        ats += s[i] == '@';
    }
    return n > 0 && n < 255 && ats <= 1 && s[0] != '@' && s[n - 1] != '@' && s[0] != '-';
}

/* ---- quoted-printable (RFC 2045, 6.7) ---- */

/* A soft break comes before a line would be longer than 76; a blank at a line's end is written out.
 */
static void add_quoted(struct text *t, const char *s) {
    size_t column = 0;
    for (; *s != '\0'; s++) {
        const unsigned char c = (unsigned char)*s;
        if (c == '\n') {
            text_add(t, "\r\n");
            column = 0;
            continue;
        }
        const bool last = s[1] == '\n' || s[1] == '\0';
        const bool plain = (c >= ' ' && c <= '~' && c != '=') && !(c == ' ' && last);
        const size_t n = plain ? 1 : 3;
        if (column + n > 75) {
            text_add(t, "=\r\n");
            column = 0;
        }
        if (plain)
            text_add_bytes(t, s, 1);
        else
            text_add(t, "=%c%c", "0123456789ABCDEF"[c >> 4], "0123456789ABCDEF"[c & 15]);
        column += n;
    }
    text_add(t, "\r\n");
}

/* ---- plain text ---- */

static void print_plain(struct text *t, const struct alert_message *m, const char *late) {
    char title[WORDS_TITLE_SIZE], body[WORDS_BODY_SIZE], value[WORDS_FIELD_SIZE];
    text_add(t, "%s\n\n%s\n\n", words_title(title, m), words_body(body, m, late));
    for (enum words_field f = 0; f < WORDS_FIELDS; f++)
        text_add(t, "%s: %s\n", words_field_name(f), words_field(value, f, m));
    text_add(t, "Message: %s\n", m->id);
}

/* ---- HTML ---- */

static void add_escaped(struct text *t, const char *s) {
    for (; *s != '\0'; s++) {
        switch (*s) {
        case '&':
            text_add(t, "&amp;");
            break;
        case '<':
            text_add(t, "&lt;");
            break;
        case '>':
            text_add(t, "&gt;");
            break;
        case '"':
            text_add(t, "&quot;");
            break;
        case '\'':
            text_add(t, "&#39;");
            break;
        case '\n':
            text_add(t, "<br>\n");
            break;
        default:
            text_add_bytes(t, s, 1);
        }
    }
}

static void print_html(struct text *t, const struct alert_message *m, const char *late) {
    char title[WORDS_TITLE_SIZE], body[WORDS_BODY_SIZE], value[WORDS_FIELD_SIZE];
    text_add(t,
             "<!DOCTYPE html>\n<html><body style=\"font-family:sans-serif\">\n"
             "<h3 style=\"border-left:8px solid %s;padding-left:8px\">",
             words_colour(m->severity));
    add_escaped(t, words_title(title, m));
    text_add(t, "</h3>\n<p>");
    add_escaped(t, words_body(body, m, late));
    text_add(t, "</p>\n<table>\n");
    for (enum words_field f = 0; f < WORDS_FIELDS; f++) {
        text_add(t, "<tr><th align=\"left\">%s</th><td>", words_field_name(f));
        add_escaped(t, words_field(value, f, m));
        text_add(t, "</td></tr>\n");
    }
    text_add(t, "</table>\n</body></html>\n");
}

/* ---- the whole ---- */

static void add_part(struct text *t, const char *boundary, const char *type,
                     void (*print)(struct text *t, const struct alert_message *m, const char *late),
                     const struct alert_message *m, const char *late) {
    char part[PART_SIZE];
    struct text p = text_over(part, sizeof part);
    print(&p, m, late);
    text_add(t,
             "--%s\r\nContent-Type: %s; charset=utf-8\r\n"
             "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
             boundary, type);
    add_quoted(t, part);
}

static void add_addresses(struct text *t, const char *to) {
    const char *before = "To: ";
    for (to += strspn(to, " \t,"); *to != '\0'; to += strspn(to, " \t,")) {
        size_t n = strcspn(to, " \t,");
        text_add(t, "%s<%.*s>", before, (int)n, to);
        before = ",\r\n ";
        to += n;
    }
    text_add(t, "\r\n");
}

/* Of the day and month the names are English, whatever the locale. */
static void add_date(struct text *t, int64_t wall_us) {
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm tm;
    const time_t seconds = (time_t)(wall_us / 1000000);
    if (gmtime_r(&seconds, &tm) != NULL)
        text_add(t, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday], tm.tm_mday,
                 months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void mail_print(struct text *t, const struct alert_message *m, const char *late, const char *from,
                const char *to) {
    const char *at = strchr(from, '@');
    char boundary[80];
    text_print(boundary, sizeof boundary, "=_gifvet_%s", m->id);
    text_add(t, "From: <%s>\r\n", from);
    add_addresses(t, to);
    text_add(t, "Subject: [%s] GifLab Validation Alert%s\r\n", alert_severity_name(m->severity),
             m->event == ALERT_TEST ? " (test)" : "");
    add_date(t, m->wall_us);
    text_add(t, "Message-ID: <%s@%s>\r\n", m->id, at != NULL ? at + 1 : "localhost");
    text_add(t,
             "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
             "Content-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n",
             boundary);
    add_part(t, boundary, "text/plain", print_plain, m, late);
    add_part(t, boundary, "text/html", print_html, m, late);
    text_add(t, "--%s--\r\n", boundary);
}
